"""What becomes of messages when their partition is let go."""

import asyncio
from functools import partial
from pathlib import Path

from aiokafka.structs import ConsumerRecord
from faust.types import TP

from engine.embedded.broker import EmbeddedBroker
from engine.worker.clock import SystemClock
from engine.worker.commit import Committer
from engine.worker.connection import Connection
from engine.worker.message import BatchMessage, Fetched
from engine.worker.meters import Meters
from engine.worker.observe import NoObserver, no_faults
from engine.worker.partition import Partition, Surroundings
from engine.worker.publisher import Publisher
from engine.worker.store import RocksStore
from tests.integration.worker.counting import CountingEngine, names

TOPICS = names("closing")


def message(offset: int) -> BatchMessage:
    record: Fetched = ConsumerRecord(TOPICS.events, 0, offset, 1, 0, b"case", b"+", None, 4, 1, ())
    return BatchMessage(TP(TOPICS.events, 0), [record], offset, offset + 1, reaches_end=True, generation=1)


def test_every_message_that_was_not_applied_is_left(tmp_path: Path) -> None:
    """One is at work, one is taken up as the partition closes, one is still queued."""
    left: list[BatchMessage] = []

    async def run(brokers: str) -> list[BatchMessage]:
        asked, answer = asyncio.Event(), asyncio.Event()
        clock = SystemClock()

        async def is_member(generation: int) -> bool:
            del generation
            asked.set()
            await answer.wait()
            return False

        async def fail(error: BaseException) -> None:
            raise error

        async with Publisher(Connection(brokers), dict.fromkeys(TOPICS, 4)) as publisher:
            around = Surroundings(
                connection=Connection(brokers),
                events=TOPICS.events,
                changelog=TOPICS.cases,
                alerts=TOPICS.alerts,
                directory=tmp_path,
                open_store=RocksStore,
                engine_factory=partial(CountingEngine, topics=TOPICS),
                committer=Committer(publisher, TOPICS.cases, clock.now, no_faults),
                clock=clock,
                meters=Meters(),
                observer=NoObserver(),
                inject=no_faults,
                tombstones=0,
                confirm_clock=False,
                decide_after_seconds=30.0,
                acknowledge=lambda _: True,
                leave=left.append,
                fail=fail,
                is_member=is_member,
            )
            partition = Partition(0, 1, around)
            partition.begin()
            given = [message(offset) for offset in range(3)]
            for each in given:
                await partition.submit(each)
            await asked.wait()
            closing = asyncio.create_task(partition.close())
            await asyncio.sleep(0)
            answer.set()
            await closing
            return given

    with EmbeddedBroker(TOPICS) as broker:
        given = asyncio.run(run(broker.address))
    assert sorted(left, key=lambda each: each.start) == given
