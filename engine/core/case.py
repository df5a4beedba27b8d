"""What is known of a case and what was announced of it: the value that the engine keeps."""

from enum import IntEnum
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from engine.core.clock import Level
from engine.core.event import CORRECTION, Event, same_content
from engine.core.finding import Finding
from engine.core.instant import NEVER, Instant
from engine.core.rulebook import Limits


class Status(IntEnum):
    """What the last message said of an alert, in the order in which one revision can go through them."""

    RAISED = 1
    ENDED = 2
    PROPOSED = 3
    """A withdrawal was proposed; people decide."""
    WITHDRAWN = 4


class Announced(Struct, frozen=True, array_like=True):
    """One alert as it was announced."""

    alert: str
    due: Instant
    revision: int
    status: Status
    known: int
    """How many events the case had when the alert was raised."""
    level: Level
    rule: str
    clock: str
    rung: str
    stage: str
    justified_from: Instant
    item: str | None = None
    unit: str | None = None
    window: str | None = None
    person: str | None = None


class Standing(Struct, frozen=True, array_like=True):
    """Where a case stands, for lists and totals; derived from its events."""

    item: str | None = None
    unit: str | None = None
    window: str | None = None
    person: str | None = None
    process: str = ""
    stage: str = ""
    opened: Instant | None = None
    ended: Instant | None = None
    """When it reached a final stage."""
    next_due: Instant | None = None
    """The earliest end of a running clock that has not passed."""
    next_clock: str | None = None


class Case(Struct, frozen=True, array_like=True):
    """A case: its events in the order of arrival, and the record of what was announced."""

    id: str
    events: tuple[Event, ...] = ()
    announced: tuple[Announced, ...] = ()
    findings: tuple[Finding, ...] = ()
    standing: Standing = Standing()
    decided: Instant = -1
    """Up to when decisions were made; -1: never."""
    wake: Instant = NEVER
    """The earliest instant after which there may be something new to say."""
    heard: Instant = 0
    """When the last event was received."""
    tangled: bool = False
    """Whether it holds corrections, or differing events of one identity."""
    refused: int = 0
    """How many events beyond the limit went to the dead letters."""
    stub: bool = False
    """Shrunk after its retention: the events are gone, what was announced is kept."""
    late: int = 0
    """How many events reached the stub, and went to the dead letters."""


Arrival = Literal["added", "repeated", "conflicting", "over-limit", "stub"]


def with_event(case: Case, event: Event, limits: Limits) -> tuple[Case, Arrival]:
    """`case` knowing `event` too, and what became of the event."""
    if case.stub:
        late = (Finding("after-retention"),)
        return replace(case, late=case.late + 1, findings=late), "stub"
    twins = [known for known in case.events if known.id == event.id and known.source == event.source]
    if twins and any(same_content(twin, event) for twin in twins):
        return case, "repeated"
    if len(case.events) >= limits.events_per_case:
        return replace(case, refused=case.refused + 1), "over-limit"
    grown = replace(
        case,
        events=(*case.events, event),
        heard=max(case.heard, event.received),
        tangled=case.tangled or bool(twins) or event.type == CORRECTION,
    )
    return grown, "conflicting" if twins else "added"
