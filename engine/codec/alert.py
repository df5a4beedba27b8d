"""Alerts as CloudEvents 1.0 (JSON structured mode) and back."""

from typing import Final

import msgspec
from msgspec import Struct

from engine.codec.rfc3339 import TimeFault, instant_from
from engine.core.alert import Alert, Explanation, Saying
from engine.core.clock import Level
from engine.core.instant import Instant, rfc3339
from engine.ports import Headers, OutRecord

TYPE_PREFIX: Final = "sunlight.alert."
SOURCE: Final = "sunlight"
CONTENT_TYPE: Final = b"application/cloudevents+json"


class AlertError(ValueError):
    """Bytes that are no alert message."""


class WireAlert(Struct, frozen=True):
    """The `data` of an alert message."""

    alert_id: str
    revision: int
    level: Level
    case: str
    item: str | None
    unit: str | None
    window: str | None
    person: str | None
    area: tuple[str, ...]
    process: str
    stage: str
    clock: str
    rung: str
    rule: str
    rulebook: str
    due: str
    justified_from: str
    detected: str
    as_of: str
    known: int
    provisional: bool
    behind: bool
    explanation: msgspec.Raw


class WireMessage(Struct, frozen=True):
    """The envelope of an alert message."""

    id: str
    type: str
    subject: str
    time: str
    data: WireAlert
    specversion: str = "1.0"
    source: str = SOURCE
    datacontenttype: str = "application/json"


_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(WireMessage).decode
_EXPLANATION_TIMES: Final = frozenset({"time", "recorded", "since", "until"})


def encode_alert(alert: Alert) -> bytes:
    """`alert` as one line of JSON; the same alert gives the same bytes."""
    return _encode(
        WireMessage(
            id=alert.message_id,
            type=TYPE_PREFIX + alert.saying,
            subject=alert.case,
            time=rfc3339(alert.time),
            data=WireAlert(
                alert_id=alert.alert,
                revision=alert.revision,
                level=alert.level,
                case=alert.case,
                item=alert.item,
                unit=alert.unit,
                window=alert.window,
                person=alert.person,
                area=alert.area,
                process=alert.process,
                stage=alert.stage,
                clock=alert.clock,
                rung=alert.rung,
                rule=alert.rule,
                rulebook=alert.rulebook,
                due=rfc3339(alert.due),
                justified_from=rfc3339(alert.justified_from),
                detected=rfc3339(alert.detected),
                as_of=rfc3339(alert.as_of),
                known=alert.known,
                provisional=alert.provisional,
                behind=alert.behind,
                explanation=msgspec.Raw(_explanation(alert.explanation)),
            ),
        )
    )


def _explanation(explanation: Explanation | None) -> bytes:
    """The explanation with its instants as text."""
    if explanation is None:
        return b"null"
    return _encode(_written(msgspec.to_builtins(explanation)))


def _written(value: object, name: str = "") -> object:
    if isinstance(value, dict):
        return {key: _written(held, key) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [_written(held) for held in value]
    if isinstance(value, int) and name in _EXPLANATION_TIMES:
        return rfc3339(value)
    return value


def _read(value: object, name: str = "") -> object:
    if isinstance(value, dict):
        return {key: _read(held, key) for key, held in value.items()}
    if isinstance(value, list):
        return [_read(held) for held in value]
    if isinstance(value, str) and name in _EXPLANATION_TIMES:
        return instant_from(value)
    return value


def decode_alert(value: bytes) -> Alert:
    """The alert that `value` says. Raises `AlertError` where it is no alert message."""
    try:
        message = _decode(value)
        data = message.data
        if not message.type.startswith(TYPE_PREFIX):
            msg = f"expected a type that begins with {TYPE_PREFIX!r}, got {message.type!r}"
            raise AlertError(msg)
        return Alert(
            saying=msgspec.convert(message.type.removeprefix(TYPE_PREFIX), Saying),
            alert=data.alert_id,
            revision=data.revision,
            level=data.level,
            case=data.case,
            item=data.item,
            unit=data.unit,
            window=data.window,
            person=data.person,
            area=data.area,
            process=data.process,
            stage=data.stage,
            clock=data.clock,
            rung=data.rung,
            rule=data.rule,
            rulebook=data.rulebook,
            due=instant_from(data.due),
            justified_from=instant_from(data.justified_from),
            detected=instant_from(data.detected),
            as_of=instant_from(data.as_of),
            time=instant_from(message.time),
            known=data.known,
            provisional=data.provisional,
            behind=data.behind,
            explanation=_explained(data.explanation),
        )
    except (msgspec.MsgspecError, TimeFault, UnicodeDecodeError) as error:
        msg = f"alert message {value[:80]!r}: {error}"
        raise AlertError(msg) from error


def _explained(raw: msgspec.Raw) -> Explanation | None:
    return msgspec.convert(_read(msgspec.json.decode(raw)), Explanation | None)


def alert_record(alert: Alert, topic: str, partition: int) -> OutRecord:
    """`alert` for the alert topic, with what subscribers select on in its headers."""
    headers: Headers = (
        ("content-type", CONTENT_TYPE),
        ("type", alert.saying.encode()),
        ("level", alert.level.encode()),
        ("unit", (alert.unit or "").encode()),
        ("area", "/".join(alert.area).encode()),
        ("due", str(alert.due).encode()),
        ("alert", alert.alert.encode()),
    )
    return OutRecord(topic, partition, alert.case.encode(), encode_alert(alert), headers)


def due_header(headers: Headers) -> Instant | None:
    """The due instant in the headers of an alert record; None where there is none."""
    return next((int(value) for name, value in headers if name == "due"), None)
