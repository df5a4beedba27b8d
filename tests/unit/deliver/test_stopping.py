"""Work that ends when told, work that fails, and work that never ends."""

import asyncio

import pytest

from engine.deliver.stopping import UncleanStopError, run_until_told


def test_work_that_ends_when_told_ends_cleanly() -> None:
    async def scene() -> None:
        stop = asyncio.Event()

        async def work() -> None:
            await stop.wait()

        running = asyncio.create_task(run_until_told(work(), stop, 5))
        stop.set()
        await running

    asyncio.run(scene())


def test_what_work_raises_is_raised() -> None:
    async def work() -> None:
        msg = "no broker"
        raise ConnectionError(msg)

    async def scene() -> None:
        with pytest.raises(ConnectionError, match="no broker"):
            await run_until_told(work(), asyncio.Event(), 5)

    asyncio.run(scene())


def test_work_that_is_cancelled_from_inside_is_said() -> None:
    async def scene() -> None:
        stop = asyncio.Event()

        async def work() -> None:
            await stop.wait()
            raise asyncio.CancelledError

        stop.set()
        with pytest.raises(UncleanStopError, match="could not leave the broker in order"):
            await run_until_told(work(), stop, 5)

    asyncio.run(scene())


def test_work_that_waits_for_ever_is_cancelled_and_said() -> None:
    async def scene() -> None:
        stop, cancelled = asyncio.Event(), asyncio.Event()

        async def work() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                cancelled.set()

        stop.set()
        with pytest.raises(UncleanStopError, match="did not stop within"):
            await run_until_told(work(), stop, 0.01)
        await asyncio.wait_for(cancelled.wait(), 5)

    asyncio.run(scene())
