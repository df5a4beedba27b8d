"""The state of one partition on this worker's disk: records, deadline index and META in RocksDB.

Two column families share every write batch: the records by case id, and the deadline index, whose keys are the
wake-up in eight big-endian bytes and the case id. The index is scanned from a cursor, because RocksDB walks over
every entry that was deleted before the first live one.
"""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, cast

import rocksdict

from engine.codec.meta import META_KEY, decode_meta, encode_meta
from engine.core.instant import NEVER, Instant
from engine.ports import Change, Meta

POSITION_KEY: Final = b"\x00changelog"
"""Where the store keeps the offset of the next changelog record to apply."""

TORN_KEY: Final = b"\x00torn"
"""Where the store notes that the changelog, as far as it was read, ends in a commit without its META."""

DEADLINES: Final = "deadlines"

_WAKE_BYTES: Final = 8
_NEVER: Final = NEVER.to_bytes(_WAKE_BYTES, "big")
_END: Final = b"\xff" * _WAKE_BYTES
"""After every index key: the cursor of an index known to be empty."""

_MOST_WAKES: Final = 500_000
"""How many wake-ups a restore keeps in memory; beyond it, it looks them up."""

_FIRST_CASE: Final = b"\x01"
"""Before every case's key: reserved keys begin with a NUL."""

MEBIBYTE: Final = 1 << 20


class StoreError(RuntimeError):
    """A store that breaks its own rules."""


def _options(block_cache_bytes: int, write_buffer_bytes: int) -> rocksdict.Options:
    options = rocksdict.Options(raw_mode=True)
    options.create_if_missing(True)
    options.create_missing_column_families(True)
    options.set_write_buffer_size(write_buffer_bytes)
    options.set_max_write_buffer_number(3)
    options.set_keep_log_file_num(2)
    options.set_max_open_files(256)
    blocks = rocksdict.BlockBasedOptions()
    blocks.set_block_cache(rocksdict.Cache(block_cache_bytes))
    blocks.set_bloom_filter(10, False)
    options.set_block_based_table_factory(blocks)
    return options


def discard(path: Path) -> None:
    """Remove the store at `path`, which nobody has open. Does nothing where there is none."""
    if path.exists():
        shutil.rmtree(path)


class RocksStore:
    """A `PartitionStore` in one RocksDB database."""

    def __init__(
        self, path: Path, *, block_cache_bytes: int = 16 * MEBIBYTE, write_buffer_bytes: int = 16 * MEBIBYTE
    ) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        options = _options(block_cache_bytes, write_buffer_bytes)
        self._db = rocksdict.Rdict(str(path), options=options, column_families={DEADLINES: options})
        self._index = self._db.get_column_family(DEADLINES)
        self._deadlines = self._db.get_column_family_handle(DEADLINES)
        self._cursor = b""
        self._wakes: dict[bytes, bytes] | None = {} if self.changelog_position() == 0 else None
        """What a restore from nothing has put into the index, so that it need not look; None once it must."""

    def close(self) -> None:
        """Let go of the files, so that they can be opened again."""
        self._index.close()
        self._db.close()
        del self._index, self._db, self._deadlines

    def load(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """The records of `keys`, in their order."""
        return cast("list[bytes | None]", self._db.get(list(keys))) if keys else []

    def meta(self) -> Meta | None:
        """META with the changelog position of this copy."""
        data = self._db.get(META_KEY)
        return None if data is None else decode_meta(data, self.changelog_position())

    def changelog_position(self) -> int:
        """The offset of the next changelog record to apply; 0 for a new store."""
        data = self._db.get(POSITION_KEY)
        return 0 if data is None else int.from_bytes(data, "big")

    def is_torn(self) -> bool:
        """Whether case records were restored after the last META: their commit was never completed."""
        return self._db.get(TORN_KEY) is not None

    def write(self, changes: Iterable[Change], meta: Meta) -> None:
        """Write `changes`, what they do to the index, META and its changelog position in one atomic batch."""
        self._wakes = None
        batch = rocksdict.WriteBatch(raw_mode=True)
        earliest = self._cursor
        for key, record, wake_before in changes:
            before = None if wake_before is None else wake_before.to_bytes(_WAKE_BYTES, "big")
            earliest = min(earliest, self._put(batch, key, record, before))
        batch.put(META_KEY, encode_meta(meta))
        batch.delete(TORN_KEY)
        batch.put(POSITION_KEY, meta.changelog_position.to_bytes(_WAKE_BYTES, "big"))
        self._db.write(batch)
        self._cursor = earliest

    def restore(self, records: Iterable[tuple[bytes, bytes | None]], changelog_position: int) -> None:
        """Apply `records` of the changelog, in their order, and keep the index with them.

        `changelog_position` is the offset after the last of them. META records are applied undecoded.
        """
        read = list(records)
        latest = dict(read)
        batch = rocksdict.WriteBatch(raw_mode=True)
        if read and read[-1][0] == META_KEY:
            batch.delete(TORN_KEY)
        elif read:
            batch.put(TORN_KEY, b"")
        meta = latest.pop(META_KEY, None)
        if meta is not None:
            batch.put(META_KEY, meta)
        earliest = self._cursor
        for (key, record), before in zip(latest.items(), self._known_wakes(latest), strict=True):
            earliest = min(earliest, self._put(batch, key, record, before))
        self._note_wakes(latest)
        batch.put(POSITION_KEY, changelog_position.to_bytes(_WAKE_BYTES, "big"))
        self._db.write(batch)
        self._cursor = earliest

    def due(self, before: Instant, limit: int) -> list[bytes]:
        """Keys of at most `limit` cases whose wake-up is earlier than `before`, by (wake-up, key).

        Index entries that their record does not bear out are removed on the way.
        """
        bound = before.to_bytes(_WAKE_BYTES, "big")
        while True:
            entries = self._scan(bound, limit)
            keys = [entry[_WAKE_BYTES:] for entry in entries]
            stray = [
                entry
                for entry, record in zip(entries, self.load(keys), strict=True)
                if record is None or record[:_WAKE_BYTES] != entry[:_WAKE_BYTES]
            ]
            if not stray:
                return keys
            batch = rocksdict.WriteBatch(raw_mode=True)
            for entry in stray:
                batch.delete(entry, self._deadlines)
            self._db.write(batch)

    def next_wake(self) -> Instant | None:
        """The earliest wake-up in the index."""
        first = self._scan(_NEVER, 1)
        return int.from_bytes(first[0][:_WAKE_BYTES], "big") if first else None

    def __len__(self) -> int:
        """How many cases there are, counted one by one."""
        return sum(1 for _ in self.cases())

    def cases(self) -> Iterator[tuple[bytes, bytes]]:
        """Every case's key and record, by key. The store must stay open until the last is taken."""
        iterator = self._db.iter()
        iterator.seek(_FIRST_CASE)
        while iterator.valid():
            yield iterator.key(), iterator.value()
            iterator.next()

    def keys(self, after: bytes | None, limit: int) -> list[bytes]:
        """At most `limit` keys of cases, in order, those after `after`."""
        iterator = self._db.iter()
        iterator.seek(_FIRST_CASE if after is None else after + b"\x00")
        found: list[bytes] = []
        while len(found) < limit and iterator.valid():
            found.append(iterator.key())
            iterator.next()
        return found

    def _known_wakes(self, records: dict[bytes, bytes | None]) -> list[bytes | None]:
        """Under which wake-ups the index knows the cases of `records`."""
        if self._wakes is not None:
            return [self._wakes.get(key) for key in records]
        return [None if old is None else old[:_WAKE_BYTES] for old in self.load(list(records))]

    def _note_wakes(self, records: dict[bytes, bytes | None]) -> None:
        if self._wakes is None:
            return
        for key, record in records.items():
            if record is None:
                self._wakes.pop(key, None)
            else:
                self._wakes[key] = record[:_WAKE_BYTES]
        if len(self._wakes) > _MOST_WAKES:
            self._wakes = None

    def _put(
        self, batch: rocksdict.WriteBatch, key: bytes, record: bytes | None, before: bytes | None
    ) -> bytes:
        """Put one record and its index entry into `batch`; the index key added, or `_END` where none was."""
        if record is None:
            after = None
            batch.delete(key)
        else:
            after = record[:_WAKE_BYTES]
            if len(after) != _WAKE_BYTES:
                msg = f"record of {key!r}: expected eight bytes of wake-up first, got {record!r}"
                raise StoreError(msg)
            batch.put(key, record)
        if after == before:
            return _END
        if before is not None and before != _NEVER:
            batch.delete(before + key, self._deadlines)
        if after is None or after == _NEVER:
            return _END
        batch.put(after + key, b"", self._deadlines)
        return after + key

    def _scan(self, bound: bytes, limit: int) -> list[bytes]:
        """At most `limit` index keys before `bound`, and the cursor moved to the first live one."""
        if self._cursor >= bound:
            return []
        entries: list[bytes] = []
        iterator = self._index.iter()
        iterator.seek(self._cursor)
        self._cursor = iterator.key() if iterator.valid() else _END
        while len(entries) < limit and iterator.valid():
            entry = iterator.key()
            if entry >= bound:
                break
            entries.append(entry)
            iterator.next()
        return entries
