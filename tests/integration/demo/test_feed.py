"""The feed of the demo, on the embedded broker: what arrives, where, and with which time."""

from collections.abc import Iterator
from itertools import islice

import pytest
from confluent_kafka import Consumer, Message, TopicPartition

from engine.codec.cloud_event import Decoded, decode_event
from engine.codec.partitioner import partition_of
from engine.codec.rfc3339 import instant_from
from engine.core.event import Event
from engine.core.instant import LATEST, MILLISECOND, Instant
from engine.embedded.broker import PARTITIONS, EmbeddedBroker
from engine.embedded.demo_feed import Feed
from engine.embedded.district import simulate
from engine.ports import SourceRecord
from engine.rulebook.load import load_rulebook
from engine.rulebook.locate import shipped_rules

TOPIC = "events"
START = instant_from("2026-03-02T00:00:00+08:00")
SECONDS = 20.0


class StandingClock:
    """A clock that never moves."""

    def __init__(self, now: Instant) -> None:
        self._now = now

    def now(self) -> Instant:
        return self._now

    def seconds_until(self, instant: Instant) -> float:
        return (instant - self._now) / 1e6


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker([TOPIC]) as running:
        yield running


def district(count: int) -> list[tuple[str, Event]]:
    rulebook, _ = load_rulebook(shipped_rules())
    assert rulebook is not None
    return list(islice(simulate(rulebook, 1, START, LATEST, 100), count))


def read(broker: EmbeddedBroker, count: int) -> list[Message]:
    """So many messages of the topic."""
    consumer = Consumer({"bootstrap.servers": broker.address, "group.id": "test"})
    consumer.assign([TopicPartition(TOPIC, partition, 0) for partition in range(PARTITIONS)])
    found: list[Message] = []
    while len(found) < count:
        message = consumer.poll(SECONDS)
        assert message is not None, f"{len(found)} messages of {count}"
        assert message.error() is None
        found.append(message)
    consumer.close()
    return found


def test_what_lies_before_the_present_is_written_with_its_own_time_and_key(broker: EmbeddedBroker) -> None:
    events = district(300)
    feed = Feed(broker.address, TOPIC, events, StandingClock(events[199][1].received))
    feed.start()
    assert feed.history_is_sent.wait(SECONDS)
    feed.stop()
    feed.check()
    due = [pair for pair in events if pair[1].received <= events[199][1].received]
    found = []
    for message in read(broker, len(due)):
        key, value, (_, stamp) = message.key(), message.value(), message.timestamp()
        assert key is not None
        assert message.partition() == partition_of(key, PARTITIONS)
        decoded = decode_event(SourceRecord(TOPIC, 0, 0, stamp, key, value))
        assert isinstance(decoded, Decoded)
        assert decoded.event.received == stamp * MILLISECOND
        found.append((decoded.case, decoded.event))
    assert feed.sent == len(due)
    assert sorted(found, key=lambda pair: (pair[1].received, *pair)) == sorted(
        due, key=lambda pair: (pair[1].received, *pair)
    )


def test_a_fault_of_the_simulation_ends_the_feed_and_is_raised_where_it_is_checked() -> None:
    faulty = map(_faulty, district(3))
    feed = Feed("127.0.0.1:1", TOPIC, faulty, StandingClock(LATEST))
    feed.start()
    feed.stop()
    with pytest.raises(LookupError, match=r"^no such item$"):
        feed.check()
    assert not feed.history_is_sent.is_set()


def _faulty(pair: tuple[str, Event]) -> tuple[str, Event]:
    msg = "no such item"
    del pair
    raise LookupError(msg)
