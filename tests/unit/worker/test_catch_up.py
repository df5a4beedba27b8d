"""When a partition is caught up."""

from engine.worker.catch_up import CatchUp
from engine.worker.transport import Place


def test_nothing_is_known_before_the_first_fetch() -> None:
    progress = CatchUp(0, moment=10.0)
    assert not progress.is_caught_up()
    progress.seen(0, Place(0, None), 11.0)
    assert not progress.is_caught_up()
    assert progress.seconds_behind(12.0) == 2.0


def test_an_empty_log_is_caught_up_with() -> None:
    progress = CatchUp(0, moment=10.0)
    progress.seen(0, Place(0, 0), 11.0)
    assert progress.is_caught_up()
    assert progress.seconds_behind(99.0) == 0.0


def test_records_that_were_fetched_and_not_applied_are_behind() -> None:
    progress = CatchUp(0, moment=10.0)
    progress.seen(100, Place(100, 100), 11.0)
    assert not progress.is_caught_up()
    progress.applied(60)
    assert not progress.is_caught_up()
    progress.applied(100)
    assert progress.is_caught_up()


def test_a_log_that_ends_in_markers_is_caught_up_with() -> None:
    progress = CatchUp(0, moment=10.0)
    progress.seen(99, Place(100, 100), 11.0)
    progress.applied(99)
    assert progress.is_caught_up()


def test_a_stream_that_flows_keeps_up() -> None:
    progress = CatchUp(0, moment=0.0)
    assert not progress.keeps_up(0.0, grace_seconds=5.0)
    moment = 0.0
    for position in range(10, 1_000, 10):
        moment += 1.0
        progress.seen(position, Place(position, position), moment)
        progress.applied(position)
        assert progress.keeps_up(moment, grace_seconds=5.0)
        assert progress.seconds_behind(moment + 0.5) == 0.0
    progress.seen(1_000, Place(1_000, 5_000), moment + 1)
    assert progress.keeps_up(moment + 6, grace_seconds=5.0)
    assert not progress.keeps_up(moment + 6.1, grace_seconds=5.0)


def test_deadlines_are_decided_at_the_end_of_the_log_or_away_from_it_for_too_long() -> None:
    progress = CatchUp(0, moment=10.0)
    assert not progress.decides(40.0, after_seconds=30.0)
    assert progress.decides(40.1, after_seconds=30.0)
    progress.seen(0, Place(0, 0), 41.0)
    assert progress.decides(41.0, after_seconds=30.0)
    progress.seen(0, Place(0, 5), 42.0)
    assert not progress.decides(43.0, after_seconds=30.0)


def test_the_time_behind_starts_anew_after_each_catch_up() -> None:
    progress = CatchUp(5, moment=10.0)
    progress.seen(0, Place(5, 5), 11.0)
    progress.seen(5, Place(5, 9), 20.0)
    progress.seen(5, Place(5, 10), 30.0)
    assert progress.seconds_behind(32.0) == 12.0
