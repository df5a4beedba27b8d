"""A broker with the topics of delivery: what is written to the alert topic, and what is read from the derived ones."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from msgspec.structs import replace

from engine.codec.alert import alert_record
from engine.codec.partitioner import partition_of
from engine.core.alert import Alert
from engine.core.clock import LEVELS
from engine.deliver.route import DerivedTopics
from engine.deliver.run import deliver
from engine.deliver.settings import DeliverSettings
from engine.embedded.broker import PARTITIONS

ALERTS: Final = "sunlight.alerts.v1"
TOPICS: Final = DerivedTopics(
    {level: f"sunlight.alerts.{level}.v1" for level in LEVELS},
    "sunlight.alerts.current.v1",
    "sunlight.dead-letters.v1",
)
DERIVED: Final = (*TOPICS.levels.values(), TOPICS.current, TOPICS.dead_letters)
SECONDS_MAX: Final = 40.0

Row = tuple[str, bytes | None, bytes | None]
"""Topic, key and value."""


def alert(number: int, revision: int = 1, **changes: Any) -> Alert:  # noqa: ANN401
    first = Alert(
        saying="raised", alert=f"alert-{number}", revision=revision, level=LEVELS[number % 3], case=f"case-{number}",
        item="I01", unit="U01", window=None, person=None, area=(), process="approval", stage="review", clock="promise",
        rung="due", rule="OT-CASE", rulebook="v1", due=number, justified_from=number, detected=number, as_of=number,
        time=number, known=2,
    )  # fmt: skip
    return replace(first, **changes)


class Place:
    """A broker with the topics, what is written to the alert topic, and what is read from the derived ones."""

    def __init__(
        self, address: str, producer: AIOKafkaProducer, consumer: AIOKafkaConsumer, *, check_checksums: bool
    ) -> None:
        self._address = address
        self._check_checksums = check_checksums
        self._producer = producer
        self._consumer = consumer
        self.rows: list[Row] = []

    def settings(self, on_ready: Callable[[int], None] | None = None) -> DeliverSettings:
        options = {"bootstrap_servers": self._address}
        return DeliverSettings(
            options,
            ALERTS,
            TOPICS,
            health_port=0,
            session_seconds=6.0,
            check_checksums=self._check_checksums,
            on_ready=on_ready,
        )

    async def publish(self, alerts: Sequence[Alert]) -> None:
        for each in alerts:
            out = alert_record(each, ALERTS, partition_of(each.case.encode(), PARTITIONS))
            await self._producer.send(
                ALERTS, key=out.key, value=out.value, partition=out.partition, headers=list(out.headers)
            )
        await self._producer.flush()

    async def publish_bytes(self, value: bytes) -> None:
        await self._producer.send_and_wait(ALERTS, key=b"case", value=value, partition=0)

    async def until(self, is_there: Callable[[list[Row]], bool]) -> None:
        """Read on until `is_there` holds of all that was read."""
        async with asyncio.timeout(SECONDS_MAX):
            while not is_there(self.rows):
                fetched = await self._consumer.getmany(timeout_ms=100)
                self.rows += [(row.topic, row.key, row.value) for rows in fetched.values() for row in rows]

    def on_levels(self) -> list[bytes | None]:
        return [value for topic, _, value in self.rows if topic in TOPICS.levels.values()]

    def current(self) -> dict[bytes | None, bytes | None]:
        return {key: value for topic, key, value in self.rows if topic == TOPICS.current}


@asynccontextmanager
async def place(address: str, *, check_checksums: bool = True) -> AsyncIterator[Place]:
    """The topics at the broker `address`, which are there. The embedded broker's markers have no valid checksums."""
    producer = AIOKafkaProducer(bootstrap_servers=address)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=address,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        check_crcs=check_checksums,
    )
    await producer.start()
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, number) for topic in DERIVED for number in range(PARTITIONS)])
        yield Place(address, producer, consumer, check_checksums=check_checksums)
    finally:
        await consumer.stop()
        await producer.stop()


@asynccontextmanager
async def delivering(there: Place) -> AsyncIterator[asyncio.Task[None]]:
    """A delivery process; on leaving it is stopped, and what it raised is raised."""
    stop = asyncio.Event()
    task = asyncio.create_task(deliver(there.settings(), stop))
    try:
        yield task
    finally:
        stop.set()
        await task
