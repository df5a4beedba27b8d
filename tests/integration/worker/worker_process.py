"""A worker with the counting engine as a process of its own.

Arguments: brokers, group, data directory, prefix of topics, file to write the health port to, and optionally a
step, the how-many-eth occurrence of it to die at, and a static member's name.
"""

import logging
import os
import signal
import sys
from pathlib import Path

from engine.worker.clock import SystemClock
from engine.worker.connection import Connection
from engine.worker.observe import Step
from engine.worker.run import Hooks, run_worker
from engine.worker.settings import WorkerSettings, WorkerTopics
from tests.integration.worker.counting import ALERTS, DEAD, CountingEngine

EVENTS = "sunlight.events.v1"
CASES = "sunlight.cases.v1"
TOPICS = WorkerTopics(EVENTS, CASES, ALERTS, dict.fromkeys((EVENTS, CASES, ALERTS, DEAD), 4))


def main(arguments: list[str]) -> int:
    """Run the worker; the exit code is its own."""
    brokers, group, directory, port_file, step, occurrence, instance = arguments
    seen = 0

    def die(reached: Step, partition: int) -> None:
        nonlocal seen
        del partition
        if reached == step:
            seen += 1
            if seen == int(occurrence):
                os.kill(os.getpid(), signal.SIGKILL)

    def announce(port: int) -> None:
        path = Path(port_file)
        beside = path.with_suffix(".new")
        beside.write_text(str(port))
        beside.rename(path)

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(process)d %(levelname)s %(name)s %(message)s")
    settings = WorkerSettings(
        connection=Connection(brokers),
        topics=TOPICS,
        data_directory=Path(directory),
        group=group,
        instance=instance or None,
        batch_records=100,
        fetch_wait_ms=100,
        session_seconds=6.0,
        heartbeat_seconds=0.5,
        decide_after_seconds=5.0,
        health_port=0,
    )
    return run_worker(settings, CountingEngine, SystemClock(), Hooks(inject=die, serving=announce))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
