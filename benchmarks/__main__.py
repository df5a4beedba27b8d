"""Measures Sunlight beside its peers and writes the page of figures: `python -m benchmarks`."""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import pure, recovery, throughput, tick
from benchmarks.machine import load
from benchmarks.report import Figures, page
from benchmarks.stream import stream
from engine.core.instant import Instant
from engine.core.rulebook import Rulebook
from engine.rulebook.load import load_rulebook
from engine.rulebook.locate import shipped_rules
from tests.servers.kafka import KafkaServer

PARTS = ("throughput", "tick", "recovery", "pure")
RESULTS = Path(__file__).parent / "RESULTS.md"
FAUST_SHARE = 6
"""Stock Faust gets a stream this many times shorter."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the parts that are asked for, one after another, and write the page."""
    told = _told(arguments)
    rulebook, findings = load_rulebook(shipped_rules())
    if rulebook is None:
        raise ValueError(findings)
    now = time.time_ns() // 1_000
    loads = [load()]
    runs: list[throughput.Measured] = []
    recoveries: list[tuple[recovery.Recovery, recovery.Recovery]] = []
    costs = pure.measure(rulebook, now, told.repeat) if "pure" in told.parts else []
    ticks = None
    if "tick" in told.parts:
        print(f"ticks over {told.open_cases:,} cases", flush=True)
        ticks = tick.measure(rulebook, now, told.open_cases, told.due, told.repeat)
    if {"throughput", "recovery"} & set(told.parts):
        with KafkaServer() as server:
            for turn in range(told.repeat):
                if "throughput" in told.parts:
                    runs += _throughput(server.bootstrap, rulebook, told.cases, turn)
                    loads.append(load())
                if "recovery" in told.parts:
                    print(f"{turn + 1}: recovery of {told.recovered_cases:,} cases", flush=True)
                    recoveries.append(
                        recovery.measure(server.bootstrap, rulebook, now, told.recovered_cases, turn)
                    )
                    loads.append(load())
    text = page(Figures(runs, ticks, recoveries, costs, loads))
    told.out.write_text(text, encoding="utf-8")
    print(text)


def _throughput(bootstrap: str, rulebook: Rulebook, cases: int, turn: int) -> list[throughput.Measured]:
    """One run of each contender, the first of them another one in each turn."""
    until: Instant = time.time_ns() // 1_000
    whole = stream(cases, rulebook, until)
    short = stream(max(1, cases // FAUST_SHARE), rulebook, until)
    kinds = (
        throughput.KINDS[turn % len(throughput.KINDS) :] + throughput.KINDS[: turn % len(throughput.KINDS)]
    )
    runs = []
    for kind in kinds:
        given = short if kind is throughput.FAUST else whole
        run = throughput.measure(kind, bootstrap, given, turn)
        print(
            f"{turn + 1}: {run.name}: {run.events / run.seconds:,.0f} events/s, "
            f"{1e6 * run.cpu / run.events:.1f} µs CPU an event, decided {run.seconds - run.folded_seconds:.2f} s "
            f"after the last event was applied",
            flush=True,
        )
        runs.append(run)
    return runs


def _told(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--repeat", type=int, default=3, help="how often each part is measured")
    parser.add_argument("--cases", type=int, default=61_000, help="cases of the stream, five events each")
    parser.add_argument("--open-cases", type=int, default=1_000_000, help="cases in the store of the tick")
    parser.add_argument("--due", type=int, default=1_000, help="how many of them fall due together")
    parser.add_argument("--recovered-cases", type=int, default=250_000, help="cases in the changelog")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the page goes")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
