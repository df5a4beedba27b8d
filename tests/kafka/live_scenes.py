"""Live equals replay, as one scene: a log, two workers, and perhaps a kill half-way."""

import time
from collections import Counter
from collections.abc import Callable
from enum import Enum
from pathlib import Path

from tests.kafka.live_run import (
    PATIENCE_SECONDS,
    Follower,
    Log,
    NotInTimeError,
    WorkerProcess,
    are_done,
    environment_is_clean,
    is_raised,
    messages_in,
    produce,
    replayed,
    said,
)
from tests.servers.kafka import KafkaServer


class Kill(Enum):
    """What happens to one of the workers half-way."""

    NEVER = "never"
    WITH_DISK = "with-disk"
    WITHOUT_DISK = "without-disk"


def prove_live_equals_replay(
    server: KafkaServer, log: Log, kill: Kill, directory: Path, batch_records: int
) -> None:
    """Two workers on `log` say what a replay says, each alert once and none taken back."""
    assert environment_is_clean()
    prefix = f"live-{directory.name}-{kill.value}"
    expected = replayed(log)
    assert expected, "a log that raises nothing proves nothing"
    produce(server, log, prefix)
    workers = [
        WorkerProcess(f"{prefix}-{name}", directory, log, prefix, server.bootstrap, batch_records)
        for name in ("left", "right")
    ]
    changelog = Follower(server.bootstrap, f"{prefix}.cases.v1")
    try:
        for worker in workers:
            worker.start()
        if kill is not Kill.NEVER:
            _kill_half_way(workers, changelog, with_disk=kill is Kill.WITH_DISK)
        until(lambda: are_done(workers), changelog, workers)
        assert [worker.stop() for worker in workers] == [0, 0], workers[0].written() + workers[1].written()
    finally:
        changelog.close()
        for worker in workers:
            worker.end()
    messages = messages_in(server.bootstrap, f"{prefix}.alerts.v1")
    raised = Counter(said(message) for message in messages if is_raised(message))
    types = Counter(message["type"] for message in messages)
    assert set(raised) == expected
    assert set(raised.values()) == {1}
    assert types.keys() <= {"sunlight.alert.raised", "sunlight.alert.ended"}, types


def _kill_half_way(workers: list[WorkerProcess], changelog: Follower, *, with_disk: bool) -> None:
    """Kill a worker that has applied some records and not all, while the other holds partitions; start it again."""
    other, victim = workers

    def is_half_way() -> bool:
        figures = victim.figures()
        applied = sum(figures.get("sunlight_records_applied_total", []))
        caught_up = figures.get("sunlight_partition_behind", []).count(0)
        are_shared = sum(other.figures().get("sunlight_partitions_owned", [])) > 0
        return are_shared and applied > 0 and caught_up < sum(figures["sunlight_partitions_owned"])

    until(is_half_way, changelog, workers)
    victim.kill(with_disk=with_disk)
    victim.start()


def until(holds: Callable[[], bool], follower: Follower, workers: list[WorkerProcess]) -> None:
    """Wait until `holds`, asked again whenever the topic has grown or was silent for a moment."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        follower.poll()
        if time.monotonic() > deadline:
            raise NotInTimeError("\n".join(worker.written() for worker in workers))
