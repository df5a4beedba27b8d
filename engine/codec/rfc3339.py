"""RFC 3339 text to instants: strict about zones, exact to the microsecond, fast for the usual two shapes."""

import re
from datetime import UTC, datetime
from typing import Final, Literal

from engine.core.instant import EARLIEST, LATEST, Instant

TimeReason = Literal["bad-time", "time-without-zone", "time-out-of-range"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SHAPE: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.(\d+))?([Zz]|[+-]\d{2}:[0-5]\d)?", re.ASCII
)
_UTC_LENGTH: Final = len("2024-03-05T09:00:00Z")
_OFFSET_LENGTH: Final = len("2024-03-05T09:00:00+08:00")


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
    length = len(text)
    # `fromisoformat` reads more than RFC 3339; the fixed places leave it only what both read alike.
    usual = (
        (length == _UTC_LENGTH and text[19] == "Z")
        or (length == _OFFSET_LENGTH and text[19] in "+-" and text[22] == ":" and text[23] < "6")
    ) and text[10] == "T" and text[4] == text[7] == "-" and text[13] == text[16] == ":"
    if not usual:
        text = _usual_shape(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise TimeFault("bad-time", text) from None
    span = moment - _EPOCH
    instant = (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds
    if not EARLIEST <= instant <= LATEST:
        raise TimeFault("time-out-of-range", text)
    return instant


def _usual_shape(text: str) -> str:
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise TimeFault("bad-time", text)
    date, clock, fraction, zone = match.groups()
    if zone is None:
        raise TimeFault("time-without-zone", text)
    fraction = f".{fraction[:6]:0<6}" if fraction else ""
    return f"{date}T{clock}{fraction}{zone.upper()}"
