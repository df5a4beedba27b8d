"""The timer, in real time but with nothing to wait for."""

import asyncio

from engine.core.instant import HOUR, SECOND, Instant
from engine.worker.clock import AcceleratedClock, SystemClock
from engine.worker.timer import Timer


class Agenda:
    """Wake-ups that are crossed out as they are ticked."""

    def __init__(self, clock: SystemClock | AcceleratedClock) -> None:
        self.clock = clock
        self.wakes: list[Instant] = []
        self.ticked: list[tuple[Instant, Instant]] = []
        self.done = asyncio.Event()
        self.timer = Timer(clock, lambda: min(self.wakes, default=None), self.tick)

    async def tick(self) -> None:
        wake = min(self.wakes)
        self.wakes.remove(wake)
        self.ticked.append((wake, self.clock.now()))
        if not self.wakes:
            self.done.set()

    async def until_done(self) -> None:
        running = asyncio.create_task(self.timer.run())
        async with asyncio.timeout(10):
            await self.done.wait()
        running.cancel()


def test_it_ticks_at_each_wake_up_and_never_before() -> None:
    async def run() -> Agenda:
        agenda = Agenda(SystemClock())
        agenda.wakes = [agenda.clock.now() + after * 1_000 for after in (-5, 20, 60)]
        await agenda.until_done()
        return agenda

    for wake, now in asyncio.run(run()).ticked:
        assert now > wake


def test_a_nudge_brings_an_earlier_wake_up_forward() -> None:
    async def run() -> Agenda:
        agenda = Agenda(SystemClock())
        far = agenda.clock.now() + HOUR
        agenda.wakes = [far]
        running = asyncio.create_task(agenda.timer.run())
        await asyncio.sleep(0)
        agenda.wakes = [agenda.clock.now() + 1_000]
        agenda.timer.nudge()
        async with asyncio.timeout(0.9):
            await agenda.done.wait()
        running.cancel()
        return agenda

    assert len(asyncio.run(run()).ticked) == 1


def test_accelerated_time_is_waited_for_in_real_seconds() -> None:
    async def run() -> Agenda:
        agenda = Agenda(AcceleratedClock(0, 3_600.0))
        agenda.wakes = [60 * SECOND, 300 * SECOND]
        await agenda.until_done()
        return agenda

    for wake, now in asyncio.run(run()).ticked:
        assert now > wake
