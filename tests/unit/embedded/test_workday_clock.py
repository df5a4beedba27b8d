"""The simulated clock: one line through offices and rests, read alike by everybody."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.codec.rfc3339 import instant_from
from engine.core.calendar import BusinessCalendar
from engine.core.instant import DAY, HOUR, MINUTE, SECOND, Instant
from engine.embedded.workday_clock import REST_FACTOR, Pace, WorkdayClock
from engine.rulebook.calendars import load_calendars
from engine.rulebook.locate import shipped_rules

MONDAY = instant_from("2026-03-02T08:50:00+08:00")
ORIGIN = 5_000_000


@cache
def calendar() -> BusinessCalendar:
    calendars, findings = load_calendars(Path(shipped_rules()) / "calendars")
    assert not findings
    return calendars["cn"]


def clock_at(real: int, start: Instant = MONDAY, factor: float = 600.0) -> WorkdayClock:
    """A clock that is looked at `real` microseconds after its origin."""
    return WorkdayClock(Pace(start, ORIGIN, factor), calendar(), elapsed=lambda: ORIGIN + real)


def test_it_stands_at_the_start_until_its_origin() -> None:
    assert clock_at(-3 * SECOND).now() == MONDAY
    assert clock_at(0).now() == MONDAY


def test_an_office_hour_passes_at_the_factor() -> None:
    assert clock_at(6 * SECOND).now() == MONDAY + HOUR


def test_a_night_passes_faster_than_an_office_day() -> None:
    evening = instant_from("2026-03-02T18:15:00+08:00")
    opening = instant_from("2026-03-03T08:45:00+08:00")
    clock = clock_at(0)
    night = clock.seconds_until(opening) - clock.seconds_until(evening)
    assert night == pytest.approx((opening - evening) / SECOND / 600 / REST_FACTOR)


def test_a_holiday_is_one_long_rest() -> None:
    clock = clock_at(0, instant_from("2026-02-14T12:00:00+08:00"))
    after = instant_from("2026-02-24T08:45:00+08:00")
    assert clock.seconds_until(after) < 9.5 * 24 * 3600 / 600 / REST_FACTOR + 6.25 * 3600 / 600 + 1


def test_a_start_at_night_begins_with_a_rest() -> None:
    start = instant_from("2026-03-02T02:00:00+08:00")
    assert clock_at(SECOND, start).now() == start + int(600 * REST_FACTOR * SECOND)


@given(st.integers(0, 40 * 60 * SECOND), st.integers(1, 60 * SECOND), st.sampled_from([0, 7 * HOUR, 3 * DAY]))
def test_it_never_goes_back(real: int, step: int, later: int) -> None:
    before, after = clock_at(real, MONDAY + later).now(), clock_at(real + step, MONDAY + later).now()
    assert before <= after


@given(st.integers(1, 40 * 60 * SECOND), st.sampled_from([0, 7 * HOUR, 3 * DAY]))
def test_the_moment_of_an_instant_is_when_it_comes(real: int, later: int) -> None:
    clock = clock_at(real, MONDAY + later)
    assert clock.seconds_until(clock.now()) == pytest.approx(0.0, abs=0.001)


def test_two_processes_with_one_pace_agree() -> None:
    pace = Pace.from_text(Pace(MONDAY, ORIGIN, 600.0).text())
    other = WorkdayClock(pace, calendar(), elapsed=lambda: ORIGIN + 77 * SECOND)
    assert other.now() == clock_at(77 * SECOND).now()
    assert other.is_sane()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("2026-03-02T08:50:00@1x600", id="no-zone"),
        pytest.param("2026-03-02T08:50:00Z@x600", id="no-origin"),
        pytest.param("2026-03-02T08:50:00Z@1x0", id="stands"),
        pytest.param("2026-03-02T08:50:00Z@1xnan", id="no-number"),
        pytest.param("2026-03-02T08:50:00Z@1xinf", id="endless"),
    ],
)
def test_a_text_that_is_no_pace_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^clock: expected"):
        Pace.from_text(text)


def test_past_the_days_looked_ahead_time_goes_on() -> None:
    far = clock_at(40 * 24 * 3600 * SECOND)
    assert far.now() > MONDAY + 2000 * DAY
    assert clock_at(40 * 24 * 3600 * SECOND + SECOND).now() - far.now() == pytest.approx(10 * MINUTE, abs=2)
