"""The protocols at which connectors, the pipeline and the worker meet.

Nothing here knows Faust, Kafka clients or RocksDB. Offsets are Kafka's: a position is the offset of the next
record to be read or written.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from engine.core.instant import Instant

Headers = tuple[tuple[str, bytes], ...]


class SourceRecord(NamedTuple):
    """A record as it was read from a topic."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    """Kafka's timestamp: milliseconds since the epoch."""
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


class OutRecord(NamedTuple):
    """A record to be written. `partition` None: by murmur2 of the key."""

    topic: str
    partition: int | None
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


class Change(NamedTuple):
    """What becomes of one case record: the new bytes, or None where the case is forgotten.

    The first eight bytes of a record are its next wake-up, big-endian unsigned microseconds, so that the
    store and recovery keep the deadline index without decoding it.
    """

    key: bytes
    record: bytes | None
    wake_before: Instant | None
    """The wake-up under which the index knows the case now; None where it does not."""


class Commit(NamedTuple):
    """All that one batch or one tick wants done, to be done in the order of the fields."""

    side: tuple[OutRecord, ...]
    """Dead letters, and records forwarded to their own partition. Acknowledged before `changes`."""
    alerts: tuple[OutRecord, ...]
    """In publication order, to the alert partition with the source partition's number. Acknowledged before
    `changes`."""
    changes: tuple[Change, ...]
    meta: "Meta"
    """As it will be. The commit step puts the alert position into it once the alerts are acknowledged."""
    counts: Mapping[str, int] = {}
    """What there was to count, such as `applied`, `repeated`, `forwarded`, `rekeyed` and `finding:<kind>`."""


class Meta(NamedTuple):
    """One record per partition, in the changelog and in the store; it closes every changelog batch."""

    source_position: int = 0
    """Offset of the next source record to apply; records before it were applied."""
    alert_position: int = 0
    """Offset of the next record of the alert partition to be folded back at a take-over."""
    now: Instant = 0
    """The partition's clock; it never goes back."""
    rulebook: str = ""
    """Version of the rulebook, calendars included, that the last decision used."""
    changelog_position: int = 0
    """Kept by the store only: offset of the next changelog record to apply. Not part of the changelog record."""
    census: Mapping[str, int] = {}
    """Open cases, by unit and stage parted by a tab."""


class PartitionStore(Protocol):
    """The durable state of one partition on this worker's disk."""

    def load(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """The case records of `keys`, in their order; None where there is none."""

    def meta(self) -> Meta | None:
        """The META record; None for an empty store."""

    def write(self, changes: Iterable[Change], meta: Meta) -> None:
        """Write records, deadline index and META in one atomic batch."""

    def due(self, before: Instant, limit: int) -> list[bytes]:
        """Keys of at most `limit` cases whose wake-up is earlier than `before`, by (wake-up, key)."""

    def next_wake(self) -> Instant | None:
        """The earliest wake-up in the index; None where nothing waits."""

    def keys(self, after: bytes | None, limit: int) -> list[bytes]:
        """At most `limit` keys of cases, in order, those after `after`; from the first where it is None."""


class Engine(Protocol):
    """One partition's pure pipeline, as the worker drives it.

    No method has an effect beyond reading `store`: each returns the commit that the worker must carry out
    before it calls the next. After a failed commit the worker drops the engine and takes the partition over anew.
    """

    meta: Meta
    """What the last carried-out commit left. The worker sets it after each commit, and at take-over."""

    def fold_back(self, alerts: Sequence[SourceRecord], store: PartitionStore) -> Commit:
        """The announced sets of the cases, brought up to the alerts that a former owner published."""

    def batch(
        self, records: Sequence[SourceRecord], store: PartitionStore, now: Instant, *, behind: bool
    ) -> Commit:
        """`records` of this partition folded into their cases and, unless `behind`, decided at `now`."""

    def tick(self, store: PartitionStore, now: Instant, limit: int, *, behind: bool) -> Commit | None:
        """What fell due before `now` for at most `limit` cases; None where nothing did."""

    def revise(self, store: PartitionStore, after: bytes | None, limit: int) -> "Revision | None":
        """The next `limit` cases after `after`, woken so that ticks decide them by the engine's rulebook.

        None where META already names that rulebook. A take-over asks until `last` is None; killed before, the next
        owner begins anew.
        """

    def recount(self, store: PartitionStore) -> Commit:
        """META with its census counted anew from `store`, for a store that was left between META and its records."""


class Revision(NamedTuple):
    """A part of the cases, woken for a new rulebook."""

    commit: Commit
    last: bytes | None
    """The last key of the part; None where there are no more, and META names the new rulebook."""
