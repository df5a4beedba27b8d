"""How the columns of a table, or the attributes of an event log, become the fields of events."""

from pathlib import Path
from typing import Any, Final, Literal

from msgspec import Struct

from engine.codec.wire import LengthUnit, WireData
from engine.codec.yaml_file import YamlFault, YamlFile, read_yaml
from engine.core.calendar_compile import zone_named


class Field(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the value of a field comes from. In a mapping file, plain text is short for `{attribute: text}`."""

    attribute: str | None = None
    """Name of a column or attribute; in the events of a log, one of the event before one of its case."""
    value: str | None = None
    """The same for all."""
    table: dict[str, str] = {}
    """What stands in the attribute, and what it means."""
    otherwise: str | None = None
    """What anything else in the attribute means; without it, what the table lacks is taken as it stands."""
    unit: LengthUnit | None = None
    """Of a length: what its number counts."""


class EventType(Struct, frozen=True, forbid_unknown_fields=True):
    """Which type an event has, by an attribute such as the name of the activity."""

    attribute: str
    table: dict[str, str] = {}
    drop: tuple[str, ...] = ()
    """Values whose events are left out."""
    otherwise: str | None = None
    """The type of anything else, or `drop`; without it, anything else is rejected."""


class EventRule(Struct, frozen=True, forbid_unknown_fields=True):
    """How one event comes about: from an event of a log or a row of a table, or from attributes of a case."""

    time: str
    """Attribute with the time at which it happened."""
    type: str | EventType
    id: str | None = None
    """Attribute that tells the events of a case apart; without it, their places in the case do."""
    recorded: str | None = None
    facts: dict[str, str | Field] = {}
    """By the names of `data` of an event."""


class MappingFile(Struct, frozen=True, forbid_unknown_fields=True):
    """A mapping as it is written."""

    source: str
    """The CloudEvents source of all events."""
    case: str
    """Attribute with the case id."""
    zone: str | None = None
    """Time zone of times that name none, such as `Asia/Shanghai`; without it they are rejected."""
    time_format: str | None = None
    """Of times that are not ISO 8601: the form, as in `%d/%m/%Y %H:%M`."""
    date_only: Literal["start", "end"] | None = None
    """Whether a date without a time means the day's start or its end; without it, it is rejected."""
    encoding: str = "utf-8"
    """Of tables."""
    delimiter: str = ","
    """Of tables."""
    empty: tuple[str, ...] = ()
    """Values that stand for nothing; an empty value always does."""
    facts: dict[str, str | Field] = {}
    """Facts of all events."""
    events: EventRule | None = None
    """The events of a log, the rows of a table."""
    case_events: tuple[EventRule, ...] = ()
    """Events that a log keeps as attributes of the case, a table as columns; an empty time makes none."""


Mapping = YamlFile[MappingFile]

FACTS: Final = frozenset(WireData.__struct_fields__) - {"supersedes", "replacement"}
LENGTHS: Final = frozenset({"length", "granted"})
DROP: Final = "drop"


def load_mapping(path: Path) -> MappingFile:
    """The mapping in the YAML file. Raises `YamlFault`, which names file, line and column."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise YamlFault(path.as_posix(), (1, 1), "", f"cannot be read: {error.strerror}") from error
    return read_mapping(content, path.as_posix())


def read_mapping(content: bytes, file: str) -> MappingFile:
    """The mapping that `content` of `file` says. Raises `YamlFault`."""
    mapping = read_yaml(content, file, MappingFile)
    value = mapping.value
    if value.events is None and not value.case_events:
        raise mapping.fault(
            "", "expected 'events', 'case_events' or both, got neither; no event would be made"
        )
    if value.zone is not None:
        try:
            zone_named(value.zone)
        except ValueError:
            raise mapping.fault(
                "zone", f"expected a time zone such as 'Asia/Shanghai', got {value.zone!r}"
            ) from None
    try:
        "".encode(value.encoding)
    except LookupError:
        raise mapping.fault(
            "encoding", f"expected an encoding such as 'gb18030', got {value.encoding!r}"
        ) from None
    if len(value.delimiter) != 1:
        raise mapping.fault("delimiter", f"expected one character, got {value.delimiter!r}")
    _check_facts(mapping, value.facts, "facts")
    if value.events is not None:
        _check_rule(mapping, value.events, "events")
    for index, rule in enumerate(value.case_events):
        _check_rule(mapping, rule, f"case_events[{index}]")
    return value


def _check_rule(mapping: Mapping, rule: EventRule, path: str) -> None:
    if isinstance(rule.type, EventType):
        both = sorted(set(rule.type.drop) & set(rule.type.table))
        if both:
            message = f"{both[0]!r} is in the table as well; which is meant?"
            place = f"{path}.type.drop"
            raise mapping.fault(place, message)
    _check_facts(mapping, rule.facts, f"{path}.facts")


def _check_facts(mapping: Mapping, facts: dict[str, str | Field], path: str) -> None:
    for name, field in facts.items():
        below = f"{path}.{name}"
        if name not in FACTS:
            known = ", ".join(sorted(FACTS))
            message = f"unknown field {name!r}; known are {known}"
            raise mapping.fault(below, message)
        unit = field.unit if isinstance(field, Field) else None
        if (name in LENGTHS) != (unit is not None):
            said = (
                "needs a unit, as in {attribute: days, unit: working_days}"
                if unit is None
                else "takes no unit"
            )
            raise mapping.fault(below, f"{name!r} {said}")
        if isinstance(field, Field) and (field.attribute is None) == (field.value is None):
            raise mapping.fault(below, "expected either 'attribute' or 'value'")


def attributes_of(mapping: MappingFile) -> set[str]:
    """Every attribute that `mapping` asks for."""
    rules = [*mapping.case_events, *([mapping.events] if mapping.events else [])]
    names: set[str | None] = {mapping.case}
    for rule in rules:
        names |= {rule.time, rule.id, rule.recorded}
        names.add(rule.type.attribute if isinstance(rule.type, EventType) else None)
    for facts in (mapping.facts, *(rule.facts for rule in rules)):
        names |= {attribute_of(field) for field in facts.values()}
    return {name for name in names if name is not None}


def attribute_of(field: str | Field) -> str | None:
    """The attribute that `field` reads; None where its value is the same for all."""
    return field if isinstance(field, str) else field.attribute


def fact(field: str | Field, text: str | None) -> Any:  # noqa: ANN401  A value of a JSON object.
    """The value in `data` of `field`, whose attribute says `text`; None where it says nothing."""
    if isinstance(field, str):
        return text
    value = field.value if field.attribute is None else text
    if value is not None and field.attribute is not None and (field.table or field.otherwise):
        value = field.table.get(value, value if field.otherwise is None else field.otherwise)
    if value is None or field.unit is None:
        return value
    return {"value": value, "unit": field.unit}
