"""Which events of a case count, and in which order they are folded."""

from collections.abc import Sequence

from msgspec.structs import replace

from engine.core.event import CORRECTION, Event, Reference, digest
from engine.core.finding import Finding
from engine.core.instant import Instant
from engine.core.process import Process

History = tuple[list[Event], list[Finding]]


def in_order(events: Sequence[Event], process: Process) -> list[Event]:
    """`events` by (occurred, process rank, id, source)."""
    ranks = process.events
    last = len(ranks)
    return sorted(
        events, key=lambda event: (event.occurred, ranks.get(event.type, last), event.id, event.source)
    )


def item_of(events: Sequence[Event]) -> str | None:
    """The item that the earliest event with an item names."""
    named = [event for event in events if event.facts.item is not None and event.type != CORRECTION]
    if not named:
        return None
    if len(named) == 1:
        return named[0].facts.item
    return min(named, key=lambda event: (event.occurred, event.id, event.source)).facts.item


def untangled(events: Sequence[Event], process: Process, until: Instant) -> History:
    """The events that count at `until`: one of each identity, corrections carried out."""
    standing, findings = _one_of_each_identity(events)
    counted = [event for event in standing if event.type != CORRECTION or event.occurred <= until]
    corrected, findings = _corrected(counted, process, findings)
    return [event for event in corrected if event.occurred <= until], findings


def _one_of_each_identity(events: Sequence[Event]) -> History:
    """Of differing events under one identity the one with the smallest digest; the others are findings."""
    variants: dict[tuple[str, str], list[Event]] = {}
    for event in events:
        variants.setdefault(event.identity, []).append(event)
    standing: list[Event] = []
    findings: list[Finding] = []
    for rivals in variants.values():
        if len(rivals) > 1:
            rivals.sort(key=digest)
            findings.extend(
                Finding("identity-conflict", rival.source, rival.id, digest(rival)) for rival in rivals[1:]
            )
        standing.append(rivals[0])
    return standing, findings


def _corrected(events: list[Event], process: Process, findings: list[Finding]) -> History:
    """`events` with what corrections say in the place of what they supersede.

    A correction can be superseded only by one that is folded later, so that no circle can arise; of several
    corrections of one event the last counts. The replacement keeps the identity of what it replaces, so that
    a corrected fact remains the same fact, and its alerts the same alerts.
    """
    corrections = [event for event in in_order(events, process) if event.type == CORRECTION]
    if not corrections:
        return events, findings
    known = {event.identity: event for event in events}
    successor: dict[tuple[str, str], Event] = {}
    superseded: set[tuple[str, str]] = set()
    for place in range(len(corrections) - 1, -1, -1):
        correction = corrections[place]
        target = correction.facts.supersedes
        if correction.identity in superseded or target is None:
            continue
        identity = _root(target, known)
        if identity not in known:
            findings.append(_without_target(correction, target))
        elif identity not in successor:
            successor[identity] = correction
            superseded.update(_chain(target, known))
    counted: list[Event] = []
    for event in events:
        if event.type == CORRECTION:
            counted.append(event)
        elif event.identity in successor:
            counted.extend(_replacement(event, successor[event.identity]))
        else:
            counted.append(event)
    return counted, findings


def _chain(target: Reference, known: dict[tuple[str, str], Event]) -> list[tuple[str, str]]:
    """Identities from `target` down to the event that the corrections are about."""
    chain: list[tuple[str, str]] = []
    reference: Reference | None = target
    while reference is not None:
        identity = (reference.source, reference.id)
        if identity in chain:
            break
        chain.append(identity)
        event = known.get(identity)
        reference = event.facts.supersedes if event is not None and event.type == CORRECTION else None
    return chain


def _root(target: Reference, known: dict[tuple[str, str], Event]) -> tuple[str, str]:
    """The event that a correction of `target`, itself perhaps a correction, is about."""
    return _chain(target, known)[-1]


def _replacement(event: Event, correction: Event) -> list[Event]:
    said = correction.facts.replacement
    if said is None:
        return []
    return [
        replace(
            event,
            type=said.type,
            occurred=said.occurred,
            received=correction.received,
            recorded=correction.recorded,
            facts=said.facts,
        )
    ]


def _without_target(correction: Event, target: Reference) -> Finding:
    return Finding(
        "correction-without-target", correction.source, correction.id, f"{target.source} {target.id}"
    )
