"""Instants as whole microseconds since 1970-01-01T00:00:00Z, and how they are written.

Integers compare, sort and store without a time zone to get wrong; zones matter only where a civil date is
read or written.
"""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

Instant = int
"""Microseconds since the epoch, UTC."""

MICROSECOND: Final = 1
MILLISECOND: Final = 1_000
SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

NEVER: Final[Instant] = 2**63 - 1
"""Later than every instant; the wake-up of a case that waits for nothing."""

EARLIEST: Final[Instant] = 0
"""1970-01-01T00:00:00Z; an event before it is out of range."""

LATEST: Final[Instant] = 253_402_300_799_999_999
"""9999-12-31T23:59:59.999999Z, the last instant that RFC 3339 can write."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def instant_of(moment: datetime) -> Instant:
    """The instant of an aware `moment`. Raises `ValueError` where it has no zone."""
    if moment.tzinfo is None:
        msg = f"expected a time with a zone, got {moment.isoformat()!r}"
        raise ValueError(msg)
    return (moment - _EPOCH) // _MICROSECOND


def civil(instant: Instant, zone: tzinfo) -> datetime:
    """`instant` on the clocks of `zone`."""
    return (_EPOCH + timedelta(microseconds=instant)).astimezone(zone)


def rfc3339(instant: Instant, zone: tzinfo = UTC) -> str:
    """`instant` as RFC 3339 text, seconds at least, microseconds where there are any."""
    text = civil(instant, zone).isoformat()
    return text[:-6] + "Z" if zone is UTC else text
