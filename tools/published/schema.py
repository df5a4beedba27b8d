"""JSON Schemas (draft 2020-12) of events and alerts, made from their descriptions and their wire types."""

from collections.abc import Mapping
from typing import Any, Final, get_args, get_type_hints

import msgspec

from engine.codec.alert import TYPE_PREFIX, WireAlert
from engine.codec.wire import (
    ATTRIBUTE_LENGTH,
    BASIS_LENGTH,
    CODE_LENGTH,
    LENGTH_VALUE,
    SPECVERSION,
    LengthUnit,
    WireFacts,
)
from engine.core.alert import Alert, Explanation, Saying
from engine.core.event import CORRECTION, DECISION, DECISIONS
from engine.core.instant import Instant
from engine.core.text import Text
from tools.published.events import ATTRIBUTES, COMMON, EVENTS, FIELDS, EventDescription

Schema = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
TIME: Final[Schema] = {
    "type": "string",
    "format": "date-time",
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$",
}
_ATTRIBUTE: Final[Schema] = {
    "type": "string",
    "minLength": 1,
    "maxLength": ATTRIBUTE_LENGTH,
    "pattern": r"^[^\u0000-\u001f\u007f-\u009f]+$",
}
_TEXT: Final[Schema] = {"type": ["string", "number", "null"]}
_CODE: Final[Schema] = {**_TEXT, "maxLength": CODE_LENGTH}
_LENGTH: Final[Schema] = {
    "type": ["object", "null"],
    "required": ["value", "unit"],
    "properties": {
        "value": {"type": "integer", "minimum": 0, "maximum": LENGTH_VALUE},
        "unit": {"enum": list(get_args(LengthUnit))},
    },
}
_TWO_LENGTHS: Final[Schema] = {
    "type": "object",
    "required": ["length", "granted"],
    "properties": {"length": {"type": "object"}, "granted": {"type": "object"}},
}
_REFERENCE: Final[Schema] = {
    "type": "object",
    "required": ["source", "id"],
    "properties": {"source": _ATTRIBUTE, "id": _ATTRIBUTE},
}
_REPLACEMENT: Final[Schema] = {
    "type": ["object", "null"],
    "required": ["type", "time"],
    "properties": {
        "type": {**_ATTRIBUTE, "not": {"const": CORRECTION}},
        "time": TIME,
        "data": {"$ref": "#/$defs/facts"},
    },
}
_SHAPES: Final[dict[str, Schema]] = {
    "deadline": {**TIME, "type": ["string", "null"]},
    "legal_basis": {**_TEXT, "maxLength": BASIS_LENGTH},
    "length": _LENGTH,
    "granted": _LENGTH,
    "reason": _TEXT,
    "supersedes": _REFERENCE,
    "replacement": _REPLACEMENT,
}
_SHAPES_OF_TYPES: Final[dict[str, dict[str, Schema]]] = {DECISION: {"decision": {"enum": [*DECISIONS, None]}}}
"""Fields that an event of the type words more strictly than the decoder asks."""
REQUIRED: Final = ("specversion", "id", "source", "type", "subject", "time")
_ALERT_TIMES: Final = tuple(
    name
    for name, kind in get_type_hints(WireAlert).items()
    if kind is str and get_type_hints(Alert).get(name) is Instant
)
"""Text on the wire and instants in the core."""
_EXPLAINED_TIMES: Final = frozenset({"time", "recorded", "since", "until"})


def envelope_schema() -> Schema:
    """Of an event of any type, those that a process of one's own adds among them."""
    title = Text("状态事件", "Status event")
    about = Text(
        "任何类型的状态事件;未列出的字段不会保存。", "Of any type; fields that are not listed are not kept."
    )
    own = {"type": _told(_ATTRIBUTE, ATTRIBUTES["type"])}
    return _event_schema(_head("event", title, about), own, _data_schema(tuple(FIELDS)))


def event_schema(description: EventDescription) -> Schema:
    """Of an event of one type."""
    head = _head(f"event:{description.type}", description.title, description.about)
    own = {"type": _told({"const": description.type}, ATTRIBUTES["type"])}
    stricter = _SHAPES_OF_TYPES.get(description.type)
    data = _data_schema((*COMMON, *description.fields), description.required, stricter)
    return _event_schema(head, own, data)


def alert_schema() -> Schema:
    """Of every message about an alert."""
    (root,), definitions = msgspec.json.schema_components([WireAlert], ref_template="#/$defs/{name}")
    (explained,), more = msgspec.json.schema_components([Explanation], ref_template="#/$defs/{name}")
    definitions = {**definitions, **more}
    data = definitions["WireAlert"]
    data["properties"]["explanation"] = {"anyOf": [{"type": "null"}, explained]}
    for name in _ALERT_TIMES:
        data["properties"][name] = TIME
    for definition in definitions.values():
        # The schema of the core's types says integers where the wire says times.
        for name in _EXPLAINED_TIMES & definition.get("properties", {}).keys():
            optional = name in {"recorded", "until"}
            definition["properties"][name] = {**TIME, "type": ["string", "null"]} if optional else TIME
        definition.pop("title", None)
    properties: Schema = {
        "specversion": {"const": SPECVERSION},
        "id": {"type": "string", "minLength": 1},
        "source": {"type": "string", "minLength": 1},
        "type": {"enum": [TYPE_PREFIX + saying for saying in get_args(Saying)]},
        "subject": {"type": "string", "minLength": 1},
        "time": TIME,
        "datacontenttype": {"type": "string"},
        "data": root,
    }
    title = Text("预警与红黄牌", "Alert")
    about = Text(
        "time 为到期时刻;终止或撤销则为其自身的时刻。",
        "`time` is when it fell due; of an end or a withdrawal, its own.",
    )
    head = _head("alert", title, about)
    return {**head, "required": [*REQUIRED, "data"], "properties": properties, "$defs": definitions}


def _event_schema(head: Schema, own: Schema, data: Schema) -> Schema:
    shapes: Schema = {
        "specversion": {"const": SPECVERSION},
        "time": TIME,
        "recordedtime": {**TIME, "type": ["string", "null"]},
    }
    properties = {
        attribute: own.get(attribute) or _told(shapes.get(attribute, _ATTRIBUTE), text)
        for attribute, text in ATTRIBUTES.items()
    }
    properties["data"] = data
    required = [*REQUIRED, "data"] if "required" in data else list(REQUIRED)
    schema = {**head, "required": required, "properties": properties}
    if "replacement" in data["properties"]:
        schema["$defs"] = {"facts": _data_schema(WireFacts.__struct_fields__)}
    return schema


def _data_schema(
    fields: tuple[str, ...], required: tuple[str, ...] = (), stricter: Mapping[str, Schema] | None = None
) -> Schema:
    """Of an object with `fields`; those in `stricter` have that shape instead of their usual one."""
    shapes = {**_SHAPES, **(stricter or {})}
    data: Schema = {
        "type": "object" if required else ["object", "null"],
        "properties": {field: _told(shapes.get(field, _CODE), FIELDS[field]) for field in fields},
    }
    if {"length", "granted"} <= set(fields):
        data["not"] = _TWO_LENGTHS
    if required:
        data["required"] = list(required)
    return data


def _head(name: str, title: Text, about: Text) -> Schema:
    return {
        "$schema": DIALECT,
        "$id": f"urn:sunlight:{name}:v1",
        "title": f"{title.en} · {title.zh}",
        "description": f"{about.en} · {about.zh}",
        "type": "object",
    }


def _told(shape: Schema, text: Text) -> Schema:
    return {**shape, "description": f"{text.en} · {text.zh}"}


def schemas() -> dict[str, Schema]:
    """Every published schema by its file name under `schemas/`."""
    of_types = {f"events/{description.type}.json": event_schema(description) for description in EVENTS}
    return {"event.json": envelope_schema(), **of_types, "alert.json": alert_schema()}
