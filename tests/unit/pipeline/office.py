"""One partition with its engine and its store, and a broker's worth of records to give it."""

from engine.codec.alert import decode_alert
from engine.codec.case_record import decode_case
from engine.codec.cloud_event import encode_event
from engine.codec.partitioner import partition_of
from engine.core.alert import Alert
from engine.core.case import Case
from engine.core.event import Event
from engine.core.instant import MILLISECOND, Instant
from engine.pipeline.partition import PartitionEngine, Topics
from engine.ports import Commit, Meta, SourceRecord
from engine.testing.store import MemoryStore
from tests.small import at, rulebook

PARTITIONS = 4


class Office:
    """The engine of the partition that a case belongs to, driven by hand."""

    def __init__(self, case: str = "c-1", now: str = "2025-09-22 13:00") -> None:
        self.partition = partition_of(case.encode(), PARTITIONS)
        self.topics = Topics("events", "alerts", "dead", PARTITIONS)
        self.engine = PartitionEngine(self.partition, rulebook(), self.topics, Meta())
        self.store = MemoryStore()
        self.now = at(now)
        self.offset = 0
        self.dead: dict[str, bytes | None] = {}
        self.alerts: list[Alert] = []

    def record(self, value: bytes | None, key: bytes | None, received: Instant | None = None) -> SourceRecord:
        """The next record of the partition."""
        self.offset += 1
        moment = self.now if received is None else received
        return SourceRecord("events", self.partition, self.offset - 1, moment // MILLISECOND, key, value)

    def give(self, *records: SourceRecord, behind: bool = False) -> Commit:
        """Give a batch and carry out what it asks for."""
        commit = self.engine.batch(records, self.store, self.now, behind=behind)
        return self.carry_out(commit)

    def tell(self, case: str, *events: Event) -> Commit:
        """Give events of `case`, received now."""
        return self.give(*(self.record(encode_event(case, event), case.encode()) for event in events))

    def tick(self, now: str, limit: int = 100) -> Commit | None:
        """Let a tick look at `now`."""
        self.now = at(now)
        commit = self.engine.tick(self.store, self.now, limit, behind=False)
        return None if commit is None else self.carry_out(commit)

    def carry_out(self, commit: Commit) -> Commit:
        """What the worker does with a commit, in memory."""
        for record in commit.side:
            if record.topic == "dead":
                self.dead[dict(record.headers)["reason"].decode()] = record.value
        self.alerts.extend(decode_alert(alert.value) for alert in commit.alerts if alert.value is not None)
        self.store.write(commit.changes, commit.meta)
        self.engine.meta = commit.meta
        return commit

    def case(self, case: str = "c-1") -> Case:
        """The case as the store holds it."""
        record = self.store.records[case.encode()]
        return decode_case(record)

    def findings(self, case: str = "c-1") -> set[str]:
        """Kinds of finding on the case."""
        return {finding.kind for finding in self.case(case).findings}
