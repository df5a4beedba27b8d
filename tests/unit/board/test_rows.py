"""What the board keeps of cases and alerts."""

from itertools import permutations
from typing import Final

import pytest
from msgspec.structs import replace

from engine.board.rows import AlertRow, Counts, Said, alert_counts, alert_row, case_row
from engine.core.alert import Alert
from engine.core.case import Announced, Case, Standing, Status
from engine.core.clock import Level
from engine.core.event import Event, Facts
from engine.core.finding import Finding

ALERT: Final = Alert(
    saying="raised", alert="a1", revision=1, level="yellow", case="case-1", item="I01", unit="U01", window="3",
    person="Wang", area=("city", "district"), process="approval", stage="review", clock="promise", rung="yellow",
    rule="OT-CASE", rulebook="v1", due=100, justified_from=100, detected=101, as_of=101, time=100, known=2,
)  # fmt: skip


def announced(level: Level, status: Status = Status.RAISED) -> Announced:
    return Announced("a", 1, 1, status, 2, level, "OT-CASE", "promise", "due", "review", 1)


def event(kind: str) -> Event:
    return Event(kind, "hall", kind, 1, 1, 1, Facts())


def test_a_case_is_open_until_it_ends() -> None:
    row = case_row(Case("c", events=(event("case.received"),), standing=Standing(stage="accept")), b"r")
    assert (row.is_open, row.is_accepted, row.is_closed, row.is_on_time) == (True, False, False, False)


def test_a_case_without_a_card_is_closed_on_time_a_warning_notwithstanding() -> None:
    case = Case(
        "c",
        events=(event("case.accepted"),),
        announced=(announced("warning"),),
        standing=Standing(stage="closed", ended=5),
    )
    row = case_row(case, b"r")
    assert (row.is_open, row.is_accepted, row.is_closed, row.is_on_time, row.level) == (
        False,
        True,
        True,
        True,
        1,
    )


@pytest.mark.parametrize(
    ("status", "is_on_time"),
    [
        pytest.param(Status.RAISED, False, id="raised"),
        pytest.param(Status.ENDED, False, id="ended"),
        pytest.param(Status.PROPOSED, False, id="a-proposal-has-not-withdrawn-it"),
        pytest.param(Status.WITHDRAWN, True, id="withdrawn"),
    ],
)
def test_a_card_that_holds_makes_a_closed_case_late(status: Status, *, is_on_time: bool) -> None:
    case = Case("c", announced=(announced("red", status),), standing=Standing(stage="closed", ended=5))
    assert case_row(case, b"r").is_on_time is is_on_time


@pytest.mark.parametrize("stage", ["refused", "returned", "withdrawn", "voided"])
def test_a_case_that_left_on_the_way_is_neither_open_nor_closed(stage: str) -> None:
    row = case_row(Case("c", standing=Standing(stage=stage, ended=5)), b"r")
    assert (row.is_open, row.is_closed, row.is_on_time) == (False, False, False)


def test_a_stub_counts_as_accepted_where_it_was_closed() -> None:
    closed = Case("c", standing=Standing(stage="closed", ended=5), stub=True)
    refused = Case("c", standing=Standing(stage="refused", ended=5), stub=True)
    assert case_row(closed, b"r").is_accepted
    assert not case_row(refused, b"r").is_accepted


def test_findings_are_counted() -> None:
    assert case_row(Case("c", findings=(Finding("no-item"), Finding("unknown-type"))), b"r").findings == 2


@pytest.mark.parametrize("order", list(permutations(range(5))))
def test_how_an_alert_stands_does_not_depend_on_the_order_of_its_messages(order: tuple[int, ...]) -> None:
    messages = [
        Said(ALERT, 10),
        Said(replace(ALERT, saying="withdrawn", time=150), 20),
        Said(replace(ALERT, revision=2, due=300, detected=301), 30),
        Said(replace(ALERT, revision=2, due=300, saying="ended", time=400, detected=401), 40),
        Said(replace(ALERT, saying="withdrawal_proposed", time=140), 15),
    ]
    row = alert_row([messages[place] for place in order])
    assert (row.revision, row.status, row.due, row.time) == (2, Status.ENDED, 300, 400)
    assert (row.listed, row.detected) == (30, 301)


def test_an_alert_whose_raise_is_not_known_is_listed_by_what_is() -> None:
    row = alert_row([Said(replace(ALERT, saying="ended"), 40)])
    assert (row.listed, row.status) == (40, Status.ENDED)
    assert isinstance(row, AlertRow)


@pytest.mark.parametrize(
    ("level", "status", "counts"),
    [
        pytest.param("warning", Status.RAISED, Counts(warnings=1), id="warning"),
        pytest.param("yellow", Status.ENDED, Counts(yellow=1), id="yellow-stays-on-record"),
        pytest.param("red", Status.PROPOSED, Counts(red=1), id="proposal"),
        pytest.param("red", Status.WITHDRAWN, Counts(), id="withdrawn"),
    ],
)
def test_an_alert_counts_until_it_is_withdrawn(level: str, status: Status, counts: Counts) -> None:
    assert alert_counts(level, status) == counts


def test_what_was_added_can_be_taken_back() -> None:
    some = Counts(open=3, red=1)
    assert Counts(open=1).plus(some).plus(some, -1) == Counts(open=1)
