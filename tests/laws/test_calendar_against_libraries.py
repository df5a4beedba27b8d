"""The calendar agrees with three libraries that count working days in their own ways."""

import datetime as dt
from functools import cache

import chinese_calendar
import holidays
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.calendar import BusinessCalendar
from engine.core.calendar_compile import compile_calendar
from engine.core.calendar_data import DayName, all_year
from engine.rulebook.calendars import load_calendars
from engine.rulebook.locate import shipped_rules

YEARS = range(2018, 2027)
NAME = DayName("假日", "Holiday")


@cache
def shipped() -> BusinessCalendar:
    calendars, findings = load_calendars(shipped_rules() / "calendars")
    assert findings == []
    return calendars["cn"]


def _dates() -> list[dt.date]:
    first = dt.date(YEARS.start, 1, 1).toordinal()
    return [dt.date.fromordinal(day) for day in range(first, dt.date(YEARS.stop, 1, 1).toordinal())]


def test_every_date_of_nine_years_is_worked_as_chinesecalendar_says() -> None:
    calendar = shipped()
    differing = [
        day
        for day in _dates()
        if calendar.is_working_day(calendar.day_of(day)) != chinese_calendar.is_workday(day)
    ]
    assert differing == []


def test_every_date_of_nine_years_is_worked_as_holidays_says() -> None:
    # It knows days off and weekends that are worked, each in its own list.
    china = holidays.country_holidays("CN", years=YEARS)
    calendar = shipped()
    differing = [
        day for day in _dates() if calendar.is_working_day(calendar.day_of(day)) != china.is_working_day(day)
    ]
    assert differing == []


civil_dates = st.dates(dt.date(2019, 1, 1), dt.date(2030, 12, 31))


@settings(max_examples=20)
@given(
    weekend=st.sets(st.integers(0, 6), max_size=6),
    off=st.sets(civil_dates, max_size=60),
    spans=st.lists(st.tuples(civil_dates, st.integers(1, 400)), min_size=20, max_size=40),
)
def test_working_days_are_added_as_numpy_adds_them(
    weekend: set[int], off: set[dt.date], spans: list[tuple[dt.date, int]]
) -> None:
    calendar = compile_calendar(
        "any",
        "Asia/Shanghai",
        all_year((540, 1020)),
        dict.fromkeys(off, NAME),
        {},
        first_year=2019,
        last_year=2030,
        weekend=weekend,
    )
    mask = [weekday not in weekend for weekday in range(7)]
    numpy_calendar = np.busdaycalendar(weekmask=mask, holidays=sorted(off))
    for start, count in spans:
        # Day 1 is the first working day after the start, whether the start is worked or not.
        expected = np.busday_offset(start, count, roll="backward", busdaycal=numpy_calendar).item()
        day = calendar.working_day(calendar.rank(calendar.day_of(start)) + count)
        assert calendar.date(day) == expected


@settings(max_examples=20)
@given(first=civil_dates, second=civil_dates, off=st.sets(civil_dates, max_size=60))
def test_working_days_between_two_dates_are_counted_as_numpy_counts_them(
    first: dt.date, second: dt.date, off: set[dt.date]
) -> None:
    first, second = sorted((first, second))
    calendar = compile_calendar(
        "any",
        "Europe/Amsterdam",
        all_year((540, 1020)),
        dict.fromkeys(off, NAME),
        {},
        first_year=2019,
        last_year=2030,
    )
    counted = calendar.rank(calendar.day_of(second)) - calendar.rank(calendar.day_of(first))
    day_after = dt.timedelta(days=1)
    assert counted == np.busday_count(first + day_after, second + day_after, holidays=sorted(off))
