"""Turning what the read-model learned into what watchers are told."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from engine.board.hub import Hub, event
from engine.board.queries import Queries
from engine.core.instant import Instant

ALERTS_MAX: Final = 200
"""More alerts at once are not told one by one: watchers are asked to load anew."""
NEAREST: Final = 40
"""So many cases near to their deadline are shown."""

Answer = TypeVar("Answer")


class Answers:
    """Queries one at a time, off the event loop."""

    def __init__(self, queries: Queries) -> None:
        self._queries = queries
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="board-queries")

    async def ask(self, question: Callable[[Queries], Answer]) -> Answer:
        """What `question` answers."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, question, self._queries)

    async def close(self) -> None:
        """Wait for the last query and release the file."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._queries.close)
        self._thread.shutdown()


class Announcer:
    """Tells a hub's watchers of alerts, figures, units and deadlines."""

    def __init__(self, hub: Hub, answers: Answers, now: Callable[[], Instant]) -> None:
        self._hub = hub
        self._answers = answers
        self._now = now

    async def alerts(self, numbers: Sequence[int]) -> None:
        """Tell of the alerts that the messages of `numbers` are about."""
        if not numbers or not len(self._hub):
            return
        if len(numbers) > ALERTS_MAX:
            self._hub.tell(event("reset", {}))
            return
        (generation, _), spoken = await self._answers.ask(
            lambda queries: (queries.head(), queries.numbered(numbers))
        )
        for number, alert in spoken:
            self._hub.tell(event("alert", alert, generation, number))

    async def state(self) -> None:
        """Tell the figures, the units and the nearest deadlines, each where it changed."""
        now = self._now()
        totals, units, nearest = await self._answers.ask(
            lambda queries: (queries.totals(), queries.units(), queries.nearest(now, NEAREST))
        )
        self._hub.show("totals", totals)
        self._hub.show("units", units)
        self._hub.show("nearest", nearest)
