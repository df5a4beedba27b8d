"""The worker with every batch decided at once, as when the stream is caught up: what the steady state costs.

Behind its log, a worker only folds and decides at the end. Here each batch of the same backlog is decided, so
that a rate can be measured without waiting for real events to come at that rate. All else is `sunlight worker`.
"""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from engine.core.instant import Instant
from engine.pipeline.partition import PartitionEngine, Topics
from engine.ports import Commit, PartitionStore, SourceRecord
from engine.rulebook.load import load_rulebook
from engine.rulebook.locate import shipped_rules
from engine.topics.load import load_topics, shipped_topics
from engine.worker.clock import SystemClock
from engine.worker.connection import Connection
from engine.worker.run import run_worker
from engine.worker.settings import WorkerSettings, WorkerTopics


class DecidingEngine(PartitionEngine):
    """A pipeline that is never behind."""

    def batch(
        self, records: Sequence[SourceRecord], store: PartitionStore, now: Instant, *, behind: bool
    ) -> Commit:
        """Decide `records` as if the end of the log had been reached."""
        del behind
        return super().batch(records, store, now, behind=False)


def main() -> int:
    """Run until SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.deciding_worker", description=__doc__)
    for name in ("bootstrap", "prefix", "group"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--state", type=Path, required=True)
    told = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    rulebook, findings = load_rulebook(shipped_rules())
    if rulebook is None:
        raise ValueError(findings)
    topics = load_topics(shipped_topics(), told.prefix)
    used = (topics.events, topics.cases, topics.alerts, topics.dead_letters)
    settings = WorkerSettings(
        Connection(told.bootstrap),
        WorkerTopics(
            topics.events.name,
            topics.cases.name,
            topics.alerts.name,
            {topic.name: topic.partitions for topic in used},
        ),
        told.state,
        told.group,
        health_port=0,
    )
    names = Topics(topics.events.name, topics.alerts.name, topics.dead_letters.name, topics.events.partitions)
    return run_worker(settings, lambda number: DecidingEngine(number, rulebook, names), SystemClock())


if __name__ == "__main__":
    sys.exit(main())
