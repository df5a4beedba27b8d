"""Units of time as monotone functions from instants to whole numbers, each with its inverse.

A limit is an amount of positions on a measure; a deadline is `when` of a position. Every unit and every
counting convention is one measure, so that nothing that counts has to know how a day is counted.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Literal, Protocol

import msgspec

from engine.core.calendar import BusinessCalendar
from engine.core.instant import DAY, HOUR, MINUTE, Instant

Expiry = Literal["close", "midnight"]
"""Whether a last day ends at the close of business or at 24:00."""

Late = Literal["same_day", "next_workday"]
"""The day of what happens after the close of business or on a day not worked."""

Exclusion = tuple[int, int]
"""Positions that do not count: after the first, up to and including the second."""


class Measure(Protocol):
    """A monotone function from instants to positions: a later instant never has a smaller position."""

    def at(self, instant: Instant) -> int:
        """The position of `instant`."""

    def when(self, position: int) -> Instant:
        """The instant at which what lasts until `position` is due."""

    def of(self, length: int, unit: str) -> int:
        """How many positions `length` units are. Raises `ValueError` for a unit it cannot express."""


class NaturalTime:
    """Natural time in microseconds: days of 24 hours, hours and minutes, by day and by night.

    `at` and `when` are each other's inverse everywhere.
    """

    __slots__ = ()

    def at(self, instant: Instant) -> int:
        """The position of `instant`, which is itself."""
        return instant

    def when(self, position: int) -> Instant:
        """The instant of `position`, which is itself."""
        return position

    def of(self, length: int, unit: str) -> int:
        """Microseconds in `length` `days`, `hours` or `minutes`."""
        if unit == "minutes":
            return length * MINUTE
        if unit == "hours":
            return length * HOUR
        if unit == "days":
            return length * DAY
        raise _inexpressible(unit, "days, hours or minutes")


class NaturalDays(msgspec.Struct, frozen=True, eq=False):
    """Civil days, the start day not counted; a last day that is not worked moves to the next working day.

    Where the day of `position` is worked, `at(when(position) - 1) == position`, and where it ends at a close
    of business before 24:00 also `at(when(position)) == position`. Elsewhere both are later.
    """

    calendar: BusinessCalendar
    expires: Expiry = "midnight"

    def at(self, instant: Instant) -> int:
        """The civil day of `instant`."""
        return self.calendar.day(instant)

    def when(self, position: int) -> Instant:
        """The expiry of this civil day, or of the next working day."""
        calendar = self.calendar
        if self.expires == "close":
            return calendar.close_of(position)
        if calendar.is_working_day(position):
            return calendar.midnight_after(position)
        return calendar.midnight_after(calendar.working_day(calendar.rank(position) + 1))

    def of(self, length: int, unit: str) -> int:
        """`length` `days`."""
        if unit != "days":
            raise _inexpressible(unit, "days")
        return length


class WorkingDays(msgspec.Struct, frozen=True, eq=False):
    """Working days, the start day not counted: day 1 is the first working day after the day of the start.

    `at(when(position) - 1) == position`. For `expires` `close`, unless the office closes at 24:00, also
    `at(when(position)) == position`; with `late` `next_workday`, `when(position)` is then the last instant with
    that position, so `at(t) <= position` exactly when `t <= when(position)`. 24:00 itself is an instant of the
    next day. With `midnight` and `next_workday` the evening of a day already has the next position. All this
    for positions of working days within the window.
    """

    calendar: BusinessCalendar
    expires: Expiry = "close"
    late: Late = "same_day"

    def at(self, instant: Instant) -> int:
        """The rank of the working day on which `instant` falls, or of the last before a day not worked.

        Under `next_workday` an instant after the close of business or on a day not worked has the rank of
        the next working day.
        """
        calendar = self.calendar
        day = calendar.day(instant)
        rank = calendar.ranks[day]
        if self.late == "next_workday" and (not calendar.worked[day] or instant > calendar.closes[rank - 1]):
            return rank + 1
        return rank

    def when(self, position: int) -> Instant:
        """The expiry of the working day with the rank `position`."""
        calendar = self.calendar
        if self.expires == "close":
            return calendar.close_of_rank(position)
        return calendar.midnight_after(calendar.working_day(position))

    def of(self, length: int, unit: str) -> int:
        """`length` `working_days`."""
        if unit != "working_days":
            raise _inexpressible(unit, "working_days")
        return length


class WorkingDayInstants(msgspec.Struct, frozen=True, eq=False):
    """Working days counted from the instant: from 10:00 to 10:00, a fraction of a day to the same fraction.

    Every working day is equally many positions, a common multiple of the lengths of all working days, so
    that every instant has a whole position. `when(position)` is the earliest instant `t` with
    `at(t) >= position`: `when(p) <= t` exactly when `p <= at(t)`, and `at(when(at(t))) == at(t)`.
    """

    calendar: BusinessCalendar

    def at(self, instant: Instant) -> int:
        """The position of `instant`; the same for all the time in which nobody works."""
        calendar = self.calendar
        place = bisect_right(calendar.opens, instant) - 1
        if place < 0:
            return 0
        worked = calendar.working_time(instant) - calendar.worked_before[place]
        return place * calendar.day_scale + worked * calendar.day_factors[place]

    def when(self, position: int) -> Instant:
        """The earliest instant that has reached `position`, to the microsecond after it."""
        calendar = self.calendar
        if position <= 0:
            return calendar.midnights[0]
        place, before_last = divmod(position - 1, calendar.day_scale)
        if place >= len(calendar.day_factors):
            return calendar.midnights[-1]
        # The rest counts from 1, so that a full day ends at its close and not at the next opening.
        worked = before_last // calendar.day_factors[place] + 1
        return calendar.at_working_time(calendar.worked_before[place] + worked)

    def of(self, length: int, unit: str) -> int:
        """Positions in `length` `working_days`."""
        if unit != "working_days":
            raise _inexpressible(unit, "working_days")
        return length * self.calendar.day_scale


class WorkingTime(msgspec.Struct, frozen=True, eq=False):
    """Working time in microseconds.

    `when(position)` is the earliest instant `t` with `at(t) >= position`, so `when(p) <= t` exactly when
    `p <= at(t)`, and `at(when(p)) == p` for all positions of the window.
    """

    calendar: BusinessCalendar

    def at(self, instant: Instant) -> int:
        """Working time until `instant`; the same for all the time in which nobody works."""
        return self.calendar.working_time(instant)

    def when(self, position: int) -> Instant:
        """The earliest instant with so much working time before it."""
        return self.calendar.at_working_time(position)

    def of(self, length: int, unit: str) -> int:
        """Microseconds in `length` `working_hours`."""
        if unit != "working_hours":
            raise _inexpressible(unit, "working_hours")
        return length * HOUR


def union(intervals: Iterable[Exclusion]) -> tuple[Exclusion, ...]:
    """The same positions as sorted intervals that neither overlap nor touch; empty intervals are left out."""
    merged: list[Exclusion] = []
    for start, end in sorted(intervals):
        if end <= start:
            continue
        if merged and start <= merged[-1][1]:
            if end > merged[-1][1]:
                merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return tuple(merged)


def deadline(start: int, amount: int, exclusions: Sequence[Exclusion] = ()) -> int:
    """The position at which `amount` positions after `start` are used up, those of `exclusions` not counted.

    `exclusions` are sorted and disjoint, as `union` returns them. Nothing before `start` is excluded, and an
    exclusion that begins at the deadline itself comes too late to move it.
    """
    position = start + amount
    for first, last in exclusions:
        begin = max(first, start)
        if begin >= position:
            break
        if last > begin:
            position += last - begin
    return position


def _inexpressible(unit: str, expected: str) -> ValueError:
    return ValueError(f"expected a length in {expected}, got the unit {unit!r}; is it the rule's own unit?")
