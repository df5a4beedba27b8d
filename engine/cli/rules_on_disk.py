"""Whether a worker could still start with the rules that lie where it read its own.

A worker goes on by the rulebook that it started with. Where the files have findings by now, its next start will be
refused: that is to be known before it happens.
"""

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Lock, Thread
from time import monotonic
from typing import Final

from engine.rulebook.load import load_rulebook
from engine.rulebook.report import report_lines

_log: Final = logging.getLogger(__name__)

LOOK_SECONDS: Final = 30.0
"""How long an answer is good for."""


class RulesOnDisk:
    """The rules of a directory, which were valid when this was made."""

    def __init__(self, directory: Path, elapsed: Callable[[], float] = monotonic) -> None:
        self._directory = directory
        self._elapsed = elapsed
        self._seen = self._stamp()
        self._looked_at = elapsed()
        self._is_valid = True
        self._looking = Lock()

    def is_valid(self) -> bool:
        """What was last found. Where that is too long ago, it is looked again beside, for those who ask later."""
        if self._elapsed() - self._looked_at >= LOOK_SECONDS and self._looking.acquire(blocking=False):
            self._looked_at = self._elapsed()
            Thread(target=self._look, name="rules-on-disk", daemon=True).start()
        return self._is_valid

    def _look(self) -> None:
        """Load the rules anew where a file is another than before."""
        try:
            stamp = self._stamp()
            if stamp != self._seen:
                rulebook, findings = load_rulebook(self._directory)
                self._seen, self._is_valid = stamp, rulebook is not None
                for line in report_lines(findings):
                    _log.error("the rules on disk have findings; the next start would be refused: %s", line)
        except OSError as error:
            self._is_valid = False
            _log.error("the rules on disk cannot be read; the next start would be refused: %s", error)
        finally:
            self._looking.release()

    def _stamp(self) -> tuple[tuple[str, int, int], ...]:
        """Name, size and time of change of every file."""
        found = []
        for path in sorted(self._directory.rglob("*")):
            about = path.stat()
            found.append((path.as_posix(), about.st_size, about.st_mtime_ns))
        return tuple(found)
