"""The clock, its guard, and accelerated time."""

import pytest

from engine.core.instant import HOUR, MINUTE, SECOND
from engine.worker.clock import AcceleratedClock, SystemClock, elapsed_reading, stopwatch, wall_reading

START = 1_700_000_000 * SECOND


class Hands:
    """Wall and elapsed time that a test sets."""

    def __init__(self) -> None:
        self.wall = START
        self.elapsed = 0

    def clock(self) -> SystemClock:
        return SystemClock(wall=lambda: self.wall, elapsed=lambda: self.elapsed)

    def pass_time(self, microseconds: int) -> None:
        self.wall += microseconds
        self.elapsed += microseconds


def test_now_is_the_wall_clock() -> None:
    hands = Hands()
    clock = hands.clock()
    hands.pass_time(7 * HOUR)
    assert clock.now() == START + 7 * HOUR
    assert clock.is_sane()


def test_a_small_correction_is_taken() -> None:
    hands = Hands()
    clock = hands.clock()
    hands.wall += 2 * MINUTE
    assert clock.now() == START + 2 * MINUTE
    assert clock.is_sane()


def test_a_clock_set_back_is_believed() -> None:
    hands = Hands()
    clock = hands.clock()
    hands.wall -= 2 * HOUR
    assert clock.now() == START - 2 * HOUR
    assert clock.is_sane()


def test_a_jump_is_not_believed_and_time_goes_on_from_before_it(caplog: pytest.LogCaptureFixture) -> None:
    hands = Hands()
    clock = hands.clock()
    hands.pass_time(SECOND)
    hands.wall += 6 * MINUTE
    assert not clock.is_sane()
    assert clock.now() == START + SECOND
    hands.pass_time(SECOND)
    assert clock.now() == START + 2 * SECOND
    assert "no deadline is decided" in caplog.text


def test_a_jump_stays_disbelieved_when_the_clock_is_put_right() -> None:
    hands = Hands()
    clock = hands.clock()
    hands.wall += HOUR
    assert not clock.is_sane()
    hands.wall -= HOUR
    assert not clock.is_sane()


def test_seconds_until_counts_in_real_seconds() -> None:
    hands = Hands()
    assert hands.clock().seconds_until(START + 1_500_000) == 1.5
    assert hands.clock().seconds_until(START - SECOND) == -1.0


def test_accelerated_time_runs_by_its_factor() -> None:
    hands = Hands()
    clock = AcceleratedClock(START, 3600.0, elapsed=lambda: hands.elapsed)
    hands.elapsed += SECOND
    assert clock.now() == START + HOUR
    assert clock.seconds_until(START + 3 * HOUR) == 2.0
    assert clock.is_sane()


@pytest.mark.parametrize("factor", [0.0, -1.0])
def test_time_can_neither_stand_nor_run_back(factor: float) -> None:
    with pytest.raises(ValueError, match="factor: expected more than 0"):
        AcceleratedClock(START, factor)


def test_the_machine_s_own_readings_go_forward() -> None:
    assert wall_reading() <= wall_reading()
    assert elapsed_reading() <= elapsed_reading()
    assert stopwatch() <= stopwatch()
