"""`sunlight subscribe`: which alerts are wanted, and how people see them."""

import io
from collections.abc import Iterator
from typing import Final

import pytest
from msgspec.structs import replace
from rich.console import Console

from engine.cli.alert_line import AlertPrinter
from engine.cli.language import Language
from engine.cli.subscribe import Selection, before_idle
from engine.cli.zone import zone_of
from engine.codec.rfc3339 import instant_from
from engine.core.alert import Alert, Explanation, Saying
from engine.core.text import Text
from engine.ports import SourceRecord
from tests.unit.cli.running import Program

DUE: Final = instant_from("2025-09-30T09:30:00Z")
ALERT: Final = Alert(
    saying="raised",
    alert="a1",
    revision=1,
    level="yellow",
    case="C-1",
    item="A-001",
    unit="housing",
    window="W03",
    person="P-1",
    area=("乌海市", "海勃湾区", "凤凰岭街道"),
    process="approval",
    stage="review",
    clock="promise",
    rung="yellow",
    rule="OT-CASE",
    rulebook="v1",
    due=DUE,
    justified_from=DUE,
    detected=DUE + 1,
    time=DUE,
    known=2,
    as_of=DUE + 1,
    explanation=Explanation(
        (), "7 working days", "day", (), (), (), Text("依据", "basis"), Text("逾期", "passed undone")
    ),
)


@pytest.mark.parametrize(
    ("selection", "is_wanted"),
    [
        pytest.param(Selection((), (), ()), True, id="nothing-asked"),
        pytest.param(Selection(("red", "yellow"), (), ()), True, id="level"),
        pytest.param(Selection(("red",), (), ()), False, id="other-level"),
        pytest.param(Selection((), ("housing",), ()), True, id="unit"),
        pytest.param(Selection((), ("hous",), ()), False, id="beginning-of-a-unit"),
        pytest.param(Selection((), (), (("乌海市", "海勃湾区"),)), True, id="area-above"),
        pytest.param(Selection((), (), (("乌海市", "海勃湾区", "凤凰岭街道"),)), True, id="the-area"),
        pytest.param(
            Selection((), (), (("乌海市", "海勃湾区", "凤凰岭街道", "社区"),)), False, id="area-below"
        ),
        pytest.param(Selection((), (), (("乌海市", "海勃"),)), False, id="beginning-of-a-name"),
        pytest.param(Selection((), (), (("乌达区",), ("乌海市",))), True, id="one-of-two-areas"),
        pytest.param(Selection(("yellow",), ("health",), ()), False, id="all-must-hold"),
    ],
)
def test_level_unit_and_area_select(selection: Selection, *, is_wanted: bool) -> None:
    assert selection.takes(ALERT) is is_wanted


def printed(alert: Alert, language: Language = "en") -> list[str]:
    """The lines that people see."""
    stream = io.StringIO()
    AlertPrinter(Console(file=stream, width=80), zone_of("Asia/Shanghai"), language).show(alert)
    return stream.getvalue().splitlines()


def test_an_alert_is_a_line_of_facts_and_a_sentence_that_says_why() -> None:
    facts, why = printed(ALERT)
    assert facts == (
        " yellow card  raised  2025-09-30 17:30:00  case C-1  A-001  housing  W03  P-1"
        "  promise/yellow due 2025-09-30 17:30:00"
    )
    assert why == "   passed undone"


def test_an_alert_is_told_in_chinese() -> None:
    facts, why = printed(ALERT, "zh")
    assert facts.startswith(" 黄牌  发出  2025-09-30 17:30:00  办件 C-1")
    assert why == "   逾期"


@pytest.mark.parametrize(
    ("saying", "word"),
    [
        ("ended", "ended"),
        ("withdrawn", "withdrawn"),
        ("withdrawal_proposed", "proposed to withdraw"),
    ],
)
def test_what_is_said_of_an_alert_is_a_word(saying: Saying, word: str) -> None:
    assert f"yellow card  {word}  " in printed(replace(ALERT, saying=saying))[0]


def test_what_is_provisional_or_was_decided_behind_is_marked() -> None:
    facts = printed(replace(ALERT, provisional=True, behind=True))[0]
    assert facts.endswith("(provisional: no calendar yet)  (decided while the stream was behind)")


def test_what_a_source_sent_neither_steers_the_terminal_nor_is_taken_for_markup() -> None:
    facts = printed(replace(ALERT, case="[red]C\x1b[2J\n1"))[0]
    assert "case [red]C�[2J�1 " in facts


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        pytest.param(["--count", "0"], 2, "--count, --until-idle: expected more than 0, got 0", id="count"),
        pytest.param(
            ["--until-idle", "-1"], 2, "--count, --until-idle: expected more than 0, got -1", id="idle"
        ),
        pytest.param(
            ["--zone", "Mars"], 2, "zone: expected a time zone such as Asia/Shanghai, got 'Mars'", id="zone"
        ),
        pytest.param(
            ["--bootstrap", "x"],
            2,
            "bootstrap: expected host:port, several parted by commas; got 'x'",
            id="b",
        ),
    ],
)
def test_what_cannot_be_done_is_one_line(
    program: Program, arguments: list[str], code: int, said: str
) -> None:
    done = program("subscribe", *arguments)
    assert (done.code, done.said) == (code, f"sunlight: error: {said}\n")


def test_an_unknown_level_is_a_wrong_call(program: Program) -> None:
    done = program("subscribe", "--level", "orange")
    assert done.code == 2
    assert "'orange' is not one of 'warning', 'yellow', 'red'" in done.said


class Silence:
    """A topic that is connected to slowly, and a clock that goes on while it is waited for."""

    def __init__(self, *items: tuple[float, SourceRecord | None]) -> None:
        self.now = 0.0
        self._items = items

    def following(self) -> Iterator[SourceRecord | None]:
        for seconds, item in self._items:
            self.now += seconds
            yield item


RECORD: Final = SourceRecord("alerts", 0, 0, 0, b"C-1", b"{}", ())


def heard(seconds: float | None, *items: tuple[float, SourceRecord | None]) -> int:
    """How many records are seen before the silence has lasted `seconds`."""
    topic = Silence(*items)
    return len(list(before_idle(topic.following(), seconds, lambda: topic.now)))


def test_connecting_is_no_silence() -> None:
    assert heard(1.0, (9.0, None), (0.5, None), (0.4, RECORD)) == 1
    assert heard(1.0, (9.0, RECORD), (0.9, None), (0.05, RECORD)) == 2


def test_silence_ends_the_following_and_only_where_it_is_asked_for() -> None:
    silent = ((0.1, RECORD), (0.9, None), (0.2, None), (0.1, RECORD))
    assert heard(1.0, *silent) == 1
    assert heard(None, *silent) == 2
