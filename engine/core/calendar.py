"""Which days and hours an office works, as sorted boundaries, so that every question is one bisection.

Days are whole numbers, 0 for 1970-01-01, and begin at local midnight. The window is 1970-01-01 to 2100-12-31;
questions outside of it are answered as for its first or last day and never raise. Nothing here knows limits.
"""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from typing import Final

import msgspec

from engine.core.calendar_data import DayName, Notice
from engine.core.instant import Instant

FIRST_DATE: Final = dt.date(1970, 1, 1)
LAST_DATE: Final = dt.date(2100, 12, 31)
FIRST_ORDINAL: Final = FIRST_DATE.toordinal()
LAST_DAY: Final = LAST_DATE.toordinal() - FIRST_ORDINAL


class BusinessCalendar(msgspec.Struct, frozen=True, eq=False):
    """A compiled calendar; `compile_calendar` makes it, nothing changes it."""

    id: str
    zone: str
    first_date: dt.date
    """The first day that a notice covers; days before it are provisional."""
    horizon: dt.date
    """The last day that a notice covers; days after it are provisional."""
    notices: tuple[Notice, ...]
    holidays: Mapping[dt.date, DayName]
    workdays: Mapping[dt.date, DayName]

    midnights: tuple[Instant, ...]
    """The first instant of every civil day of the window, and the end of the last."""
    worked: bytes
    """One for every working day of the window, zero for every other day."""
    ranks: tuple[int, ...]
    """For every day the number of working days up to and including it."""
    working_days: tuple[int, ...]
    """The working days, in order."""
    opens: tuple[Instant, ...]
    """The opening of every working day."""
    closes: tuple[Instant, ...]
    """The close of business of every working day."""
    worked_before: tuple[int, ...]
    """Working time in microseconds before every working day, and in all."""
    day_scale: int
    """A common multiple of the lengths of all working days: what each counts where days count alike."""
    day_factors: tuple[int, ...]
    """For every working day the part of `day_scale` that one of its microseconds is."""
    starts: tuple[Instant, ...]
    """The start of every working interval."""
    time_before: tuple[int, ...]
    """Working time in microseconds before every working interval, and in all."""
    covered: tuple[Instant, Instant]
    """The instants from which and before which notices cover the calendar."""

    def __repr__(self) -> str:
        return f"<BusinessCalendar {self.id!r} {self.zone} {self.first_date}..{self.horizon}>"

    def day(self, instant: Instant) -> int:
        """The civil day on which `instant` falls."""
        found = bisect_right(self.midnights, instant) - 1
        return found if 0 <= found <= LAST_DAY else _clamp(found)

    def date(self, day: int) -> dt.date:
        """The date of `day`."""
        return dt.date.fromordinal(FIRST_ORDINAL + _clamp(day))

    def day_of(self, civil_date: dt.date) -> int:
        """The day with this date."""
        return _clamp(civil_date.toordinal() - FIRST_ORDINAL)

    def is_working_day(self, day: int) -> bool:
        """Whether the office works on `day`."""
        return self.worked[_clamp(day)] == 1

    def rank(self, day: int) -> int:
        """How many working days there are from the start of the window up to and including `day`."""
        return self.ranks[_clamp(day)]

    def working_day(self, rank: int) -> int:
        """The working day with this rank; the first one for ranks below 1, the last one past the window."""
        return self.working_days[self._place(rank)]

    def open_of(self, day: int) -> Instant:
        """The opening of `day`, or of the next working day where `day` is not worked."""
        return self.opens[self._place_from(day)]

    def close_of(self, day: int) -> Instant:
        """The close of business of `day`, or of the next working day where `day` is not worked."""
        return self.closes[self._place_from(day)]

    def midnight_of(self, day: int) -> Instant:
        """The first instant of `day`."""
        return self.midnights[_clamp(day)]

    def midnight_after(self, day: int) -> Instant:
        """24:00 of `day`, which is the first instant of the day after."""
        return self.midnights[_clamp(day) + 1]

    def close_of_rank(self, rank: int) -> Instant:
        """The close of business of the working day with this rank."""
        return self.closes[self._place(rank)]

    def working_time(self, instant: Instant) -> int:
        """Microseconds of working time from the start of the window until `instant`."""
        place = bisect_right(self.starts, instant) - 1
        if place < 0:
            return 0
        before = self.time_before[place]
        passed = before + instant - self.starts[place]
        end = self.time_before[place + 1]
        if passed < end:
            return passed
        return end

    def at_working_time(self, working_time: int) -> Instant:
        """The earliest instant of the window before which there are `working_time` microseconds of it.

        So all the time of a day ends at its close of business, not at the next opening. The start of the
        window where `working_time` is zero or less, its end where the window has not so much.
        """
        place = bisect_left(self.time_before, working_time) - 1
        if place < 0:
            return self.midnights[0]
        if place >= len(self.starts):
            return self.midnights[-1]
        return self.starts[place] + working_time - self.time_before[place]

    def is_provisional(self, instant: Instant) -> bool:
        """Whether no notice covers the day of `instant`, so that a later notice may still change it."""
        covered_from, covered_until = self.covered
        return not covered_from <= instant < covered_until

    def reason(self, civil_date: dt.date) -> str:
        """Why a date is worked or not.

        One of `holiday`, `make-up`, `workday` and `weekend`; the last two are `provisional-workday` and
        `provisional-weekend` where no notice covers the date.
        """
        if civil_date in self.holidays:
            return "holiday"
        if civil_date in self.workdays:
            return "make-up"
        plain = "workday" if self.is_working_day(self.day_of(civil_date)) else "weekend"
        return plain if self.first_date <= civil_date <= self.horizon else f"provisional-{plain}"

    def holiday_name(self, civil_date: dt.date) -> DayName | None:
        """The holiday that a date belongs to, as a day off or as a make-up day; None for every other date."""
        return self.holidays.get(civil_date) or self.workdays.get(civil_date)

    def _place(self, rank: int) -> int:
        if rank < 1:
            return 0
        count = len(self.working_days)
        return rank - 1 if rank <= count else count - 1

    def _place_from(self, day: int) -> int:
        inside = _clamp(day)
        return self._place(self.ranks[inside] + 1 - self.worked[inside])


def _clamp(day: int) -> int:
    if day < 0:
        return 0
    if day > LAST_DAY:
        return LAST_DAY
    return day
