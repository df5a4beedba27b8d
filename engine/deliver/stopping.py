"""Stopping within a bound: a broker that is gone must not keep a process that was told to stop."""

import asyncio
from collections.abc import Coroutine


class UncleanStopError(RuntimeError):
    """The work was told to stop and could not finish; what it had begun is aborted by whoever comes after it."""


async def run_until_told(work: Coroutine[None, None, None], stop: asyncio.Event, seconds: float) -> None:
    """Run `work`, which ends by itself once `stop` is set. Raises what it raises.

    Raises `UncleanStopError` where it has not ended `seconds` after `stop` was set; it is cancelled then. Also where it
    ended by a cancellation that came from inside it.
    """
    running = asyncio.create_task(work)
    told = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({running, told}, return_when=asyncio.FIRST_COMPLETED)
        ended, _ = await asyncio.wait({running}, timeout=seconds)
        if not ended:
            running.cancel()
            msg = f"did not stop within {seconds:g} s; is the broker gone? What was under way is aborted"
            raise UncleanStopError(msg)
        if running.cancelled():
            # Nobody here did: a client that is closed without its broker gives up by a cancellation of its own.
            msg = "could not leave the broker in order; is it gone? What was under way is aborted"
            raise UncleanStopError(msg)
        await running
    finally:
        told.cancel()
