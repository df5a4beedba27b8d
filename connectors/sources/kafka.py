"""Topics of Apache Kafka, read without a consumer group: from the beginning to the end, or on and on."""

import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from confluent_kafka import (
    OFFSET_BEGINNING,
    TIMESTAMP_NOT_AVAILABLE,
    Consumer,
    KafkaError,
    KafkaException,
    TopicPartition,
)

from connectors.port import Place, SourceError, SourceEvent, SourceItem, SourceRejection
from engine.codec.cloud_event import decode_event
from engine.codec.rejection import Rejected
from engine.ports import SourceRecord

FETCH: Final = 1000
"""So many records are taken from the client at a time."""
TIMEOUT_S: Final = 30.0
"""So long a broker may be silent before it counts as unreachable."""
_POLL_S: Final = 0.2


class TopicReader:
    """The records of one topic. `settings` are librdkafka's and go over those that are set here."""

    def __init__(
        self,
        bootstrap: str,
        topic: str,
        settings: Mapping[str, str] | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._topic = topic
        self._timeout_s = timeout_s
        self._settings: dict[str, str | bool] = {
            "bootstrap.servers": bootstrap,
            # librdkafka asks for a group even where partitions are assigned by hand; nothing is committed to it.
            "group.id": "sunlight-reader",
            "enable.auto.commit": False,
            "enable.partition.eof": False,
            "auto.offset.reset": "earliest",
            "isolation.level": "read_committed",
            **(settings or {}),
        }

    def to_end(self) -> Iterator[SourceRecord]:
        """Every record up to the ends that the partitions have now. Raises `SourceError`."""
        with self._consumer() as consumer:
            ends: dict[int, int] = {}
            for partition in self._partitions(consumer):
                first, end = consumer.get_watermark_offsets(
                    TopicPartition(self._topic, partition), self._timeout_s
                )
                if first < end:
                    ends[partition] = end
            if not ends:
                return
            consumer.assign([TopicPartition(self._topic, partition, OFFSET_BEGINNING) for partition in ends])
            patience = _Patience(self._timeout_s)
            while ends:
                records = self._fetched(consumer)
                for record in records:
                    if record.partition in ends and record.offset < ends[record.partition]:
                        yield record
                patience.see(bool(records), self._place(0))
                # A position passes what is no record as well, such as a transaction's marker at the end.
                for reached in consumer.position(
                    [TopicPartition(self._topic, partition) for partition in ends]
                ):
                    if reached.offset >= ends[reached.partition]:
                        del ends[reached.partition]

    def follow(self, *, from_end: bool = False) -> Generator[SourceRecord | None, None, None]:
        """Record after record for ever; None where for a moment there is none, so that the caller may stop."""
        with self._consumer() as consumer:
            start = OFFSET_BEGINNING
            assigned = []
            for partition in self._partitions(consumer):
                place = TopicPartition(self._topic, partition, start)
                if from_end:
                    place.offset = consumer.get_watermark_offsets(place, self._timeout_s)[1]
                assigned.append(place)
            consumer.assign(assigned)
            while True:
                records = self._fetched(consumer)
                yield from records
                if not records:
                    yield None

    @contextmanager
    def _consumer(self) -> Iterator[Any]:
        consumer = Consumer(self._settings)
        try:
            yield consumer
        except KafkaException as error:
            raise SourceError(self._place(0), f"cannot be read: {error.args[0].str()}") from error
        finally:
            consumer.close()

    def _partitions(self, consumer: Any) -> list[int]:  # noqa: ANN401  The client has no types.
        topic = consumer.list_topics(self._topic, self._timeout_s).topics[self._topic]
        if topic.error is not None:
            raise SourceError(self._place(0), f"cannot be read: {topic.error.str()}")
        return sorted(topic.partitions)

    def _fetched(self, consumer: Any) -> list[SourceRecord]:  # noqa: ANN401  As above.
        records = []
        for message in consumer.consume(FETCH, _POLL_S):
            error = message.error()
            if error is None:
                records.append(_record(message))
            elif not error.retriable() and error.code() != KafkaError._TRANSPORT:  # noqa: SLF001  Its only name.
                raise SourceError(self._place(message.offset() or 0), f"cannot be read: {error.str()}")
        return records

    def _place(self, offset: int) -> Place:
        return Place(self._topic, offset)


class TopicEvents:
    """The events of one topic up to its end."""

    def __init__(self, reader: TopicReader) -> None:
        self._reader = reader

    def __iter__(self) -> Iterator[SourceItem]:
        """Every record, in the order of its partition; the partitions take turns."""
        for record in self._reader.to_end():
            place = Place(f"{record.topic}/{record.partition}", record.offset)
            decoded = decode_event(record)
            if isinstance(decoded, Rejected):
                yield SourceRejection(decoded, place)
            else:
                yield SourceEvent(decoded.case, decoded.event, place)


class _Patience:
    """Ends the wait for a broker that has gone."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._heard = time.monotonic()

    def see(self, heard: bool, place: Place) -> None:  # noqa: FBT001  One fact.
        """Raise `SourceError` where nothing was heard for too long."""
        if heard:
            self._heard = time.monotonic()
        elif time.monotonic() - self._heard > self._timeout_s:
            raise SourceError(
                place, f"cannot be read: the broker has been silent for {self._timeout_s:.0f} s"
            )


def _record(message: Any) -> SourceRecord:  # noqa: ANN401  As above.
    kind, timestamp_ms = message.timestamp()
    return SourceRecord(
        message.topic(),
        message.partition(),
        message.offset(),
        0 if kind == TIMESTAMP_NOT_AVAILABLE else timestamp_ms,
        message.key(),
        message.value(),
        tuple((name, value or b"") for name, value in message.headers() or ()),
    )
