"""The worked examples of day counting, instant counting and suspensions."""

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from engine.core.calendar import BusinessCalendar
from engine.core.calendar_compile import compile_calendar
from engine.core.calendar_data import OfficeHours, Season, all_year
from engine.core.instant import DAY, HOUR, MICROSECOND, MINUTE, SECOND, Instant, instant_of
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
from engine.rulebook.calendars import load_calendars
from engine.rulebook.locate import shipped_rules

SHANGHAI = ZoneInfo("Asia/Shanghai")


@cache
def china() -> BusinessCalendar:
    calendars, _ = load_calendars(shipped_rules() / "calendars")
    return calendars["cn"]


def at(text: str) -> Instant:
    """The instant of a time on the clocks of China."""
    return instant_of(dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI))


def due(measure: Measure, start: str, count: int, unit: str = "working_days") -> Instant:
    return measure.when(measure.at(at(start)) + measure.of(count, unit))


@pytest.mark.parametrize(
    ("accepted", "count", "last_day"),
    [
        ("2018-10-15", 7, "2018-10-24"),
        ("2018-10-15", 10, "2018-10-29"),
        ("2025-09-26", 7, "2025-10-13"),
        ("2025-09-26", 20, "2025-10-30"),
        ("2024-12-31", 20, "2025-02-05"),
        ("2025-01-24", 5, "2025-02-07"),
        ("2026-02-13", 7, "2026-03-02"),
        ("2026-09-18", 7, "2026-09-29"),
        ("2019-04-26", 4, "2019-05-05"),
    ],
)
def test_a_limit_of_working_days_ends_at_the_close_of_its_last_day(
    accepted: str, count: int, last_day: str
) -> None:
    assert due(WorkingDays(china()), f"{accepted} 10:00", count) == at(f"{last_day} 17:30")
    assert (
        due(WorkingDays(china(), expires="midnight"), f"{accepted} 10:00", count)
        == at(f"{last_day} 00:00") + DAY
    )


def test_a_deadline_follows_the_notice_that_was_known_at_the_time() -> None:
    now = china()
    moved = {dt.date(2019, 5, day) for day in (2, 3)}
    before = compile_calendar(
        "cn-before-march-2019",
        "Asia/Shanghai",
        all_year((540, 720), (810, 1050)),
        {day: name for day, name in now.holidays.items() if day not in moved},
        {
            day: name
            for day, name in now.workdays.items()
            if day not in {dt.date(2019, 4, 28), dt.date(2019, 5, 5)}
        },
        first_year=2018,
        last_year=2019,
    )
    # 28 April and 5 May were Sundays off, and the holiday was 1 May alone.
    assert due(WorkingDays(before), "2019-04-26 10:00", 4) == at("2019-05-03 17:30")
    assert due(WorkingDays(now), "2019-04-26 10:00", 4) == at("2019-05-05 17:30")


@pytest.mark.parametrize(
    ("suspensions", "count", "last_day"),
    [
        ([], 7, "2025-09-30"),
        ([("09-24", "09-26")], 7, "2025-10-10"),
        ([("09-24", "09-24")], 7, "2025-09-30"),
        ([("09-24", "09-26"), ("09-25", "09-29")], 7, "2025-10-13"),
        ([("09-27", "09-28")], 7, "2025-10-09"),
        ([("09-24", "09-26")], 20 + 10, "2025-11-11"),
    ],
    ids=["none", "three-days", "within-one-day", "overlapping", "make-up-day", "with-an-extension"],
)
def test_suspended_working_days_are_not_counted(
    suspensions: list[tuple[str, str]], count: int, last_day: str
) -> None:
    measure = WorkingDays(china())
    start = measure.at(at("2025-09-22 10:00"))
    excluded = union(
        (measure.at(at(f"2025-{suspended} 11:00")), measure.at(at(f"2025-{resumed} 15:00")))
        for suspended, resumed in suspensions
    )
    assert measure.when(deadline(start, count, excluded)) == at(f"{last_day} 17:30")


def test_days_counted_from_the_instant_end_at_the_same_time_of_the_day() -> None:
    measure = WorkingDayInstants(china())
    assert due(measure, "2025-09-26 10:00", 7) == at("2025-10-13 10:00")
    assert due(measure, "2025-09-26 10:00:00.000001", 7) == at("2025-10-13 10:00:00.000001")


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2025-09-22 12:30", "2025-09-23 12:00"),
        ("2025-09-22 20:00", "2025-09-23 17:30"),
        ("2025-09-20 10:00", "2025-09-22 17:30"),
        ("2025-09-23 08:00", "2025-09-23 17:30"),
        ("2025-09-23 09:00", "2025-09-23 17:30"),
    ],
    ids=["noon", "evening", "saturday", "before-opening", "at-opening"],
)
def test_a_day_counted_from_time_off_ends_when_work_stops(start: str, end: str) -> None:
    assert due(WorkingDayInstants(china()), start, 1) == at(end)


def test_half_of_a_long_day_is_half_of_a_short_day() -> None:
    hours = OfficeHours((Season(1, 1, ((540, 1020),)), Season(10, 1, ((540, 960),))))
    calendar = compile_calendar("seasonal", "Asia/Shanghai", hours, {}, {}, first_year=2025, last_year=2025)
    measure = WorkingDayInstants(calendar)
    # Eight hours from nine in September, seven in October: four of eight are three and a half of seven.
    assert due(measure, "2025-09-30 13:00", 1) == at("2025-10-01 12:30")
    # A seventh has no end in microseconds: the deadline is the microsecond after it.
    start = at("2025-10-01 09:00") + MICROSECOND
    earlier = measure.at(start) - measure.of(1, "working_days")
    assert measure.when(earlier) == at("2025-09-30 09:00") + 2 * MICROSECOND


def test_suspended_working_time_is_not_counted_from_instant_to_instant() -> None:
    measure = WorkingDayInstants(china())
    start = measure.at(at("2025-09-22 10:00"))
    excluded = union([(measure.at(at("2025-09-24 11:00")), measure.at(at("2025-09-26 16:00")))])
    # 5 hours of the 24th, 7 of the 25th and 5.5 of the 26th, with 7 hours a day: two and a half days.
    end = measure.when(deadline(start, measure.of(7, "working_days"), excluded))
    assert end == at("2025-10-10 15:00")


def test_working_hours_pass_over_the_night_the_weekend_and_the_break() -> None:
    measure = WorkingTime(china())
    assert due(measure, "2025-09-22 11:00", 6, "working_hours") == at("2025-09-23 10:00")
    assert due(measure, "2025-09-19 16:30", 2, "working_hours") == at("2025-09-22 10:00")
    assert due(measure, "2025-09-22 09:00", 7, "working_hours") == at("2025-09-22 17:30")


def test_a_natural_limit_runs_by_night_and_on_holidays() -> None:
    assert due(NaturalTime(), "2025-09-30 17:00", 24, "hours") == at("2025-10-01 17:00")
    assert due(NaturalTime(), "2025-09-30 17:00", 2, "days") == at("2025-10-02 17:00")
    assert due(NaturalTime(), "2025-09-30 17:00", 90, "minutes") == at("2025-09-30 18:30")


@pytest.mark.parametrize(
    ("start", "count", "last_day"),
    [
        ("2025-09-22", 5, "2025-09-28"),
        ("2025-09-22", 8, "2025-09-30"),
        ("2025-09-22", 10, "2025-10-09"),
        ("2025-09-10", 10, "2025-09-22"),
    ],
    ids=["on-a-make-up-day", "on-a-working-day", "in-a-holiday", "on-a-saturday"],
)
def test_a_limit_of_natural_days_that_ends_off_work_ends_on_the_next_working_day(
    start: str, count: int, last_day: str
) -> None:
    assert due(NaturalDays(china()), f"{start} 23:59", count, "days") == at(f"{last_day} 00:00") + DAY
    assert due(NaturalDays(china(), expires="close"), f"{start} 00:00", count, "days") == at(
        f"{last_day} 17:30"
    )


@pytest.mark.parametrize(
    ("received", "same_day", "next_workday"),
    [
        ("2025-09-22 17:30", "2025-09-23", "2025-09-23"),
        ("2025-09-22 17:30:00.000001", "2025-09-23", "2025-09-24"),
        ("2025-09-22 08:00", "2025-09-23", "2025-09-23"),
        ("2025-09-20 10:00", "2025-09-22", "2025-09-23"),
        ("2025-10-03 10:00", "2025-10-09", "2025-10-10"),
    ],
    ids=["at-the-close", "after-the-close", "before-opening", "saturday", "holiday"],
)
def test_what_is_received_late_may_be_dated_on_the_next_working_day(
    received: str, same_day: str, next_workday: str
) -> None:
    assert due(WorkingDays(china()), received, 1) == at(f"{same_day} 17:30")
    assert due(WorkingDays(china(), late="next_workday"), received, 1) == at(f"{next_workday} 17:30")


@pytest.mark.parametrize(
    ("measure", "unit", "positions"),
    [
        (NaturalTime(), "days", DAY),
        (NaturalTime(), "hours", HOUR),
        (NaturalTime(), "minutes", MINUTE),
    ],
)
def test_a_length_in_a_known_unit_is_an_amount_of_positions(
    measure: Measure, unit: str, positions: int
) -> None:
    assert measure.of(3, unit) == 3 * positions


def test_a_length_in_working_units_is_an_amount_of_positions() -> None:
    assert WorkingDays(china()).of(3, "working_days") == 3
    assert NaturalDays(china()).of(3, "days") == 3
    assert WorkingTime(china()).of(3, "working_hours") == 3 * HOUR
    assert WorkingDayInstants(china()).of(3, "working_days") == 3 * 7 * HOUR


def test_a_unit_that_a_measure_cannot_express_is_refused_by_name() -> None:
    foreign: list[tuple[Measure, str]] = [
        (NaturalTime(), "working_days"),
        (NaturalDays(china()), "hours"),
        (WorkingDays(china()), "days"),
        (WorkingDayInstants(china()), "working_hours"),
        (WorkingTime(china()), "working_days"),
    ]
    for measure, unit in foreign:
        with pytest.raises(ValueError, match=f"got the unit '{unit}'"):
            measure.of(1, unit)


def test_an_exclusion_before_the_start_and_one_from_the_deadline_on_move_nothing() -> None:
    assert deadline(10, 5, [(2, 8)]) == 15
    assert deadline(10, 5, [(15, 20)]) == 15
    assert deadline(10, 5, [(8, 12)]) == 17
    assert deadline(10, 5, [(12, 13), (14, 20)]) == 22
    assert deadline(10, 5) == 15


def test_a_union_joins_what_overlaps_or_touches() -> None:
    assert union([(5, 7), (1, 3), (3, 4), (6, 6), (2, 3)]) == ((1, 4), (5, 7))
    assert union([(1, 9), (2, 3)]) == ((1, 9),)
    assert union([]) == ()


def test_the_working_day_ends_a_second_before_it_is_overdue() -> None:
    measure = WorkingDays(china())
    last = due(measure, "2025-09-22 10:00", 7)
    assert measure.at(last) == measure.at(last - SECOND) == measure.at(at("2025-09-22 10:00")) + 7


def test_a_limit_of_no_length_ends_where_it_starts_whatever_is_excluded() -> None:
    assert deadline(1, 0, ((0, 2),)) == 1
