"""What goes wrong in the records of a simulated case: the anomalies that supervision finds."""

from collections.abc import Callable
from random import Random
from typing import Final

from msgspec.structs import replace

from engine.core.event import Event, Facts
from engine.core.instant import HOUR, MINUTE
from engine.embedded.district_time import WorkingHours

SHARE: Final = 211 / 58_584
"""Of all cases, as the district counted them."""

Change = Callable[[list[Event], WorkingHours, Random], list[Event]]


def odd(events: list[Event], hours: WorkingHours, random: Random) -> list[Event]:
    """`events` with one anomaly of a kind drawn at random."""
    changes: list[Change] = [_unlisted_item, _other_item, _resumed_only, _two_contents]
    kinds = {event.type for event in events}
    if "case.closed" in kinds:
        changes += [_after_close, _without_basis]
    if {"case.reviewed", "case.approved"} <= kinds:
        changes += [_step_skipped, _step_skipped]
    return random.choice(changes)(events, hours, random)


def _step_skipped(events: list[Event], hours: WorkingHours, random: Random) -> list[Event]:
    """The review is missing."""
    del hours, random
    return [event for event in events if event.type != "case.reviewed"]


def _after_close(events: list[Event], hours: WorkingHours, random: Random) -> list[Event]:
    """A review is entered after the close."""
    closed = next(event for event in events if event.type == "case.closed")
    at = hours.after(closed.occurred, random.uniform(0.5, 9) * HOUR)
    return [*events, _another(events, closed, "case.reviewed", at)]


def _unlisted_item(events: list[Event], hours: WorkingHours, random: Random) -> list[Event]:
    """The code of the item has drifted away from the catalogue."""
    del hours, random
    return [replace(event, facts=replace(event.facts, item=f"{event.facts.item}X")) for event in events]


def _other_item(events: list[Event], hours: WorkingHours, random: Random) -> list[Event]:
    """The last event names another item."""
    del hours, random
    last = events[-1]
    if len(events) == 1:
        return [
            *events,
            _another(events, last, "case.supplement_requested", last.occurred + 20 * MINUTE, "X-000"),
        ]
    return [*events[:-1], replace(last, facts=replace(last.facts, item="X-000"))]


def _resumed_only(events: list[Event], hours: WorkingHours, random: Random) -> list[Event]:
    """A suspension ends that never began."""
    at = hours.after(events[0].occurred, random.uniform(0.1, 1) * HOUR)
    return [*events, _another(events, events[0], "case.resumed", at)]


def _without_basis(events: list[Event], hours: WorkingHours, random: Random) -> list[Event]:
    """A suspension of a kind that stops no clock, shortly before the close."""
    del hours, random
    closed = next(event for event in events if event.type == "case.closed")
    suspended = _another(events, closed, "case.suspended", closed.occurred - 2 * MINUTE)
    suspended = replace(suspended, facts=replace(suspended.facts, kind="other"))
    resumed = _another([*events, suspended], closed, "case.resumed", closed.occurred - MINUTE)
    return [*events, suspended, resumed]


def _two_contents(events: list[Event], hours: WorkingHours, random: Random) -> list[Event]:
    """The first event is sent twice under one identity, the second time with another person."""
    del hours, random
    first = events[0]
    return [*events, replace(first, facts=replace(first.facts, person=f"{first.facts.person}0"))]


def _another(events: list[Event], like: Event, kind: str, at: int, item: str | None = None) -> Event:
    said = like.facts
    facts = Facts(item=item or said.item, unit=said.unit, window=said.window, person=said.person)
    case = like.id.rpartition("-")[0]
    return Event(kind, like.source, f"{case}-{len(events) + 1:02d}", at, at, None, facts)
