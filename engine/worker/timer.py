"""Waking a partition when its next case falls due.

The wait ends at the wake-up itself, earlier where a commit brought one forward, and after a second at most, so
that a clock that was set is noticed.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from engine.core.instant import Instant
from engine.worker.clock import Clock

LONGEST_SECONDS: Final = 1.0

SLACK_SECONDS: Final = 0.001
"""A case is due strictly after its wake-up, and the event loop counts in milliseconds."""


class Timer:
    """Sleeps until there is something to decide, then has it decided."""

    def __init__(
        self, clock: Clock, next_wake: Callable[[], Instant | None], tick: Callable[[], Awaitable[None]]
    ) -> None:
        self._clock = clock
        self._next_wake = next_wake
        self._tick = tick
        self._nudged = asyncio.Event()

    def nudge(self) -> None:
        """Have the next wake-up looked up again."""
        self._nudged.set()

    async def run(self) -> None:
        """Wait and tick until cancelled."""
        while True:
            self._nudged.clear()
            wake = self._next_wake()
            seconds = LONGEST_SECONDS
            if wake is not None:
                seconds = self._clock.seconds_until(wake)
                if seconds < 0:
                    await self._tick()
                    continue
            await self._wait(min(seconds + SLACK_SECONDS, LONGEST_SECONDS))

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._nudged.wait()
        except TimeoutError:
            return
