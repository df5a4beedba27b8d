"""Running delivery in this process until it is told to stop, or fails."""

import asyncio
import logging
import signal
import time
from collections.abc import Iterable
from contextlib import AsyncExitStack
from typing import Final

import uvloop
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition

from engine.deliver.health import serve_health
from engine.deliver.lane import Fetched, Lane
from engine.deliver.meters import DeliverMeters
from engine.deliver.settings import DeliverSettings
from engine.deliver.stopping import run_until_told
from engine.hearing import Hearing

_log: Final = logging.getLogger(__name__)

WAIT_MS: Final = 200
BATCH_RECORDS: Final = 1_000


def run_deliver(settings: DeliverSettings) -> int:
    """Deliver until SIGINT or SIGTERM; the exit status."""

    async def until_told() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        await deliver(settings, stop)

    uvloop.run(until_told())
    return 0


async def deliver(settings: DeliverSettings, stop: asyncio.Event) -> None:
    """Deliver until `stop` is set. Raises what a broker or a former owner's successor refuses.

    Raises `UncleanStopError` where it cannot stop in time.
    """
    meters = DeliverMeters()
    async with AsyncExitStack() as stack:
        delivery = Delivery(settings, meters)
        conditions = {
            "partitions_assigned": lambda: delivery.is_assigned,
            "brokers_answer": lambda: delivery.hears_brokers,
            "caught_up": lambda: delivery.is_caught_up,
        }
        if settings.health_port is not None:
            place = settings.health_host, settings.health_port
            port = await serve_health(stack, place, conditions, meters)
            if settings.on_ready is not None:
                settings.on_ready(port)
        await run_until_told(delivery.run(stop), stop, settings.stop_seconds)


class Delivery(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types.
    """A member of the group, and a lane for each partition that it was given."""

    def __init__(self, settings: DeliverSettings, meters: DeliverMeters) -> None:
        self._settings = settings
        self._meters = meters
        self._lanes: dict[TopicPartition, Lane] = {}
        self._busy = asyncio.Lock()
        """Held while lanes open, close or write, so that no partition is given up in the middle of a transaction."""
        self._behind: dict[TopicPartition, int] = {}
        self._hearing = Hearing(settings.session_seconds)
        self.is_assigned = False
        """Whether it derives from the partitions that the group gave it; false where that is none."""
        self._consumer = AIOKafkaConsumer(
            **settings.client_options,
            group_id=settings.group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            check_crcs=settings.check_checksums,
            session_timeout_ms=int(settings.session_seconds * 1000),
            heartbeat_interval_ms=int(settings.session_seconds * 250),
            fetch_max_wait_ms=WAIT_MS,
        )

    @property
    def is_caught_up(self) -> bool:
        """Whether nothing waits in the partitions that this process has."""
        return self.is_assigned and not any(self._behind.values())

    @property
    def hears_brokers(self) -> bool:
        """Whether fetches from every partition that this process has were answered within the last session."""
        return self._hearing.is_recent(time.monotonic())

    async def run(self, stop: asyncio.Event) -> None:
        """Derive until `stop` is set."""
        self._consumer.subscribe([self._settings.alerts], listener=self)
        async with AsyncExitStack() as stack:
            # Each on its own: what a broker that is gone makes fail must not leave the others open.
            stack.push_async_callback(self._close_all)
            stack.push_async_callback(self._consumer.stop)
            await self._consumer.start()
            while not stop.is_set():
                await self._open_lanes()
                fetched = await self._consumer.getmany(timeout_ms=WAIT_MS, max_records=BATCH_RECORDS)
                for pair, records in fetched.items():
                    await self._derive(pair, records)
                await self._look()

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Finish what is under way, then give the partitions up."""
        async with self._busy:
            self.is_assigned = False
            await self._close(revoked)

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Nothing yet: lanes open between fetches."""

    async def _open_lanes(self) -> None:
        """A lane for each new partition, from the position that the group has committed."""
        async with self._busy:
            for pair in sorted(self._consumer.assignment() - self._lanes.keys()):
                lane = Lane(pair.partition, self._settings, self._meters)
                await lane.open()
                self._lanes[pair] = lane
                # Only now is the position final: the former owner cannot commit any more.
                committed = await self._consumer.committed(pair)
                beginning = (await self._consumer.beginning_offsets([pair]))[pair]
                if pair in self._consumer.assignment():
                    self._consumer.seek(pair, max(committed or 0, beginning))
                _log.info("deliver: %s[%d] from %s", pair.topic, pair.partition, committed)
            self.is_assigned = bool(self._lanes)
            self._meters.owned(len(self._lanes))

    async def _derive(self, pair: TopicPartition, records: list[Fetched]) -> None:
        async with self._busy:
            lane = self._lanes.get(pair)
            # Fetched before the lane was open, or after it was given up: whoever has the partition reads it again.
            if lane is None or pair not in self._consumer.assignment():
                return
            begun = time.perf_counter()
            await lane.derive(records, await self._consumer.position(pair))
            self._meters.batch(time.perf_counter() - begun)

    async def _look(self) -> None:
        """See how far behind each partition is."""
        async with self._busy:
            pairs = self._lanes.keys() & self._consumer.assignment()
            self._hearing.note(
                {pair: self._consumer.last_poll_timestamp(pair) for pair in pairs}, time.monotonic()
            )
            for pair in pairs:
                end = self._consumer.highwater(pair)
                behind = 0 if end is None else max(0, end - await self._consumer.position(pair))
                self._behind[pair] = behind
                self._meters.behind(pair.partition, behind)

    async def _close_all(self) -> None:
        async with self._busy:
            await self._close(list(self._lanes))

    async def _close(self, pairs: Iterable[TopicPartition]) -> None:
        async with AsyncExitStack() as stack:
            for pair in pairs:
                self._behind.pop(pair, None)
                lane = self._lanes.pop(pair, None)
                if lane is not None:
                    stack.push_async_callback(lane.close)
