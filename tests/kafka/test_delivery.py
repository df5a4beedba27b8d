"""Delivery on a real broker: every message once, whatever becomes of the processes that deliver."""

import asyncio
from collections.abc import Iterator

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from engine.codec.alert import alert_record
from engine.deliver.lane import Lane
from engine.deliver.meters import DeliverMeters
from engine.embedded.broker import PARTITIONS
from tests.integration.deliver.place import ALERTS, DERIVED, TOPICS, alert, delivering, place
from tests.servers.kafka import KafkaServer


@pytest.fixture
def address() -> Iterator[str]:
    """A broker with empty topics."""
    with KafkaServer() as server:
        admin = AdminClient({"bootstrap.servers": server.bootstrap})
        for made in admin.create_topics(
            [NewTopic(topic, PARTITIONS, 1) for topic in (ALERTS, *DERIVED)]
        ).values():
            made.result(30)
        yield server.bootstrap


def test_each_message_is_delivered_once_over_restarts(address: str) -> None:
    async def scene() -> None:
        async with place(address) as there:
            first, second = (
                [alert(number) for number in range(40)],
                [alert(number) for number in range(40, 70)],
            )
            await there.publish(first)
            async with delivering(there):
                await there.until(lambda _: len(there.current()) == 40)
            await there.publish(second)
            async with delivering(there):
                await there.until(lambda _: len(there.current()) == 70)
            values = there.on_levels()
            assert len(values) == len(set(values)) == 70

    asyncio.run(scene())


def test_two_processes_share_the_partitions_and_deliver_each_message_once(address: str) -> None:
    async def scene() -> None:
        async with place(address) as there:
            await there.publish([alert(number) for number in range(30)])
            async with delivering(there):
                await there.until(lambda _: len(there.current()) == 30)
                async with delivering(there):
                    await there.publish([alert(number) for number in range(30, 120)])
                    await there.until(lambda _: len(there.current()) == 120)
                await there.publish([alert(number) for number in range(120, 150)])
                await there.until(lambda _: len(there.current()) == 150)
            values = there.on_levels()
            assert len(values) == len(set(values)) == 150

    asyncio.run(scene())


def test_the_compacted_topic_keeps_the_newest_revision_also_after_a_restart(address: str) -> None:
    async def scene() -> None:
        async with place(address) as there:
            moved = alert(1, revision=2, due=500)
            await there.publish([alert(1), moved])
            async with delivering(there):
                await there.until(lambda _: len(there.on_levels()) == 2)
            # What the first process knew of revisions is read from the topic by the second.
            await there.publish([alert(1, saying="withdrawn"), alert(2), alert(2, saying="ended")])
            async with delivering(there):
                await there.until(lambda _: len(there.on_levels()) == 5 and b"alert-2" in there.current())
                await there.publish([alert(4)])
                await there.until(lambda _: b"alert-4" in there.current())
            assert there.current()[b"alert-1"] == alert_record(moved, ALERTS, 0).value
            assert there.current()[b"alert-2"] is None

    asyncio.run(scene())


def test_a_former_owner_of_a_partition_can_commit_nothing_any_more(address: str) -> None:
    async def scene() -> None:
        async with place(address) as there:
            await there.publish([alert(number) for number in range(20)])
            paused = Lane(0, there.settings(), DeliverMeters())
            await paused.open()
            try:
                async with delivering(there):
                    await there.until(lambda _: len(there.current()) == 20)
                with pytest.raises(KafkaError):
                    await paused.derive([], 0)
            finally:
                await paused.close()
            async with delivering(there):
                await there.publish([alert(20)])
                await there.until(lambda _: len(there.current()) == 21)
            values = there.on_levels()
            assert len(values) == len(set(values)) == 21

    asyncio.run(scene())


def test_what_was_not_committed_is_never_read(address: str) -> None:
    async def scene() -> None:
        async with place(address) as there:
            settings = there.settings()
            name = f"{settings.group}-{settings.alerts}-0"
            crashed = AIOKafkaProducer(bootstrap_servers=address, transactional_id=name)
            await crashed.start()
            await crashed.begin_transaction()
            await crashed.send_and_wait(TOPICS.current, key=b"alert-x", value=b"half", partition=0)
            await crashed.send_offsets_to_transaction({TopicPartition(ALERTS, 0): 5}, settings.group)
            try:
                await there.publish([alert(number) for number in range(12)])
                async with delivering(there):
                    await there.until(lambda _: len(there.current()) == 12)
                assert b"alert-x" not in there.current()
            finally:
                # It was shut out, so it cannot end its transaction in order.
                with pytest.raises(KafkaError):
                    await crashed.commit_transaction()
                await crashed.stop()

    asyncio.run(scene())
