"""Since when an alert was justified, and what to make of an announced one that no longer is."""

from typing import Literal

from msgspec import Struct

from engine.core.case import Announced, Case
from engine.core.event import CORRECTION, Event
from engine.core.fold import fold
from engine.core.instant import Instant
from engine.core.justify import alert_id, justified
from engine.core.rulebook import Rulebook

Key = tuple[str, Instant]
"""An alert's id and one of its due instants."""


class Verdict(Struct, frozen=True):
    """What is to be said of an announced alert that is not justified any more."""

    saying: Literal["withdrawn", "withdrawal_proposed"]
    evidence: tuple[Event, ...]
    """What came to bear since it was raised; empty where rules or calendar were revised."""
    at: Instant | None
    """When the evidence had come; None where rules or calendar were revised."""


def justified_from(case: Case, rulebook: Rulebook, key: Key, until: Instant) -> Instant:
    """The earliest instant at which what had been received by then justified the alert `key`.

    Mostly the due instant itself; later where a fact that it rests on was received later.
    """
    due = key[1]
    shaping = [event for event in case.events if event.occurred <= until]
    later = sorted({max(event.received, event.occurred) for event in shaping if _came_after(event, due)})
    for instant in (due, *later[:-1]):
        if later and key in _justified_at(case, rulebook, instant):
            return instant
    return later[-1] if later else due


def verdict(case: Case, rulebook: Rulebook, entry: Announced, until: Instant, step: Instant) -> Verdict:
    """Withdrawn where the engine itself was wrong or the evidence was recorded in time; else proposed.

    Evidence recorded after the alert fell due is for people to judge: otherwise whoever is late erases his own
    card by typing yesterday's date. What was known when the alert became justified is no evidence against it, so
    that the answer does not depend on when anybody looked.
    """
    key = (entry.alert, entry.due)
    since = entry.justified_from
    if key not in _justified_at(case, rulebook, since):
        # It would not have been raised: it rests on other rules, or events that had been received were not read yet.
        unread = tuple(event for event in case.events[entry.known :] if event.received <= since)
        return Verdict("withdrawn", unread, max((event.received for event in unread), default=None))
    in_time = [event for event in case.events if event.received <= since or event.recorded_at <= entry.due]
    proposed = key in _justified(case, in_time, rulebook, until, step)
    evidence = tuple(
        event
        for event in case.events
        if event.occurred <= until
        and _came_after(event, since)
        and (proposed or event.recorded_at <= entry.due)
    )
    at = max((max(event.received, event.occurred) for event in evidence), default=None)
    return Verdict("withdrawal_proposed" if proposed else "withdrawn", evidence, at)


def _came_after(event: Event, instant: Instant) -> bool:
    """Whether `event` was received, or as a correction took effect, after `instant`."""
    return event.received > instant or (event.type == CORRECTION and event.occurred > instant)


def _justified_at(case: Case, rulebook: Rulebook, instant: Instant) -> set[Key]:
    """What was justified just after `instant` by what had been received by then."""
    received = [event for event in case.events if event.received <= instant]
    return _justified(case, received, rulebook, instant, instant + 1)


def _justified(
    case: Case, events: list[Event], rulebook: Rulebook, until: Instant, step: Instant
) -> set[Key]:
    view = fold(events, rulebook, until, tangled=case.tangled)
    return {(alert_id(case.id, passed), passed.due) for passed in justified(view, step).passed}
