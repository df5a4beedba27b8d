"""Where a case stands and who answers for it, derived from its view."""

from engine.core.case import Standing
from engine.core.event import CORRECTION
from engine.core.instant import Instant
from engine.core.justify import Justified
from engine.core.view import View


def responsible(view: View, at: Instant) -> Standing:
    """Unit, window and person of `view` as the events up to `at` name them; the item's unit where none does."""
    unit = window = person = None
    for event in view.events:
        if event.occurred > at:
            break
        if event.type == CORRECTION:
            # Whoever corrects a record does not thereby answer for the case.
            continue
        facts = event.facts
        unit = facts.unit or unit
        window = facts.window or window
        person = facts.person or person
    if unit is None and view.plan.item is not None:
        unit = view.plan.item.unit
    return Standing(unit=unit, window=window, person=person)


def standing_of(view: View, answer: Justified) -> Standing:
    """Where the case of `view` stands."""
    events = view.events
    who = responsible(view, events[-1].occurred) if events else Standing()
    return Standing(
        item=view.item,
        unit=who.unit,
        window=who.window,
        person=who.person,
        process=view.plan.process.id,
        stage=view.stage,
        opened=next((event.occurred for event in events if event.type != CORRECTION), None),
        ended=None if view.ended is None else view.ended.occurred,
        next_due=answer.next_due,
        next_clock=answer.next_clock,
    )
