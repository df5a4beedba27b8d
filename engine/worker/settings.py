"""What a worker needs to be told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.worker.connection import Connection
from engine.worker.publisher import BATCH_BYTES
from engine.worker.store import MEBIBYTE


@dataclass(frozen=True, slots=True)
class WorkerTopics:
    """The names of the topics that a worker reads and writes, and the partition counts of all of them."""

    events: str
    changelog: str
    alerts: str
    partitions: Mapping[str, int] = field(default_factory=dict)
    """Partition count of every topic that a worker may write to, these three included."""


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """The settings of one worker process. Times are in seconds."""

    connection: Connection
    topics: WorkerTopics
    data_directory: Path
    """A directory of this worker's own; two workers must not share one."""
    group: str = "sunlight"
    instance: str | None = None
    """A name that stays the same over restarts makes the worker a static member of its group: killed and
    restarted within `session_seconds` it gets its partitions back without a rebalance."""
    batch_records: int = 1_000
    fetch_wait_ms: int = 500
    session_seconds: float = 10.0
    heartbeat_seconds: float = 2.0
    decide_after_seconds: float = 30.0
    """For how long a partition may be behind its log before deadlines are decided all the same."""
    tombstone_seconds: float = 86_400.0
    """For how long the changelog keeps tombstones, its `delete.retention.ms`. A store that is behind its changelog
    and about as old as that is made anew, since it may have missed that cases were forgotten."""
    block_cache_bytes: int = 16 * MEBIBYTE
    write_buffer_bytes: int = 16 * MEBIBYTE
    health_host: str = "127.0.0.1"
    health_port: int | None = 8700
    """Port of `/healthz`, `/readyz` and `/metrics`; 0 takes a free one, None serves none."""
    confirm_clock: bool = False
    """Whether the clock is right although the state was last written at a time far ahead of it: a former start had a
    wrong clock. For one start only."""
    stop_seconds: float = 30.0
    """How long a clean stop may take."""
    record_batch_bytes: int = BATCH_BYTES
    """Size from which a record batch is closed. A commit that is larger takes several."""
