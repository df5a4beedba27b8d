"""The simulated district: the same for a seed, in order, without end, and nobody's data."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import islice, pairwise

import msgspec
import pytest

from engine.codec.cloud_event import Decoded, decode_structured, encode_event
from engine.codec.rfc3339 import instant_from
from engine.core.case import Case, with_event
from engine.core.decide import decide
from engine.core.event import Event
from engine.core.instant import DAY, LATEST
from engine.core.rulebook import Rulebook
from engine.embedded.district import simulate
from engine.pipeline.replay import Refusal, known_at, replay
from engine.rulebook.load import load_rulebook
from engine.rulebook.locate import shipped_rules

START = instant_from("2025-03-03T00:00:00+08:00")
FEW_DAYS = START + 4 * DAY
HALF_A_YEAR = START + 182 * DAY
ACCEPTED = 58_584
"""What the counts of the district are given for."""

CLOSING = {"case.closed", "case.refused", "case.returned", "case.withdrawn", "case.voided"}


@cache
def rulebook() -> Rulebook:
    loaded, findings = load_rulebook(shipped_rules())
    assert loaded is not None, findings
    return loaded


def district(seed: int = 3, liveliness: float = 1.0) -> Iterator[tuple[str, Event]]:
    return simulate(rulebook(), seed, START, FEW_DAYS, 200, liveliness=liveliness)


def test_the_same_seed_gives_the_same_events() -> None:
    assert list(district()) == list(district())


def test_another_seed_gives_other_events() -> None:
    assert list(district(3)) != list(district(4))


def test_events_come_in_the_order_in_which_they_become_known() -> None:
    events = [event for _, event in district(liveliness=20)]
    assert all(known_at(one) <= known_at(next_one) for one, next_one in pairwise(events))
    assert all(event.received == known_at(event) < FEW_DAYS for event in events)
    assert any(event.recorded is None for event in events)
    assert any(event.recorded is not None for event in events)


def test_it_has_no_end_and_is_made_as_it_is_asked_for() -> None:
    endless = simulate(rulebook(), 1, START, LATEST, 50)
    assert len(list(islice(endless, 2_000))) == 2_000


def test_an_earlier_end_gives_the_same_beginning() -> None:
    longer = simulate(rulebook(), 3, START, FEW_DAYS + 3 * DAY, 200)
    shorter = list(district())
    assert list(islice(longer, len(shorter))) == shorter


def test_every_event_is_read_back_as_it_was_written() -> None:
    for case, event in district(liveliness=20):
        assert decode_structured(encode_event(case, event), event.received) == Decoded(case, event)


def test_cases_are_named_by_day_and_number() -> None:
    cases = {case for case, _ in district()}
    assert all(re.fullmatch(r"HBW-202503\d\d-\d{5}", case) for case in cases)
    assert "HBW-20250303-00001" in cases


def test_each_unit_speaks_from_its_own_source() -> None:
    units = defaultdict(set)
    for _, event in district():
        units[event.source].add(event.facts.unit)
    assert len(units) > 10
    assert all(source == f"/haibowan/{unit}" for source, (unit,) in units.items())


def test_people_are_staff_numbers_and_applicants_do_not_exist() -> None:
    known = {
        "item", "unit", "window", "person", "decision", "kind", "legal_basis", "granted", "length", "approver",
        "reason", "to", "amount",
    }  # fmt: skip
    for case, event in district(liveliness=20):
        assert msgspec.json.decode(encode_event(case, event))["data"].keys() <= known
        assert re.fullmatch(r"\d{4}", event.facts.approver or "0000")
        assert re.fullmatch(r"\d{4,5}", event.facts.person or "")
        assert re.fullmatch(r"\d{2}-\d", event.facts.window or "")


def test_some_items_are_asked_for_far_more_often_than_others() -> None:
    items = Counter(event.facts.item for _, event in district() if event.type == "case.received")
    often = [count for _, count in items.most_common()]
    assert sum(often[:10]) > 0.35 * sum(often)
    assert len(often) > 80


def test_every_turn_that_a_case_may_take_is_taken_in_time() -> None:
    kinds = {event.type for _, event in simulate(rulebook(), 5, START, START + 60 * DAY, 200)}
    assert kinds == rulebook().processes["approval"].events.keys() - {"case.corrected"}


def test_more_liveliness_gives_more_cards() -> None:
    def cards(liveliness: float) -> int:
        events = simulate(rulebook(), 3, START, START + 25 * DAY, 60, liveliness=liveliness)
        return sum(1 for _ in replay(events, rulebook(), START + 25 * DAY))

    assert cards(20) > 4 * cards(1)


@pytest.mark.timeout(300)
def test_a_long_run_shows_the_ratios_of_the_district() -> None:
    """Measured by a replay over the shipped rules, as counts per 58,584 accepted cases."""
    events = list(simulate(rulebook(), 2, START, HALF_A_YEAR, 220))
    raised: Counter[str] = Counter()
    carded = set()
    for alert in replay(events, rulebook(), HALF_A_YEAR):
        assert not isinstance(alert, Refusal)
        if alert.saying == "raised":
            raised[alert.level] += 1
            if alert.level != "warning":
                carded.add(alert.case)
    types = Counter(event.type for _, event in events)
    per = ACCEPTED / types["case.accepted"]
    assert types["case.accepted"] > 20_000
    assert raised["warning"] * per == pytest.approx(1_791, rel=0.15)
    assert raised["yellow"] * per == pytest.approx(67, rel=0.5)
    assert 2 <= raised["red"] * per <= 25
    ended = {case for case, event in events if event.type in CLOSING}
    assert len(ended & carded) < 0.01 * len(ended)
    assert odd_cases(events) * per == pytest.approx(211, rel=0.3)


def odd_cases(events: list[tuple[str, Event]]) -> int:
    """How many cases have a finding in the end."""
    cases: dict[str, Case] = {}
    for case, event in events:
        cases[case] = with_event(cases.get(case) or Case(case), event, rulebook().limits)[0]
    return sum(1 for case in cases.values() if decide(case, rulebook(), HALF_A_YEAR).case.findings)
