"""Open cases in number: a few decided by the engine, and copies of them under other ids.

A copy is what the engine would have made of the same events of another case, because nothing it decides depends
on the id but the ids of alerts, and none of these has any yet.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from engine.core.case import Case, with_event
from engine.core.decide import decide
from engine.core.event import Event, Facts
from engine.core.instant import MINUTE, Instant
from engine.core.rulebook import Rulebook

PROMISED = "promised"

SHORT = ("received", "accepted", "reviewed", "approved", "closed")
LONG = ("received", "supplement_requested", "supplemented", "accepted", "reviewed", "approved")


class Template(NamedTuple):
    """One case that waits for its first deadline."""

    case: Case
    item: str


def templates(rulebook: Rulebook, received: Instant, count: int) -> list[Template]:
    """Cases received, accepted and reviewed from `received` on, one of each of `count` items."""
    codes = sorted(code for code, item in rulebook.items.items() if item.kind == PROMISED)[:count]
    return [Template(_case(rulebook, code, received + 7 * place), code) for place, code in enumerate(codes)]


def copies(made: Sequence[Template], prefix: str, count: int) -> Iterator[Case]:
    """`count` cases, each a copy of one of `made`."""
    for number in range(count):
        yield replace(made[number % len(made)].case, id=f"{prefix}-{number:07d}")


def events_of(rulebook: Rulebook, code: str, received: Instant, count: int) -> list[Event]:
    """The first `count` events of a case of the item, half an hour apart, known as soon as they happened."""
    item = rulebook.items[code]
    told = []
    for place, step in enumerate((LONG if count > len(SHORT) else SHORT)[:count]):
        occurred = received + place * 30 * MINUTE
        facts = Facts(code, item.unit, f"window-{place}", f"officer-{place}")
        told.append(
            Event(f"case.{step}", f"/approval/{item.unit}", f"{step}-1", occurred, occurred, occurred, facts)
        )
    return told


def known(rulebook: Rulebook, events: Sequence[Event], name: str = "c-1") -> Case:
    """A case that knows `events` and was never decided."""
    case = Case(name)
    for event in events:
        case, _ = with_event(case, event, rulebook.limits)
    return case


def _case(rulebook: Rulebook, code: str, received: Instant) -> Case:
    case = known(rulebook, events_of(rulebook, code, received, 3))
    return decide(case, rulebook, case.heard).case
