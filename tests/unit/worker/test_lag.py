"""Which alerts count for the lag."""

from engine.ports import OutRecord
from engine.worker.lag import fell_due


def alert(due: int | None) -> OutRecord:
    headers = () if due is None else (("due", b"%d" % due),)
    return OutRecord("alerts", 0, b"case", b"", headers)


def test_each_alert_counts_from_its_own_due_instant() -> None:
    assert list(fell_due([alert(12), alert(10), alert(17)], 10)) == [12, 10, 17]


def test_what_was_due_before_everything_was_decided_says_nothing_of_the_worker() -> None:
    assert list(fell_due([alert(9), alert(11)], 10)) == [11]


def test_an_alert_without_a_due_instant_is_left_out() -> None:
    assert list(fell_due([alert(None)], 0)) == []
