"""What an event says: a fact about a case, with its three times."""

from hashlib import blake2b
from typing import Final

import msgspec
from msgspec import Struct

from engine.core.instant import Instant


class Length(Struct, frozen=True, array_like=True):
    """A span as a rule or a document names it: so many of a unit."""

    value: int
    unit: str
    """`working_days`, `working_hours`, `days`, `hours` or `minutes`."""


class Reference(Struct, frozen=True, array_like=True):
    """Another event, by its identity."""

    source: str
    id: str


class Facts(Struct, frozen=True, array_like=True):
    """The fields of an event's `data` that judging time needs. Nothing about the applicant is among them.

    Stored as an array: a new field goes to the end, so that stored cases stay readable.
    """

    item: str | None = None
    unit: str | None = None
    window: str | None = None
    person: str | None = None
    deadline: Instant | None = None
    """The end that the source itself gives the case."""
    decision: str | None = None
    """`granted` or `denied`."""
    kind: str | None = None
    """Of a suspension: its kind. Of an extension: the kind of the open suspension that it prolongs."""
    basis: str | None = None
    """Legal basis, as the source names it."""
    length: Length | None = None
    """Of a suspension: the length told in writing. Of an extension: what it adds."""
    approver: str | None = None
    reason: str | None = None
    to: str | None = None
    """Of a return: the stage to which the case goes back."""
    amount: str | None = None
    """Of a fee: yuan as decimal text."""
    supersedes: Reference | None = None
    replacement: "Replacement | None" = None


class Replacement(Struct, frozen=True, array_like=True):
    """What a correction puts in the place of the event that it supersedes."""

    type: str
    occurred: Instant
    facts: Facts


class Event(Struct, frozen=True, array_like=True):
    """A fact about a case, with its own time."""

    type: str
    source: str
    id: str
    occurred: Instant
    """When it happened, as the source says."""
    received: Instant
    """When it reached the event topic."""
    recorded: Instant | None
    """When the source system wrote it down; None where the source does not send it."""
    facts: Facts

    @property
    def identity(self) -> tuple[str, str]:
        """(source, id): two events with the same identity are one."""
        return (self.source, self.id)

    @property
    def latest(self) -> Instant:
        """The latest instant that it speaks of: when it occurred, or what it puts in another event's place did."""
        said = self.facts.replacement
        return self.occurred if said is None else max(self.occurred, said.occurred)

    @property
    def recorded_at(self) -> Instant:
        """When it was written down; a source that sends no such time records when it is received."""
        return self.received if self.recorded is None else self.recorded


CORRECTION: Final = "case.corrected"
SUSPENSION: Final = "case.suspended"
RESUMPTION: Final = "case.resumed"
EXTENSION: Final = "case.extended"
DECISION: Final = "case.approved"
DECISIONS: Final = ("granted", "denied")

_encode: Final = msgspec.msgpack.Encoder().encode


def same_content(one: Event, other: Event) -> bool:
    """Whether both say the same; when they were received does not matter."""
    return (
        one.type == other.type
        and one.occurred == other.occurred
        and one.recorded == other.recorded
        and one.facts == other.facts
    )


def digest(event: Event) -> str:
    """Canonical hash of what `event` says (hexadecimal, 64 bits), blind to when it was received."""
    content = _encode((event.type, event.occurred, event.recorded, event.facts))
    return blake2b(content, digest_size=8).hexdigest()
