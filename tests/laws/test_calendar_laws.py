"""What holds of every calendar and every measure, whatever the office and whatever the instant."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.calendar import FIRST_DATE, LAST_DATE, LAST_DAY, BusinessCalendar
from engine.core.calendar_compile import compile_calendar
from engine.core.calendar_data import DayName, all_year
from engine.core.instant import LATEST, Instant
from engine.core.measure import (
    Measure,
    NaturalDays,
    NaturalTime,
    WorkingDayInstants,
    WorkingDays,
    WorkingTime,
    deadline,
    union,
)
from tests.laws.calendar_offices import OFFICES, Office, office, offices

HOURS = all_year((9 * 60, 12 * 60), (13 * 60 + 30, 17 * 60 + 30))

CLOSING_AT_MIDNIGHT = 1
offices_that_close = offices.filter(lambda one: one is not office(CLOSING_AT_MIDNIGHT))

any_instant = st.integers(0, LATEST)
spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6)


@st.composite
def instants_in_the_window(draw: st.DrawFn, calendar: BusinessCalendar) -> Instant:
    """An instant of the window, often on a boundary or a microsecond beside it."""
    first, last = calendar.opens[2], calendar.closes[-2]
    boundaries = st.sampled_from((calendar.opens, calendar.closes, calendar.midnights[3:-3], calendar.starts))
    near = st.tuples(boundaries.flatmap(st.sampled_from), st.integers(-1, 1)).map(sum)
    return min(max(draw(near | st.integers(first, last)), first), last)


def measures_of(calendar: BusinessCalendar) -> tuple[Measure, ...]:
    return (
        NaturalTime(),
        NaturalDays(calendar, expires="midnight"),
        NaturalDays(calendar, expires="close"),
        WorkingDays(calendar, expires="close", late="same_day"),
        WorkingDays(calendar, expires="close", late="next_workday"),
        WorkingDays(calendar, expires="midnight", late="same_day"),
        WorkingDays(calendar, expires="midnight", late="next_workday"),
        WorkingDayInstants(calendar),
        WorkingTime(calendar),
    )


@given(office=offices, one=any_instant, other=any_instant)
def test_a_later_instant_never_has_a_smaller_position(office: Office, one: Instant, other: Instant) -> None:
    earlier, later = sorted((one, other))
    for measure in measures_of(office.compiled):
        assert measure.at(earlier) <= measure.at(later)


@given(office=offices, data=st.data())
def test_a_longer_limit_never_ends_earlier(office: Office, data: st.DataObject) -> None:
    start = data.draw(instants_in_the_window(office.compiled))
    for measure in measures_of(office.compiled):
        position = measure.at(start)
        lengths = sorted(data.draw(st.tuples(st.integers(0, 10**12), st.integers(0, 10**12))))
        assert measure.when(position + lengths[0]) <= measure.when(position + lengths[1])


@given(office=offices, data=st.data())
def test_instant_counting_is_due_at_the_earliest_instant_that_has_reached_the_position(
    office: Office, data: st.DataObject
) -> None:
    calendar = office.compiled
    instant = data.draw(instants_in_the_window(calendar))
    other = data.draw(instants_in_the_window(calendar))
    for measure in (WorkingDayInstants(calendar), WorkingTime(calendar), NaturalTime()):
        position = measure.at(other) + data.draw(st.integers(-3, 3))
        assert (measure.when(position) <= instant) == (position <= measure.at(instant))
        assert measure.at(measure.when(measure.at(instant))) == measure.at(instant)


@given(office=offices, data=st.data())
def test_working_time_comes_back_from_the_instant_to_the_microsecond(
    office: Office, data: st.DataObject
) -> None:
    calendar = office.compiled
    measure = WorkingTime(calendar)
    position = data.draw(st.integers(0, calendar.time_before[-1]))
    assert measure.at(measure.when(position)) == position


@given(office=offices_that_close, data=st.data())
def test_a_working_day_comes_back_from_its_expiry(office: Office, data: st.DataObject) -> None:
    calendar = office.compiled
    rank = data.draw(st.integers(1, len(calendar.working_days) - 1))
    for measure in (WorkingDays(calendar), WorkingDays(calendar, late="next_workday")):
        assert measure.at(measure.when(rank)) == rank
    midnight = WorkingDays(calendar, expires="midnight")
    assert midnight.at(midnight.when(rank) - 1) == rank


@given(data=st.data())
def test_a_working_day_that_ends_at_midnight_comes_back_from_the_instant_before(data: st.DataObject) -> None:
    calendar = office(CLOSING_AT_MIDNIGHT).compiled
    rank = data.draw(st.integers(1, len(calendar.working_days) - 1))
    for measure in (WorkingDays(calendar), WorkingDays(calendar, late="next_workday")):
        assert measure.at(measure.when(rank) - 1) == rank


@given(office=offices_that_close, data=st.data())
def test_with_late_receipts_moved_on_the_close_is_the_last_instant_of_a_working_day(
    office: Office, data: st.DataObject
) -> None:
    calendar = office.compiled
    measure = WorkingDays(calendar, late="next_workday")
    instant = data.draw(instants_in_the_window(calendar))
    rank = measure.at(data.draw(instants_in_the_window(calendar)))
    assert (measure.at(instant) <= rank) == (instant <= measure.when(rank))


@given(office=offices, instant=any_instant, position=st.integers(-(10**20), 10**20))
def test_no_instant_and_no_position_is_too_far_away_to_be_answered(
    office: Office, instant: Instant, position: int
) -> None:
    calendar = office.compiled
    for measure in measures_of(calendar):
        measure.at(instant)
        measure.when(position)
    day = calendar.day(instant)
    assert 0 <= day <= LAST_DAY
    assert calendar.open_of(position) < calendar.close_of(position) < calendar.midnight_after(LAST_DAY) + 1
    assert calendar.midnight_of(position) < calendar.midnight_after(position)
    assert calendar.is_provisional(instant) or calendar.first_date <= calendar.date(day) <= calendar.horizon


@given(office=offices, data=st.data())
def test_an_instant_falls_on_the_day_between_its_midnights(office: Office, data: st.DataObject) -> None:
    calendar = office.compiled
    instant = data.draw(instants_in_the_window(calendar))
    day = calendar.day(instant)
    assert calendar.midnight_of(day) <= instant < calendar.midnight_after(day)
    assert calendar.day_of(calendar.date(day)) == day


@pytest.mark.parametrize("place", range(len(OFFICES)))
def test_ranks_count_working_days_and_lead_back_to_them(place: int) -> None:
    calendar = office(place).compiled
    counted = 0
    for day in range(LAST_DAY + 1):
        counted += calendar.is_working_day(day)
        assert calendar.rank(day) == counted
        if calendar.is_working_day(day):
            assert calendar.working_day(counted) == day


weekday_dates = st.dates(dt.date(2024, 1, 1), dt.date(2026, 12, 31)).filter(lambda day: day.weekday() < 5)


@settings(max_examples=12)
@given(extra=st.sets(weekday_dates, min_size=1, max_size=20), data=st.data())
def test_a_further_holiday_never_shortens_a_deadline(extra: set[dt.date], data: st.DataObject) -> None:
    name = DayName("假日", "Holiday")
    before = compile_calendar("before", "Asia/Shanghai", HOURS, {}, {}, first_year=2024, last_year=2026)
    after = compile_calendar(
        "after", "Asia/Shanghai", HOURS, dict.fromkeys(extra, name), {}, first_year=2024, last_year=2026
    )
    within = st.integers(before.opens[before.rank(19_700)], before.opens[before.rank(20_400)])
    for start in data.draw(st.lists(within, min_size=20, max_size=20)):
        for shorter, longer in zip(measures_of(before), measures_of(after), strict=True):
            unit = next(unit for unit in ("working_days", "working_hours", "days") if _knows(shorter, unit))
            count = data.draw(st.integers(1, 60))
            due_before = shorter.when(shorter.at(start) + shorter.of(count, unit))
            due_after = longer.when(longer.at(start) + longer.of(count, unit))
            assert due_before <= due_after


def _knows(measure: Measure, unit: str) -> bool:
    try:
        measure.of(1, unit)
    except ValueError:
        return False
    return True


@given(start=st.integers(0, 50), one=st.integers(0, 50), other=st.integers(0, 50), excluded=spans)
def test_two_limits_one_after_the_other_are_one_limit_of_their_sum(
    start: int, one: int, other: int, excluded: list[tuple[int, int]]
) -> None:
    exclusions = union(excluded)
    assert deadline(deadline(start, one, exclusions), other, exclusions) == deadline(
        start, one + other, exclusions
    )


@given(start=st.integers(0, 50), amount=st.integers(0, 50), excluded=spans)
def test_the_deadline_is_where_counting_positions_one_by_one_ends(
    start: int, amount: int, excluded: list[tuple[int, int]]
) -> None:
    position, left = start, amount
    while left > 0:
        position += 1
        left -= not any(first < position <= last for first, last in excluded)
    assert deadline(start, amount, union(excluded)) == position


@given(excluded=spans)
def test_a_union_holds_the_same_positions_in_order_and_apart(excluded: list[tuple[int, int]]) -> None:
    merged = union(excluded)
    for position in range(62):
        inside = any(first < position <= last for first, last in excluded)
        assert any(first < position <= last for first, last in merged) == inside
    assert all(first < last for first, last in merged)
    assert all(before[1] < after[0] for before, after in pairwise(merged))


@given(start=st.integers(0, 50), amount=st.integers(0, 50), excluded=spans, more=spans)
def test_a_further_exclusion_never_shortens_a_deadline(
    start: int, amount: int, excluded: list[tuple[int, int]], more: list[tuple[int, int]]
) -> None:
    assert deadline(start, amount, union(excluded)) <= deadline(start, amount, union(excluded + more))


def test_the_window_ends_with_the_year_2100() -> None:
    calendar = office(0).compiled
    assert (calendar.date(0), calendar.date(LAST_DAY)) == (FIRST_DATE, LAST_DATE)
