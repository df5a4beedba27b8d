"""The real broker that the tests of this ring start."""

import os

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from tests.servers.kafka import KafkaFailedError, KafkaServer


def _send(server: KafkaServer, topic: str, value: bytes) -> None:
    failures: list[object] = []
    producer = Producer({"bootstrap.servers": server.bootstrap, "acks": "all"})
    producer.produce(topic, value, partition=0, on_delivery=lambda error, _record: failures.append(error))
    assert producer.flush(30) == 0
    assert failures == [None]


def _read(server: KafkaServer, topic: str, count: int) -> list[bytes | None]:
    consumer = Consumer(
        {"bootstrap.servers": server.bootstrap, "group.id": "reader", "enable.auto.commit": False}
    )
    try:
        consumer.assign([TopicPartition(topic, 0, 0)])
        records = consumer.consume(count, timeout=30)
        return [record.value() for record in records]
    finally:
        consumer.close()


def test_acknowledged_records_outlive_a_stop_and_a_kill_of_the_broker() -> None:
    with KafkaServer() as server:
        admin = AdminClient({"bootstrap.servers": server.bootstrap})
        admin.create_topics([NewTopic("trial", 1, 1)])["trial"].result(30)
        _send(server, "trial", b"before the stop")
        address, first = server.bootstrap, server.pid
        server.restart()
        assert (server.bootstrap, server.pid != first) == (address, True)
        _send(server, "trial", b"before the kill")
        server.kill()
        server.start()
        assert _read(server, "trial", 2) == [b"before the stop", b"before the kill"]
        last = server.pid
    assert last is not None
    with pytest.raises(ProcessLookupError):
        os.kill(last, 0)


def test_a_broker_that_cannot_start_says_so_with_its_log() -> None:
    server = KafkaServer({"log.cleaner.threads": "none"})
    try:
        with pytest.raises(KafkaFailedError, match=r"log\.cleaner\.threads"):
            server.start()
        assert server.pid is None
    finally:
        server.remove()
