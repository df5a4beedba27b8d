"""Events as they stand in JSON: attribute and field names, their types and lengths, and the way to core values."""

from typing import Annotated, Any, Final, Literal, cast

from msgspec import Meta, Struct

from engine.codec.rfc3339 import instant_from
from engine.core.event import Facts, Length, Reference, Replacement
from engine.core.instant import rfc3339

SPECVERSION: Final = "1.0"
ATTRIBUTE_LENGTH: Final = 256
"""Longest id, source, subject or type, in characters."""
FIELD_LENGTH: Final = 1024
"""Longest text in `data`, in characters."""
LENGTH_VALUE: Final = 3650 * 24 * 60
"""Largest number in a length: ten years of minutes."""
LengthUnit = Literal["working_days", "working_hours", "days", "hours", "minutes"]

Attribute = Annotated[str, Meta(min_length=1, max_length=ATTRIBUTE_LENGTH)]
Field = Annotated[str, Meta(max_length=FIELD_LENGTH)]


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

    item: Field | None = None
    unit: Field | None = None
    window: Field | None = None
    person: Field | None = None
    deadline: Field | None = None
    decision: Field | None = None
    kind: Field | None = None
    legal_basis: Field | None = None
    length: WireLength | None = None
    granted: WireLength | None = None
    approver: Field | None = None
    reason: Field | None = None
    to: Field | None = None
    amount: Field | None = None


class WireReplacement(Struct, omit_defaults=True):
    """What a correction puts in the place of the event that it supersedes."""

    type: Attribute
    time: Field
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
    time: Field = ""
    recordedtime: Field | None = None
    data: WireData | None = None
    data_base64: str | None = None
    """Set where the producer sends `data` as bytes; read on the slow path."""


NO_FACTS: Final = Facts()


def facts_of(data: WireData) -> Facts:
    """The core value of `data`; an empty text says as little as an absent one. Raises `TimeFault`."""
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
        data.reason or None,
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
