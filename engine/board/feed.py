"""Reading the topics into the read-model, from where it stands to wherever they go."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.structs import ConsumerRecord

from engine.board.meters import BoardMeters
from engine.board.read_model import Applied, BoardTopics, Place, ReadModel
from engine.hearing import Hearing
from engine.ports import SourceRecord

BATCH_RECORDS: Final = 5_000
WAIT_MS: Final = 200
SILENT_SECONDS: Final = 10.0
"""For how long the brokers may leave a fetch unanswered before the board says that it does not hear them."""
GRACE_SECONDS: Final = 5.0
"""For how long there may be more to take before the board counts as behind."""
PARTITION_BYTES: Final = 4 << 20

Learned = Callable[[Applied], Awaitable[None]]
"""Told of each batch that was taken."""


class FeedError(RuntimeError):
    """Topics that cannot be read."""


class Feed:
    """One consumer, assigned by hand to every partition; one writer."""

    def __init__(
        self, client_options: Mapping[str, Any], topics: BoardTopics, model: ReadModel, meters: BoardMeters
    ) -> None:
        self._client_options = client_options
        self._topics = topics
        self._model = model
        self._meters = meters
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="board-writer")
        self._consumer = AIOKafkaConsumer(
            **client_options,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            fetch_max_wait_ms=WAIT_MS,
            max_partition_fetch_bytes=PARTITION_BYTES,
        )
        self._ends: dict[TopicPartition, int] = {}
        self.is_running = False
        self._hearing = Hearing(SILENT_SECONDS)
        self._level_at: float | None = None
        """When there was last nothing left to take."""

    @property
    def hears_brokers(self) -> bool:
        """Whether fetches from every partition were answered a moment ago."""
        return self._hearing.is_recent(time.monotonic())

    @property
    def is_caught_up(self) -> bool:
        """Whether everything in the topics was taken, now or within a grace: topics that flow are always ahead."""
        return self._level_at is not None and time.monotonic() - self._level_at <= GRACE_SECONDS

    async def run(self, learned: Learned) -> None:
        """Read until cancelled. What a record or the broker raises ends it."""
        try:
            await self._consumer.start()
            await self._assign()
            self.is_running = True
            while True:
                await self._step(learned)
        finally:
            self.is_running = False
            await self._consumer.stop()
            self._thread.shutdown()

    async def _assign(self) -> None:
        """Take every partition, from where the read-model stands."""
        found = await self._partitions()
        missing = [topic for topic in self._topics if not found.get(topic)]
        if missing:
            msg = f"topics missing: {', '.join(missing)}; run `sunlight topics plan` and `sunlight topics apply`"
            raise FeedError(msg)
        pairs = [TopicPartition(topic, partition) for topic in self._topics for partition in found[topic]]
        self._consumer.assign(pairs)
        self._ends = dict(await self._consumer.end_offsets(pairs))
        known = await self._written(self._model.positions)
        if any(position > self._ends.get(TopicPartition(*place), 0) for place, position in known.items()):
            # The topics are shorter than what was read of them: they were made anew.
            await self._written(self._model.forget)
            known = {}
        beginnings = await self._consumer.beginning_offsets(pairs)
        for pair in pairs:
            self._consumer.seek(pair, max(known.get((pair.topic, pair.partition), 0), beginnings[pair]))
        await self._look(pairs)

    async def _partitions(self) -> dict[str, list[int]]:
        """The partitions of each of the topics that there is."""
        admin = AIOKafkaAdminClient(**self._client_options)
        await admin.start()
        try:
            # Only those that exist are asked for by name: asking may make a topic.
            existing = sorted(set(await admin.list_topics()) & set(self._topics))
            described = await admin.describe_topics(existing) if existing else []
        finally:
            await admin.close()
        return {
            topic["topic"]: sorted(partition["partition"] for partition in topic["partitions"])
            for topic in described
        }

    async def _step(self, learned: Learned) -> None:
        fetched = await self._consumer.getmany(timeout_ms=WAIT_MS, max_records=BATCH_RECORDS)
        if fetched:
            records = [_source(record) for batch in fetched.values() for record in batch]
            positions = {
                (pair.topic, pair.partition): await self._consumer.position(pair) for pair in fetched
            }
            applied = await self._apply(records, positions)
            for pair, batch in fetched.items():
                self._meters.taken(pair.topic, len(batch))
            await learned(applied)
        await self._look(list(self._ends))

    async def _apply(self, records: Sequence[SourceRecord], positions: Mapping[Place, int]) -> Applied:
        begun = time.perf_counter()
        applied: Applied = await self._written(lambda: self._model.apply(records, positions))
        self._meters.batch(time.perf_counter() - begun)
        return applied

    async def _look(self, pairs: Sequence[TopicPartition]) -> None:
        """See how far behind the read-model is."""
        behind = dict.fromkeys(self._topics, 0)
        for pair in pairs:
            position = await self._consumer.position(pair)
            end = self._consumer.highwater(pair)
            behind[pair.topic] += max(0, (self._ends[pair] if end is None else end) - position)
        now = time.monotonic()
        if not any(behind.values()):
            self._level_at = now
        self._hearing.note({pair: self._consumer.last_poll_timestamp(pair) for pair in pairs}, now)
        for topic, records in behind.items():
            self._meters.behind(topic, records)

    async def _written(self, work: Callable[[], Any]) -> Any:  # noqa: ANN401  # Whatever `work` returns.
        """What `work` returns, done by the one thread that writes."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _source(record: ConsumerRecord[bytes, bytes]) -> SourceRecord:
    return SourceRecord(
        record.topic,
        record.partition,
        record.offset,
        record.timestamp,
        record.key,
        record.value,
        tuple(record.headers),
    )
