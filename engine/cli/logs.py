"""What long-running commands log, and where."""

import logging

from engine.cli.resolve import Settings
from engine.cli.settings import LOG_LEVEL


def start_logging(settings: Settings) -> None:
    """Log to the standard error."""
    logging.basicConfig(
        level=settings[LOG_LEVEL].upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        force=True,
    )
