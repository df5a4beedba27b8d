"""Writing to Kafka: idempotent, acknowledged by all replicas, in order within a partition."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Final, Self

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder

from engine.codec.partitioner import partition_of
from engine.ports import Headers, OutRecord
from engine.worker.connection import Connection

BATCH_BYTES: Final = 512 << 10
"""Size from which a record batch is closed; well below the 1 MiB that a topic takes by default."""

REQUEST_BYTES: Final = 16 << 20
"""The largest record that is sent at all; the topic's own `max.message.bytes` is usually smaller."""

Row = tuple[bytes | None, bytes | None, Headers]
"""Key, value and headers."""


class PublishError(RuntimeError):
    """A record that has nowhere to go."""


class Publisher:
    """One producer for everything that a worker writes.

    The broker takes each record batch whole or not at all, and in the order in which they were sent.
    """

    def __init__(
        self, connection: Connection, partitions: Mapping[str, int], batch_bytes: int = BATCH_BYTES
    ) -> None:
        self._partitions = partitions
        self._producer = AIOKafkaProducer(
            **connection.client_options(),
            acks="all",
            enable_idempotence=True,
            max_batch_size=batch_bytes,
            max_request_size=REQUEST_BYTES,
        )

    async def __aenter__(self) -> Self:
        await self._producer.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._producer.stop()

    async def publish(
        self,
        topic: str,
        partition: int,
        rows: Sequence[Row],
        timestamp_ms: int,
        between: Callable[[], None] | None = None,
    ) -> int | None:
        """Write `rows` in their order and return the offset after the last, once all are acknowledged.

        Each record batch is acknowledged before the next is sent, so that whatever ends this leaves a first part of
        the rows. `between` is called after each batch but the last. Returns None where there are no rows. Raises what
        the producer raises where any was not taken.
        """
        after: int | None = None
        for number, batch in enumerate(self._batches(rows, timestamp_ms)):
            if number and between is not None:
                between()
            future = await self._producer.send_batch(batch, topic, partition=partition)
            after = (await future).offset + batch.record_count()
        return after

    async def scatter(self, records: Iterable[OutRecord], timestamp_ms: int) -> None:
        """Write `records` to their topics and partitions; returns once all are acknowledged."""
        groups: dict[tuple[str, int], list[Row]] = {}
        for record in records:
            place = record.topic, self._partition(record)
            groups.setdefault(place, []).append((record.key, record.value, record.headers))
        await asyncio.gather(
            *(
                self.publish(topic, partition, rows, timestamp_ms)
                for (topic, partition), rows in groups.items()
            )
        )

    def _partition(self, record: OutRecord) -> int:
        if record.partition is not None:
            return record.partition
        count = self._partitions.get(record.topic)
        if count is None:
            msg = f"topic {record.topic!r}: not in the topic table; known are {sorted(self._partitions)}"
            raise PublishError(msg)
        # Records without a key share a partition: spreading them would need a choice that nothing can repeat.
        return 0 if record.key is None else partition_of(record.key, count)

    def _batches(self, rows: Sequence[Row], timestamp_ms: int) -> list[BatchBuilder]:
        batches: list[BatchBuilder] = []
        batch: BatchBuilder | None = None
        for key, value, headers in rows:
            fields: dict[str, Any] = {
                "timestamp": timestamp_ms,
                "key": key,
                "value": value,
                "headers": list(headers),
            }
            if batch is None or batch.append(**fields) is None:
                batch = self._producer.create_batch()
                batches.append(batch)
                if batch.append(**fields) is None:
                    msg = f"record {key!r} of {len(value or b'')} bytes fits no batch"
                    raise PublishError(msg)
        for batch in batches:
            batch.close()
        return batches
