"""Rows and log entries to events, by a mapping; what cannot be mapped is rejected with its reason."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from connectors.files import filed
from connectors.mapping import DROP, EventRule, EventType, MappingFile, attribute_of, fact
from connectors.port import Place, SourceEvent, SourceItem, SourceRejection
from engine.codec.cloud_event import decode_fields
from engine.codec.rejection import Rejected, shown
from engine.codec.wire import SPECVERSION
from engine.core.calendar_compile import zone_named
from engine.core.text import Text

Attributes = Mapping[str, str]

_DATE_LENGTH: Final = len("2024-03-05")
_LAST_OF_DAY: Final = timedelta(days=1) - timedelta(microseconds=1)


class Mapper:
    """Makes events of attributes."""

    def __init__(self, mapping: MappingFile) -> None:
        self._mapping = mapping
        self._zone: ZoneInfo | None = zone_named(mapping.zone) if mapping.zone else None
        self._nothing = frozenset((*mapping.empty, ""))

    def case_of(self, attributes: Attributes) -> str | None:
        """The case id that `attributes` name."""
        return self._text(attributes, self._mapping.case)

    def event(
        self, case: str | None, attributes: Attributes, ordinal: int, place: Place
    ) -> SourceItem | None:
        """The event of an entry of a log or a row of a table; None where the mapping drops it.

        `ordinal` is its place in the case or the table, and names it where the mapping names no id.
        """
        rule = self._mapping.events
        return None if rule is None else self._made(rule, case, attributes, f"{ordinal}", place)

    def case_events(self, case: str | None, attributes: Attributes, place: Place) -> list[SourceItem]:
        """The events that the attributes of a case tell of."""
        rules = (rule for rule in self._mapping.case_events if self._text(attributes, rule.time) is not None)
        made = [self._made(rule, case, attributes, rule.time, place) for rule in rules]
        return [item for item in made if item is not None]

    def _made(
        self, rule: EventRule, case: str | None, attributes: Attributes, name: str, place: Place
    ) -> SourceItem | None:
        event_type = self._type(rule.type, attributes)
        if event_type == DROP:
            return None
        if event_type is None:
            return SourceRejection(self._no_type(rule.type, attributes), place)
        if rule.id is not None:
            name = self._text(attributes, rule.id) or ""
        fields = {
            "specversion": SPECVERSION,
            "id": f"{case}/{name}" if name else None,
            "source": self._mapping.source,
            "type": event_type,
            "subject": case,
            "time": self._time(self._text(attributes, rule.time)),
            "recordedtime": self._time(self._text(attributes, rule.recorded)) if rule.recorded else None,
            "data": self._facts(rule, attributes),
        }
        decoded = decode_fields(fields, 0)
        if isinstance(decoded, Rejected):
            return SourceRejection(decoded, place)
        event = msgspec.structs.replace(decoded.event, received=filed(decoded.event))
        return SourceEvent(decoded.case, event, place)

    def _text(self, attributes: Attributes, name: str) -> str | None:
        text = attributes.get(name, "").strip()
        return None if text in self._nothing else text

    def _type(self, rule: str | EventType, attributes: Attributes) -> str | None:
        if isinstance(rule, str):
            return rule
        name = self._text(attributes, rule.attribute)
        if name is None:
            return rule.otherwise
        return DROP if name in rule.drop else rule.table.get(name, rule.otherwise)

    @staticmethod
    def _no_type(rule: str | EventType, attributes: Attributes) -> Rejected:
        name = rule.attribute if isinstance(rule, EventType) else "type"
        value = shown(attributes.get(name, ""))
        return Rejected(
            "bad-row",
            Text(
                zh=f"{name}:映射中没有 {value} 的事件类型,请列入 table 或 drop",
                en=f"{name}: the mapping has no event type for {value}; does it belong in table or in drop?",
            ),
        )

    def _facts(self, rule: EventRule, attributes: Attributes) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, field in (self._mapping.facts | rule.facts).items():
            attribute = attribute_of(field)
            value = fact(field, None if attribute is None else self._text(attributes, attribute))
            if value is not None:
                found[name] = self._time(value) if name == "deadline" else value
        return found

    def _time(self, text: str | None) -> str | None:
        """`text` as RFC 3339 where the mapping says how; otherwise as it stands, for the decoder to judge."""
        if text is None:
            return None
        try:
            if self._mapping.time_format is not None:
                moment = datetime.strptime(text, self._mapping.time_format)  # noqa: DTZ007  The zone comes below.
            else:
                moment = datetime.fromisoformat(text)
        except ValueError:
            return text
        if len(text) == _DATE_LENGTH and self._mapping.time_format is None:
            if self._mapping.date_only is None:
                return text
            moment += _LAST_OF_DAY if self._mapping.date_only == "end" else timedelta()
        if moment.tzinfo is None:
            if self._zone is None:
                return moment.isoformat()
            moment = moment.replace(tzinfo=self._zone)
        return moment.isoformat()
