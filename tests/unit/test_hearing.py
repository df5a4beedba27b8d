"""When a consumer counts as hearing from its brokers."""

from engine.hearing import Hearing


def test_nothing_is_heard_before_the_first_answer() -> None:
    hearing = Hearing(10.0)
    assert not hearing.is_recent(0.0)
    hearing.note({"a": None}, 1.0)
    assert not hearing.is_recent(1.0)
    hearing.note({"a": 5_000}, 2.0)
    assert hearing.is_recent(12.0)


def test_a_stamp_that_does_not_change_is_no_answer() -> None:
    hearing = Hearing(10.0)
    for moment in range(20):
        hearing.note({"a": 5_000}, float(moment))
    assert hearing.is_recent(10.0)
    assert not hearing.is_recent(10.5)
    hearing.note({"a": 6_000}, 20.0)
    assert hearing.is_recent(30.0)


def test_each_partition_has_to_be_heard_of() -> None:
    hearing = Hearing(10.0)
    hearing.note({"a": 1, "b": 1}, 0.0)
    hearing.note({"a": 2, "b": 1}, 11.0)
    assert not hearing.is_recent(11.0)


def test_a_partition_that_was_given_up_is_not_waited_for() -> None:
    hearing = Hearing(10.0)
    hearing.note({"a": 1, "b": 1}, 0.0)
    hearing.note({"a": 2}, 11.0)
    assert hearing.is_recent(11.0)
    hearing.note({}, 12.0)
    assert not hearing.is_recent(12.0)
