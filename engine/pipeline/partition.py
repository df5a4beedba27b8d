"""One partition's work: records and ticks in, commits out. Pure; it only reads the store that it is given."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from engine.codec.alert import alert_record, decode_alert
from engine.codec.case_record import decode_case, encode_case
from engine.codec.dead_letter import dead_letter
from engine.core.alert import Alert, in_publication_order
from engine.core.case import Case
from engine.core.decide import decide, foresee
from engine.core.instant import Instant
from engine.core.retention import retained
from engine.core.rulebook import Rulebook
from engine.core.speak import announce
from engine.pipeline.census import Census
from engine.pipeline.intake import Accepted, Intake, Letter, Place
from engine.ports import Change, Commit, Meta, OutRecord, PartitionStore, Revision, SourceRecord

COUNTED: Final = 1_000
"""So many cases are read at once for a census."""


class Topics(Struct, frozen=True):
    """The topics that a partition writes to, and how many partitions they share."""

    events: str
    alerts: str
    dead_letters: str
    partitions: int


class Held(Struct):
    """A case while a commit is being made."""

    case: Case | None
    before: Case | None
    """As the store knows it; None where it does not."""
    changed: bool = False


class PartitionEngine:
    """The pipeline of one partition, as `engine.ports.Engine` describes it."""

    def __init__(self, partition: int, rulebook: Rulebook, topics: Topics, meta: Meta | None = None) -> None:
        self.partition = partition
        self.rulebook = rulebook
        self.topics = topics
        self.meta = meta or Meta()
        self._intake = Intake(Place(topics.events, partition, topics.partitions), rulebook.limits)

    def fold_back(self, alerts: Sequence[SourceRecord], store: PartitionStore) -> Commit:
        """The announced sets brought up to `alerts`, which a former owner published and did not record.

        The cases are woken, so that the next tick decides them anew on what is now on the record.
        """
        messages = [decode_alert(record.value) for record in alerts if record.value is not None]
        work = self._load([message.case for message in messages], store)
        for message in messages:
            held = work[message.case]
            known = held.case or Case(message.case)
            told = announce(known, message)
            if told is not known:
                # What was said before this message is on the log too, so that the steps before it are done.
                decided = max(told.decided, message.as_of)
                held.case, held.changed = replace(told, wake=0, decided=decided), True
        position = alerts[-1].offset + 1 if alerts else self.meta.alert_position
        meta = self.meta._replace(alert_position=max(position, self.meta.alert_position))
        return self._commit(work, (), [], Counter(), meta)

    def batch(
        self, records: Sequence[SourceRecord], store: PartitionStore, now: Instant, *, behind: bool
    ) -> Commit:
        """`records` folded into their cases and, unless `behind`, decided at `now`."""
        now = max(now, self.meta.now)
        position = self.meta.source_position
        counts: Counter[str] = Counter()
        side: list[OutRecord] = []
        accepted: list[Accepted] = []
        for record in records:
            if record.offset < position:
                continue
            taken = self._intake.take(record)
            if isinstance(taken, Letter):
                side.append(self._letter(taken, counts))
            else:
                accepted.append(taken)
        work = self._load([event.case for event in accepted], store)
        self._arrive(accepted, work, now, side, counts)
        alerts: list[tuple[Alert, ...]] = []
        for held in work.values():
            if held.changed and held.case is not None:
                self._judge(held, now, alerts, behind=behind)
        if records:
            position = max(position, records[-1].offset + 1)
        meta = self.meta._replace(source_position=position, now=now, rulebook=self.rulebook.version)
        return self._commit(work, side, alerts, counts, meta)

    def tick(self, store: PartitionStore, now: Instant, limit: int, *, behind: bool) -> Commit | None:
        """What fell due before `now` for at most `limit` cases; None where nothing did."""
        now = max(now, self.meta.now)
        keys = store.due(now, limit)
        if not keys:
            return None
        work: dict[str, Held] = {}
        alerts: list[tuple[Alert, ...]] = []
        for key, record in zip(keys, store.load(keys), strict=True):
            if record is None:
                continue
            before = decode_case(record)
            held = Held(before, before, changed=True)
            work[key.decode()] = held
            decision = decide(before, self.rulebook, now, behind=behind)
            alerts.append(decision.alerts)
            held.case = retained(decision.case, self.rulebook.limits, now)
        meta = self.meta._replace(now=now, rulebook=self.rulebook.version)
        return self._commit(work, (), alerts, Counter(), meta)

    def revise(self, store: PartitionStore, after: bytes | None, limit: int) -> Revision | None:
        """The next cases woken for this engine's rulebook; None where META already names it."""
        version = self.rulebook.version
        if self.meta.rulebook in ("", version):
            return None
        keys = store.keys(after, limit)
        work: dict[str, Held] = {}
        for key, record in zip(keys, store.load(keys), strict=True):
            if record is not None:
                before = decode_case(record)
                work[key.decode()] = Held(replace(before, wake=0), before, changed=not before.stub)
        last = keys[-1] if len(keys) == limit else None
        meta = self.meta if last is not None else self.meta._replace(rulebook=version)
        return Revision(self._commit(work, (), [], Counter(), meta), last)

    def recount(self, store: PartitionStore) -> Commit:
        """META with its census counted anew from every case in `store`."""
        census = Census({}, self.rulebook.units)
        after: bytes | None = None
        while keys := store.keys(after, COUNTED):
            for record in store.load(keys):
                if record is not None:
                    census.move(None, decode_case(record))
            after = keys[-1]
        return Commit((), (), (), self.meta._replace(census=census.totals()))

    def _load(self, cases: Iterable[str], store: PartitionStore) -> dict[str, Held]:
        """The cases of the given ids, each once, in order of first mention."""
        wanted = list(dict.fromkeys(cases))
        records = store.load([case.encode() for case in wanted])
        work: dict[str, Held] = {}
        for case, record in zip(wanted, records, strict=True):
            before = None if record is None else decode_case(record)
            work[case] = Held(before, before)
        return work

    def _arrive(
        self,
        accepted: list[Accepted],
        work: dict[str, Held],
        now: Instant,
        side: list[OutRecord],
        counts: Counter[str],
    ) -> None:
        """Put the accepted events into their cases; what cannot go there goes to the side."""
        for event in accepted:
            held = work[event.case]
            arrival = self._intake.arrive(event, held.case, now)
            if isinstance(arrival, OutRecord):
                side.append(arrival)
                counts["forwarded"] += 1
                continue
            if isinstance(arrival, Letter):
                side.append(self._letter(arrival, counts))
                if arrival.case is None:
                    continue
                held.case, held.changed = arrival.case, True
                continue
            counts[arrival.outcome] += 1
            if event.rekeyed:
                counts["rekeyed"] += 1
            if arrival.outcome != "repeated":
                held.case, held.changed = arrival.case, True

    def _judge(self, held: Held, now: Instant, alerts: list[tuple[Alert, ...]], *, behind: bool) -> None:
        """Decide a case that changed, or only fold it while the stream is behind."""
        case = held.case
        if case is None:
            return
        if behind:
            held.case = foresee(case, self.rulebook, now)
            return
        decision = decide(case, self.rulebook, now)
        held.case = decision.case
        alerts.append(decision.alerts)

    def _letter(self, letter: Letter, counts: Counter[str]) -> OutRecord:
        counts[f"dead-letter:{letter.rejected.reason}"] += 1
        rejected = letter.rejected
        return dead_letter(letter.record, rejected.reason, rejected.detail, self.topics.dead_letters)

    def _commit(
        self,
        work: dict[str, Held],
        side: Sequence[OutRecord],
        alerts: list[tuple[Alert, ...]],
        counts: Counter[str],
        meta: Meta,
    ) -> Commit:
        """Everything as values: alerts in publication order, changed cases, META with the census."""
        changes: list[Change] = []
        census = Census(meta.census, self.rulebook.units)
        for case_id, held in work.items():
            if not held.changed:
                continue
            before, after = held.before, held.case
            census.move(before, after)
            _count_findings(before, after, counts)
            record = None if after is None else encode_case(after)
            changes.append(Change(case_id.encode(), record, None if before is None else before.wake))
        ordered = in_publication_order(alerts)
        published = tuple(alert_record(alert, self.topics.alerts, self.partition) for alert in ordered)
        return Commit(
            tuple(side), published, tuple(changes), meta._replace(census=census.totals()), dict(counts)
        )


FINDING: Final = "finding:"
"""Prefix of the counts of findings, by kind."""


def _count_findings(before: Case | None, after: Case | None, counts: Counter[str]) -> None:
    if after is None or not after.findings:
        return
    known = set() if before is None else set(before.findings)
    for finding in after.findings:
        if finding not in known:
            counts[FINDING + finding.kind] += 1
