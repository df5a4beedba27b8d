"""A partition's state in memory, for tests and for runs that keep nothing."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence

from engine.core.instant import NEVER, Instant
from engine.ports import Change, Meta


class MemoryStore:
    """A `PartitionStore` that forgets everything when it is dropped."""

    def __init__(self) -> None:
        self.records: dict[bytes, bytes] = {}
        self._index: list[tuple[Instant, bytes]] = []
        self._meta: Meta | None = None

    def load(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """The records of `keys`, in their order."""
        return [self.records.get(key) for key in keys]

    def meta(self) -> Meta | None:
        """META as last written."""
        return self._meta

    def write(self, changes: Iterable[Change], meta: Meta) -> None:
        """Write `changes`, what they do to the index, and META."""
        for key, record, wake_before in changes:
            if wake_before is not None:
                self._forget(wake_before, key)
            if record is None:
                self.records.pop(key, None)
                continue
            self.records[key] = record
            wake = int.from_bytes(record[:8], "big")
            if wake != NEVER:
                self._forget(wake, key)
                insort(self._index, (wake, key))
        self._meta = meta

    def due(self, before: Instant, limit: int) -> list[bytes]:
        """Keys of at most `limit` cases whose wake-up is earlier than `before`, by (wake-up, key)."""
        end = bisect_left(self._index, (before, b""))
        return [key for _, key in self._index[: min(end, limit)]]

    def next_wake(self) -> Instant | None:
        """The earliest wake-up in the index."""
        return self._index[0][0] if self._index else None

    def keys(self, after: bytes | None, limit: int) -> list[bytes]:
        """At most `limit` keys of cases, in order, those after `after`."""
        return [key for key in sorted(self.records) if after is None or key > after][:limit]

    def _forget(self, wake: Instant, key: bytes) -> None:
        place = bisect_left(self._index, (wake, key))
        if place < len(self._index) and self._index[place] == (wake, key):
            del self._index[place]
