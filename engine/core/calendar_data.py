"""What a calendar is made of before it is compiled: notices, named days and office hours."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Final, NamedTuple

import msgspec

MINUTES_PER_DAY: Final = 24 * 60

Interval = tuple[int, int]
"""Half-open, in minutes of the local day: (540, 720) is 09:00 until 12:00; 1440 is 24:00."""


class Notice(NamedTuple):
    """The official notice that days off and days worked were taken from."""

    number: str | None
    """As printed, such as 国办发明电〔2024〕12号; None where it is not known."""
    published: date
    """The date that it bears."""
    known_from: date
    """From this day on the public could read it, and a deadline could be computed with it."""
    title: str
    source: str
    """Where it can be read."""
    unconfirmed: bool = False
    """Its number or its date could not be checked."""


class DayName(NamedTuple):
    """The name of a holiday, in Chinese and in English."""

    zh: str
    en: str


class CalendarYear(msgspec.Struct, frozen=True):
    """What the notices of one year say; they may name days of the December before."""

    year: int
    notices: tuple[Notice, ...]
    holidays: Mapping[date, DayName]
    """Days off, weekends within a holiday included."""
    workdays: Mapping[date, DayName]
    """Make-up days: worked although they fall on a weekend, with the holiday they make up for."""


class Season(NamedTuple):
    """The working intervals of a working day from a day of the year on."""

    month: int
    day: int
    intervals: tuple[Interval, ...]


class OfficeHours(msgspec.Struct, frozen=True):
    """The working intervals of a working day, which may change with the season.

    Raises `ValueError` where a season has no interval, or intervals overlap or leave the day, or two seasons
    begin on the same day. The close of business is the end of the last interval.
    """

    seasons: tuple[Season, ...]

    def __post_init__(self) -> None:
        if not self.seasons:
            msg = "expected at least one season with working intervals, got none"
            raise ValueError(msg)
        beginnings = [(season.month, season.day) for season in self.seasons]
        if any(later <= earlier for earlier, later in pairwise(beginnings)):
            msg = f"expected seasons in the order of the year, each from its own day, got {beginnings!r}"
            raise ValueError(msg)
        for season in self.seasons:
            date(2000, season.month, season.day)
            _check(season.intervals)

    def intervals_on(self, month: int, day: int) -> tuple[Interval, ...]:
        """The working intervals of a working day; before the year's first season the last one still holds."""
        found = self.seasons[-1].intervals
        for season in self.seasons:
            if (season.month, season.day) > (month, day):
                break
            found = season.intervals
        return found


def all_year(*intervals: Interval) -> OfficeHours:
    """Office hours that are the same all the year round."""
    return OfficeHours((Season(1, 1, intervals),))


def _check(intervals: tuple[Interval, ...]) -> None:
    if not intervals:
        msg = "expected at least one working interval, got none"
        raise ValueError(msg)
    before = 0
    for start, end in intervals:
        if not before <= start < end <= MINUTES_PER_DAY:
            msg = (
                f"expected working intervals in order, apart and within 0 to {MINUTES_PER_DAY} minutes, "
                f"got {intervals!r}"
            )
            raise ValueError(msg)
        before = end
