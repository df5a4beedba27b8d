"""CloudEvents 1.0 to core events and back: JSON structured mode, and binary mode on Kafka."""

from typing import Any, Final

import msgspec
from msgspec import Struct

from engine.codec.rejection import Rejected, bad_field, shown
from engine.codec.rfc3339 import TimeFault, instant_from
from engine.codec.slow_path import Refusal, json_object, wire_event
from engine.codec.wire import NO_FACTS, SPECVERSION, WireData, WireEvent, facts_of, wire_data
from engine.core.event import CORRECTION, SUSPENSION, Event
from engine.core.instant import MILLISECOND, Instant, rfc3339
from engine.core.text import Text
from engine.ports import Headers, SourceRecord

RECORD_BYTES: Final = 1_000_000
"""A larger value is refused, unless the caller says otherwise."""

STRUCTURED: Final = "application/cloudevents"
CONTENT_TYPE: Final = "content-type"
_PREFIX: Final = "ce_"

_FAULTS: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, TimeFault)

_decode: Final = msgspec.json.Decoder(WireEvent).decode
_decode_data: Final = msgspec.json.Decoder(WireData | None).decode
_encode: Final = msgspec.json.Encoder().encode


class Decoded(Struct, frozen=True):
    """An event, and the case that it is about."""

    case: str
    event: Event


def decode_event(record: SourceRecord, largest: int = RECORD_BYTES) -> Decoded | Rejected:
    """What `record` says, or why it is no event. Never raises; `largest` is in bytes of the value."""
    value = record.value
    received = record.timestamp_ms * MILLISECOND
    if record.headers and _is_binary(record.headers):
        if value is not None and len(value) > largest:
            return too_large(len(value), largest)
        return _decode_binary(record.headers, value or b"null", received)
    if value is None:
        return Rejected("no-value", Text(zh="记录没有内容", en="record: expected an event, got no value"))
    return decode_structured(value, received, largest)


def decode_structured(value: bytes, received: Instant, largest: int = RECORD_BYTES) -> Decoded | Rejected:
    """What the JSON `value` says, received at `received`, or why it is no event. Never raises."""
    if len(value) > largest:
        return too_large(len(value), largest)
    try:
        decoded = _decoded(_decode(value), received)
    except _FAULTS:
        decoded = None
    return _slowly(value, received) if decoded is None else decoded


def decode_fields(fields: dict[str, Any], received: Instant) -> Decoded | Rejected:
    """What `fields`, a CloudEvent as a mapping of names to values, says, or why it is no event. Never raises."""
    try:
        return _from_tree(fields, received)
    except Refusal as refusal:
        return refusal.rejected


def too_large(size: int, largest: int) -> Rejected:
    """What was read has `size` bytes, more than `largest`."""
    return Rejected(
        "too-large",
        Text(
            zh=f"记录 {size} 字节,超过上限 {largest} 字节",
            en=f"record: expected at most {largest} bytes, got {size}",
        ),
    )


def encode_event(case: str, event: Event) -> bytes:
    """`event` of `case` as a CloudEvent in JSON structured mode. When it was received is not part of it."""
    recorded = None if event.recorded is None else rfc3339(event.recorded)
    return _encode(
        WireEvent(
            SPECVERSION,
            event.id,
            event.source,
            event.type,
            case,
            rfc3339(event.occurred),
            recorded,
            wire_data(event.facts, granted=event.type == SUSPENSION),
        )
    )


def _decoded(wire: WireEvent, received: Instant) -> Decoded | None:
    """The event of `wire`; None where something about it needs the slow path. Raises `TimeFault`."""
    subject, source, identity, event_type = wire.subject, wire.source, wire.id, wire.type
    # `isprintable` is stricter than the law, which forbids control characters only: the slow path tells.
    plain = (
        (subject and source and identity and event_type)
        and subject.isprintable()
        and source.isprintable()
        and identity.isprintable()
        and event_type.isprintable()
    )
    if not plain or wire.specversion != SPECVERSION or wire.data_base64 is not None:
        return None
    data = wire.data
    if data is None:
        facts = NO_FACTS
    elif _is_odd(data):
        return None
    else:
        facts = facts_of(data)
    if event_type == CORRECTION and facts.supersedes is None:
        return None
    recorded = instant_from(wire.recordedtime) if wire.recordedtime else None
    event = Event(event_type, source, identity, instant_from(wire.time), received, recorded, facts)
    return Decoded(subject, event)


def _is_odd(data: WireData) -> bool:
    """Whether `data` has something that the types allow and the slow path refuses."""
    if data.length is not None and data.granted is not None:
        return True
    replacement = data.replacement
    if replacement is None:
        return False
    facts = replacement.data
    two_lengths = facts is not None and facts.length is not None and facts.granted is not None
    return two_lengths or replacement.type == CORRECTION


def _slowly(value: bytes, received: Instant) -> Decoded | Rejected:
    try:
        return _from_tree(json_object(value, "record"), received)
    except Refusal as refusal:
        return refusal.rejected


def _from_tree(tree: dict[str, Any], received: Instant) -> Decoded:
    wire = wire_event(tree)
    facts = NO_FACTS if wire.data is None else facts_of(wire.data)
    recorded = instant_from(wire.recordedtime) if wire.recordedtime else None
    event = Event(wire.type, wire.source, wire.id, instant_from(wire.time), received, recorded, facts)
    return Decoded(wire.subject, event)


def _is_binary(headers: Headers) -> bool:
    """Whether the attributes stand in headers. A structured event often comes without a content type."""
    found = False
    for name, value in headers:
        if name.startswith(_PREFIX):
            found = True
        elif name.lower() == CONTENT_TYPE and value.lower().startswith(STRUCTURED.encode()):
            return False
    return found


def _decode_binary(headers: Headers, value: bytes, received: Instant) -> Decoded | Rejected:
    try:
        attributes, content_type = _attributes(headers)
        try:
            wire = msgspec.convert(attributes, WireEvent)
            wire.data = _decode_data(value or b"null")
            decoded = _decoded(wire, received)
        except _FAULTS:
            decoded = None
        if decoded is not None and _is_json(content_type):
            return decoded
        if value not in {b"", b"null"}:
            if not _is_json(content_type):
                return bad_field(CONTENT_TYPE, "application/json", "application/json", content_type)
            attributes["data"] = json_object(value, "data")
        return _from_tree(attributes, received)
    except Refusal as refusal:
        return refusal.rejected


def _attributes(headers: Headers) -> tuple[dict[str, Any], str]:
    attributes: dict[str, Any] = {}
    content_type = ""
    for name, value in headers:
        if not name.startswith(_PREFIX) and name.lower() != CONTENT_TYPE:
            continue
        try:
            text = value.decode()
        except UnicodeDecodeError:
            detail = Text(
                zh=f"消息头 {name} 不是 UTF-8:{shown(value)}",
                en=f"header {name}: expected UTF-8, got {shown(value)}",
            )
            raise Refusal(Rejected("not-utf-8", detail)) from None
        if name.startswith(_PREFIX):
            attributes[name[len(_PREFIX) :]] = text
        else:
            content_type = text
    # Data comes as the record's value; a header of that name is an extension that is not read.
    attributes.pop("data", None)
    attributes.pop("data_base64", None)
    return attributes, content_type


def _is_json(content_type: str) -> bool:
    media = content_type.partition(";")[0].strip().lower()
    return media in {"", "application/json", "text/json"} or media.endswith("+json")
