"""Where an alert message goes: to the topic of its level, and to the compacted topic of what stands. Pure."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from engine.codec.alert import AlertError, decode_alert
from engine.codec.dead_letter import dead_letter
from engine.core.alert import Alert
from engine.core.clock import Level
from engine.core.text import Text
from engine.ports import Headers, OutRecord, SourceRecord

REVISION: Final = "revision"
"""Header of the compacted topic: the revision of the alert that the record is about."""

OVER: Final = frozenset({"ended", "withdrawn"})
"""Said of an alert that stands no more. On the compacted topic it leaves a tombstone."""

FIRST: Final = 1
"""The revision with which an alert begins."""


class DerivedTopics(Struct, frozen=True):
    """The topics that are derived. Each has the partitions of the alert topic."""

    levels: Mapping[Level, str]
    current: str
    dead_letters: str


class Routed(Struct, frozen=True):
    """What follows of one record."""

    records: tuple[OutRecord, ...]
    newest: tuple[str, int] | None
    """Alert id and revision, where this is the newest that is known of the alert."""


def route(record: SourceRecord, topics: DerivedTopics, revisions: Mapping[str, int]) -> Routed:
    """What `record` of the alert topic leads to, `revisions` being the newest known of each alert.

    A message about an earlier revision goes to its level and leaves the compacted topic alone: the withdrawal
    of a due instant that has moved may be published after the raise that took its place.
    """
    try:
        alert = decode_alert(record.value or b"")
    except AlertError as error:
        detail = Text("不是预警消息", f"no alert message: {error}")
        return Routed((dead_letter(record, "bad-field", detail, topics.dead_letters),), None)
    copy = OutRecord(topics.levels[alert.level], record.partition, record.key, record.value, record.headers)
    if alert.revision < revisions.get(alert.alert, 0):
        return Routed((copy,), None)
    return Routed((copy, _current(record, alert, topics.current)), (alert.alert, alert.revision))


def _current(record: SourceRecord, alert: Alert, topic: str) -> OutRecord:
    value = None if alert.saying in OVER else record.value
    headers: Headers = (*record.headers, (REVISION, b"%d" % alert.revision))
    # A case, and so its alerts, stays in one partition: the same number keeps the order and needs no hashing.
    return OutRecord(topic, record.partition, alert.alert.encode(), value, headers)


def revision_of(record: SourceRecord) -> tuple[str, int] | None:
    """Alert id and revision of a `record` of the compacted topic; None where it says neither."""
    for name, value in reversed(record.headers):
        if name == REVISION and record.key is not None:
            return record.key.decode(), int(value)
    return None


def worth_keeping(revision: int, known: int) -> bool:
    """Whether `revision` has to be remembered where `known` is: only a later one can be overtaken by an earlier."""
    return revision > max(FIRST, known)
