"""Faust's transport with a consumer that hands whole fetches of a partition to the stream.

Faust's own consumer starts several tasks per record, may drop what it prefetched when a recovery ends, and lets
a seek overlap a fetch. Here a fetch and the positions around it are one step of the consumer's thread, a seek
waits for that step, and nothing of the source is fetched before the tables are recovered. Each message carries
the position at which it starts, so that whoever processes it can see that nothing is missing.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final, NamedTuple, cast

from aiokafka.consumer.consumer import AIOKafkaConsumer
from aiokafka.errors import (
    ConsumerStoppedError,
    GroupAuthorizationFailedError,
    KafkaError,
    TopicAuthorizationFailedError,
)
from aiokafka.protocol.group import LeaveGroupRequest
from aiokafka.structs import TopicPartition
from faust.transport.consumer import ensure_TP
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, AppT
from faust.types.transports import ConsumerT
from faust.types.tuples import Message
from mode import Service
from mode.utils.futures import notify
from yarl import URL

from engine.core.instant import SECOND
from engine.worker.clock import elapsed_reading
from engine.worker.message import BatchMessage, Fetched

_log: Final = logging.getLogger(__name__)

FETCH_SECONDS: Final = 0.2
"""How long a fetch waits for records; a seek, and the news that a log is read to its end, wait as long."""

IDLE_SECONDS: Final = 0.05
WATCH_SECONDS: Final = 1.0
MOST_REFUSALS: Final = 5
"""How often in a row the group's coordinator may refuse a member before the worker gives up."""


class Place(NamedTuple):
    """Where the consumer is in a log."""

    position: int
    highwater: int | None
    """The end of the log as of the last fetch; None before the first."""


class Fetch(NamedTuple):
    """One fetch and the places around it, seen in one step of the consumer's thread."""

    records: Mapping[TopicPartition, list[Fetched]]
    before: Mapping[TP, Place]
    after: Mapping[TP, Place]


class SourceError(RuntimeError):
    """The source's log and what was read of it do not fit together."""


class SourceSettings(NamedTuple):
    """How the source is read."""

    topic: str
    batch_records: int
    """The most records of one message."""
    fetch_wait_ms: int
    """How long the broker holds back an answer that has no records."""
    start_of: Callable[[int], int | None]
    """From where a partition is to be read; None where it is not owned."""
    is_held: Callable[[int], bool]
    """Whether nothing of a partition is to be fetched for now."""
    progressed: Callable[[int, int, Place], None]
    """Called after each fetch with a partition, the position after all that was or is being handed out, and the
    place."""


def _places(consumer: AIOKafkaConsumer, tps: frozenset[TP]) -> dict[TP, Place]:
    """The places of those of `tps` that are assigned and have a position."""
    subscription = consumer._subscription.subscription
    assignment = None if subscription is None else subscription.assignment
    if assignment is None:
        return {}
    places: dict[TP, Place] = {}
    for tp in tps:
        pair = TopicPartition(tp.topic, tp.partition)
        if pair not in assignment.tps:
            continue
        state = assignment.state_value(pair)
        if state is not None and state.has_valid_position:
            places[tp] = Place(state.position, state.highwater)
    return places


class FetchThread(driver.AIOKafkaConsumerThread):
    """The consumer's thread: fetches, heartbeats and commits."""

    _heard_at = 0
    """When the group last certainly counted this member, in microseconds of elapsed time."""

    async def on_start(self) -> None:
        """Start the consumer and keep note of its heartbeats."""
        await super().on_start()
        coordinator = self._ensure_consumer()._coordinator
        beat = coordinator._do_heartbeat

        async def noted() -> bool:
            sent_at = elapsed_reading()
            is_taken = bool(await beat())
            if is_taken:
                self._heard_at = sent_at
            return is_taken

        coordinator._do_heartbeat = noted

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Count from the assignment, which is as good as a heartbeat."""
        self._heard_at = elapsed_reading()
        await super().on_partitions_assigned(assigned, generation_id)

    def is_heard(self) -> bool:
        """Whether the session cannot have run out yet: the last heartbeat that was answered is young enough.

        A process that was paused, or a machine that slept, knows by this that it may have lost its partitions
        before the broker has told it so.
        """
        return elapsed_reading() - self._heard_at < self.app.conf.broker_session_timeout * SECOND

    def _create_worker_consumer(self, transport: Any) -> AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = cast("BatchTransport", transport).source.fetch_wait_ms
        return consumer

    async def fetch(self, active: frozenset[TP], timeout: float) -> Fetch:
        """Fetch from `active`, waiting at most `timeout` seconds for a first record."""
        fetched: Fetch = await self.call_thread(self._fetch, self._ensure_consumer(), active, timeout)
        return fetched

    async def _fetch(self, consumer: AIOKafkaConsumer, active: frozenset[TP], timeout: float) -> Fetch:
        before = _places(consumer, active)
        records = await self._fetch_records(consumer, set(active), timeout=timeout, max_records=None)
        return Fetch(records, before, _places(consumer, active))

    def generation(self) -> int:
        """The generation of the group that the coordinator still believes to be a member of; -1 for none."""
        if self._consumer is None or self._consumer._coordinator is None:
            return -1
        generation: int = self._consumer._coordinator.generation
        return generation

    async def check_group(self) -> None:
        """Raise what the group's coordinator answered and nobody else asks for.

        aiokafka keeps such an error until its own `getmany` is called, and does nothing for the group until then.
        Faust never calls it: without this a worker that was refused would wait for partitions for ever.
        """
        await self.call_thread(self._check_group)

    async def _check_group(self) -> None:
        coordinator = None if self._consumer is None else self._consumer._coordinator
        if coordinator is not None:
            coordinator.check_errors()

    async def on_thread_stop(self) -> None:
        """Leave the group for good before the consumer closes, where it is a static member.

        A static member's place is kept for its session, so that a restart finds it again. A worker that was
        asked to stop will not be back, and its partitions should not wait for the session to run out. One that
        failed is likely to be restarted, and keeps its place.
        """
        consumer = self._consumer
        if consumer is not None and consumer._group_instance_id is not None and not self.app.crashed:
            coordinator = consumer._coordinator
            if coordinator is not None and coordinator.generation > 0:
                request = LeaveGroupRequest(coordinator.group_id, coordinator.member_id)
                response = await coordinator._send_req(request)
                _log.info("left the group %s: error code %s", coordinator.group_id, response.error_code)
        await super().on_thread_stop()


class BatchConsumer(driver.Consumer):
    """A consumer whose messages are `BatchMessage`s of the source topic."""

    _thread: FetchThread

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._source = cast("BatchTransport", self.transport).source
        self._fetching = asyncio.Lock()
        self._handed: dict[TP, int] = {}

    def _new_consumer_thread(self) -> FetchThread:
        return FetchThread(self, loop=self.loop, beacon=self.beacon)

    async def is_member(self, generation: int) -> bool:
        """Whether this process is a live member of the group in `generation`.

        Where the session may have run out, the answer waits for the broker's.
        """
        while self.app.consumer_generation_id == generation == self._thread.generation():
            if self._thread.is_heard():
                return True
            if await self._stopped_within(IDLE_SECONDS):
                return False
        return False

    def is_in_group(self) -> bool:
        """Whether this process is a member of its group, and was told so within the last session."""
        return self._thread.generation() > 0 and self._thread.is_heard()

    @Service.task
    async def _watch_group(self) -> None:
        """Let the coordinator try again after an error, a few times; what will not pass ends the worker at once."""
        refusals = 0
        while not await self._stopped_within(WATCH_SECONDS):
            if self.app.tables.actives_ready:
                refusals = 0
            try:
                await self._thread.check_group()
            except (GroupAuthorizationFailedError, TopicAuthorizationFailedError):
                raise
            except KafkaError as error:
                refusals += 1
                if refusals > MOST_REFUSALS:
                    raise
                _log.warning("the group's coordinator refused (%d in a row): %s", refusals, error)

    async def _stopped_within(self, seconds: float) -> bool:
        await self.sleep(seconds)
        return bool(self.should_stop)

    async def perform_seek(self) -> None:
        """Seek each owned partition to where its state says, whatever offset the group has committed."""
        async with self._fetching:
            self._handed.clear()
            await super().perform_seek()
            starts = {}
            for tp in self.assignment():
                start = self._source.start_of(tp.partition) if tp.topic == self._source.topic else None
                if start is not None:
                    starts[tp] = start
            if starts:
                await self.seek_wait(starts)

    async def _drain_messages(self, fetcher: Any) -> None:
        """Fetch and hand out until stopped. What goes wrong ends the worker."""
        stopped = self._stopped.is_set
        try:
            while not (stopped() or fetcher._stopped.is_set()):
                if not self.flow_active:
                    await self.wait(self.can_resume_flow.wait())
                    continue
                await self._fetch_once()
        except (ConsumerStoppedError, asyncio.CancelledError):
            if not self.app.should_stop:
                raise

    async def _fetch_once(self) -> None:
        active = self._fetchable()
        if not active:
            await self.sleep(IDLE_SECONDS)
            return
        generation = self.app.consumer_generation_id
        async with self._fetching:
            if not self._continues(generation):
                return
            fetch = await self._thread.fetch(active, FETCH_SECONDS)
        # A fetch that a rebalance overtook may hold anything; the new assignment starts with a seek.
        if not self._continues(generation):
            return
        fetched = {ensure_TP(pair): records for pair, records in fetch.records.items()}
        for tp, place in fetch.after.items():
            if tp in fetched:
                self._handed[tp] = place.position
            # Said before the records are handed out: a tick in between must know that there are more.
            self._source.progressed(tp.partition, self._handed.get(tp, 0), place)
        for tp, records in fetched.items():
            if tp in active and self._continues(generation):
                await self._hand_out(tp, records, fetch, generation)
        await asyncio.sleep(0)

    def _fetchable(self) -> frozenset[TP]:
        """The source partitions to fetch now: none until what they change is recovered."""
        if not self.app.tables.actives_ready:
            return frozenset()
        # A copy: the set that Faust keeps is changed by other tasks while a fetch is under way.
        return frozenset(tp for tp in self._get_active_partitions() if self._is_wanted(tp))

    def _is_wanted(self, tp: TP) -> bool:
        return tp.topic == self._source.topic and not self._source.is_held(tp.partition)

    def _continues(self, generation: int) -> bool:
        return bool(self.flow_active and self.app.consumer_generation_id == generation)

    async def _hand_out(self, tp: TP, records: list[Fetched], fetch: Fetch, generation: int) -> None:
        """Hand `records` to the stream in slices. What is not handed out is read again after the next seek."""
        if tp not in fetch.before or tp not in fetch.after:
            # The assignment changed under the fetch; the new one starts with a seek.
            return
        start = fetch.before[tp].position
        end, highwater = fetch.after[tp]
        if records[0].offset < start:
            msg = f"{tp}: fetched offset {records[0].offset} at position {start}"
            raise SourceError(msg)
        size = self._source.batch_records
        for first in range(0, len(records), size):
            part = records[first : first + size]
            is_last = first + size >= len(records)
            after = end if is_last else part[-1].offset + 1
            reaches_end = is_last and highwater is not None and end >= highwater
            message = BatchMessage(tp, part, start, after, reaches_end=reaches_end, generation=generation)
            if not self._continues(generation):
                return
            await self.wait_first(self.callback(message), self.suspend_flow.wait())
            self._read_offset[tp] = part[-1].offset
            start = after

    def ack(self, message: Message) -> bool:
        """Note that `message` and all before it are done. Messages of a partition are acknowledged in order."""
        if not isinstance(message, BatchMessage):
            return bool(super().ack(message))
        message.acked = True
        self._unacked_messages.discard(message)
        self._acked[message.tp].append(message.next)
        self._n_acked += len(message.records)
        notify(self._waiting_for_ack)
        return True

    def leave(self, message: BatchMessage) -> None:
        """Expect no acknowledgement of `message` any more, and commit nothing for it.

        A rebalance waits for every message that is at work; one that nobody will finish must not hold it up.
        """
        self._unacked_messages.discard(message)
        notify(self._waiting_for_ack)

    def _new_offset(self, tp: TP) -> int | None:
        """The offset to commit: the position after the last acknowledged message."""
        if tp.topic != self._source.topic:
            return None
        acked = self._acked[tp]
        if not acked:
            return None
        newest = acked[-1]
        acked.clear()
        return newest

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Nothing: Faust's watch looks for single records and would complain about changelogs it never reads."""


class BatchTransport(driver.Transport):
    """aiokafka with `BatchConsumer`."""

    Consumer: ClassVar[type[ConsumerT]] = BatchConsumer

    def __init__(self, url: list[URL], app: AppT, source: SourceSettings) -> None:
        super().__init__(url, app)
        self.source = source
