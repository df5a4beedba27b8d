"""The job that the peers do for each event: keep the case, compute one deadline, say when it has passed."""

from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import Struct

from engine.codec.rfc3339 import instant_from
from engine.core.instant import NEVER, Instant
from engine.core.measure import WorkingDays
from engine.rulebook.load import load_rulebook
from engine.rulebook.locate import shipped_rules

LIMIT = 5
"""Working days from one step to the next."""

LAST = "case.closed"

ALERTS = 3
"""How many alerts a late case gives, which is about what the shipped rules say of it."""


class PeerData(Struct):
    """What of an event's data a peer keeps."""

    item: str = ""
    unit: str = ""
    window: str | None = None
    person: str | None = None
    decision: str | None = None


class PeerEvent(Struct):
    """A CloudEvent as a peer reads it."""

    id: str
    source: str
    type: str
    subject: str
    time: str
    recordedtime: str | None = None
    data: PeerData | None = None


class Kept(Struct, array_like=True):
    """One event of a case."""

    id: str
    source: str
    type: str
    occurred: Instant
    data: PeerData | None


class PeerCase(Struct, array_like=True):
    """A case as a peer keeps it."""

    id: str
    deadline: Instant
    events: list[Kept]


class Step(NamedTuple):
    """What follows for a case."""

    case: PeerCase
    late: bool
    """Whether the event came after the deadline."""


def measure() -> WorkingDays:
    """The measure by which the peers count, of the shipped calendar."""
    rulebook, findings = load_rulebook(Path(shipped_rules()))
    if rulebook is None:
        raise ValueError(findings)
    return WorkingDays(rulebook.calendars[rulebook.calendar])


decode_event = msgspec.json.Decoder(PeerEvent).decode
decode_case = msgspec.msgpack.Decoder(PeerCase).decode
encode_case = msgspec.msgpack.Encoder().encode


def grown(case: PeerCase | None, event: PeerEvent, days: WorkingDays) -> Step:
    """`case` with `event`, its deadline counted anew from it."""
    occurred = instant_from(event.time)
    late = case is not None and case.deadline < occurred
    if case is None:
        case = PeerCase(event.subject, NEVER, [])
    case.events.append(Kept(event.id, event.source, event.type, occurred, event.data))
    case.deadline = NEVER if event.type == LAST else days.when(days.at(occurred) + LIMIT)
    return Step(case, late)


def alerts(event: PeerEvent) -> list[bytes]:
    """What is said of a late case."""
    case, identity = event.subject.encode(), event.id.encode()
    return [b'{"case":"%s","event":"%s","alert":%d}' % (case, identity, number) for number in range(ALERTS)]
