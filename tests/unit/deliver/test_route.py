"""Where alert messages go."""

from typing import Final

import pytest
from msgspec.structs import replace

from engine.codec.alert import alert_record
from engine.codec.dead_letter import REASON, original
from engine.core.alert import Alert, Saying
from engine.core.clock import LEVELS, Level
from engine.deliver.route import DerivedTopics, revision_of, route, worth_keeping
from engine.ports import OutRecord, SourceRecord

TOPICS: Final = DerivedTopics({level: f"to-{level}" for level in LEVELS}, "current", "dead")

ALERT: Final = Alert(
    saying="raised",
    alert="a1",
    revision=1,
    level="yellow",
    case="case-1",
    item="I01",
    unit="U01",
    window=None,
    person=None,
    area=("city", "district"),
    process="approval",
    stage="review",
    clock="promise",
    rung="yellow",
    rule="OT-CASE",
    rulebook="v1",
    due=1_000_000,
    justified_from=1_000_000,
    detected=1_000_001,
    time=1_000_000,
    known=2,
    as_of=1_000_001,
)


def published(alert: Alert, partition: int = 3, offset: int = 7) -> SourceRecord:
    out = alert_record(alert, "alerts", partition)
    return SourceRecord("alerts", partition, offset, 1, out.key, out.value, out.headers)


def read(record: OutRecord) -> SourceRecord:
    return SourceRecord(record.topic, record.partition or 0, 0, 1, record.key, record.value, record.headers)


@pytest.mark.parametrize("level", LEVELS)
def test_a_message_goes_to_the_topic_of_its_level_as_it_is(level: Level) -> None:
    record = published(replace(ALERT, level=level))
    copy = route(record, TOPICS, {}).records[0]
    assert copy == OutRecord(f"to-{level}", 3, record.key, record.value, record.headers)


@pytest.mark.parametrize(
    ("saying", "stands"),
    [
        pytest.param("raised", True, id="raised"),
        pytest.param("withdrawal_proposed", True, id="proposed"),
        pytest.param("ended", False, id="ended"),
        pytest.param("withdrawn", False, id="withdrawn"),
    ],
)
def test_the_compacted_topic_holds_what_stands_and_tombstones_of_what_does_not(
    saying: Saying,
    stands: bool,
) -> None:
    record = published(replace(ALERT, saying=saying))
    current = route(record, TOPICS, {}).records[1]
    assert (current.topic, current.partition, current.key) == ("current", 3, b"a1")
    assert current.value == (record.value if stands else None)
    assert revision_of(read(current)) == ("a1", 1)


def test_a_message_about_an_overtaken_revision_leaves_the_compacted_topic_alone() -> None:
    raised = route(published(replace(ALERT, revision=2)), TOPICS, {})
    assert raised.newest == ("a1", 2)
    withdrawn = route(published(replace(ALERT, saying="withdrawn")), TOPICS, {"a1": 2})
    assert [record.topic for record in withdrawn.records] == ["to-yellow"]
    assert withdrawn.newest is None


def test_what_is_said_next_of_the_newest_revision_is_current() -> None:
    ended = route(published(replace(ALERT, saying="ended", revision=2)), TOPICS, {"a1": 2})
    assert [record.topic for record in ended.records] == ["to-yellow", "current"]


@pytest.mark.parametrize("value", [None, b"", b"not json", b"{}", b"\xff"])
def test_what_is_no_alert_message_becomes_a_dead_letter_and_stops_nothing(value: bytes | None) -> None:
    record = SourceRecord("alerts", 1, 9, 5, b"case-1", value, (("h", b"1"),))
    routed = route(record, TOPICS, {})
    (letter,) = routed.records
    assert letter.topic == "dead"
    assert dict(letter.headers)[REASON] == b"bad-field"
    assert original(read(letter)) == record
    assert routed.newest is None


def test_only_later_revisions_have_to_be_remembered() -> None:
    assert not worth_keeping(1, 0)
    assert worth_keeping(2, 0)
    assert not worth_keeping(2, 2)
    assert worth_keeping(3, 2)


def test_a_record_without_a_revision_says_nothing_of_it() -> None:
    assert revision_of(SourceRecord("current", 0, 0, 0, b"a1", None, (("unit", b"U01"),))) is None
    assert revision_of(SourceRecord("current", 0, 0, 0, None, None, (("revision", b"1"),))) is None
