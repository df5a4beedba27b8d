"""Running a worker in this process until it is told to stop, or fails."""

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final, cast

import uvloop

from engine.core.instant import SECOND
from engine.ports import Engine
from engine.worker.app import build_app
from engine.worker.clock import Clock
from engine.worker.collector import calm
from engine.worker.commit import Committer
from engine.worker.health import Condition, HealthServer
from engine.worker.meters import Meters
from engine.worker.observe import FaultHook, NoObserver, PartitionObserver, no_faults
from engine.worker.ownership import Ownership
from engine.worker.partition import Surroundings
from engine.worker.publisher import Publisher
from engine.worker.settings import WorkerSettings
from engine.worker.store import RocksStore
from engine.worker.table import SunlightApp
from engine.worker.topic_check import TopicError, check_topics
from engine.worker.transport import BatchConsumer

_log: Final = logging.getLogger(__name__)

CLEAN: Final = 0
FAILED: Final = 1


@dataclass(frozen=True, slots=True)
class Hooks:
    """What the composition root adds to a worker; each has a default that does nothing."""

    meters: Meters = field(default_factory=Meters)
    observer: PartitionObserver = field(default_factory=NoObserver)
    conditions: Mapping[str, Condition] = field(default_factory=dict)
    """More conditions of readiness by name, such as `rulebook_valid` and `calendar_covers_today`."""
    inject: FaultHook = no_faults
    serving: Callable[[int], None] | None = None
    """Called with the health server's port once it listens."""


def run_worker(
    settings: WorkerSettings,
    engine_factory: Callable[[int], Engine],
    clock: Clock,
    hooks: Hooks | None = None,
) -> int:
    """Run a worker until SIGTERM or SIGINT and return the exit code: 0 after a clean stop, else 1."""

    async def until_signalled() -> int:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        return await serve_worker(settings, engine_factory, clock, hooks or Hooks(), stop)

    calm()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(until_signalled())


async def serve_worker(
    settings: WorkerSettings,
    engine_factory: Callable[[int], Engine],
    clock: Clock,
    hooks: Hooks,
    stop: asyncio.Event,
) -> int:
    """Run a worker in the running event loop until `stop` is set, and return its exit code."""
    try:
        await check_topics(settings.connection, settings.topics)
    except TopicError as error:
        _log.critical("refusing to start: %s", error)
        return FAILED
    ownership = Ownership()
    settings.data_directory.mkdir(parents=True, exist_ok=True)
    app = build_app(settings, ownership)
    async with AsyncExitStack() as stack:
        publisher = await stack.enter_async_context(
            Publisher(settings.connection, settings.topics.partitions, settings.record_batch_bytes)
        )
        ownership.surround(_surroundings(settings, engine_factory, clock, hooks, publisher, app))
        if settings.health_port is not None:
            server = HealthServer(
                settings.health_host,
                settings.health_port,
                _conditions(app, ownership, clock, hooks),
                hooks.meters,
                partial(_refresh, hooks.meters, ownership, clock),
            )
            await stack.enter_async_context(server)
            if hooks.serving is not None:
                hooks.serving(server.port)
        return await _run_app(app, stop, settings.stop_seconds)


def _surroundings(
    settings: WorkerSettings,
    engine_factory: Callable[[int], Engine],
    clock: Clock,
    hooks: Hooks,
    publisher: Publisher,
    app: SunlightApp,
) -> Surroundings:
    open_store: Callable[[Path], RocksStore] = partial(
        RocksStore,
        block_cache_bytes=settings.block_cache_bytes,
        write_buffer_bytes=settings.write_buffer_bytes,
    )
    return Surroundings(
        connection=settings.connection,
        events=settings.topics.events,
        changelog=settings.topics.changelog,
        alerts=settings.topics.alerts,
        directory=settings.data_directory / "cases",
        open_store=open_store,
        engine_factory=engine_factory,
        committer=Committer(publisher, settings.topics.changelog, clock.now, hooks.inject),
        clock=clock,
        meters=hooks.meters,
        observer=hooks.observer,
        inject=hooks.inject,
        tombstones=int(settings.tombstone_seconds * SECOND),
        confirm_clock=settings.confirm_clock,
        decide_after_seconds=settings.decide_after_seconds,
        acknowledge=lambda message: message.ack(app.consumer),
        leave=lambda message: cast("BatchConsumer", app.consumer).leave(message),
        fail=app.crash,
        is_member=lambda generation: cast("BatchConsumer", app.consumer).is_member(generation),
    )


def _refresh(meters: Meters, ownership: Ownership, clock: Clock) -> None:
    """Bring what is shown of the state, and not counted as it happens, up to date."""
    owned = ownership.partitions
    meters.observe(
        [(number, one.next_wake()) for number, one in owned.items()],
        clock_sane=_is_clock_sane(clock, ownership),
    )
    for number, one in owned.items():
        meters.behind(number, behind=not one.is_caught_up())
    meters.open_cases(one.census() for one in owned.values())


def _is_clock_sane(clock: Clock, ownership: Ownership) -> bool:
    return clock.is_sane() and ownership.trusts_clock()


def _conditions(app: SunlightApp, ownership: Ownership, clock: Clock, hooks: Hooks) -> dict[str, Condition]:
    return {
        "in_group": lambda: cast("BatchConsumer", app.consumer).is_in_group(),
        # Also where the group gave it none: a worker more than there are partitions stands by.
        "partitions_assigned": lambda: bool(app.tables.actives_ready),
        "tables_recovered": lambda: bool(app.tables.actives_ready and not app.in_recovery),
        "caught_up": lambda: bool(app.tables.actives_ready) and ownership.keep_up(),
        "clock_sane": lambda: _is_clock_sane(clock, ownership),
        **hooks.conditions,
    }


async def _run_app(app: SunlightApp, stop: asyncio.Event, stop_seconds: float) -> int:
    """Start the app, wait for `stop` or a failure, stop it."""
    starting = asyncio.create_task(app.start())
    stopping = asyncio.create_task(stop.wait())
    crashing = asyncio.create_task(app._crashed.wait())
    await asyncio.wait([starting, stopping, crashing], return_when=asyncio.FIRST_COMPLETED)
    if starting.done() and starting.exception() is None:
        await asyncio.wait([stopping, crashing], return_when=asyncio.FIRST_COMPLETED)
    failure = starting.exception() if starting.done() else None
    if app.crashed or failure is not None:
        reason = failure or app.crash_reason
        _log.critical("the worker failed: %s: %s", type(reason).__name__, reason, exc_info=reason)
    is_clean = await _stop_app(app, stop_seconds)
    for task in (starting, stopping, crashing):
        task.cancel()
    await asyncio.gather(starting, stopping, crashing, return_exceptions=True)
    if app.crashed or failure is not None or not is_clean:
        return FAILED
    _log.info("stopped")
    return CLEAN


async def _stop_app(app: SunlightApp, stop_seconds: float) -> bool:
    try:
        async with asyncio.timeout(5.0 if app.crashed else stop_seconds):
            await app.stop()
    except TimeoutError:
        _log.critical("the worker did not stop in time; its state is safe, and the process ends here")
        logging.shutdown()
        # What hangs would hang the interpreter's own end too, and hold the partitions for as long.
        os._exit(FAILED)
    except Exception as error:  # noqa: BLE001  Whatever it is, it is reported and the exit code says so.
        _log.critical("stopping failed: %s", error, exc_info=error)
        return False
    return True
