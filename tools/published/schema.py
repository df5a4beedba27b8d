"""JSON Schemas (draft 2020-12) of events and alerts, made from their descriptions and their wire types."""

from typing import Any, Final, get_args, get_type_hints

import msgspec

from engine.codec.alert import TYPE_PREFIX, WireAlert
from engine.codec.wire import ATTRIBUTE_LENGTH, FIELD_LENGTH, LENGTH_VALUE, SPECVERSION, LengthUnit
from engine.core.alert import Alert, Explanation, Saying
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
_FIELD: Final[Schema] = {"type": ["string", "number", "null"], "maxLength": FIELD_LENGTH}
_LENGTH: Final[Schema] = {
    "type": ["object", "null"],
    "required": ["value", "unit"],
    "properties": {
        "value": {"type": "integer", "minimum": 0, "maximum": LENGTH_VALUE},
        "unit": {"enum": list(get_args(LengthUnit))},
    },
}
_REFERENCE: Final[Schema] = {
    "type": "object",
    "required": ["source", "id"],
    "properties": {"source": _ATTRIBUTE, "id": _ATTRIBUTE},
}
_REPLACEMENT: Final[Schema] = {
    "type": ["object", "null"],
    "required": ["type", "time"],
    "properties": {"type": _ATTRIBUTE, "time": TIME, "data": {"type": ["object", "null"]}},
}
_SHAPES: Final[dict[str, Schema]] = {
    "deadline": {**TIME, "type": ["string", "null"]},
    "length": _LENGTH,
    "granted": _LENGTH,
    "supersedes": _REFERENCE,
    "replacement": _REPLACEMENT,
}
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
    return _event_schema(
        "event", title, about, {"type": _told(_ATTRIBUTE, ATTRIBUTES["type"])}, tuple(FIELDS), ()
    )


def event_schema(description: EventDescription) -> Schema:
    """Of an event of one type."""
    own = {"type": _told({"const": description.type}, ATTRIBUTES["type"])}
    fields = (*COMMON, *description.fields)
    return _event_schema(
        f"event:{description.type}", description.title, description.about, own, fields, description.required
    )


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


def _event_schema(
    name: str, title: Text, about: Text, own: Schema, fields: tuple[str, ...], required: tuple[str, ...]
) -> Schema:
    data: Schema = {
        "type": "object" if required else ["object", "null"],
        "properties": {field: _told(_SHAPES.get(field, _FIELD), FIELDS[field]) for field in fields},
    }
    if {"length", "granted"} <= set(fields):
        data["not"] = {"required": ["length", "granted"]}
    if required:
        data["required"] = list(required)
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
    return {
        **_head(name, title, about),
        "required": [*REQUIRED, "data"] if required else list(REQUIRED),
        "properties": properties,
    }


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
