"""Reading one log from a position to its end, outside the consumer group."""

from collections.abc import AsyncIterator, Sequence
from types import TracebackType
from typing import Final, NamedTuple, Self

from aiokafka import AIOKafkaConsumer, TopicPartition

from engine.worker.connection import Connection
from engine.worker.message import Fetched

FETCH_WAIT_MS: Final = 100
RETRY_MS: Final = 10
"""The first question about a topic is always asked twice, and a take-over asks about three."""

PARTITION_BYTES: Final = 4 << 20


class Bounds(NamedTuple):
    """The first offset that a log still has, and the one that its next record gets."""

    start: int
    end: int


class LogReadError(RuntimeError):
    """A log that ends before the end it said."""


class LogReader:
    """A consumer of its own, assigned by hand to one partition at a time."""

    def __init__(self, connection: Connection, chunk_records: int = 5_000) -> None:
        self._chunk_records = chunk_records
        self._consumer = AIOKafkaConsumer(
            **connection.client_options(),
            enable_auto_commit=False,
            auto_offset_reset="none",
            fetch_max_wait_ms=FETCH_WAIT_MS,
            retry_backoff_ms=RETRY_MS,
            max_partition_fetch_bytes=PARTITION_BYTES,
            max_poll_records=chunk_records,
        )

    async def __aenter__(self) -> Self:
        await self._consumer.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._consumer.stop()

    async def bounds(self, topic: str, partition: int) -> Bounds:
        """Where the log starts and ends now."""
        pair = TopicPartition(topic, partition)
        start = await self._consumer.beginning_offsets([pair])
        end = await self._consumer.end_offsets([pair])
        return Bounds(start[pair], end[pair])

    async def read(
        self, topic: str, partition: int, position: int, end: int
    ) -> AsyncIterator[tuple[Sequence[Fetched], int]]:
        """The records from `position` up to `end` in chunks, each with the position after it.

        The last position is at least `end`, even where the log ends in what is no record; its chunk may be empty.
        """
        if position >= end:
            return
        pair = TopicPartition(topic, partition)
        self._consumer.assign([pair])
        self._consumer.seek(pair, position)
        while position < end:
            chunk = await self._consumer.getmany(
                pair, timeout_ms=FETCH_WAIT_MS, max_records=self._chunk_records
            )
            records = chunk.get(pair, [])
            reached = await self._consumer.position(pair)
            if reached < position:
                msg = f"{topic}[{partition}]: position went back from {position} to {reached}; was it truncated?"
                raise LogReadError(msg)
            position = reached
            if records or position >= end:
                yield records, position
