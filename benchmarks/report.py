"""The figures as a page."""

import os
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from benchmarks.machine import memory_gib, processor, versions
from benchmarks.pure import Cost
from benchmarks.recovery import Recovery
from benchmarks.throughput import BARE, FAUST, KINDS, Measured
from benchmarks.tick import Ticks

HEAD = """# Figures

Made by `make bench`, in one run on one machine; ratios matter, not the figures. Medians, with the least and the
most in brackets.
"""

THROUGHPUT_NOTES = """
The stream is one busy day: cases of five events each (received, accepted, reviewed, approved, closed), one in ten
still open at the end, every item of the shipped catalogue, 4 partitions, JSON of about 300 bytes; about one event in
a hundred leads to an alert. Each contender has the same events in topics of its own, on one Apache Kafka 3.9.1 on the
same machine, takes turns with the others, and starts with an empty disk on a full topic. All wait for `acks=all`, keep
the case with all its events in RocksDB and in a changelog, and publish alerts.

* Time runs from the broker's taking of the first changelog record to that of the last one, so start-up is left out,
  and with it one batch of each partition, which is less than two events in a hundred. CPU is user and system time of
  the contender's process alone, all threads, read from /proc over the same span; on a machine that others use too, it
  counts what they take from the caches.
* Every run is checked before it counts: the changelog must hold every case with every event, and the alerts must be
  there.
* *sunlight worker* catches up: while it is behind its log, batches only fold; what is due is decided at the end of the
  log, or from the thirtieth second on (`decide_after_seconds`). *Deciding each batch* is the same worker on the same
  backlog with every batch decided at once: the steady state.
* The peers compute one deadline for each event and nothing else: no stages, no clocks that pause, no explanation,
  no findings. Stock Faust has the best settings it offers (raw bytes, linger, large batches, Cython, uvloop) and gets
  a shorter stream of the same kind, because its rate does not depend on the length. The bare loop keeps a deadline
  index as well.
"""


class Figures(NamedTuple):
    """All that one run found."""

    runs: Sequence[Measured]
    ticks: Ticks | None
    recoveries: Sequence[tuple[Recovery, Recovery]]
    costs: Sequence[Cost]
    loads: Sequence[float]


def page(figures: Figures) -> str:
    """The figures in Markdown."""
    loads = figures.loads
    machine = (
        f"{processor()}, {os.cpu_count()} cores, {memory_gib():.0f} GiB, {versions()}. Load average while measuring: "
        f"{median(loads):.1f} ({min(loads):.1f} to {max(loads):.1f}), the measured programs and the broker included.\n"
    )
    parts = [HEAD, machine]
    if figures.runs:
        parts.append(_throughput(figures.runs))
    if figures.ticks is not None:
        parts.append(_ticks(figures.ticks))
    if figures.recoveries:
        parts.append(_recoveries(figures.recoveries))
    if figures.costs:
        parts.append(_costs(figures.costs))
    return "\n".join(parts)


def _throughput(runs: Sequence[Measured]) -> str:
    lines = [
        "## Throughput\n",
        "| contender | events | events/s | CPU µs an event | peak memory, MiB | changelog records | alerts |",
        "|---|---|---|---|---|---|---|",
    ]
    for kind in KINDS:
        own = [run for run in runs if run.name == kind.name]
        if own:
            lines.append(
                f"| {kind.name} | {own[0].events:,} | {_spread([run.events / run.seconds for run in own])} "
                f"| {_spread([_cpu(run) for run in own], 1)} | {median(run.peak_bytes / 2**20 for run in own):.0f} "
                f"| {median(run.changes for run in own):,.0f} | {median(run.alerts for run in own):,.0f} |"
            )
    lines += ["", *_ratios(runs), THROUGHPUT_NOTES]
    return "\n".join(lines)


def _ratios(runs: Sequence[Measured]) -> list[str]:
    """How each worker stands to each peer."""
    found = []
    for kind in KINDS[:2]:
        own = [run for run in runs if run.name == kind.name]
        for peer in (FAUST, BARE):
            others = [run for run in runs if run.name == peer.name]
            if own and others:
                rate = median(run.events / run.seconds for run in own)
                peer_rate = median(run.events / run.seconds for run in others)
                cpu, peer_cpu = median(map(_cpu, own)), median(map(_cpu, others))
                found.append(
                    f"* {kind.name} : {peer.name} = {rate / peer_rate:.2f} in events/s, "
                    f"{cpu / peer_cpu:.2f} in CPU an event"
                )
    return found


def _cpu(run: Measured) -> float:
    return 1e6 * run.cpu / run.events


def _ticks(ticks: Ticks) -> str:
    least, most = ticks.spread_ms
    decided = f"{ticks.due:,} due: find, load, decide, encode, {ticks.alerts:,.0f} alerts"
    lines = [
        f"## A tick with {ticks.cases:,} open cases\n",
        "One partition's engine on the real store, CPU time of the thread.\n",
        "| what | cost |",
        "|---|---|",
        f"| nothing due | {ticks.idle_us:.1f} µs |",
        f"| {decided} | {ticks.tick_ms:.1f} ms ({least:.1f}–{most:.1f}) |",
        f"| {ticks.due:,} due: write the cases, the index and META | {ticks.write_ms:.1f} ms |",
        "",
    ]
    return "\n".join(lines)


def _recoveries(recoveries: Sequence[tuple[Recovery, Recovery]]) -> str:
    records = recoveries[0][0].records
    lines = [
        "## Recovery\n",
        f"`sunlight worker`, {records:,} changelog records in 4 partitions, on real Kafka: from the assignment to the",
        "last partition's being taken over, and from the start of the process to the same moment.\n",
        "| disk | from assignment, s | records/s | from process start, s |",
        "|---|---|---|---|",
    ]
    for name, starts in (
        ("lost", [pair[0] for pair in recoveries]),
        ("kept", [pair[1] for pair in recoveries]),
    ):
        rates = [one.records / one.seconds for one in starts]
        seconds = _spread([one.seconds for one in starts], 2)
        ready = _spread([one.ready_seconds for one in starts], 2)
        lines.append(f"| {name} | {seconds} | {_spread(rates) if any(rates) else ''} | {ready} |")
    return "\n".join([*lines, ""])


def _costs(costs: Sequence[Cost]) -> str:
    lines = [
        "## The pure parts\n",
        "One call, CPU time of the thread; no store, no broker.\n",
        "| what | µs |",
        "|---|---|",
    ]
    for cost in costs:
        least, most = cost.spread_us
        lines.append(f"| {cost.what} | {cost.us:.1f} ({least:.1f}–{most:.1f}) |")
    return "\n".join([*lines, ""])


def _spread(values: Sequence[float], digits: int = 0) -> str:
    middle, least, most = median(values), min(values), max(values)
    return f"{middle:,.{digits}f} ({least:,.{digits}f}–{most:,.{digits}f})"
