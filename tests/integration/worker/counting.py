"""A small deterministic engine: it counts events per key and wakes up when asked to.

`+` counts; each `EVERY`-th count justifies an alert. `wake:N` justifies an alert once it is later than instant N.
`to:K` is forwarded to key K, where it counts.
Anything else is a dead letter. What is justified and not announced is published, as the real pipeline does.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

from engine.core.instant import NEVER, Instant
from engine.ports import Change, Commit, Headers, Meta, OutRecord, PartitionStore, SourceRecord

EVERY: Final = 5
FORWARDED: Final = b"forwarded"
OPEN: Final = "U1\topen"
"""The one entry of the census."""

MOST_CASES: Final = 10_000
UNDECIDED: Final = 1
"""The wake-up of a case that a batch left to the next tick."""


class Names(NamedTuple):
    """The topics of one scenario."""

    events: str
    cases: str
    alerts: str
    dead: str


def names(prefix: str) -> Names:
    """Topics that no other scenario on the same broker shares."""
    return Names(
        f"{prefix}.events.v1", f"{prefix}.cases.v1", f"{prefix}.alerts.v1", f"{prefix}.deadletters.v1"
    )


class Case(msgspec.Struct, array_like=True):
    """What is known of one key."""

    count: int = 0
    wakes: list[int] = []
    announced: list[str] = []
    forwarded: int = 0
    applied_to: int = 0
    """The position after the last event that was applied: what is read again is known by it."""


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(Case)


def decoded(record: bytes) -> Case:
    """The case that a record holds."""
    return _decoder.decode(record[8:])


def justified(key: bytes, case: Case, now: Instant) -> list[str]:
    """The alerts that `case` justifies at `now`, in publication order."""
    counts = [f"{key.decode()}/count/{number}" for number in range(EVERY, case.count + 1, EVERY)]
    return counts + [f"{key.decode()}/wake/{wake}" for wake in sorted(case.wakes) if wake < now]


class CountingEngine:
    """An `Engine` for one partition."""

    def __init__(self, partition: int, topics: Names) -> None:
        self.partition = partition
        self.topics = topics
        self.meta = Meta()

    def fold_back(self, alerts: Sequence[SourceRecord], store: PartitionStore) -> Commit:
        """Note the alerts as announced."""
        cases, before = self._load(list(dict.fromkeys(alert.key or b"" for alert in alerts)), store)
        for alert in alerts:
            announced = cases[alert.key or b""].announced
            name = (alert.value or b"").decode()
            if name not in announced:
                announced.append(name)
        return self._commit((), cases, before, self.meta.now, self.meta.source_position, behind=True)

    def batch(
        self, records: Sequence[SourceRecord], store: PartitionStore, now: Instant, *, behind: bool
    ) -> Commit:
        """Count, and unless behind, publish."""
        side = []
        good = []
        for record in records:
            value = record.value or b""
            if record.key is not None and value.startswith(b"to:"):
                side.append(OutRecord(self.topics.events, None, value[3:], FORWARDED))
            elif record.key is not None and (value in {b"+", FORWARDED} or value.startswith(b"wake:")):
                good.append((record.key, value, record.offset))
            else:
                where = f"{record.topic}:{record.partition}:{record.offset}".encode()
                side.append(OutRecord(self.topics.dead, None, where, value, (("reason", b"unreadable"),)))
        cases, before = self._load(list(dict.fromkeys(key for key, _, _ in good)), store)
        for key, value, offset in good:
            case = cases[key]
            if offset < case.applied_to:
                continue
            case.applied_to = offset + 1
            if value == FORWARDED:
                case.forwarded += 1
            elif value == b"+":
                case.count += 1
            else:
                case.wakes.append(int(value[5:]))
        return self._commit(tuple(side), cases, before, now, records[-1].offset + 1, behind=behind)

    def revise(self, store: PartitionStore, after: bytes | None, limit: int) -> None:
        """Nothing: this engine has no rulebook."""

    def recount(self, store: PartitionStore) -> Commit:
        """META with every case counted."""
        found = len(store.keys(None, MOST_CASES))
        return Commit((), (), (), self.meta._replace(census={OPEN: found}))

    def tick(self, store: PartitionStore, now: Instant, limit: int, *, behind: bool) -> Commit | None:
        """Publish what fell due."""
        del behind
        keys = store.due(now, limit)
        if not keys:
            return None
        cases, before = self._load(keys, store)
        return self._commit((), cases, before, now, self.meta.source_position, behind=False)

    def _load(
        self, keys: list[bytes], store: PartitionStore
    ) -> tuple[dict[bytes, Case], dict[bytes, Instant | None]]:
        cases: dict[bytes, Case] = {}
        before: dict[bytes, Instant | None] = {}
        for key, record in zip(keys, store.load(keys), strict=True):
            cases[key] = Case() if record is None else decoded(record)
            before[key] = None if record is None else int.from_bytes(record[:8], "big")
        return cases, before

    def _alert(self, key: bytes, name: str) -> OutRecord:
        headers: Headers = (("level", b"yellow"), ("unit", b"U1"))
        _, kind, number = name.rsplit("/", 2)
        if kind == "wake":
            headers += (("due", number.encode()),)
        return OutRecord(self.topics.alerts, self.partition, key, name.encode(), headers)

    def _commit(
        self,
        side: tuple[OutRecord, ...],
        cases: dict[bytes, Case],
        before: dict[bytes, Instant | None],
        now: Instant,
        position: int,
        *,
        behind: bool,
    ) -> Commit:
        alerts = []
        changes = []
        for key, case in cases.items():
            news = [name for name in justified(key, case, now) if name not in case.announced]
            wake = min((wake for wake in case.wakes if wake >= now), default=NEVER)
            if behind and news:
                wake = UNDECIDED
            elif news:
                case.announced.extend(news)
                alerts += [self._alert(key, name) for name in news]
            changes.append(Change(key, wake.to_bytes(8, "big") + _encoder.encode(case), before[key]))
        known = self.meta.census.get(OPEN, 0) + sum(1 for wake in before.values() if wake is None)
        meta = self.meta._replace(source_position=position, now=now, census={OPEN: known})
        return Commit(side, tuple(alerts), tuple(changes), meta)
