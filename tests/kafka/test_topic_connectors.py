"""Kafka as source and sink against a real broker."""

from collections.abc import Iterator

import pytest
from confluent_kafka import Producer
from kafka.admin import KafkaAdminClient

from connectors.port import Delivered, Failed
from connectors.sinks.kafka import TopicWriter
from connectors.sources.kafka import TopicReader
from engine.codec.partitioner import partition_of
from engine.ports import OutRecord
from tests.servers.kafka import KafkaServer


@pytest.fixture(scope="module")
def server() -> Iterator[KafkaServer]:
    with KafkaServer() as running:
        admin = KafkaAdminClient(bootstrap_servers=running.bootstrap)
        large = {"max.message.bytes": "8388608"}
        admin.create_topics(
            {
                name: {"num_partitions": 4, "replication_factor": 1, "configs": large}
                for name in ("keys", "transactions", "large", "followed")
            },
            wait_for_metadata=True,
        )
        admin.close()
        yield running


def test_records_lie_where_murmur2_of_the_key_puts_them(server: KafkaServer) -> None:
    writer = TopicWriter(server.bootstrap)
    keys = [f"案件-{number}".encode() for number in range(500)]
    for key in keys:
        writer.write(OutRecord("keys", None, key, b"{}", (("trace", b"1"),)))
    assert writer.flush() == Delivered()
    assert writer.acknowledged == len(keys)
    records = list(TopicReader(server.bootstrap, "keys").to_end())
    assert sorted(record.key or b"" for record in records) == sorted(keys)
    assert [record for record in records if record.partition != partition_of(record.key or b"", 4)] == []
    assert {record.headers for record in records} == {(("trace", b"1"),)}


def test_the_end_is_reached_past_markers_and_what_was_taken_back_is_not_read(server: KafkaServer) -> None:
    producer = Producer({"bootstrap.servers": server.bootstrap, "transactional.id": "test"})
    producer.init_transactions(30)
    for value, ends in ((b"kept", producer.commit_transaction), (b"taken back", producer.abort_transaction)):
        producer.begin_transaction()
        producer.produce("transactions", value=value, partition=0)
        producer.flush(30)
        ends(30)
    assert [record.value for record in TopicReader(server.bootstrap, "transactions").to_end()] == [b"kept"]


def test_an_event_of_five_megabytes_reaches_the_topic(server: KafkaServer) -> None:
    writer = TopicWriter(server.bootstrap)
    writer.write(OutRecord("large", None, b"C-1", b"x" * 5_000_000))
    assert writer.flush() == Delivered()
    (record,) = TopicReader(server.bootstrap, "large").to_end()
    assert len(record.value or b"") == 5_000_000


def test_a_topic_that_is_not_there_is_told(server: KafkaServer) -> None:
    writer = TopicWriter(server.bootstrap, {"message.timeout.ms": "2000"})
    writer.write(OutRecord("nowhere", None, b"C-1", b"{}"))
    failed = writer.flush()
    assert isinstance(failed, Failed)
    assert failed.reason.startswith("nowhere: ")


def test_following_brings_what_is_written_later(server: KafkaServer) -> None:
    writer = TopicWriter(server.bootstrap)
    writer.write(OutRecord("followed", 0, b"C-1", b"before"))
    assert writer.flush() == Delivered()
    following = TopicReader(server.bootstrap, "followed").follow(from_end=True)
    while next(following) is not None:
        pass
    writer.write(OutRecord("followed", 1, b"C-2", b"after"))
    assert writer.flush() == Delivered()
    found = next(record for record in following if record is not None)
    assert (found.value, found.partition) == (b"after", 1)
    following.close()
