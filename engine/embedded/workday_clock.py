"""A simulated clock that hurries through the hours in which nobody works, the same in every process.

All that processes must share is a `Pace`, which goes from one to the other as text. Real time and simulated time
are one line with bends, so an instant has one real moment and a real moment has one instant.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import Final, NamedTuple, Self

from engine.codec.rfc3339 import TimeFault, instant_from
from engine.core.calendar import BusinessCalendar
from engine.core.instant import MINUTE, SECOND, Instant, rfc3339

REST_FACTOR: Final = 24.0
"""How many times as fast as an office hour an hour passes in which nobody works."""

EARLY: Final = 15 * MINUTE
"""So long before the opening an office wakes up."""
LATE: Final = 45 * MINUTE
"""So long after the close of business it goes to rest: what fell due at the close is seen at office speed."""

DAYS_AHEAD: Final = 2_000
"""Working days for which rests are hurried through; after them all hours pass at office speed."""


class Pace(NamedTuple):
    """When simulated time starts, from which real moment on, and how fast it runs in office hours."""

    start: Instant
    origin: int
    """Real microseconds on a clock that every process of the machine reads alike. Until then it is `start`."""
    factor: float

    def text(self) -> str:
        """The pace as a setting, such as `2026-03-02T00:50:00Z@81235000000x600`."""
        return f"{rfc3339(self.start)}@{self.origin}x{self.factor:g}"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The pace that `text` names. Raises `ValueError` where it names none."""
        start, _, rest = text.partition("@")
        origin, _, factor = rest.partition("x")
        try:
            pace = cls(instant_from(start), int(origin), float(factor))
        except (TimeFault, ValueError) as error:
            msg = f"clock: expected START@ORIGINxFACTOR, got {text!r}"
            raise ValueError(msg) from error
        if not 0 < pace.factor < float("inf"):
            msg = f"clock: expected a factor above 0, got {factor!r}"
            raise ValueError(msg)
        return pace


class WorkdayClock:
    """A clock as the worker, the board and the demo take it."""

    def __init__(self, pace: Pace, calendar: BusinessCalendar, *, elapsed: Callable[[], int]) -> None:
        self._pace = pace
        self._elapsed = elapsed
        self._instants, self._moments = _knots(pace, calendar)

    def now(self) -> Instant:
        """The simulated instant."""
        real = self._elapsed() - self._pace.origin
        if real <= 0:
            return self._pace.start
        place = bisect_right(self._moments, real) - 1
        return self._instants[place] + int((real - self._moments[place]) * self._factor(place))

    def seconds_until(self, instant: Instant) -> float:
        """How many real seconds pass until the simulated `instant`; negative where it has passed."""
        place = max(0, bisect_left(self._instants, instant) - 1)
        moment = self._moments[place] + (instant - self._instants[place]) / self._factor(place)
        return (moment + self._pace.origin - self._elapsed()) / SECOND

    def is_sane(self) -> bool:
        """True: nobody can set this clock."""
        return True

    def _factor(self, place: int) -> float:
        """How fast the stretch after the knot `place` passes; offices and rests take turns."""
        is_rest = place % 2 == 1 and place + 1 < len(self._instants)
        return self._pace.factor * (REST_FACTOR if is_rest else 1.0)


def _knots(pace: Pace, calendar: BusinessCalendar) -> tuple[list[Instant], list[float]]:
    """Where the line bends: instants, and the real microseconds after the origin at which they come."""
    instants: list[Instant] = [pace.start]
    moments = [0.0]
    first = bisect_right(calendar.closes, pace.start - LATE)
    for place in range(first, min(first + DAYS_AHEAD, len(calendar.opens))):
        wake, rest = calendar.opens[place] - EARLY, calendar.closes[place] + LATE
        if wake > pace.start:
            # The knots are a start, then rest and wake in turn; a start in a rest is a rest of its own.
            if len(instants) == 1:
                instants.append(pace.start)
                moments.append(0.0)
            moments.append(moments[-1] + (wake - instants[-1]) / (pace.factor * REST_FACTOR))
            instants.append(wake)
        moments.append(moments[-1] + (rest - instants[-1]) / pace.factor)
        instants.append(rest)
    return instants, moments
