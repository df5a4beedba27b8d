"""One suite for every sink of alerts."""

import io
from collections.abc import Callable, Iterable
from typing import Final

import msgspec
import pytest
from confluent_kafka import Producer

from connectors.port import AlertSink, Delivered, Failed
from connectors.sinks.kafka import TopicSink, TopicWriter
from connectors.sinks.log import LogSink
from connectors.sources.kafka import TopicReader
from engine.codec.alert import alert_record
from engine.codec.partitioner import partition_of
from engine.ports import SourceRecord
from tools.published.alerts import EXAMPLE


def alert(case: str) -> SourceRecord:
    out = alert_record(msgspec.structs.replace(EXAMPLE, case=case), "alerts", 0)
    return SourceRecord("alerts", 0, 9, 1_710_237_600_000, out.key, out.value, out.headers)


ALERTS: Final = [alert(f"海-{number}") for number in range(20)]

Taken = Callable[[], list[bytes]]


@pytest.fixture(scope="module")
def bootstrap() -> Iterable[str]:
    """A broker of librdkafka's own, within this process."""
    producer = Producer({"bootstrap.servers": "none:1", "test.mock.num.brokers": 1})
    brokers = producer.list_topics(timeout=30).brokers
    yield ",".join(f"{broker.host}:{broker.port}" for broker in brokers.values())
    producer.flush(10)


def log() -> tuple[AlertSink, Taken]:
    stream = io.StringIO()
    return LogSink(stream), lambda: [line.encode() for line in stream.getvalue().splitlines()]


@pytest.fixture(params=["log", "kafka"])
def sink(request: pytest.FixtureRequest) -> tuple[AlertSink, Taken]:
    if request.param == "log":
        return log()
    address: str = request.getfixturevalue("bootstrap")
    topic = f"copy-{request.node.name.replace('[', '-').replace(']', '')}"[:200]

    def taken() -> list[bytes]:
        return [record.value or b"" for record in TopicReader(address, topic).to_end()]

    return TopicSink(TopicWriter(address), topic), taken


def test_what_is_delivered_has_arrived_once_and_whole(sink: tuple[AlertSink, Taken]) -> None:
    target, taken = sink
    assert [target.deliver(record) for record in ALERTS] == [Delivered()] * len(ALERTS)
    assert sorted(taken()) == sorted(record.value or b"" for record in ALERTS)
    target.close()


def test_the_same_alert_may_be_delivered_again(sink: tuple[AlertSink, Taken]) -> None:
    target, taken = sink
    assert target.deliver(ALERTS[0]) == target.deliver(ALERTS[0]) == Delivered()
    assert taken() == [ALERTS[0].value] * 2


def test_an_alert_that_was_delivered_is_there_before_the_sink_is_closed(
    sink: tuple[AlertSink, Taken],
) -> None:
    target, taken = sink
    target.deliver(ALERTS[0])
    assert taken() == [ALERTS[0].value]
    target.close()
    assert taken() == [ALERTS[0].value]


def broken_log() -> AlertSink:
    stream = io.StringIO()
    stream.close()
    return LogSink(stream)


def unreachable_topic() -> AlertSink:
    settings = {"message.timeout.ms": "300", "log_level": "0"}
    return TopicSink(TopicWriter("127.0.0.1:1", settings), "copy")


@pytest.mark.parametrize(
    ("broken", "retryable"),
    [pytest.param(broken_log, False, id="closed log"), pytest.param(unreachable_topic, True, id="no broker")],
)
def test_a_failure_is_told_and_not_raised(broken: Callable[[], AlertSink], retryable: bool) -> None:
    result = broken().deliver(ALERTS[0])
    assert isinstance(result, Failed)
    assert result.retryable is retryable
    assert result.reason


def test_the_log_keeps_an_alert_of_many_lines_on_one() -> None:
    target, taken = log()
    spread = msgspec.json.format(ALERTS[0].value or b"", indent=2)
    assert target.deliver(ALERTS[0]._replace(value=spread)) == Delivered()
    assert taken() == [ALERTS[0].value]


@pytest.mark.parametrize("value", [None, b"", b"{", b"\xff"], ids=["none", "empty", "cut", "not utf-8"])
def test_the_log_refuses_what_is_no_json(value: bytes | None) -> None:
    target, taken = log()
    result = target.deliver(ALERTS[0]._replace(value=value))
    assert isinstance(result, Failed)
    assert (result.retryable, result.reason.startswith("alerts/0@9: expected JSON, ")) == (False, True)
    assert taken() == []


def test_kafka_gets_key_and_headers_on_the_partition_of_the_key(bootstrap: str) -> None:
    target = TopicSink(TopicWriter(bootstrap), "copy-headers")
    for record in ALERTS:
        assert target.deliver(record) == Delivered()
    copies = {record.key: record for record in TopicReader(bootstrap, "copy-headers").to_end()}
    for record in ALERTS:
        assert record.key is not None
        assert copies[record.key].headers == record.headers
        assert copies[record.key].partition == partition_of(record.key, 4)
