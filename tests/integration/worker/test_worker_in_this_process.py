"""A worker in the test's own event loop, on the embedded broker, with what a test can turn: its clock."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from engine.core.instant import HOUR, SECOND
from engine.embedded.broker import EmbeddedBroker
from engine.worker.clock import Clock, SystemClock, elapsed_reading, wall_reading
from engine.worker.connection import Connection
from engine.worker.run import Hooks, serve_worker
from engine.worker.settings import WorkerSettings, WorkerTopics
from tests.integration.worker.counting import CountingEngine, names
from tests.integration.worker.scene import Scene

TOPICS = names("here")


class Wall:
    """The machine's clock, and how far somebody has set it forward."""

    def __init__(self) -> None:
        self.forward = 0

    def clock(self) -> SystemClock:
        return SystemClock(wall=lambda: wall_reading() + self.forward, elapsed=elapsed_reading)


class Page:
    """The worker's own pages."""

    def __init__(self, session: aiohttp.ClientSession, port: int, serving: asyncio.Task[int]) -> None:
        self._session = session
        self._address = f"http://127.0.0.1:{port}"
        self.serving = serving

    async def ready(self) -> tuple[int, dict[str, bool]]:
        """Status and conditions."""
        async with self._session.get(f"{self._address}/readyz") as answer:
            body: dict[str, Any] = await answer.json()
            return answer.status, body["conditions"]

    async def until(self, holds: Callable[[int, dict[str, bool]], bool]) -> None:
        """Return once `/readyz` answers as asked for."""
        async with asyncio.timeout(30):
            while not holds(*await self.ready()):
                await asyncio.wait([self.serving], timeout=0.02)
                assert not self.serving.done(), "the worker ended"


@asynccontextmanager
async def running(
    brokers: str, directory: Path, clock: Clock, hooks: Hooks, *, confirm_clock: bool = False
) -> AsyncIterator[Page]:
    """A worker that runs inside the block and stops cleanly after it."""
    stop = asyncio.Event()
    listening: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    settings = WorkerSettings(
        Connection(brokers),
        WorkerTopics(TOPICS.events, TOPICS.cases, TOPICS.alerts, dict.fromkeys(TOPICS, 4)),
        directory / "state",
        fetch_wait_ms=100,
        health_port=0,
        confirm_clock=confirm_clock,
    )
    told = Hooks(conditions=hooks.conditions, serving=listening.set_result)
    serving = asyncio.create_task(
        serve_worker(settings, partial(CountingEngine, topics=TOPICS), clock, told, stop)
    )
    async with aiohttp.ClientSession() as session:
        yield Page(session, await listening, serving)
    stop.set()
    assert await serving == 0


async def applied(page: Page, scene: Scene) -> None:
    """Return once every event was applied, by the changelog."""
    async with asyncio.timeout(30):
        while scene.positions() != scene.ends(scene.topics.events):
            await asyncio.wait([page.serving], timeout=0.1)


def test_readiness_names_each_condition(tmp_path: Path) -> None:
    rulebook_is_valid = False

    async def run(brokers: str) -> None:
        nonlocal rulebook_is_valid
        hooks = Hooks(conditions={"rulebook_valid": lambda: rulebook_is_valid})
        async with running(brokers, tmp_path, SystemClock(), hooks) as page:
            status, conditions = await page.ready()
            assert status == 503
            assert not conditions["partitions_assigned"]
            await page.until(lambda _, conditions: conditions["caught_up"])
            status, conditions = await page.ready()
            assert (status, conditions) == (
                503,
                {
                    "in_group": True,
                    "partitions_assigned": True,
                    "tables_recovered": True,
                    "caught_up": True,
                    "clock_sane": True,
                    "rulebook_valid": False,
                },
            )
            rulebook_is_valid = True
            assert (await page.ready())[0] == 200

    with EmbeddedBroker(TOPICS) as broker:
        asyncio.run(run(broker.address))


def test_a_clock_that_jumps_stops_decisions_and_readiness(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    wall = Wall()

    async def run(scene: Scene) -> None:
        async with running(scene.brokers, tmp_path, wall.clock(), Hooks()) as page:
            await page.until(lambda status, _: status == 200)
            scene.wake("case-1", wall_reading() + HOUR // 2)
            scene.wake("case-2", wall_reading() + 2 * SECOND)
            wall.forward = HOUR
            await page.until(lambda status, conditions: status == 503 and not conditions["clock_sane"])
            scene.count(["case-3"] * 5)
            await applied(page, scene)
            await asyncio.wait([page.serving], timeout=2.5)

    with EmbeddedBroker(TOPICS) as broker, Scene(broker.address, "here", tmp_path) as scene:
        asyncio.run(run(scene))
        assert scene.alerts() == []
        cases, _ = scene.changelog()
        assert cases["case-3"].count == 5
    assert "no deadline is decided" in caplog.text


def test_a_state_far_ahead_of_the_clock_is_left_alone_until_the_clock_is_confirmed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A former start had a wrong clock; it has been put right since."""
    wall = Wall()

    async def run(scene: Scene) -> None:
        wall.forward = HOUR
        async with running(scene.brokers, tmp_path, wall.clock(), Hooks()) as page:
            scene.count(["case-1"] * 2)
            await applied(page, scene)
        wall.forward = 0
        scene.count(["case-1"] * 3)
        async with running(scene.brokers, tmp_path, wall.clock(), Hooks()) as page:
            await page.until(lambda _, conditions: conditions["partitions_assigned"])
            await page.until(lambda status, conditions: status == 503 and not conditions["clock_sane"])
            await asyncio.wait([page.serving], timeout=2.5)
            assert sum(scene.positions()) == 2
            assert "--confirm-clock true" in caplog.text
        scene.wake("case-1", wall_reading() + 4 * SECOND)
        async with running(scene.brokers, tmp_path, wall.clock(), Hooks(), confirm_clock=True) as page:
            await applied(page, scene)
            await page.until(lambda status, _: status == 200)
            async with asyncio.timeout(30):
                while scene.length(TOPICS.alerts) < 2:
                    await asyncio.wait([page.serving], timeout=0.1)
        scene.assert_exact()
        _, metas = scene.changelog()
        assert all(meta.now < wall_reading() for meta in metas.values())

    with EmbeddedBroker(TOPICS) as broker, Scene(broker.address, "here", tmp_path) as scene:
        asyncio.run(run(scene))
