"""Working time counted minute by minute, from the words of the law: slow, obvious and no part of the engine.

A minute is worked where the clocks on the wall read office hours on a working day. Nothing here bisects.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from engine.core.instant import MINUTE, Instant, civil, instant_of

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class NaiveCalendar:
    """An office: its zone, the days of its weekend (Monday is 0), its exceptions and its hours in minutes."""

    zone: ZoneInfo
    weekend: frozenset[int]
    holidays: frozenset[date]
    workdays: frozenset[date]
    summer_from: tuple[int, int]
    winter_from: tuple[int, int]
    summer_hours: tuple[tuple[int, int], ...]
    winter_hours: tuple[tuple[int, int], ...]

    def is_worked(self, day: date) -> bool:
        """Monday to Friday without the holidays, and the make-up days."""
        if day in self.holidays:
            return False
        return day in self.workdays or day.weekday() not in self.weekend

    def hours(self, day: date) -> tuple[tuple[int, int], ...]:
        """The hours of a working day by the season."""
        in_summer = self.summer_from <= (day.month, day.day) < self.winter_from
        return self.summer_hours if in_summer else self.winter_hours

    def is_open(self, instant: Instant) -> bool:
        """Whether somebody works in the minute that begins at `instant`."""
        moment = civil(instant, self.zone)
        if not self.is_worked(moment.date()):
            return False
        minute = moment.hour * 60 + moment.minute
        return any(start <= minute < end for start, end in self.hours(moment.date()))

    def minutes_worked(self, start: Instant, end: Instant) -> int:
        """How many minutes between two whole minutes are worked."""
        return sum(self.is_open(instant) for instant in range(start, end, MINUTE))

    def after_minutes_worked(self, start: Instant, minutes: int) -> Instant:
        """The earliest whole minute by which so many minutes were worked."""
        instant = start
        while minutes > 0:
            minutes -= self.is_open(instant)
            instant += MINUTE
        return instant

    def next_working_day(self, day: date, count: int) -> date:
        """The working day `count` after `day`, the start day not counted."""
        while count > 0:
            day += ONE_DAY
            count -= self.is_worked(day)
        return day

    def last_working_day(self, day: date) -> date:
        """`day` itself where it is worked, or the last working day before it."""
        while not self.is_worked(day):
            day -= ONE_DAY
        return day

    def minutes_of(self, day: date) -> range:
        """Every minute of a civil day, however long the day is."""
        return range(self.midnight(day), self.midnight(day + ONE_DAY), MINUTE)

    def midnight(self, day: date) -> Instant:
        """The first minute that the clocks call this day."""
        noon = instant_of(civil(0, self.zone).replace(year=day.year, month=day.month, day=day.day, hour=12))
        instant = noon // MINUTE * MINUTE
        while civil(instant - MINUTE, self.zone).date() == day:
            instant -= MINUTE
        return instant

    def close(self, day: date) -> Instant:
        """The end of the last minute worked on a day."""
        return max(instant for instant in self.minutes_of(day) if self.is_open(instant)) + MINUTE
