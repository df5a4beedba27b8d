"""The stream of server-sent events: resumed where it was left, kept alive, and ended for who does not read."""

import asyncio
from collections.abc import Callable
from typing import Final

from aiohttp import web

from engine.board.announce import Answers
from engine.board.hub import Hub, Told, Watcher, event
from engine.core.instant import Instant

TICK_SECONDS: Final = 5.0
"""How often each watcher is told the time."""
WRITE_SECONDS: Final = 20.0
"""A watcher that takes nothing for so long is let go."""
RESUMED_MAX: Final = 200
"""Who missed more alerts is asked to load anew."""
DIGITS_MAX: Final = 18
"""A longer number is no message's."""
RETRY: Final = b"retry: 2000\n\n"
"""How long a browser waits before it returns, in milliseconds."""


class Streaming:
    """Serves the stream."""

    def __init__(self, answers: Answers, hub: Hub, now: Callable[[], Instant], rate: float) -> None:
        self._answers = answers
        self._hub = hub
        self._now = now
        self._rate = rate

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Events until the watcher leaves or is let go.

        They begin after the `Last-Event-ID`, or else after the place that `after` names.
        """
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"}
        )
        response.headers["Cache-Control"] = "no-store"
        await response.prepare(request)
        # Joined before the past is read, so that nothing falls between the two.
        watcher = self._hub.join()
        try:
            await self._write(response, RETRY)
            await self._write(response, self._time().data)
            place = request.headers.get("Last-Event-ID") or request.query.get("after", "")
            last = await self._catch_up(response, place) if place else 0
            await self._follow(response, watcher, last)
        except (ConnectionError, TimeoutError):
            # Nobody reads any more: what is buffered is not waited for.
            if request.transport is not None:
                request.transport.abort()
        finally:
            self._hub.leave(watcher)
        return response

    async def _catch_up(self, response: web.StreamResponse, place: str) -> int:
        """Tell what was said after `place`; the number of the last message that was told of."""
        named, _, number = place.rpartition("-")
        after = int(number) if number.isdecimal() and len(number) <= DIGITS_MAX else 0
        (generation, _), resumed = await self._answers.ask(
            lambda queries: (queries.head(), queries.since(after, RESUMED_MAX))
        )
        if named != generation or not resumed.complete:
            await self._write(response, event("reset", {}).data)
            return 0
        for spoken, alert in resumed.alerts:
            await self._write(response, event("alert", alert, generation, spoken).data)
            after = spoken
        return after

    async def _follow(self, response: web.StreamResponse, watcher: Watcher, last: int) -> None:
        """Tell what comes, except the messages up to `last`, which were told before."""
        loop = asyncio.get_running_loop()
        tick = loop.time() + TICK_SECONDS
        while not watcher.is_gone:
            try:
                async with asyncio.timeout_at(tick):
                    told = await watcher.told.get()
            except TimeoutError:
                told = self._time()
                tick = loop.time() + TICK_SECONDS
            if told is None:
                return
            if told.number == 0 or told.number > last:
                await self._write(response, told.data)

    def _time(self) -> Told:
        return event("tick", {"now": self._now(), "rate": self._rate})

    async def _write(self, response: web.StreamResponse, data: bytes) -> None:
        async with asyncio.timeout(WRITE_SECONDS):
            await response.write(data)
