"""Events as they stand in JSON: attribute and field names, their types and lengths, and the way to core values.

A case keeps its events for years and as one record, so what an event may say is bounded: a longer code or legal basis
is refused, as it would name something else once cut; a longer `reason` is for people, and is cut.
"""

from typing import Annotated, Any, Final, Literal, cast

from msgspec import Meta, Struct

from engine.codec.rfc3339 import instant_from
from engine.core.event import Facts, Length, Reference, Replacement
from engine.core.instant import rfc3339

SPECVERSION: Final = "1.0"
ATTRIBUTE_LENGTH: Final = 256
"""Longest id, source, subject or type, in characters."""
CODE_LENGTH: Final = 128
"""Longest code or name in `data`, in characters."""
BASIS_LENGTH: Final = 256
"""Longest legal basis, in characters."""
REASON_KEPT: Final = 200
"""So many characters of a reason are kept, the first ones; the rest of a longer one is cut off."""
TIME_LENGTH: Final = 1024
"""Longest text of a time, in characters; an instant is kept of it."""
LENGTH_VALUE: Final = 3650 * 24 * 60
"""Largest number in a length: ten years of minutes."""
LengthUnit = Literal["working_days", "working_hours", "days", "hours", "minutes"]

Attribute = Annotated[str, Meta(min_length=1, max_length=ATTRIBUTE_LENGTH)]
Code = Annotated[str, Meta(max_length=CODE_LENGTH)]
Basis = Annotated[str, Meta(max_length=BASIS_LENGTH)]
Time = Annotated[str, Meta(max_length=TIME_LENGTH)]


class WireLength(Struct, omit_defaults=True):
    """`{"value": 10, "unit": "working_days"}`."""

    value: Annotated[int, Meta(ge=0, le=LENGTH_VALUE)]
    unit: LengthUnit


class WireReference(Struct):
    """Another event's source and id."""

    source: Attribute
    id: Attribute


class WireFacts(Struct, omit_defaults=True):
    """The fields of `data` that a replacement may have as well."""

    item: Code | None = None
    unit: Code | None = None
    window: Code | None = None
    person: Code | None = None
    deadline: Time | None = None
    decision: Code | None = None
    kind: Code | None = None
    legal_basis: Basis | None = None
    length: WireLength | None = None
    granted: WireLength | None = None
    approver: Code | None = None
    reason: str | None = None
    """Any length; see `REASON_KEPT`."""
    to: Code | None = None
    amount: Code | None = None


class WireReplacement(Struct, omit_defaults=True):
    """What a correction puts in the place of the event that it supersedes."""

    type: Attribute
    """Of any event but a correction."""
    time: Time
    data: WireFacts | None = None


class WireData(WireFacts, omit_defaults=True):
    """`data` of an event. Fields that are not named here are not read, so nothing of them is kept."""

    supersedes: WireReference | None = None
    replacement: WireReplacement | None = None


class WireEvent(Struct, omit_defaults=True):
    """A CloudEvent in structured mode."""

    specversion: str = ""
    id: Attribute = ""
    source: Attribute = ""
    type: Attribute = ""
    subject: Attribute = ""
    time: Time = ""
    recordedtime: Time | None = None
    data: WireData | None = None
    data_base64: str | None = None
    """Set where the producer sends `data` as bytes; read on the slow path."""


NO_FACTS: Final = Facts()


def facts_of(data: WireData) -> Facts:
    """The core value of `data`, its reasons cut; an empty text says as little as an absent one. Raises `TimeFault`."""
    if data.supersedes is None and data.replacement is None:
        return _facts(data, None, None)
    supersedes = Reference(data.supersedes.source, data.supersedes.id) if data.supersedes else None
    replacement = None
    if data.replacement is not None:
        wire = data.replacement
        facts = _facts(wire.data, None, None) if wire.data else NO_FACTS
        replacement = Replacement(wire.type, instant_from(wire.time), facts)
    return _facts(data, supersedes, replacement)


def _facts(data: WireFacts, supersedes: Reference | None, replacement: Replacement | None) -> Facts:
    length = data.length or data.granted
    return Facts(
        data.item or None,
        data.unit or None,
        data.window or None,
        data.person or None,
        instant_from(data.deadline) if data.deadline else None,
        data.decision or None,
        data.kind or None,
        data.legal_basis or None,
        Length(length.value, length.unit) if length is not None else None,
        data.approver or None,
        data.reason[:REASON_KEPT] if data.reason else None,
        data.to or None,
        data.amount or None,
        supersedes,
        replacement,
    )


def wire_data(facts: Facts, *, granted: bool) -> WireData | None:
    """`facts` as they stand in JSON, None where they say nothing; `granted` names the length so."""
    if facts == NO_FACTS:
        return None
    fields = _wire_fields(facts, granted=granted)
    supersedes = WireReference(facts.supersedes.source, facts.supersedes.id) if facts.supersedes else None
    replacement = None
    if facts.replacement is not None:
        old = facts.replacement
        data = None
        if old.facts != NO_FACTS:
            data = WireFacts(**_wire_fields(old.facts, granted=old.type == "case.suspended"))
        replacement = WireReplacement(old.type, rfc3339(old.occurred), data)
    return WireData(**fields, supersedes=supersedes, replacement=replacement)


def _wire_fields(facts: Facts, *, granted: bool) -> dict[str, Any]:
    length = WireLength(facts.length.value, cast("LengthUnit", facts.length.unit)) if facts.length else None
    return {
        "item": facts.item,
        "unit": facts.unit,
        "window": facts.window,
        "person": facts.person,
        "deadline": rfc3339(facts.deadline) if facts.deadline is not None else None,
        "decision": facts.decision,
        "kind": facts.kind,
        "legal_basis": facts.basis,
        "granted" if granted else "length": length,
        "approver": facts.approver,
        "reason": facts.reason,
        "to": facts.to,
        "amount": facts.amount,
    }
