"""The time zone in which people are shown times."""

from zoneinfo import ZoneInfo

from engine.cli.failure import misused
from engine.core.calendar_compile import zone_named
from engine.core.text import Text


def zone_of(name: str) -> ZoneInfo:
    """The zone of that name. Raises `Failure` where there is none."""
    try:
        return zone_named(name)
    except ValueError as error:
        raise misused(
            Text(
                f"zone：应为形如 Asia/Shanghai 的时区，实为 {name!r}",
                f"zone: expected a time zone such as Asia/Shanghai, got {name!r}",
            )
        ) from error
