"""How suspensions and extensions move a limit: the worked vectors, and the rows of the truth table."""

import pytest

from engine.core.book import ledger_of
from engine.core.event import Event, Length
from engine.core.fold import fold
from engine.core.ledger import due_of
from tests.small import accepted, at, clock_time, event, extended, resumed, rulebook, suspended

NOW = "2025-12-31"


def due(events: list[Event], clock: str = "promise") -> tuple[str | None, set[str]]:
    """When `clock` ends as its last entry has it, and the kinds of finding."""
    view = fold(events, rulebook(), at(NOW), tangled=False)
    run = next(run for run in view.runs if run.plan.clock.id == clock)
    ledger = ledger_of(run, view)
    end = next(rung for rung in run.plan.rungs if rung.anchor == "due")
    instant = due_of(run.plan, end, ledger.start, ledger.entries[-1])
    findings = {finding.kind for finding in (*view.findings, *ledger.findings)}
    return None if instant is None else clock_time(instant), findings


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param([], "2025-09-30 17:30", id="no suspension"),
        pytest.param(
            [suspended("2025-09-24"), resumed("2025-09-26")],
            "2025-10-10 17:30",
            id="three days, two excluded",
        ),
        pytest.param(
            [suspended("2025-09-24"), resumed("2025-09-24 16:00")], "2025-09-30 17:30", id="the same day"
        ),
        pytest.param(
            [
                suspended("2025-09-24", kind="hearing"),
                suspended("2025-09-25", kind="testing"),
                resumed("2025-09-26", kind="hearing"),
                resumed("2025-09-29", kind="testing"),
            ],
            "2025-10-13 17:30",
            id="overlapping",
        ),
        pytest.param(
            [suspended("2025-09-27"), resumed("2025-09-28")], "2025-10-09 17:30", id="over a make-up day"
        ),
        pytest.param(
            [suspended("2025-09-24", days=1), resumed("2025-09-26")],
            "2025-10-09 17:30",
            id="longer than told in writing",
        ),
        pytest.param(
            [suspended("2025-09-24", days=2)], "2025-10-10 17:30", id="never resumed, told in writing"
        ),
        pytest.param(
            [suspended("2025-09-24", days=1), suspended("2025-09-25", days=1), resumed("2025-09-28")],
            "2025-10-10 17:30",
            id="prolonged with a basis",
        ),
        pytest.param(
            [suspended("2025-09-24", days=1), suspended("2025-09-29", days=5), resumed("2025-10-13")],
            "2025-10-09 17:30",
            id="prolonged after its granted end",
        ),
        pytest.param(
            [
                suspended("2025-09-24", days=1),
                suspended("2025-09-25", days=5, basis=None),
                resumed("2025-10-13"),
            ],
            "2025-10-09 17:30",
            id="prolonged without a basis",
        ),
        pytest.param([suspended("2025-09-24")], None, id="never resumed, no length"),
        pytest.param(
            [suspended("2025-09-24", basis=None), resumed("2025-09-26")],
            "2025-09-30 17:30",
            id="no legal basis",
        ),
        pytest.param(
            [suspended("2025-09-24", kind="site_survey", basis=None), resumed("2025-09-26")],
            "2025-10-10 17:30",
            id="a local kind stops the promise",
        ),
        pytest.param([extended("2025-09-26", 5)], "2025-10-14 17:30", id="extended in time"),
        pytest.param(
            [suspended("2025-09-24"), extended("2025-09-25", 5), resumed("2025-09-26")],
            "2025-10-16 17:30",
            id="extended during a suspension",
        ),
        pytest.param(
            [suspended("2025-09-18"), resumed("2025-09-24")],
            "2025-10-10 17:30",
            id="suspended before acceptance",
        ),
    ],
)
def test_the_promised_limit_ends_when_it_should(events: list[Event], expected: str | None) -> None:
    assert due([accepted("2025-09-22"), *events])[0] == expected


def test_the_statutory_limit_moves_by_extension_and_suspension() -> None:
    events = [
        accepted("2025-09-22", "twenty"),
        suspended("2025-09-24"),
        resumed("2025-09-26"),
        extended("2025-10-20", 10),
    ]
    assert due(events, "statutory")[0] == "2025-11-11 17:30"


def test_a_local_kind_never_stops_the_statutory_limit() -> None:
    survey = [suspended("2025-09-24", kind="site_survey", basis=None), resumed("2025-09-26")]
    plain = due([accepted("2025-09-22", "twenty")], "statutory")
    assert due([accepted("2025-09-22", "twenty"), *survey], "statutory")[0] == plain[0]


@pytest.mark.parametrize(
    ("extension", "finding"),
    [
        pytest.param([extended("2025-10-09", 5)], "extension-late", id="after expiry"),
        pytest.param(
            [extended("2025-09-26", 5), extended("2025-09-28", 2)], "extension-repeated", id="a second one"
        ),
        pytest.param([extended("2025-09-26", 11)], "extension-over-bound", id="beyond its bound"),
        pytest.param(
            [extended("2025-09-26", 5, approver=None)], "extension-unapproved", id="nobody approved"
        ),
    ],
)
def test_an_extension_that_the_law_does_not_allow_moves_nothing_and_is_found(
    extension: list[Event], finding: str
) -> None:
    allowed = extension[:-1]
    expected, _ = due([accepted("2025-09-22"), *allowed])
    moved, findings = due([accepted("2025-09-22"), *extension])
    assert moved == expected
    assert finding in findings


@pytest.mark.parametrize(
    ("events", "finding"),
    [
        pytest.param(
            [suspended("2025-09-24"), event("closed", "2025-09-25")],
            "ended-while-suspended",
            id="closed while suspended",
        ),
        pytest.param(
            [event("closed", "2025-09-24"), suspended("2025-09-25")],
            "event-after-end",
            id="suspended after closing",
        ),
        pytest.param([resumed("2025-09-24")], "resumed-without-suspension", id="resumed only"),
        pytest.param([suspended("2025-09-24")], "suspension-without-length", id="no length told"),
        pytest.param(
            [suspended("2025-09-24", days=1), suspended("2025-09-29", days=5)],
            "prolongation-late",
            id="prolonged late",
        ),
        pytest.param(
            [suspended("2025-09-24", days=1), suspended("2025-09-25", days=5, basis=None)],
            "prolongation-without-basis",
            id="prolonged without a basis",
        ),
        pytest.param([suspended("2025-09-24", kind="lunch")], "suspension-ineffective", id="no such kind"),
        pytest.param([suspended("2025-09-18")], "suspension-before-start", id="before acceptance"),
    ],
)
def test_an_odd_suspension_is_found(events: list[Event], finding: str) -> None:
    assert finding in due([accepted("2025-09-22"), *events])[1]


def test_a_granted_length_that_ends_on_a_holiday_falls_due_on_the_next_working_day() -> None:
    told = event("suspended", "2025-09-23", kind="hearing", basis="许可法45条", length=Length(10, "days"))
    assert due([accepted("2025-09-22"), told], "suspension")[0] == "2025-10-09 17:30"
