"""Running the board in this process until it is told to stop, or fails."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Final

import uvloop
from aiohttp import web

from engine.board.announce import Announcer, Answers
from engine.board.app import Board, build_app
from engine.board.feed import Feed
from engine.board.hub import Hub
from engine.board.meters import BoardMeters
from engine.board.queries import Queries
from engine.board.read_model import Applied, ReadModel
from engine.board.settings import BoardSettings, check_access

_log: Final = logging.getLogger(__name__)

STATE_SECONDS: Final = 1.0
"""How often figures, units and deadlines are looked at."""
STOP_SECONDS: Final = 5.0


def run_serve(settings: BoardSettings) -> int:
    """Serve until SIGINT or SIGTERM; the exit status. Raises `SettingError` where it must not start."""

    async def until_told() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        await serve(settings, stop)

    uvloop.run(until_told())
    return 0


async def serve(settings: BoardSettings, stop: asyncio.Event) -> None:
    """Serve until `stop` is set. Raises what ended the board before, `SettingError` where it must not start."""
    check_access(settings.host, settings.token)
    async with AsyncExitStack() as stack:
        model = ReadModel(settings.read_model, settings.topics)
        stack.callback(model.close)
        meters = BoardMeters()
        answers = Answers(Queries(settings.read_model))
        stack.push_async_callback(answers.close)
        hub = Hub(meters)
        feed = Feed(settings.client_options, settings.topics, model, meters)
        conditions = {
            "feed_running": lambda: feed.is_running,
            "brokers_answer": lambda: feed.hears_brokers,
            "caught_up": lambda: feed.is_caught_up,
        }
        board = Board(answers, hub, meters, settings.names, settings.now, settings.rate, conditions)
        port = await _listen(stack, build_app(board, settings.token), settings)
        announcer = Announcer(hub, answers, settings.now)
        _log.info("board: http://%s:%d/", settings.host, port)
        if settings.on_ready is not None:
            settings.on_ready(port)

        async def learned(applied: Applied) -> None:
            await announcer.alerts(applied.messages)

        await _until_first(lambda: feed.run(learned), lambda: _keep_telling(announcer), lambda: _wait(stop))


async def _listen(stack: AsyncExitStack, application: web.Application, settings: BoardSettings) -> int:
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=STOP_SECONDS)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, settings.host, settings.port).start()
    port: int = runner.addresses[0][1]
    return port


async def _keep_telling(announcer: Announcer) -> None:
    while True:
        await announcer.state()
        await asyncio.sleep(STATE_SECONDS)


async def _wait(stop: asyncio.Event) -> None:
    await stop.wait()


async def _until_first(*works: Callable[[], Awaitable[None]]) -> None:
    """Return once one of `works` has, with the others cancelled; raise what one of them raised."""
    tasks = [asyncio.ensure_future(work()) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
