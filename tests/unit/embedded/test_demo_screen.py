"""The summary in the terminal: both languages, plain lines where there is no terminal."""

from io import StringIO
from zoneinfo import ZoneInfo

import pytest

from engine.codec.rfc3339 import instant_from
from engine.core.text import Text
from engine.embedded.demo_board import Card, first_sentence
from engine.embedded.demo_screen import FIGURES, PlainScreen, Shown, Voice

NOW = instant_from("2026-03-02T10:05:30+08:00")
CARD = Card("a1", "yellow", Text("办件甲超期。", "Case A is late."), "raised")
TOTALS = {"open": 3, "accepted": 1200, "closed": 9, "warnings": 4, "yellow": 1, "red": 0, "findings": 2}


def printed(language: str, *shown: Shown) -> list[str]:
    out = StringIO()
    screen = PlainScreen(Voice(language, "http://127.0.0.1:1/", 600.0, ZoneInfo("Asia/Shanghai")), out)
    for each in shown:
        screen.show(each)
    screen.close()
    return out.getvalue().splitlines()


def test_a_card_and_the_figures_are_printed_in_english() -> None:
    assert printed("en", Shown(NOW, TOTALS, [CARD])) == [
        "2026-03-02 Mon 10:05  yellow  Case A is late.",
        "2026-03-02 Mon 10:05  open 3  accepted 1200  closed 9  warnings 4  yellow 1  red 0  findings 2",
    ]


def test_a_card_and_the_figures_are_printed_in_chinese() -> None:
    assert printed("zh", Shown(NOW, TOTALS, [CARD])) == [
        "2026-03-02 周一 10:05  黄牌  办件甲超期。",
        "2026-03-02 周一 10:05  在办 3  受理 1200  办结 9  预警 4  黄牌 1  红牌 0  异常 2",
    ]


def test_a_card_is_printed_once_and_the_figures_now_and_then() -> None:
    shown = Shown(NOW, TOTALS, [CARD])
    lines = printed("en", *[shown] * PlainScreen.EVERY)
    assert len(lines) == 2
    assert len(printed("en", *[shown] * (PlainScreen.EVERY + 1))) == 3


def test_the_figures_have_names_in_both_languages() -> None:
    assert all(name.zh and name.en for name in FIGURES.values())


@pytest.mark.parametrize(
    ("zh", "en", "expected"),
    [
        pytest.param(
            "发预警。依据：某法。",
            "Undone: warning. Basis: Law.",
            Text("发预警。", "Undone: warning."),
            id="two",
        ),
        pytest.param(
            "依据第四十二条",
            "By art. 42 of the law",
            Text("依据第四十二条", "By art. 42 of the law"),
            id="one",
        ),
    ],
)
def test_the_first_sentence_says_what_happened(zh: str, en: str, expected: Text) -> None:
    assert first_sentence(zh, en) == expected
