"""A small world in memory: partitions, logs and disks, and a worker that can be killed between any two effects."""

from collections.abc import Callable, Sequence
from random import Random

from msgspec import Struct, field

from engine.codec.cloud_event import encode_event
from engine.codec.meta import META_KEY, decode_meta, encode_meta
from engine.codec.partitioner import partition_of
from engine.core.event import Event
from engine.core.instant import MILLISECOND, Instant
from engine.ports import Change, Commit, Engine, Meta, OutRecord, SourceRecord
from engine.testing.store import MemoryStore

EFFECTS = ("side", "some-alerts", "alerts", "some-changelog", "changelog", "store")
"""The effects of a commit, in the order of the protocol."""


class Killed(Exception):
    """The worker was killed."""


class Log(Struct):
    """One partition of one topic."""

    topic: str
    partition: int
    records: list[SourceRecord] = field(default_factory=list)

    def append(self, key: bytes | None, value: bytes | None, headers: object, now: Instant) -> None:
        """Append a record with the broker's time."""
        offset = len(self.records)
        self.records.append(
            SourceRecord(
                self.topic,
                self.partition,
                offset,
                now // MILLISECOND,
                key,
                value,
                tuple(headers),  # type: ignore[arg-type]
            )
        )


class Shard:
    """All that belongs to one partition: its logs, its disk, and its engine while a worker owns it."""

    def __init__(self, partition: int) -> None:
        self.events = Log("events", partition)
        self.alerts = Log("alerts", partition)
        self.changelog = Log("cases", partition)
        self.store = MemoryStore()
        self.engine: Engine | None = None


class World:
    """Partitions, the time, and the commit protocol with a fault before or after every effect."""

    def __init__(
        self, partitions: int, engine_factory: Callable[[int, Meta], Engine], start: Instant
    ) -> None:
        self.now = start
        self.shards = [Shard(partition) for partition in range(partitions)]
        self.dead_letters: list[OutRecord] = []
        self.kills = 0
        self._engine_factory = engine_factory

    def send(self, case: str, event: Event, partition: int | None = None) -> None:
        """Append an event, to the partition of its case unless another is given."""
        self.send_bytes(case.encode(), encode_event(case, event), partition)

    def send_bytes(self, key: bytes, value: bytes, partition: int | None = None) -> None:
        """Append any record."""
        home = partition_of(key, len(self.shards)) if partition is None else partition
        self.shards[home].events.append(key, value, (), self.now)

    def run(self, shard: Shard, records: int, kill_at: str | None, *, behind: bool) -> None:
        """Let the worker of `shard` take a batch, then a tick; killed at the effect `kill_at` if it is reached."""
        try:
            engine = shard.engine or self._take_over(shard, kill_at)
            start = engine.meta.source_position
            batch = shard.events.records[start : start + records]
            if batch:
                caught_up = start + len(batch) >= len(shard.events.records)
                commit = engine.batch(batch, shard.store, self.now, behind=behind and not caught_up)
                self._carry_out(shard, engine, commit, kill_at)
            if not behind or engine.meta.source_position >= len(shard.events.records):
                tick = engine.tick(shard.store, self.now, 10, behind=False)
                if tick is not None:
                    self._carry_out(shard, engine, tick, kill_at)
        except Killed:
            self.kills += 1
            shard.engine = None

    def lose_disk(self, shard: Shard) -> None:
        """Forget the store; the next owner recovers from the changelog."""
        shard.engine = None
        shard.store = MemoryStore()

    def settle(self) -> None:
        """No more faults: every partition works until there is nothing left to do."""
        busy = True
        while busy:
            busy = False
            for shard in self.shards:
                before = (len(shard.alerts.records), len(shard.changelog.records), len(shard.events.records))
                self.run(shard, 50, None, behind=False)
                after = (len(shard.alerts.records), len(shard.changelog.records), len(shard.events.records))
                busy = busy or before != after

    def _take_over(self, shard: Shard, kill_at: str | None) -> Engine:
        between = _restore(shard)
        engine = self._engine_factory(shard.events.partition, shard.store.meta() or Meta())
        if between:
            # Before anything else writes META, which would hide that the census is not that of the records.
            self._carry_out(shard, engine, engine.recount(shard.store), kill_at)
        unseen = shard.alerts.records[engine.meta.alert_position :]
        if unseen:
            self._carry_out(shard, engine, engine.fold_back(unseen, shard.store), kill_at)
        shard.engine = engine
        return engine

    def _carry_out(self, shard: Shard, engine: Engine, commit: Commit, kill_at: str | None) -> None:
        for record in commit.side:
            self._write_side(record)
        _fault("side", kill_at)
        for place, alert in enumerate(commit.alerts):
            assert alert.partition == shard.events.partition
            if place == len(commit.alerts) // 2:
                _fault("some-alerts", kill_at)
            shard.alerts.append(alert.key, alert.value, alert.headers, self.now)
        _fault("alerts", kill_at)
        meta = commit.meta
        if commit.alerts:
            meta = meta._replace(alert_position=len(shard.alerts.records))
        for place, change in enumerate(commit.changes):
            if place == len(commit.changes) // 2:
                _fault("some-changelog", kill_at)
            shard.changelog.append(change.key, change.record, (), self.now)
        shard.changelog.append(META_KEY, encode_meta(meta), (), self.now)
        _fault("changelog", kill_at)
        shard.store.write(commit.changes, meta._replace(changelog_position=len(shard.changelog.records)))
        _fault("store", kill_at)
        engine.meta = meta

    def _write_side(self, record: OutRecord) -> None:
        if record.topic == "events":
            assert record.partition is not None
            self.shards[record.partition].events.append(record.key, record.value, record.headers, self.now)
        else:
            self.dead_letters.append(record)


def _fault(effect: str, kill_at: str | None) -> None:
    if effect == kill_at:
        raise Killed


def _restore(shard: Shard) -> bool:
    """Bring the disk up to the changelog, as recovery does; whether it ends between records and their META."""
    meta = shard.store.meta() or Meta()
    between = False
    for record in shard.changelog.records[meta.changelog_position :]:
        position = record.offset + 1
        assert record.key is not None
        between = record.key != META_KEY
        if not between:
            assert record.value is not None
            meta = decode_meta(record.value, position)
            shard.store.write((), meta)
            continue
        before = shard.store.load([record.key])[0]
        wake = None if before is None else int.from_bytes(before[:8], "big")
        # The position moves with the last META only, so that a second restore sees the same gap.
        shard.store.write([Change(record.key, record.value, wake)], meta)
    return between


def choose_kill(random: Random, chance: float, effects: Sequence[str] = EFFECTS) -> str | None:
    """The effect after which the worker is killed; None mostly."""
    return random.choice(effects) if random.random() < chance else None
