"""Offices on which the calendar laws are held: the same office compiled, and counted minute by minute."""

from datetime import date
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from engine.core.calendar import BusinessCalendar
from engine.core.calendar_compile import compile_calendar
from engine.core.calendar_data import DayName, OfficeHours, Season
from engine.core.instant import MINUTE, Instant
from tests.laws.naive_calendar import NaiveCalendar

FEAST = DayName("假日", "Holiday")

OFFICES = (
    # China changed its clocks from 1986 to 1991; office hours by season are common there.
    NaiveCalendar(
        zone=ZoneInfo("Asia/Shanghai"),
        weekend=frozenset({5, 6}),
        holidays=frozenset({date(1988, 9, 30), date(1988, 10, 3), date(2025, 10, 1), date(2025, 10, 2)}),
        workdays=frozenset({date(1988, 4, 17), date(2025, 9, 28), date(2025, 10, 11)}),
        summer_from=(5, 1),
        winter_from=(10, 1),
        summer_hours=((8 * 60 + 30, 12 * 60), (14 * 60 + 30, 18 * 60)),
        winter_hours=((9 * 60, 12 * 60), (13 * 60 + 30, 17 * 60 + 30)),
    ),
    # Works every day of the week, through the hours in which the clocks are changed.
    NaiveCalendar(
        zone=ZoneInfo("Europe/Amsterdam"),
        weekend=frozenset(),
        holidays=frozenset({date(2025, 4, 27), date(2025, 12, 25)}),
        workdays=frozenset(),
        summer_from=(4, 1),
        winter_from=(10, 1),
        summer_hours=((0, 4 * 60), (22 * 60, 24 * 60)),
        winter_hours=((30, 2 * 60 + 30), (2 * 60 + 45, 5 * 60)),
    ),
    # The clocks of Chile jump over midnight, so that one day of the year begins at one o'clock.
    NaiveCalendar(
        zone=ZoneInfo("America/Santiago"),
        weekend=frozenset({6}),
        holidays=frozenset({date(2025, 9, 18), date(2025, 9, 19)}),
        workdays=frozenset({date(2025, 9, 7), date(2025, 9, 21)}),
        summer_from=(4, 1),
        winter_from=(10, 1),
        summer_hours=((0, 90), (8 * 60, 16 * 60)),
        winter_hours=((9 * 60, 18 * 60),),
    ),
)

# Around changes of the clocks, and around holidays and make-up days.
_MONTHS = {
    "Asia/Shanghai": ((1988, 4), (1988, 9), (2025, 9), (2025, 10)),
    "Europe/Amsterdam": ((2025, 3), (2025, 10), (2025, 12)),
    "America/Santiago": ((2025, 4), (2025, 9)),
}


class Office(NamedTuple):
    """One office, twice."""

    naive: NaiveCalendar
    compiled: BusinessCalendar


@cache
def office(place: int) -> Office:
    """The office at this place of `OFFICES`, compiled once."""
    naive = OFFICES[place]
    hours = OfficeHours(
        (
            Season(1, 1, naive.winter_hours),
            Season(*naive.summer_from, naive.summer_hours),
            Season(*naive.winter_from, naive.winter_hours),
        )
    )
    compiled = compile_calendar(
        "office",
        naive.zone.key,
        hours,
        dict.fromkeys(naive.holidays, FEAST),
        dict.fromkeys(naive.workdays, FEAST),
        first_year=1988,
        last_year=2026,
        weekend=naive.weekend,
    )
    return Office(naive, compiled)


offices = st.sampled_from(range(len(OFFICES))).map(office)


@st.composite
def minutes_at(draw: st.DrawFn, naive: NaiveCalendar) -> Instant:
    """A whole minute near a change of the clocks or a holiday of the office."""
    year, month = draw(st.sampled_from(_MONTHS[naive.zone.key]))
    return naive.midnight(date(year, month, 1)) + draw(st.integers(0, 40 * 24 * 60)) * MINUTE
