"""The topics of one run on a real broker: made, filled, read back, removed."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from benchmarks.stream import Sent
from engine.topics.load import load_topics, shipped_topics
from engine.topics.model import Topics

ADMIN_SECONDS = 30.0
READ_RECORDS = 10_000
POLL_SECONDS = 1.0

_NOT_YET = (
    KafkaError.NOT_COORDINATOR,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
)


class Read(NamedTuple):
    """One record of a log."""

    key: bytes | None
    value: bytes | None
    timestamp_ms: int
    """When the broker took it, for the logs that a contender writes."""


class ClusterError(Exception):
    """A broker that did not take what it was given."""


class Run:
    """The topics of `topics.yaml` under a prefix of their own."""

    def __init__(self, bootstrap: str, prefix: str) -> None:
        self.bootstrap = bootstrap
        self.topics: Topics = load_topics(shipped_topics(), prefix)
        self._admin = AdminClient({"bootstrap.servers": bootstrap})
        self._clients: dict[str, Consumer] = {}

    @property
    def names(self) -> list[str]:
        """All its topics."""
        return [topic.name for topic in self.topics.all()]

    def make(self) -> None:
        """Make the topics. What contenders write gets the broker's own time, which one clock gives to all."""
        new = []
        for topic in self.topics.all():
            config = dict(topic.config)
            if topic.name != self.topics.events.name:
                config["message.timestamp.type"] = "LogAppendTime"
            new.append(NewTopic(topic.name, topic.partitions, 1, config=config))
        for future in self._admin.create_topics(new, request_timeout=ADMIN_SECONDS).values():
            future.result()

    def remove(self) -> None:
        """Remove the topics and what is in them, and let go of the broker."""
        for client in self._clients.values():
            client.close()
        self._clients.clear()
        for future in self._admin.delete_topics(self.names, request_timeout=ADMIN_SECONDS).values():
            future.result()

    def fill(self, topic: str, records: Iterable[Sent]) -> None:
        """Write `records` and wait until all are acknowledged."""
        # Idempotent, because a retry of a topic just made would put the events of a case out of order.
        producer = Producer(
            {"bootstrap.servers": self.bootstrap, "acks": "all", "enable.idempotence": True, "linger.ms": 20}
        )
        failures: list[object] = []

        def delivered(error: object, _record: object) -> None:
            if error is not None:
                failures.append(error)

        for partition, key, value, timestamp_ms in records:
            while True:
                try:
                    producer.produce(
                        topic, value, key, partition, timestamp=timestamp_ms, on_delivery=delivered
                    )
                except BufferError:
                    producer.poll(0.1)
                    continue
                break
        if producer.flush(120) or failures:
            msg = f"{topic}: {len(failures)} records were not taken, the first because of {failures[:1]}"
            raise ClusterError(msg)

    def ends(self, topic: str) -> list[int]:
        """The offset after the last record of each partition."""
        consumer = self._asking("benchmarks")
        return [consumer.get_watermark_offsets(pair, ADMIN_SECONDS)[1] for pair in self._pairs(topic)]

    def committed(self, group: str) -> list[int]:
        """The offset that `group` has committed of each partition of the events; negative where none."""
        pairs = self._pairs(self.topics.events.name)
        try:
            return [pair.offset for pair in self._asking(group).committed(pairs, ADMIN_SECONDS)]
        except KafkaException as refused:
            # The group's coordinator is still being made; it is asked again.
            if refused.args[0].code() not in _NOT_YET:
                raise
            return [-1] * len(pairs)

    def _pairs(self, topic: str) -> list[TopicPartition]:
        return [TopicPartition(topic, partition) for partition in range(self.topics.events.partitions)]

    def _asking(self, group: str) -> Consumer:
        """A client that asks on behalf of `group` and never joins it."""
        if group not in self._clients:
            self._clients[group] = Consumer({"bootstrap.servers": self.bootstrap, "group.id": group})
        return self._clients[group]

    def read(self, topic: str) -> Iterator[Read]:
        """Every record that `topic` holds now, partition by partition."""
        for partition, end in enumerate(self.ends(topic)):
            if end:
                yield from self._read_partition(topic, partition, end)

    def _read_partition(self, topic: str, partition: int, end: int) -> Iterator[Read]:
        consumer = Consumer(
            {
                "bootstrap.servers": self.bootstrap,
                "group.id": "benchmarks",
                "enable.auto.commit": False,
                "enable.partition.eof": True,
            }
        )
        try:
            consumer.assign([TopicPartition(topic, partition, 0)])
            following = 0
            while following < end:
                # Asked for more than there is, the client waits for it until its time is up.
                for record in consumer.consume(min(READ_RECORDS, end - following), POLL_SECONDS):
                    if record.error() is not None:
                        return
                    following = (record.offset() or 0) + 1
                    yield Read(record.key(), record.value(), record.timestamp()[1])
        finally:
            consumer.close()
