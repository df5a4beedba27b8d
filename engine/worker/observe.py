"""What may look at a partition's commits, and where a fault can be injected.

An observer sees; it changes nothing. What it raises ends the worker like any other failure.
"""

from collections.abc import Callable
from typing import Literal, Protocol

from engine.ports import Commit, Meta
from engine.worker.store import RocksStore

Step = Literal[
    "taken-over",
    "after-side",
    "between-alert-batches",
    "after-alerts",
    "between-changelog-batches",
    "after-changelog",
    "after-store",
    "after-acknowledge",
]
"""The effects after which a fault can be injected, in their order. `between` is after each record batch of a commit
but its last, and only where a commit needs more than one."""

FaultHook = Callable[[Step, int], None]
"""Called with a step that was just completed and the partition's number."""


def no_faults(step: Step, partition: int) -> None:
    """Inject nothing."""
    del step, partition


class PartitionObserver(Protocol):
    """Told of each partition that this worker decides."""

    def taken_over(self, partition: int, store: RocksStore) -> None:
        """`store` holds all of the partition's cases; nothing was decided yet."""

    def committed(self, partition: int, commit: Commit, meta: Meta) -> None:
        """`commit` was carried out and left `meta`."""

    def released(self, partition: int) -> None:
        """The partition is no longer this worker's."""


class NoObserver:
    """Looks at nothing."""

    def taken_over(self, partition: int, store: RocksStore) -> None:
        """Ignore it."""

    def committed(self, partition: int, commit: Commit, meta: Meta) -> None:
        """Ignore it."""

    def released(self, partition: int) -> None:
        """Ignore it."""
