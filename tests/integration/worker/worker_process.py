"""A worker with the counting engine as a process of its own; its one argument is a `Run` as JSON."""

import logging
import os
import signal
import sys
from functools import partial
from pathlib import Path

import msgspec

from engine.worker.clock import SystemClock
from engine.worker.connection import Connection
from engine.worker.observe import Step
from engine.worker.publisher import BATCH_BYTES
from engine.worker.run import Hooks, run_worker
from engine.worker.settings import WorkerSettings, WorkerTopics
from tests.integration.worker.counting import CountingEngine, names


class Run(msgspec.Struct, kw_only=True):
    """What a worker process is to do."""

    brokers: str
    prefix: str
    directory: str
    port_file: str
    """Where the process writes the port of its health server."""
    die_after: Step | None = None
    """The step after which it kills itself."""
    die_at: int = 1
    """At which occurrence of the step."""
    instance: str | None = None
    session_seconds: float = 4.0
    batch_records: int = 100
    partitions: int = 4
    record_batch_bytes: int = BATCH_BYTES


def main(argument: str) -> int:
    """Run the worker; the exit code is its own."""
    run = msgspec.json.decode(argument, type=Run)
    topics = names(run.prefix)
    seen = 0

    def die(reached: Step, partition: int) -> None:
        nonlocal seen
        del partition
        if reached == run.die_after:
            seen += 1
            if seen == run.die_at:
                os.kill(os.getpid(), signal.SIGKILL)

    def announce(port: int) -> None:
        beside = Path(run.port_file + ".new")
        beside.write_text(str(port))
        beside.rename(run.port_file)

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = WorkerSettings(
        connection=Connection(run.brokers),
        topics=WorkerTopics(
            topics.events, topics.cases, topics.alerts, dict.fromkeys(topics, run.partitions)
        ),
        data_directory=Path(run.directory),
        group=run.prefix,
        instance=run.instance,
        batch_records=run.batch_records,
        fetch_wait_ms=100,
        session_seconds=run.session_seconds,
        heartbeat_seconds=run.session_seconds / 5,
        decide_after_seconds=5.0,
        health_port=0,
        record_batch_bytes=run.record_batch_bytes,
    )
    return run_worker(
        settings, partial(CountingEngine, topics=topics), SystemClock(), Hooks(inject=die, serving=announce)
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
