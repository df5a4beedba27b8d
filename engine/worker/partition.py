"""One owned partition: its take-over, its batches and its ticks, one at a time."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from engine.core.instant import SECOND, Instant, rfc3339
from engine.ports import Commit, Engine, Meta
from engine.worker.catch_up import CatchUp
from engine.worker.clock import JUMP_BOUND, Clock, stopwatch
from engine.worker.commit import Committer
from engine.worker.connection import Connection
from engine.worker.lag import fell_due
from engine.worker.log_reader import LogReader
from engine.worker.message import BatchMessage
from engine.worker.meters import Meters
from engine.worker.observe import FaultHook, PartitionObserver
from engine.worker.store import RocksStore
from engine.worker.take_over import begun_anew, oldest_useful, restore, source_records, source_start
from engine.worker.timer import Timer
from engine.worker.transport import Place, SourceError

_log: Final = logging.getLogger(__name__)

FOLD_BACK_RECORDS: Final = 1_000
REVISED_CASES: Final = 1_000
TICK_SECONDS: Final = 0.05
"""How long one chunk of a tick may compute before batches get their turn."""

GRACE_SECONDS: Final = 5.0
"""For how long a partition may be short of its log's end and still count as caught up."""

FEWEST_CASES: Final = 16
MOST_CASES: Final = 4_096
QUEUED_MESSAGES: Final = 2


class PartitionLostError(RuntimeError):
    """The partition was given to another worker while this one was at work on it."""


class EngineError(RuntimeError):
    """An engine that does not do what the worker relies on."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all partitions of a worker share."""

    connection: Connection
    events: str
    changelog: str
    alerts: str
    directory: Path
    open_store: Callable[[Path], RocksStore]
    engine_factory: Callable[[int], Engine]
    committer: Committer
    clock: Clock
    meters: Meters
    observer: PartitionObserver
    inject: FaultHook
    tombstones: int
    """For how many microseconds the changelog keeps tombstones."""
    confirm_clock: bool
    """Whether somebody said that the clock is right where META was written at a time far ahead of it."""
    decide_after_seconds: float
    """For how long a partition may be behind before it decides all the same."""
    acknowledge: Callable[[BatchMessage], bool]
    leave: Callable[[BatchMessage], None]
    """Gives a message up: its records are read again by whoever owns the partition next."""
    fail: Callable[[BaseException], Awaitable[None]]
    """Ends the worker."""
    is_member: Callable[[int], Awaitable[bool]]
    """Whether this process is still a live member of the group in a generation."""


class Partition:
    """The state and the work of one partition while this worker owns it."""

    def __init__(self, number: int, generation: int, around: Surroundings) -> None:
        self.number = number
        self._generation = generation
        self._around = around
        self._path = around.directory / str(number)
        self._lock = asyncio.Lock()
        self._queue: asyncio.Queue[BatchMessage] = asyncio.Queue(QUEUED_MESSAGES)
        self._timer = Timer(around.clock, self._armed, self._tick)
        self._tasks: list[asyncio.Task[None]] = []
        self._closed = False
        self._lost = False
        self._held = False
        self._limit = 256
        self._decided_to: Instant = 0
        """When it was last seen that nothing waits that had fallen due."""
        self._engine: Engine | None = None
        self._store: RocksStore | None = None
        self._progress: CatchUp | None = None

    @property
    def start(self) -> int | None:
        """The position from which the source is to be read; None before the take-over is done."""
        return None if self._progress is None else self._progress.expected

    def is_caught_up(self) -> bool:
        """Whether everything in the source's log, as last seen, was applied."""
        return self._progress is not None and self._progress.is_caught_up()

    def keeps_up(self) -> bool:
        """Whether what comes in is applied as it comes."""
        return self._progress is not None and self._progress.keeps_up(stopwatch(), GRACE_SECONDS)

    def is_held(self) -> bool:
        """Whether nothing is applied or decided because META was written at a time far ahead of the clock.

        One of the two times is wrong. Going on at the later would announce what is not due; going back to the earlier
        would refuse what was taken before as coming from the future.
        """
        ahead = 0 if self._engine is None else self._engine.meta.now - self._around.clock.now()
        is_held = ahead > JUMP_BOUND
        if is_held and not self._held:
            _log.critical(
                "partition %d: was last decided at %s, which is %.0f s ahead of the clock; nothing is applied or "
                "decided until the clock is put right. Where the clock is right and was wrong then, restart with "
                "--confirm-clock true",
                self.number,
                rfc3339(self._around.clock.now() + ahead),
                ahead / SECOND,
            )
        self._held = is_held
        return is_held

    def census(self) -> Mapping[str, int]:
        """Open cases, by unit and stage parted by a tab."""
        return {} if self._engine is None else self._engine.meta.census

    def next_wake(self) -> Instant | None:
        """When the next case falls due."""
        return None if self._store is None or self._closed else self._store.next_wake()

    async def take_over(self) -> None:
        """Bring the state up to date, fold back what a former owner published, and begin to work."""
        around = self._around
        began = stopwatch()
        async with self._lock, LogReader(around.connection) as reader:
            store, restored = await restore(
                reader,
                around.changelog,
                self.number,
                lambda: around.open_store(self._path),
                self._path,
                oldest_useful(around.clock.now(), around.tombstones),
            )
            self._store = store
            engine = around.engine_factory(self.number)
            self._engine = engine
            engine.meta = store.meta() or Meta()
            self._decided_to = engine.meta.now
            await self._confirm_clock(engine, store)
            if store.is_torn():
                await self._recount(engine, store)
            folded = await self._fold_back(reader, engine, store)
            await self._revise(engine, store)
            bounds = await reader.bounds(around.events, self.number)
            self._progress = CatchUp(source_start(self.number, engine.meta, bounds), stopwatch())
            around.observer.taken_over(self.number, store)
        seconds = stopwatch() - began
        around.meters.recovered(self.number, seconds, restored)
        around.inject("taken-over", self.number)
        _log.info(
            "partition %d: taken over in %.3f s: %d changelog records restored, %d alerts folded back, source from %d",
            self.number,
            seconds,
            restored,
            folded,
            self._progress.expected,
        )
        self.begin()

    def begin(self) -> None:
        """Apply messages as they are submitted, and decide what falls due, until closed."""
        self._tasks = [asyncio.create_task(self._guard(work)) for work in (self._work, self._timer.run)]

    async def submit(self, message: BatchMessage) -> None:
        """Queue `message`; waits while earlier ones are still to be applied."""
        await self._queue.put(message)
        if self._closed:
            self._leave_queued()

    def progressed(self, handed: int, place: Place) -> None:
        """The consumer hands out everything before `handed` and stands at `place`."""
        progress = self._progress
        if progress is None or self._closed:
            return
        was_caught_up = progress.is_caught_up()
        progress.seen(handed, place, stopwatch())
        if progress.is_caught_up() and not was_caught_up:
            self._timer.nudge()

    async def close(self) -> None:
        """Finish the commit under way, then let go of everything. Messages still queued are not acknowledged."""
        async with self._lock:
            self._closed = True
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            self._leave_queued()
            if self._store is not None:
                self._store.close()
                self._store = None
                self._around.observer.released(self.number)
                self._around.meters.released(self.number)

    def _leave_queued(self) -> None:
        while not self._queue.empty():
            self._around.leave(self._queue.get_nowait())

    async def _guard(self, work: Callable[[], Awaitable[None]]) -> None:
        """Run `work` and end the worker with whatever it raises."""
        try:
            await work()
        except Exception as error:  # noqa: BLE001  Whatever it is, it ends the worker.
            _log.critical("partition %d: %s: %s", self.number, type(error).__name__, error, exc_info=error)
            await self._around.fail(error)

    async def _work(self) -> None:
        while True:
            message = await self._queue.get()
            try:
                async with self._lock:
                    await self._batch(message)
            except asyncio.CancelledError:
                # Closed while it waited for its turn: it is in nobody's queue any more.
                self._around.leave(message)
                raise
            self._timer.nudge()

    async def _batch(self, message: BatchMessage) -> None:
        if not await self._is_owned():
            self._around.leave(message)
            return
        engine, store, progress = self._opened()
        if message.start != progress.expected:
            msg = (
                f"partition {self.number}: the next batch starts at {message.start}, but records up to "
                f"{progress.expected} were applied"
            )
            raise SourceError(msg)
        records = source_records(message.records, engine.meta.source_position)
        if records:
            around = self._around
            began = stopwatch()
            behind = not message.reaches_end or not around.clock.is_sane() or self.is_held()
            commit = engine.batch(records, store, self._now(engine), behind=behind)
            if commit.meta.source_position <= records[-1].offset:
                msg = f"partition {self.number}: {records[-1].offset} was applied, but META says {commit.meta!r}"
                raise EngineError(msg)
            await self._carry_out(commit, engine, store)
            around.meters.applied(self.number, len(records), stopwatch() - began)
        progress.applied(message.next)
        self._around.acknowledge(message)
        self._around.inject("after-acknowledge", self.number)

    async def _tick(self) -> None:
        """Decide what has fallen due, a chunk at a time, taking turns with batches."""
        while True:
            async with self._lock:
                if not await self._tick_chunk():
                    return
            await asyncio.sleep(0)

    async def _tick_chunk(self) -> bool:
        if self._closed or not self._decides() or not await self._is_owned():
            return False
        engine, store, progress = self._opened()
        now = self._now(engine)
        wake = store.next_wake()
        if wake is None or wake >= now:
            return False
        began = stopwatch()
        commit = engine.tick(store, now, self._limit, behind=not progress.is_caught_up())
        self._adapt(stopwatch() - began)
        if commit is None:
            left = store.next_wake()
            if left is not None and left < now:
                msg = (
                    f"partition {self.number}: a case fell due at {left}, but the engine did nothing at {now}"
                )
                raise EngineError(msg)
            return False
        await self._carry_out(commit, engine, store)
        published = self._around.clock.now()
        for due in fell_due(commit.alerts, self._decided_to):
            self._around.meters.lagged((published - due) / SECOND)
        return True

    def _adapt(self, seconds: float) -> None:
        """Make the next chunk smaller or larger, to compute for about as long as a chunk may."""
        if seconds > TICK_SECONDS:
            self._limit = max(FEWEST_CASES, self._limit // 2)
        elif seconds < TICK_SECONDS / 4:
            self._limit = min(MOST_CASES, self._limit * 2)

    async def _confirm_clock(self, engine: Engine, store: RocksStore) -> None:
        """Let META's time begin anew from the clock where it is far ahead and somebody said that the clock is right."""
        now = self._around.clock.now()
        if self._around.confirm_clock and engine.meta.now - now > JUMP_BOUND:
            _log.warning(
                "partition %d: the clock is confirmed; time goes on at %s and not at %s",
                self.number,
                rfc3339(now),
                rfc3339(engine.meta.now),
            )
            await self._carry_out(Commit((), (), (), begun_anew(engine.meta, now)), engine, store)
            self._decided_to = now

    async def _recount(self, engine: Engine, store: RocksStore) -> None:
        """Count the open cases anew where the former owner was killed in the middle of a commit.

        Cases that it wrote before it came to META are not in META's census. First of all, since the next commit is a
        whole one again, and nobody could see any more that there was a torn one before it.
        """
        _log.warning(
            "partition %d: the former owner's last commit is torn; cases are counted anew", self.number
        )
        await self._carry_out(engine.recount(store), engine, store)

    async def _fold_back(self, reader: LogReader, engine: Engine, store: RocksStore) -> int:
        """Fold the alerts after META's position into their cases. Returns how many there were."""
        around = self._around
        bounds = await reader.bounds(around.alerts, self.number)
        start = max(engine.meta.alert_position, bounds.start)
        count = 0
        async for records, position in reader.read(around.alerts, self.number, start, bounds.end):
            for first in range(0, len(records), FOLD_BACK_RECORDS):
                part = source_records(records[first : first + FOLD_BACK_RECORDS], 0)
                is_last = first + FOLD_BACK_RECORDS >= len(records)
                commit = engine.fold_back(part, store)
                if commit.alerts:
                    msg = f"partition {self.number}: folding back published {commit.alerts[0].key!r}"
                    raise EngineError(msg)
                to = position if is_last else part[-1].offset + 1
                await self._carry_out(commit, engine, store, folded_back_to=to)
            count += len(records)
        return count

    async def _revise(self, engine: Engine, store: RocksStore) -> None:
        """Wake every case where the rulebook is another than the one that the last owner decided by."""
        after: bytes | None = None
        former = engine.meta.rulebook
        count = 0
        while (revision := engine.revise(store, after, REVISED_CASES)) is not None:
            await self._carry_out(revision.commit, engine, store)
            count += len(revision.commit.changes)
            after = revision.last
            if after is None:
                _log.info(
                    "partition %d: the rulebook is %s and was %s; %d cases are decided anew",
                    self.number,
                    engine.meta.rulebook,
                    former,
                    count,
                )
                return

    async def _carry_out(
        self, commit: Commit, engine: Engine, store: RocksStore, *, folded_back_to: int | None = None
    ) -> None:
        around = self._around
        meta = await around.committer.carry_out(
            self.number, commit, store, self._check_owned, folded_back_to=folded_back_to
        )
        engine.meta = meta
        around.meters.committed(commit, around.events)
        around.observer.committed(self.number, commit, meta)

    async def _is_owned(self) -> bool:
        """Whether the partition is still this worker's. Once it is not, nothing more is begun until it is closed."""
        self._lost = self._lost or not await self._around.is_member(self._generation)
        return not self._lost

    async def _check_owned(self) -> None:
        if self._closed or not await self._is_owned():
            msg = f"partition {self.number}: no longer owned in generation {self._generation}; nothing more is written"
            raise PartitionLostError(msg)

    def _decides(self) -> bool:
        """Whether ticks may decide: at the end of the log, or away from it for too long."""
        _, _, progress = self._opened()
        around = self._around
        return (
            around.clock.is_sane()
            and not self.is_held()
            and progress.decides(stopwatch(), around.decide_after_seconds)
        )

    def _armed(self) -> Instant | None:
        """The wake-up that the timer is to wait for; None while nothing may be decided."""
        if self._closed or self._lost or not self._decides():
            return None
        wake = self.next_wake()
        now = self._around.clock.now()
        # A commit under way may be about to add wake-ups that the store does not show yet.
        if (wake is None or wake >= now) and not self._lock.locked():
            self._decided_to = now
        return wake

    def _now(self, engine: Engine) -> Instant:
        return max(self._around.clock.now(), engine.meta.now)

    def _opened(self) -> tuple[Engine, RocksStore, CatchUp]:
        if self._engine is None or self._store is None or self._progress is None:
            msg = f"partition {self.number}: not taken over"
            raise PartitionLostError(msg)
        return self._engine, self._store, self._progress
