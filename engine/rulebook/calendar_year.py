"""What the file of one calendar year says: its notices, days off and make-up days."""

import datetime as dt
from collections.abc import Set as AbstractSet
from typing import Final

from engine.core.calendar import FIRST_DATE, LAST_DATE
from engine.core.calendar_data import CalendarYear, DayName, Notice
from engine.rulebook.calendar_values import date_of
from engine.rulebook.yaml_nodes import Entry

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_YEAR_FIELDS: Final = ("year", "notices", "holidays")
_NOTICE_FIELDS: Final = ("number", "published", "known_from", "title", "source")
_LONGEST_HOLIDAY_DAYS: Final = 31
"""A longer one is a slip of the pen in a year or a month."""


def read_year(top: Entry, name: str, weekend: AbstractSet[int]) -> CalendarYear | None:
    """The year of a file called `name`; None where it cannot be told, with findings for every fault."""
    fields = top.fields(_YEAR_FIELDS, _YEAR_FIELDS)
    if "year" not in fields:
        return None
    year = fields["year"].whole(FIRST_DATE.year, LAST_DATE.year)
    if year is None:
        return None
    if str(year) != name:
        fields["year"].refuse(f"expected {name} as the file is named, got {year}")
        # The days are rather the year's of the file name; else each of them would be a fault of its own.
        year = int(name) if name.isdecimal() and FIRST_DATE.year <= int(name) <= LAST_DATE.year else year
    days = _Days(year, weekend)
    if "holidays" in fields:
        for entry in fields["holidays"].elements("a list of holidays"):
            days.read(entry)
    notices = _notices(fields["notices"]) if "notices" in fields else ()
    return CalendarYear(year, notices, days.holidays, days.workdays)


def _notices(entry: Entry) -> tuple[Notice, ...]:
    elements = entry.elements("a list of notices")
    if not elements:
        entry.refuse("expected at least one notice; which one are the days from?")
    notices = (_notice(element) for element in elements)
    return tuple(notice for notice in notices if notice is not None)


def _notice(entry: Entry) -> Notice | None:
    fields = entry.fields((*_NOTICE_FIELDS, "unconfirmed"), _NOTICE_FIELDS)
    unconfirmed = "unconfirmed" in fields and bool(fields["unconfirmed"].flag())
    if any(name not in fields for name in _NOTICE_FIELDS):
        return None
    number = None
    if not (unconfirmed and fields["number"].shown == "nothing"):
        number = fields["number"].string("the number of the notice, or null and `unconfirmed: true`")
    published, known_from = date_of(fields["published"]), date_of(fields["known_from"])
    title, source = fields["title"].string(), fields["source"].string()
    if published is None or known_from is None or title is None or source is None:
        return None
    if known_from < published:
        fields["known_from"].refuse(
            f"expected {published}, the date of the notice, or later; got {known_from}"
        )
    return Notice(number, published, known_from, title, source, unconfirmed)


class _Days:
    """The days off and the make-up days of one year, no date among them twice."""

    def __init__(self, year: int, weekend: AbstractSet[int]) -> None:
        self.holidays: dict[dt.date, DayName] = {}
        self.workdays: dict[dt.date, DayName] = {}
        self._weekend = weekend
        self._earliest, self._latest = dt.date(year - 1, 12, 1), dt.date(year, 12, 31)

    def read(self, entry: Entry) -> None:
        """Take in one holiday with its make-up days."""
        fields = entry.fields(("name", "from", "to", "worked"), ("name", "from"))
        if "name" not in fields or "from" not in fields:
            return
        text = fields["name"].text()
        # The place of the days stays worth checking where the name is at fault.
        name = DayName(text.zh, text.en) if text is not None else DayName("", "")
        first = self._date(fields["from"])
        end = fields.get("to", fields["from"])
        last = self._date(end) if "to" in fields else first
        if first is not None and last is not None:
            self._days_off(end, first, last, name)
        if "worked" in fields:
            for element in fields["worked"].elements("a list of dates"):
                self._worked(element, name)

    def _days_off(self, end: Entry, first: dt.date, last: dt.date, name: DayName) -> None:
        length = (last - first).days + 1
        if not 1 <= length <= _LONGEST_HOLIDAY_DAYS:
            end.refuse(f"expected {first} or at most {_LONGEST_HOLIDAY_DAYS - 1} days after it, got {last}")
            return
        for distance in range(length):
            day = first + dt.timedelta(days=distance)
            if self._is_new(end, day):
                self.holidays[day] = name

    def _worked(self, entry: Entry, name: DayName) -> None:
        day = self._date(entry)
        if day is None:
            return
        if day.weekday() not in self._weekend:
            entry.refuse(f"expected a day of the weekend, got {day}, a {WEEKDAYS[day.weekday()]}")
        elif self._is_new(entry, day):
            self.workdays[day] = name

    def _is_new(self, entry: Entry, day: dt.date) -> bool:
        if day in self.holidays:
            entry.refuse(f"{day} is already a day off for {self.holidays[day].zh!r}; which is it?")
            return False
        if day in self.workdays:
            entry.refuse(f"{day} is already a make-up day for {self.workdays[day].zh!r}; which is it?")
            return False
        return True

    def _date(self, entry: Entry) -> dt.date | None:
        day = date_of(entry)
        if day is None or self._earliest <= day <= self._latest:
            return day
        entry.refuse(
            f"expected a date from {self._earliest} to {self._latest}, got {day}; is it another year's?"
        )
        return None
