"""A board for tests: a real read-model and a real server on a free port, fed with a district's records."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from aiohttp import web

from engine.board.announce import Announcer, Answers
from engine.board.app import Board, build_app
from engine.board.hub import Hub
from engine.board.meters import BoardMeters
from engine.board.names import names_of
from engine.board.queries import Queries
from engine.board.read_model import ReadModel
from engine.core.instant import Instant
from engine.ports import SourceRecord
from tests.integration.board.district import TOPICS, District, at, busy_month, positions_after, rulebook

NOON: Final = at("2026-09-21 12:00")


class ServedBoard:
    """The board, where it is, and the way to feed it."""

    def __init__(self, path: Path, now: Callable[[], Instant], *, is_ready: bool = True) -> None:
        self.model = ReadModel(path, TOPICS)
        self.answers = Answers(Queries(path))
        self.meters = BoardMeters()
        self.hub = Hub(self.meters)
        self.announcer = Announcer(self.hub, self.answers, now)
        conditions = {"fed": lambda: is_ready}
        self.board = Board(self.answers, self.hub, self.meters, names_of(rulebook()), now, 1.0, conditions)
        self.port = 0
        self._runner: web.AppRunner | None = None

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.port}/"

    async def feed(self, records: Sequence[SourceRecord]) -> None:
        """Put `records` into the read-model and tell those who watch, as the feed does."""
        applied = self.model.apply(records, positions_after(records))
        await self.announcer.alerts(applied.messages)
        await self.announcer.state()

    async def start(self, token: str | None = None) -> None:
        """Serve, on the same port as before where it was served before."""
        self._runner = web.AppRunner(build_app(self.board, token), access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Serve no more."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None


@asynccontextmanager
async def served(
    path: Path, token: str | None = None, now: Callable[[], Instant] = lambda: NOON, *, is_ready: bool = True
) -> AsyncIterator[ServedBoard]:
    """An empty board that is served."""
    board = ServedBoard(path, now, is_ready=is_ready)
    try:
        await board.start(token)
        yield board
    finally:
        await board.stop()
        await board.answers.close()
        board.model.close()


async def a_district(board: ServedBoard, district: District, cases: int, until: Instant) -> None:
    """Fill the board with a busy month before `until`."""
    await board.feed(await asyncio.to_thread(district.live, busy_month(cases, until), until))
