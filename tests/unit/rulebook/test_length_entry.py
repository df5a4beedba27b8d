"""Units that a way of counting can express: the tables agree with the measures of the core."""

from datetime import date
from typing import Final, get_args, get_type_hints

import pytest

from engine.core.calendar import BusinessCalendar
from engine.core.clock import Allowance, Clock, Rung
from engine.core.event import Length
from engine.core.plan import plan_clock
from engine.core.text import Text
from engine.rulebook.length_entry import MEASURED, PLACED, exceeds, worded
from engine.rulebook.load import load_rulebook
from engine.rulebook.locate import shipped_rules
from engine.rulebook.phrase import UNIT_WORDS

NAMED: Final = Text("时限", "Limit")


@pytest.fixture(scope="module")
def calendar() -> BusinessCalendar:
    rulebook, _ = load_rulebook(shipped_rules() / "approval")
    assert rulebook is not None
    assert rulebook.calendars["cn"].horizon >= date(2026, 12, 31)
    return rulebook.calendars["cn"]


def counted(counting: str, limit: Length, rung: Rung, calendar: BusinessCalendar) -> bool:
    """Whether the core makes a plan of a clock with this limit and rung."""
    clock = Clock("x", "X", NAMED, NAMED, Allowance("fixed", limit), (rung,), counting=counting)  # type: ignore[arg-type]
    try:
        plan_clock(clock, None, calendar)
    except ValueError:
        return False
    return True


def test_the_tables_know_every_way_of_counting() -> None:
    assert set(MEASURED) == set(PLACED) == set(get_args(get_type_hints(Clock)["counting"]))


@pytest.mark.parametrize("counting", sorted(MEASURED))
@pytest.mark.parametrize("unit", sorted(UNIT_WORDS))
def test_a_limit_is_accepted_exactly_where_the_core_counts_it(
    counting: str, unit: str, calendar: BusinessCalendar
) -> None:
    made = counted(counting, Length(2, unit), Rung("due", "yellow", "due"), calendar)

    assert made == (unit in MEASURED[counting])


@pytest.mark.parametrize("counting", sorted(PLACED))
@pytest.mark.parametrize("unit", sorted(UNIT_WORDS))
def test_a_rung_is_accepted_exactly_where_the_core_places_it(
    counting: str, unit: str, calendar: BusinessCalendar
) -> None:
    limit = Length(2, MEASURED[counting][0])
    made = counted(counting, limit, Rung("after", "red", "after", Length(1, unit)), calendar)

    assert made == (unit in PLACED[counting])


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Length(8, "working_days"), Length(7, "working_days"), True),
        (Length(7, "working_days"), Length(7, "working_days"), False),
        (Length(25, "hours"), Length(1, "days"), True),
        (Length(60, "minutes"), Length(1, "hours"), False),
        (Length(100, "working_hours"), Length(1, "working_days"), False),
    ],
)
def test_only_lengths_of_one_kind_of_time_compare(one: Length, other: Length, expected: bool) -> None:
    assert exceeds(one, other) is expected


def test_one_is_worded_in_the_singular() -> None:
    assert worded(Length(1, "working_days")) == "1 working day"
    assert worded(Length(2, "minutes")) == "2 minutes"
