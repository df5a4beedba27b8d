"""What may come in: which records are events of this partition, and what becomes of an event at its case."""

from typing import NamedTuple

from engine.codec.cloud_event import decode_event
from engine.codec.partitioner import partition_of
from engine.codec.rejection import Rejected
from engine.core.case import Arrival, Case, with_event
from engine.core.event import Event
from engine.core.instant import DAY, Instant, rfc3339
from engine.core.rulebook import Limits
from engine.core.text import Text
from engine.ports import OutRecord, SourceRecord


class Place(NamedTuple):
    """A partition, and of how many it is one."""

    topic: str
    partition: int
    partitions: int


class Accepted(NamedTuple):
    """An event that may go to its case."""

    case: str
    event: Event
    record: SourceRecord
    rekeyed: bool
    """The record's key was not the case id."""


class Letter(NamedTuple):
    """A record for the dead letters, and its case where that takes note of it."""

    record: SourceRecord
    rejected: Rejected
    case: Case | None = None


class Arrived(NamedTuple):
    """A case that has been given an event, and what became of the event."""

    case: Case
    outcome: Arrival


class Intake:
    """The gate of one partition. Dead letters are for what a record is by itself, and for two named limits."""

    def __init__(self, place: Place, limits: Limits) -> None:
        self._place = place
        self._limits = limits

    def take(self, record: SourceRecord) -> Accepted | Letter:
        """The event in `record`, or the letter that it becomes."""
        decoded = decode_event(record, self._limits.record_bytes)
        if isinstance(decoded, Rejected):
            return Letter(record, decoded)
        event = decoded.event
        if event.latest > event.received + self._limits.future_bound:
            return Letter(record, _too_far_ahead(event, self._limits))
        key = record.key
        return Accepted(decoded.case, event, record, key is not None and key != decoded.case.encode())

    def arrive(self, accepted: Accepted, case: Case | None, now: Instant) -> Arrived | Letter | OutRecord:
        """What becomes of an accepted event at its case: the case with it, a letter, or a forwarded record."""
        limits = self._limits
        if case is None:
            forwarded = self._forwarded(accepted)
            if forwarded is not None:
                return forwarded
            retention = limits.closed_retention + limits.stub_retention
            if accepted.event.occurred < now - retention:
                return Letter(accepted.record, beyond_retention(accepted.event))
            case = Case(accepted.case)
        grown, outcome = with_event(case, accepted.event, limits)
        if outcome == "over-limit":
            return Letter(accepted.record, _too_many(accepted.case, limits), grown)
        if outcome == "stub":
            return Letter(accepted.record, _after_retention(accepted.case, accepted.event), grown)
        return Arrived(grown, outcome)

    def _forwarded(self, accepted: Accepted) -> OutRecord | None:
        """The record for the partition that the case belongs to; None where it is this one.

        Only a case that is not known here is asked: one that is known has passed this gate before.
        """
        key = accepted.case.encode()
        home = partition_of(key, self._place.partitions)
        if home == self._place.partition:
            return None
        record = accepted.record
        return OutRecord(self._place.topic, home, key, record.value, record.headers)


def _too_far_ahead(event: Event, limits: Limits) -> Rejected:
    time, days = rfc3339(event.latest), limits.future_bound // DAY
    return Rejected(
        "too-far-ahead",
        Text(
            zh=f"发生时间 {time} 晚于接收时间 {days} 天以上",
            en=f"time: {time!r} is more than {days} days ahead of its receipt; is the year right?",
        ),
    )


def beyond_retention(event: Event) -> Rejected:
    """Why an event of an unknown case is older than cases are kept."""
    time = rfc3339(event.occurred)
    return Rejected(
        "beyond-retention",
        Text(
            zh=f"办件未知，且发生时间 {time} 早于留存期",
            en=f"time: {time!r} is older than cases are kept, and the case is not known",
        ),
    )


def _too_many(case: str, limits: Limits) -> Rejected:
    return Rejected(
        "too-many-events",
        Text(
            zh=f"办件 {case} 的事件数超过上限 {limits.events_per_case}",
            en=f"subject: case {case!r} already has {limits.events_per_case} events, the most a case may have",
        ),
    )


def _after_retention(case: str, event: Event) -> Rejected:
    time = rfc3339(event.occurred)
    return Rejected(
        "beyond-retention",
        Text(
            zh=f"办件 {case} 已过留存期，只存有结果；事件（{time}）不再计入",
            en=f"subject: case {case!r} is past its retention and kept as a stub; an event of {time!r} is not counted",
        ),
    )
