"""RFC 3339 text to instants: strict about zones, exact to the microsecond, fast for the usual shapes."""

import re
from datetime import datetime
from typing import Final, Literal

from engine.core.instant import EARLIEST, LATEST, MINUTE, Instant

TimeReason = Literal["bad-time", "time-without-zone", "time-out-of-range"]

_EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00")
_SHAPE: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.(\d+))?([Zz]|[+-]\d{2}:\d{2})?", re.ASCII
)
_OFFSETS: Final = {
    f"{sign}{hours:02}:{minutes:02}": direction * (hours * 60 + minutes) * MINUTE
    for sign, direction in (("+", 1), ("-", -1))
    for hours in range(24)
    for minutes in range(60)
}
"""Every offset that RFC 3339 can write, in microseconds; twice as fast as aware datetimes."""

_SECONDS: Final = len("2024-03-05T09:00:00")
_MICROSECONDS: Final = len("2024-03-05T09:00:00.123456")


class TimeFault(Exception):
    """A text that names no instant; `reason` says of which kind the fault is."""

    def __init__(self, reason: TimeReason, text: str) -> None:
        super().__init__(f"{reason}: {text!r}")
        self.reason: Final[TimeReason] = reason
        self.text: Final = text


def instant_from(text: str) -> Instant:
    """The instant that RFC 3339 `text` names; what is finer than a microsecond is cut off.

    Raises `TimeFault`: for another shape and for a leap second, which no instant stands for, `bad-time`;
    `time-without-zone`; for an instant before 1970 or after 9999, `time-out-of-range`.
    """
    offset: Instant | None = 0
    local = text[:-1]
    if text[-1:] != "Z":
        local, offset = text[:-6], _OFFSETS.get(text[-6:])
    if offset is None or not _is_usual(local):
        local, offset = _parts(text)
    try:
        span = datetime.fromisoformat(local) - _EPOCH
    except ValueError:
        raise TimeFault("bad-time", text) from None
    instant = (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds - offset
    if not EARLIEST <= instant <= LATEST:
        raise TimeFault("time-out-of-range", text)
    return instant


def _is_usual(local: str) -> bool:
    """Whether `fromisoformat`, which reads more than RFC 3339, reads nothing else into `local`."""
    length = len(local)
    if length != _SECONDS and not (
        _SECONDS + 1 < length <= _MICROSECONDS and local[19] == "." and local[20:].isdigit()
    ):
        return False
    return local[10] == "T" and local[4] == local[7] == "-" and local[13] == local[16] == ":"


def _parts(text: str) -> tuple[str, Instant]:
    """Local time as `fromisoformat` reads it, and offset. Raises `TimeFault`."""
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise TimeFault("bad-time", text)
    date, clock, fraction, zone = match.groups()
    if zone is None:
        raise TimeFault("time-without-zone", text)
    offset = 0 if zone in "Zz" else _OFFSETS.get(zone)
    if offset is None:
        raise TimeFault("bad-time", text)
    return f"{date}T{clock}.{(fraction or '')[:6]:0<6}", offset
