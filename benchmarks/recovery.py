"""Part 3: how long a worker takes to have its cases back, with its disk lost and with its disk."""

import re
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.cluster import Run
from benchmarks.district_cases import copies, templates
from benchmarks.process import Contender
from benchmarks.stream import Sent
from benchmarks.throughput import SUNLIGHT
from engine.codec.case_record import encode_case
from engine.codec.meta import META_KEY, encode_meta
from engine.codec.partitioner import partition_of
from engine.core.instant import MILLISECOND, Instant
from engine.core.rulebook import Rulebook
from engine.ports import Meta

READY_SECONDS_MAX = 120.0
ITEMS = 40

_TAKEN_OVER = re.compile(r"partition (\d+): taken over in ([0-9.]+) s: (\d+) changelog records restored")


class Recovery(NamedTuple):
    """One start of a worker."""

    records: int
    """Changelog records restored, META records included."""
    seconds: float
    """From the assignment to the last partition's being taken over."""
    ready_seconds: float
    """From the start of the process to the same moment, Python's own start included."""


def measure(
    bootstrap: str, rulebook: Rulebook, now: Instant, cases: int, turn: int
) -> tuple[Recovery, Recovery]:
    """Recover `cases` cases with an empty disk, then with the disk that this left."""
    run = Run(bootstrap, f"bench-recovery-{turn}-{time.time_ns()}")
    run.make()
    _fill(run, rulebook, now, cases)
    with tempfile.TemporaryDirectory(prefix="sunlight-bench-") as home:
        group = run.topics.prefix
        lost = _start(run, Path(home), group, "lost")
        kept = _start(run, Path(home), group, "kept")
    expected = cases + run.topics.cases.partitions
    assert (lost.records, kept.records) == (expected, 0), (
        f"restored {lost.records}, {kept.records} of {expected}"
    )
    run.remove()
    return lost, kept


def _start(run: Run, home: Path, group: str, name: str) -> Recovery:
    began = time.monotonic()
    partitions = run.topics.cases.partitions
    command = SUNLIGHT.command(run, home / "state", group)
    with Contender(command, home / name) as worker:
        worker.wait_until(
            lambda: len(_TAKEN_OVER.findall(worker.log())) == partitions,
            "taken over",
            READY_SECONDS_MAX,
            0.02,
        )
        ready = time.monotonic() - began
        # All partitions are taken over side by side from the moment of the assignment.
        found = _TAKEN_OVER.findall(worker.log())
        return Recovery(sum(int(one[2]) for one in found), max(float(one[1]) for one in found), ready)


def _fill(run: Run, rulebook: Rulebook, now: Instant, cases: int) -> None:
    partitions = run.topics.cases.partitions
    timestamp_ms = now // MILLISECOND
    records = []
    for case in copies(templates(rulebook, now, ITEMS), "open", cases):
        key = case.id.encode()
        records.append(Sent(partition_of(key, partitions), key, encode_case(case), timestamp_ms))
    meta = encode_meta(Meta(now=now, rulebook=rulebook.version))
    records += [Sent(partition, META_KEY, meta, timestamp_ms) for partition in range(partitions)]
    run.fill(run.topics.cases.name, records)
