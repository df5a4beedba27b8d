"""The whole board against a broker: it reads the topics from where it stands, and follows them."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest
from aiokafka import AIOKafkaProducer

from engine.board.feed import FeedError
from engine.board.read_model import BoardTopics
from engine.board.run import serve
from engine.board.settings import BoardSettings, SettingError
from engine.embedded.broker import EmbeddedBroker
from engine.ports import SourceRecord
from tests.integration.board.district import INSTANT_ITEM, TOPICS, District, at, busy_month, life
from tests.integration.board.served import NOON

SECONDS_MAX: Final = 40.0


async def publish(broker: EmbeddedBroker, records: Sequence[SourceRecord]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=broker.address, linger_ms=5)
    await producer.start()
    try:
        for record in records:
            await producer.send(
                record.topic,
                key=record.key,
                value=record.value,
                partition=record.partition,
                timestamp_ms=record.timestamp_ms,
            )
    finally:
        await producer.stop()


@asynccontextmanager
async def board(
    broker: EmbeddedBroker, path: Path, topics: BoardTopics = TOPICS
) -> AsyncIterator[aiohttp.ClientSession]:
    """A board that runs; leaving it stops it, and raises what it raised."""
    stop, port = asyncio.Event(), asyncio.get_running_loop().create_future()
    options = {"bootstrap_servers": broker.address}
    settings = BoardSettings(options, topics, path, lambda: NOON, port=0, on_ready=port.set_result)
    task = asyncio.create_task(serve(settings, stop))
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{await port}") as http:
            yield http
    finally:
        stop.set()
        await task


async def until(http: aiohttp.ClientSession, path: str, **expected: Any) -> None:  # noqa: ANN401
    """Wait until the answer at `path` says what is `expected`."""
    found: dict[str, Any] = {}
    async with asyncio.timeout(SECONDS_MAX):
        while any(found.get(name) != value for name, value in expected.items()):
            async with http.get(path) as answer:
                found = json.loads(await answer.text())


def test_it_shows_what_the_topics_hold_and_follows_them_over_a_restart(tmp_path: Path) -> None:
    async def scene() -> None:
        district = District()
        with EmbeddedBroker(TOPICS) as broker:
            await publish(broker, district.live(busy_month(40, NOON), NOON))
            path = tmp_path / "board.sqlite"
            async with board(broker, path) as http:
                await until(http, "/readyz", ready=True)
                async with http.get("/api/totals") as answer:
                    before = await answer.json()
                assert before["accepted"] > 30
                async with http.get("/api/stream") as stream:
                    events = life("HB-NEW", INSTANT_ITEM, at("2026-09-21 09:30"), [])
                    await publish(broker, district.live(events, at("2026-09-21 16:00")))
                    async with asyncio.timeout(SECONDS_MAX):
                        while b'"case_id":"HB-NEW"' not in await stream.content.readline():
                            pass
                await until(http, "/api/totals", open=before["open"] + 1)
            await publish(broker, district.live([], at("2026-09-21 18:00")))
            async with board(broker, path) as http:
                await until(http, "/api/totals", open=before["open"] + 1, yellow=before["yellow"] + 1)
                async with http.get("/metrics") as answer:
                    text = await answer.text()
            # It went on from where it stood.
            assert f'sunlight_board_records_total{{topic="{TOPICS.changelog}"}} 2.0' in text

    asyncio.run(scene())


def test_a_board_whose_broker_is_gone_is_not_ready(tmp_path: Path) -> None:
    async def scene() -> None:
        broker = EmbeddedBroker(TOPICS)
        async with board(broker, tmp_path / "board.sqlite") as http:
            conditions = {"feed_running": True, "brokers_answer": True, "caught_up": True}
            await until(http, "/readyz", ready=True, conditions=conditions)
            broker.close()
            await until(http, "/readyz", ready=False, conditions=conditions | {"brokers_answer": False})

    asyncio.run(scene())


def test_topics_that_were_made_anew_make_the_content_anew(tmp_path: Path) -> None:
    async def scene() -> None:
        path = tmp_path / "board.sqlite"
        for cases in (40, 3):
            district = District()
            events = [
                event for number in range(cases) for event in life(f"HB-{number}", "I01", NOON - 10**9, [])
            ]
            with EmbeddedBroker(TOPICS) as broker:
                await publish(broker, district.live(events, NOON))
                async with board(broker, path) as http:
                    await until(http, "/api/totals", open=cases)
                    await until(http, "/readyz", ready=True)

    asyncio.run(scene())


def test_a_record_that_cannot_be_read_ends_the_board_in_words(tmp_path: Path) -> None:
    async def scene() -> None:
        with EmbeddedBroker(TOPICS) as broker:
            await publish(broker, [SourceRecord(TOPICS.alerts, 0, 0, 1, b"case", b"no alert")])
            settings = BoardSettings(
                {"bootstrap_servers": broker.address}, TOPICS, tmp_path / "b.sqlite", lambda: NOON, port=0
            )
            with pytest.raises(ValueError, match="alert message b'no alert'"):
                await asyncio.wait_for(serve(settings, asyncio.Event()), SECONDS_MAX)

    asyncio.run(scene())


def test_a_missing_topic_is_named(tmp_path: Path) -> None:
    async def scene() -> None:
        with EmbeddedBroker() as broker:
            settings = BoardSettings(
                {"bootstrap_servers": broker.address}, TOPICS, tmp_path / "b.sqlite", lambda: NOON, port=0
            )
            with pytest.raises(FeedError, match=r"topics missing: sunlight\.cases\.v1, .*topics apply"):
                await asyncio.wait_for(serve(settings, asyncio.Event()), SECONDS_MAX)

    asyncio.run(scene())


def test_it_does_not_start_where_others_could_reach_it_without_a_token(tmp_path: Path) -> None:
    settings = BoardSettings({}, TOPICS, tmp_path / "b.sqlite", lambda: NOON, host="0.0.0.0")  # noqa: S104
    with pytest.raises(SettingError, match="a token is needed"):
        asyncio.run(serve(settings, asyncio.Event()))
