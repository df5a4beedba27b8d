"""Which days and hours are worked, and why."""

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from engine.core.calendar import LAST_DAY, BusinessCalendar
from engine.core.calendar_compile import compile_calendar, compile_years
from engine.core.calendar_data import CalendarYear, DayName, Notice, OfficeHours, Season, all_year
from engine.core.instant import DAY, HOUR, LATEST, Instant, instant_of
from engine.rulebook.calendars import load_calendars
from engine.rulebook.locate import shipped_rules

HOURS = all_year((540, 720), (810, 1050))
NEW_YEAR = DayName("元旦", "New Year's Day")


@cache
def china() -> BusinessCalendar:
    calendars, _ = load_calendars(shipped_rules() / "calendars")
    return calendars["cn"]


def at(text: str, zone: str = "Asia/Shanghai") -> Instant:
    return instant_of(dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)))


def day_of(text: str, calendar: BusinessCalendar | None = None) -> int:
    return (calendar or china()).day_of(dt.date.fromisoformat(text))


def office(zone: str, hours: OfficeHours = HOURS) -> BusinessCalendar:
    return compile_calendar(
        "office", zone, hours, {}, {}, first_year=2020, last_year=2026, weekend=frozenset()
    )


@pytest.mark.parametrize(
    ("date", "worked", "reason", "name"),
    [
        ("2025-09-26", True, "workday", None),
        ("2025-09-27", False, "weekend", None),
        ("2025-09-28", True, "make-up", "国庆节、中秋节"),
        ("2025-10-01", False, "holiday", "国庆节、中秋节"),
        ("2018-12-31", False, "holiday", "元旦"),
        ("2018-12-29", True, "make-up", "元旦"),
        ("2020-02-01", False, "holiday", "春节"),
        ("2027-02-08", True, "provisional-workday", None),
        ("2027-02-06", False, "provisional-weekend", None),
        ("2017-10-02", True, "provisional-workday", None),
    ],
)
def test_a_date_is_worked_or_not_for_a_reason(date: str, worked: bool, reason: str, name: str | None) -> None:
    civil_date = dt.date.fromisoformat(date)
    assert china().is_working_day(day_of(date)) is worked
    assert china().reason(civil_date) == reason
    holiday = china().holiday_name(civil_date)
    assert (holiday.zh if holiday else None) == name


def test_a_holiday_is_named_in_both_languages() -> None:
    assert china().holiday_name(dt.date(2026, 9, 25)) == DayName("中秋节", "Mid-Autumn Festival")


def test_days_past_the_last_notice_are_provisional_from_midnight_on() -> None:
    assert china().horizon == dt.date(2026, 12, 31)
    assert not china().is_provisional(at("2026-12-31 23:59:59.999999"))
    assert china().is_provisional(at("2027-01-01 00:00"))
    assert not china().is_provisional(at("2018-01-01 00:00"))
    assert china().is_provisional(at("2017-12-31 23:59:59.999999"))


def test_every_notice_comes_with_its_number_its_date_and_its_place() -> None:
    notices = china().notices
    assert [notice.known_from for notice in notices] == sorted(notice.known_from for notice in notices)
    assert (
        Notice(
            number="国办发明电〔2019〕3号",
            published=dt.date(2019, 3, 22),
            known_from=dt.date(2019, 3, 22),
            title="国务院办公厅关于调整2019年劳动节假期安排的通知",
            source="https://www.gov.cn/zhengce/content/2019-03/22/content_5375877.htm",
        )
        in notices
    )
    assert len(notices) == 11
    assert all(notice.number and notice.source.startswith("https://www.gov.cn/") for notice in notices)


def test_a_working_day_opens_closes_and_ends() -> None:
    day = day_of("2025-09-28")
    assert china().open_of(day) == at("2025-09-28 09:00")
    assert china().close_of(day) == at("2025-09-28 17:30")
    assert china().midnight_of(day) == at("2025-09-28 00:00")
    assert china().midnight_after(day) == at("2025-09-29 00:00")


def test_a_day_off_opens_and_closes_with_the_next_working_day() -> None:
    day = day_of("2025-10-01")
    assert china().open_of(day) == at("2025-10-09 09:00")
    assert china().close_of(day) == at("2025-10-09 17:30")
    assert china().midnight_after(day) == at("2025-10-02 00:00")


def test_an_instant_belongs_to_the_day_that_the_clocks_show() -> None:
    assert china().date(china().day(at("2025-09-28 23:59:59.999999"))) == dt.date(2025, 9, 28)
    assert china().date(china().day(at("2025-09-29 00:00"))) == dt.date(2025, 9, 29)


def test_working_time_stands_still_off_work() -> None:
    calendar = china()
    morning = calendar.working_time(at("2025-09-26 09:00"))
    assert calendar.working_time(at("2025-09-26 10:00")) - morning == HOUR
    assert calendar.working_time(at("2025-09-26 12:30")) - morning == 3 * HOUR
    assert calendar.working_time(at("2025-09-28 09:00")) - morning == 7 * HOUR
    assert calendar.at_working_time(morning + 3 * HOUR) == at("2025-09-26 12:00")
    assert calendar.at_working_time(morning + 3 * HOUR + 1) == at("2025-09-26 13:30") + 1


def test_questions_outside_of_the_window_are_answered_as_for_its_ends() -> None:
    calendar = china()
    assert calendar.day(0) == 0
    assert calendar.day(LATEST) == LAST_DAY
    assert calendar.working_day(-5) == calendar.working_day(1) == 0
    assert calendar.working_day(10**9) == calendar.working_day(calendar.rank(LAST_DAY))
    assert calendar.at_working_time(0) == calendar.midnight_of(0)
    assert calendar.at_working_time(10**30) == calendar.midnight_after(LAST_DAY)
    assert calendar.working_time(LATEST) == calendar.working_time(calendar.midnight_after(LAST_DAY))
    assert calendar.rank(-1) == 1
    assert calendar.day_of(dt.date(1900, 1, 1)) == 0
    # New York is still in 1969 at the first instant.
    assert office("America/New_York").day(0) == 0
    assert office("America/New_York").working_time(0) == 0


def test_a_day_on_which_the_clocks_go_back_has_the_hour_twice() -> None:
    calendar = office("Europe/Amsterdam", all_year((60, 240)))
    night = at("2025-10-26 00:00", "Europe/Amsterdam")
    assert calendar.midnight_after(calendar.day(night)) - night == 25 * HOUR
    assert calendar.working_time(night + DAY) - calendar.working_time(night) == 4 * HOUR
    assert calendar.close_of(calendar.day(night)) == at("2025-10-26 04:00", "Europe/Amsterdam")


def test_a_day_on_which_the_clocks_go_forward_lacks_the_hour() -> None:
    calendar = office("Europe/Amsterdam", all_year((60, 150), (170, 240)))
    night = at("2025-03-30 00:00", "Europe/Amsterdam")
    assert calendar.midnight_after(calendar.day(night)) - night == 23 * HOUR
    # From one until two, and from three until four: the interval within the hour that is skipped is cut.
    assert calendar.working_time(night + DAY) - calendar.working_time(night) == 2 * HOUR


def test_a_summer_in_china_with_clocks_put_forward_keeps_its_office_hours() -> None:
    calendar = office("Asia/Shanghai")
    day = calendar.day_of(dt.date(1988, 7, 1))
    assert (
        calendar.open_of(day)
        == at("1988-07-01 09:00")
        == instant_of(dt.datetime(1988, 7, 1, 0, 0, tzinfo=dt.UTC))
    )


def test_a_day_whose_office_hours_the_clocks_skip_is_not_worked() -> None:
    calendar = office("Europe/Amsterdam", all_year((125, 170)))
    day = calendar.day_of(dt.date(2025, 3, 30))
    assert not calendar.is_working_day(day)
    assert calendar.is_working_day(day + 1)
    assert calendar.close_of(day) == at("2025-03-31 02:50", "Europe/Amsterdam")


def test_a_civil_day_that_a_country_left_out_is_not_worked() -> None:
    calendar = office("Pacific/Apia")
    day = calendar.day_of(dt.date(2011, 12, 30))
    assert calendar.midnight_of(day) == calendar.midnight_after(day)
    assert not calendar.is_working_day(day)
    assert calendar.working_day(calendar.rank(day - 1) + 1) == day + 1


def test_office_hours_follow_the_season_and_last_over_the_new_year() -> None:
    hours = OfficeHours((Season(5, 1, ((510, 720), (870, 1080))), Season(10, 1, ((540, 720), (810, 1050)))))
    calendar = office("Asia/Shanghai", hours)
    assert calendar.open_of(calendar.day_of(dt.date(2025, 4, 30))) == at("2025-04-30 09:00")
    assert calendar.open_of(calendar.day_of(dt.date(2025, 5, 1))) == at("2025-05-01 08:30")
    assert calendar.close_of(calendar.day_of(dt.date(2025, 9, 30))) == at("2025-09-30 18:00")
    assert calendar.close_of(calendar.day_of(dt.date(2025, 10, 1))) == at("2025-10-01 17:30")


@pytest.mark.parametrize(
    ("seasons", "message"),
    [
        ((), "at least one season"),
        ((Season(1, 1, ()),), "at least one working interval"),
        ((Season(1, 1, ((720, 540),)),), "in order, apart"),
        ((Season(1, 1, ((540, 720), (700, 800))),), "in order, apart"),
        ((Season(1, 1, ((540, 1441),)),), "within 0 to 1440"),
        ((Season(5, 1, ((540, 720),)), Season(5, 1, ((540, 720),))), "each from its own day"),
    ],
)
def test_office_hours_that_cannot_be_kept_are_refused(seasons: tuple[Season, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        OfficeHours(seasons)


def test_a_calendar_that_contradicts_itself_is_refused() -> None:
    day = {dt.date(2025, 1, 1): NEW_YEAR}
    early = {dt.date(1969, 12, 31): NEW_YEAR}
    with pytest.raises(ValueError, match="2025-01-01 is both a holiday and a day worked"):
        compile_calendar("x", "Asia/Shanghai", HOURS, day, day, first_year=2025, last_year=2025)
    with pytest.raises(ValueError, match="expected dates from 1970-01-01 to 2100-12-31, got 1969-12-31"):
        compile_calendar("x", "Asia/Shanghai", HOURS, early, {}, first_year=2025, last_year=2025)
    with pytest.raises(ValueError, match="expected years from 1970 to 2100, got 2026 to 2025"):
        compile_calendar("x", "Asia/Shanghai", HOURS, {}, {}, first_year=2026, last_year=2025)
    with pytest.raises(ValueError, match="expected a time zone such as 'Asia/Shanghai', got 'Asia/Wuhai'"):
        compile_calendar("x", "Asia/Wuhai", HOURS, {}, {}, first_year=2025, last_year=2025)
    with pytest.raises(ValueError, match="at least one day of the week"):
        compile_calendar(
            "x", "UTC", HOURS, {}, {}, first_year=2025, last_year=2025, weekend=frozenset(range(7))
        )


def test_a_later_year_changes_the_december_before_it() -> None:
    first = CalendarYear(2024, (), {dt.date(2024, 12, 30): NEW_YEAR}, {dt.date(2024, 12, 28): NEW_YEAR})
    second = CalendarYear(2025, (), {dt.date(2024, 12, 28): NEW_YEAR}, {dt.date(2024, 12, 30): NEW_YEAR})
    calendar = compile_years("x", "Asia/Shanghai", HOURS, [second, first])
    assert calendar.reason(dt.date(2024, 12, 28)) == "holiday"
    assert calendar.reason(dt.date(2024, 12, 30)) == "make-up"
    assert (calendar.first_date, calendar.horizon) == (dt.date(2024, 1, 1), dt.date(2025, 12, 31))


@pytest.mark.parametrize("years", [[], [2024, 2026], [2025, 2025]], ids=["none", "a-gap", "twice"])
def test_years_with_a_gap_are_refused(years: list[int]) -> None:
    data = [CalendarYear(year, (), {}, {}) for year in years]
    with pytest.raises(ValueError, match="without a gap"):
        compile_years("x", "Asia/Shanghai", HOURS, data)


def test_a_calendar_shows_itself_in_a_line() -> None:
    assert repr(china()) == "<BusinessCalendar 'cn' Asia/Shanghai 2018-01-01..2026-12-31>"
