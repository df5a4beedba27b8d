"""Phrases of rules in both languages."""

import pytest

from engine.core.clock import Allowance
from engine.core.event import Length
from engine.rulebook.phrase import (
    UNIT_WORDS,
    RungPhrase,
    WherePhrase,
    read_length,
    read_limit,
    read_rung,
    read_where,
)


@pytest.mark.parametrize(
    ("unit", "word"), [(unit, word) for unit, words in UNIT_WORDS.items() for word in words]
)
@pytest.mark.parametrize("space", ["", " "])
def test_every_word_of_a_unit_makes_a_length(unit: str, word: str, space: str) -> None:
    assert read_length(f"7{space}{word}") == Length(7, unit)


@pytest.mark.parametrize(
    "phrase",
    ["", "5", "working days", "-1 days", "1.5 days", "five days", "7 weeks", "7 工作周", "７天", "3651 days",
     "5257441 minutes", "5 days and more"],
)  # fmt: skip
def test_what_is_no_length_reads_as_none(phrase: str) -> None:
    assert read_length(phrase) is None


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("promised of the item", Allowance("promised")),
        ("承诺时限", Allowance("promised")),
        ("statutory of the item", Allowance("statutory")),
        ("法定时限", Allowance("statutory")),
        ("stage of the item", Allowance("stage")),
        ("环节时限", Allowance("stage")),
        ("granted in the event", Allowance("granted")),
        ("事件给定时限", Allowance("granted")),
        ("deadline of the source", Allowance("deadline")),
        ("来源给定截止时间", Allowance("deadline")),
        ("5 working days", Allowance("fixed", Length(5, "working_days"))),
        ("5个工作日", Allowance("fixed", Length(5, "working_days"))),
        ("0 working days", Allowance("fixed", Length(0, "working_days"))),
        ("statutory of the item, else 20 working days", Allowance("statutory", Length(20, "working_days"))),
        ("法定时限，否则20个工作日", Allowance("statutory", Length(20, "working_days"))),
        ("promised of the item, else 7 days", Allowance("promised", Length(7, "days"))),
    ],
)
def test_a_limit_says_where_it_comes_from(phrase: str, expected: Allowance) -> None:
    assert read_limit(phrase) == expected


@pytest.mark.parametrize(
    "phrase",
    ["promised", "granted in the event, else 3 days", "deadline of the source, else 3 days",
     "5 days, else 3 days", "promised of the item, else 0 days", "promised of the item, else soon"],
)  # fmt: skip
def test_what_is_no_limit_reads_as_none(phrase: str) -> None:
    assert read_limit(phrase) is None


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("due", RungPhrase("due")),
        ("届满", RungPhrase("due")),
        ("3 working days before", RungPhrase("before", Length(3, "working_days"))),
        ("提前3个工作日", RungPhrase("before", Length(3, "working_days"))),
        ("2 working hours before", RungPhrase("before", Length(2, "working_hours"))),
        ("2 working days after", RungPhrase("after", Length(2, "working_days"))),
        ("超过2个工作日", RungPhrase("after", Length(2, "working_days"))),
        ("50 % used", RungPhrase("used", percent=50)),
        ("已用50%", RungPhrase("used", percent=50)),
        ("已用 50 ％", RungPhrase("used", percent=50)),
    ],
)
def test_a_rung_says_when_it_falls_due(phrase: str, expected: RungPhrase) -> None:
    assert read_rung(phrase) == expected


@pytest.mark.parametrize(
    "phrase", ["", "over", "0 % used", "100 % used", "0 days after", "3 working days", "提前", "已用%"]
)
def test_what_is_no_rung_reads_as_none(phrase: str) -> None:
    assert read_rung(phrase) is None


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("limit over 5", WherePhrase(5, None)),
        ("时限超过5", WherePhrase(5, None)),
        ("limit up to 5", WherePhrase(None, 5)),
        ("时限不超过5", WherePhrase(None, 5)),
        ("limit over 5 and up to 10", WherePhrase(5, 10)),
        ("时限超过5且不超过10", WherePhrase(5, 10)),
    ],
)
def test_a_condition_bounds_the_allowance(phrase: str, expected: WherePhrase) -> None:
    assert read_where(phrase) == expected


@pytest.mark.parametrize(
    "phrase", ["", "limit", "over 5", "limit over 10 and up to 10", "limit over 9 and up to 5"]
)
def test_a_condition_that_says_nothing_or_never_holds_reads_as_none(phrase: str) -> None:
    assert read_where(phrase) is None
