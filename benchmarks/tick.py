"""Part 2: what a tick costs with many open cases in the real store, with none due and with a thousand due."""

import tempfile
import time
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.district_cases import Template, copies, templates
from engine.codec.case_record import encode_case
from engine.core.case import Case
from engine.core.instant import DAY, SECOND, Instant
from engine.core.rulebook import Rulebook
from engine.pipeline.partition import PartitionEngine, Topics
from engine.ports import Change, Meta
from engine.worker.store import RocksStore

IDLE_TURNS = 2_000
WRITE_CASES = 10_000
ITEMS = 40
TOPICS = Topics("events", "alerts", "dead-letters", 4)


class Ticks(NamedTuple):
    """The medians over the turns, in CPU time of the thread, because the machine may be shared."""

    cases: int
    due: int
    idle_us: float
    """A tick that finds nothing due."""
    tick_ms: float
    """Finding, loading, deciding and encoding `due` cases."""
    write_ms: float
    """Writing what the tick changed to the store."""
    alerts: float
    spread_ms: tuple[float, float]
    """Least and most of `tick_ms`."""


def measure(rulebook: Rulebook, now: Instant, cases: int, due: int, turns: int) -> Ticks:
    """Fill a store with `cases` open cases and let `due` of them fall due, `turns` times."""
    with tempfile.TemporaryDirectory(prefix="sunlight-bench-") as home:
        store = RocksStore(Path(home) / "0")
        try:
            return _measure(rulebook, store, now, cases, due, turns)
        finally:
            store.close()


def _measure(rulebook: Rulebook, store: RocksStore, now: Instant, cases: int, due: int, turns: int) -> Ticks:
    waiting = templates(rulebook, now, ITEMS)
    _fill(store, copies(waiting, "later", cases - due * turns))
    # Those that fall due do so one group after another, long before the others.
    groups = _apart(rulebook, now, turns)
    for group in groups:
        _fill(store, copies([group], f"due-{group.case.wake}", due))
    wakes = [group.case.wake for group in groups]
    engine = PartitionEngine(0, rulebook, TOPICS, store.meta() or Meta())
    idle = _idle_us(engine, store, wakes[0] - SECOND)
    ticks, writes, alerts = [], [], []
    for wake in wakes:
        began = time.thread_time()
        commit = engine.tick(store, wake + 1, due, behind=False)
        decided = time.thread_time()
        assert commit is not None
        assert len(commit.changes) == due, f"{len(commit.changes)} of {due} were due"
        assert commit.alerts
        store.write(commit.changes, commit.meta)
        engine.meta = commit.meta
        writes.append(1000 * (time.thread_time() - decided))
        ticks.append(1000 * (decided - began))
        alerts.append(len(commit.alerts))
    return Ticks(cases, due, idle, median(ticks), median(writes), median(alerts), (min(ticks), max(ticks)))


def _apart(rulebook: Rulebook, now: Instant, count: int) -> list[Template]:
    """`count` cases of weeks ago, no two of which fall due together."""
    found: dict[Instant, Template] = {}
    for days in range(120, 30, -1):
        (made,) = templates(rulebook, now - days * DAY, 1)
        found.setdefault(made.case.wake, made)
        if len(found) == count:
            return [found[wake] for wake in sorted(found)]
    msg = f"turns: expected at most {len(found)}, got {count}"
    raise ValueError(msg)


def _idle_us(engine: PartitionEngine, store: RocksStore, now: Instant) -> float:
    began = time.thread_time()
    for _ in range(IDLE_TURNS):
        assert engine.tick(store, now, 256, behind=False) is None
    return 1e6 * (time.thread_time() - began) / IDLE_TURNS


def _fill(store: RocksStore, cases: Iterable[Case]) -> None:
    rest = iter(cases)
    while part := list(islice(rest, WRITE_CASES)):
        store.write(
            [Change(case.id.encode(), encode_case(case), None) for case in part], store.meta() or Meta()
        )
