"""When people come and how long work takes: instants of a simulated district, counted in working time."""

from bisect import bisect_left
from collections.abc import Iterator
from random import Random
from typing import Final

from engine.core.calendar import BusinessCalendar
from engine.core.catalogue import Item
from engine.core.event import Length
from engine.core.instant import HOUR, SECOND, Instant

WEEKDAY_SHARES: Final = (1.16, 1.05, 1.0, 0.95, 0.86, 0.9, 0.9)
"""How many people come on each day of the week, Monday first; make-up days are Saturdays and Sundays."""

ONLINE_EVENING_SHARE: Final = 0.03
"""Of all cases: handed in over the network after the close of business."""

MORNING_SHARE: Final = 0.6
"""Of all who come in person."""

DEFAULT_LIMIT: Final = 20
"""Working days of an item that names no promised limit."""


class WorkingHours:
    """A business calendar as a scale on which work is laid out."""

    def __init__(self, calendar: BusinessCalendar) -> None:
        self._calendar = calendar

    def after(self, instant: Instant, working: float) -> Instant:
        """The instant `working` microseconds of working time after `instant`, to the second."""
        calendar = self._calendar
        position = max(1, calendar.working_time(instant) + int(working))
        found = calendar.at_working_time(position)
        return max(instant, found - found % SECOND)

    def between(self, earlier: Instant, later: Instant) -> int:
        """Microseconds of working time between two instants."""
        return self._calendar.working_time(later) - self._calendar.working_time(earlier)

    def close_after(self, instant: Instant, days: int) -> Instant:
        """The close of business `days` working days after the day of `instant`."""
        calendar = self._calendar
        return calendar.close_of_rank(calendar.rank(calendar.day(instant)) + days)

    def day_length(self, instant: Instant) -> int:
        """Microseconds of working time in the working day of `instant`, or in the last one before."""
        calendar = self._calendar
        rank = calendar.rank(calendar.day(instant))
        return calendar.worked_before[rank] - calendar.worked_before[rank - 1]

    def left_today(self, instant: Instant) -> int:
        """Microseconds of working time until the close of business of the day of `instant`; 0 on a day off."""
        return max(0, self.between(instant, self.close_after(instant, 0)))

    def days(self, start: Instant) -> Iterator[int]:
        """The places in the calendar of the working days that end after `start`, in order."""
        calendar = self._calendar
        yield from range(bisect_left(calendar.closes, start), len(calendar.closes))

    def arrivals(self, place: int, per_day: float, random: Random) -> list[Instant]:
        """When cases arrive on the working day at `place`, in order, about `per_day` of them."""
        calendar = self._calendar
        opening, close = calendar.opens[place], calendar.closes[place]
        weekday = calendar.date(calendar.working_days[place]).weekday()
        expected = per_day * WEEKDAY_SHARES[weekday]
        count = max(0, round(random.gauss(expected, expected**0.5)))
        length = self.day_length(opening)
        found = []
        for _ in range(count):
            if random.random() < ONLINE_EVENING_SHARE:
                instant = close + int(random.triangular(0.5, 5.5, 2.0) * HOUR)
            else:
                # A peak in the morning and a lower one in the afternoon.
                share = (
                    random.triangular(0.0, 0.5, 0.17)
                    if random.random() < MORNING_SHARE
                    else random.triangular(0.4, 0.99, 0.6)
                )
                instant = self.after(opening, share * length)
            found.append(instant - instant % SECOND)
        found.sort()
        return found

    def date_digits(self, place: int) -> str:
        """The date of the working day at `place`, as in `20260302`."""
        return self._calendar.date(self._calendar.working_days[place]).strftime("%Y%m%d")


def promised_days(item: Item) -> int:
    """The working days that `item` promises, other units rounded to them."""
    return _in_days(item.promised or item.statutory or Length(DEFAULT_LIMIT, "working_days"))


def stage_days(item: Item, stage: str) -> int | None:
    """The working days that `item` allows for `stage`; None where it names no limit for it."""
    length = item.stages.get(stage)
    return None if length is None else max(1, _in_days(length))


def _in_days(length: Length) -> int:
    per_day = {"working_days": 1.0, "days": 1.4, "working_hours": 7.0, "hours": 33.6, "minutes": 2016.0}
    return round(length.value / per_day[length.unit])
