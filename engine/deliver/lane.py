"""One partition of the alert topic: its transactional producer, and the revisions it must remember.

The transactional id belongs to the partition and not to the process. Whoever takes the partition over ends what its
former owner left open and shuts it out, so that a process that was paused and wakes can commit nothing any more.
"""

from collections import ChainMap
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any, Final, TypeAlias

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.structs import ConsumerRecord

from engine.codec.partitioner import partition_of
from engine.deliver.meters import DeliverMeters
from engine.deliver.route import revision_of, route, worth_keeping
from engine.deliver.settings import DeliverSettings
from engine.ports import OutRecord, SourceRecord

Fetched: TypeAlias = "ConsumerRecord[bytes | None, bytes | None]"

REQUEST_BYTES: Final = 16 << 20
WAIT_MS: Final = 200
TRANSACTION_MS: Final = 30_000


class Lane:
    """A partition while this process derives from it."""

    def __init__(self, partition: int, settings: DeliverSettings, meters: DeliverMeters) -> None:
        self.partition: Final = partition
        self._settings: Final = settings
        self._meters: Final = meters
        self._revisions: dict[str, int] = {}
        self._producer = AIOKafkaProducer(
            **settings.client_options,
            acks="all",
            transactional_id=f"{settings.group}-{settings.alerts}-{partition}",
            transaction_timeout_ms=TRANSACTION_MS,
            max_request_size=REQUEST_BYTES,
        )

    async def open(self) -> None:
        """Shut former owners out, then learn what they wrote."""
        await self._producer.start()
        try:
            await self._remember()
        except BaseException:
            await self._producer.stop()
            raise

    async def close(self) -> None:
        """Let the partition go."""
        try:
            await self._producer.stop()
        finally:
            self._meters.released(self.partition)

    async def derive(self, records: Sequence[Fetched], position: int) -> None:
        """Write what follows of `records`, and `position` as the group's, all or nothing."""
        newest: dict[str, int] = {}
        known = ChainMap(newest, self._revisions)
        async with self._producer.transaction():
            written: list[OutRecord] = []
            for record in records:
                routed = route(_source(record), self._settings.topics, known)
                written.extend(routed.records)
                if routed.newest is not None:
                    _note(*routed.newest, known)
            await self._send(written)
            pair = TopicPartition(self._settings.alerts, self.partition)
            await self._producer.send_offsets_to_transaction({pair: position}, self._settings.group)
        self._revisions.update(newest)
        for sent in written:
            self._meters.derived(sent.topic)

    async def _send(self, records: Sequence[OutRecord]) -> None:
        futures = [
            await self._producer.send(
                record.topic,
                key=record.key,
                value=record.value,
                partition=await self._partition_of(record),
                headers=list(record.headers),
            )
            for record in records
        ]
        for future in futures:
            await future

    async def _partition_of(self, record: OutRecord) -> int:
        """The record's own partition, or else that of its key by the one partitioner that everybody uses."""
        if record.partition is not None:
            return record.partition
        count = len(await self._producer.partitions_for(record.topic))
        return partition_of(record.key or b"", count)

    async def _remember(self) -> None:
        """Learn the revisions of the compacted topic's partition, from its beginning to its end."""
        consumer = AIOKafkaConsumer(
            **self._settings.client_options,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            check_crcs=self._settings.check_checksums,
        )
        try:
            await consumer.start()
            pair = TopicPartition(self._settings.topics.current, self.partition)
            consumer.assign([pair])
            # The former owner's open transaction was ended when the producer started, so the end is stable.
            end = (await consumer.end_offsets([pair]))[pair]
            await consumer.seek_to_beginning(pair)
            while await consumer.position(pair) < end:
                fetched = await consumer.getmany(pair, timeout_ms=WAIT_MS)
                for record in fetched.get(pair, []):
                    found = revision_of(_source(record))
                    if found is not None:
                        _note(*found, self._revisions)
        finally:
            await consumer.stop()

    @property
    def revisions(self) -> Mapping[str, int]:
        """The newest revision of each alert that has had more than one."""
        return self._revisions


def _note(alert: str, revision: int, known: MutableMapping[str, int]) -> None:
    if worth_keeping(revision, known.get(alert, 0)):
        known[alert] = revision


def _source(record: Fetched) -> SourceRecord:
    headers: tuple[Any, ...] = tuple(record.headers)
    return SourceRecord(
        record.topic, record.partition, record.offset, record.timestamp, record.key, record.value, headers
    )
