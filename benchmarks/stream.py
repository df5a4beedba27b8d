"""A busy day of a district as events: seeded, so that every contender gets the same bytes in the same order.

Most cases run from receipt to close within the day, as fast as a window works; one in ten is still open at its
end; the cases that are late were taken up weeks before, and every stage of theirs is past its limit.
"""

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from engine.codec.cloud_event import encode_event
from engine.codec.partitioner import partition_of
from engine.core.event import Event, Facts
from engine.core.instant import DAY, HOUR, MILLISECOND, MINUTE, Instant
from engine.core.rulebook import Rulebook

STEPS = ("case.received", "case.accepted", "case.reviewed", "case.approved", "case.closed")
DAY_SPAN = 8 * HOUR
STILL_OPEN = 0.1
LATE = 0.016
"""So that about one event in a hundred leads to an alert."""

LATE_DAYS = 45


class Sent(NamedTuple):
    """One event as it lies in the topic."""

    partition: int
    key: bytes
    value: bytes
    timestamp_ms: int


class Stream(NamedTuple):
    """The events in the order in which they are sent."""

    events: Sequence[Sent]
    cases: int
    late: int
    """How many of the cases are late."""


def stream(cases: int, rulebook: Rulebook, until: Instant, seed: int = 1, partitions: int = 4) -> Stream:
    """The events of `cases` cases in the hours before `until`."""
    chance = random.Random(seed)
    items = sorted(rulebook.items)
    told: list[tuple[Instant, int, Sent]] = []
    late_cases = 0
    for number in range(cases):
        item = rulebook.items[items[chance.randrange(len(items))]]
        is_late = chance.random() < LATE
        steps = STEPS[:-1] if chance.random() < STILL_OPEN else STEPS
        case = f"HBW-{until // DAY}-{number:07d}"
        facts = Facts(item.code, item.unit, f"window-{number % 12}", f"officer-{number % 300}")
        late_cases += is_late
        for occurred, sent, step in _times(chance, steps, until, is_late=is_late):
            known = facts if step != "case.approved" else Facts(item.code, item.unit, decision="granted")
            event = Event(step, f"/approval/{item.unit}", f"{case}-{step[5:]}", occurred, 0, occurred, known)
            key = case.encode()
            record = Sent(partition_of(key, partitions), key, encode_event(case, event), sent // MILLISECOND)
            told.append((sent, number, record))
    told.sort(key=lambda one: one[:2])
    return Stream([record for _, _, record in told], cases, late_cases)


def _times(
    chance: random.Random, steps: Sequence[str], until: Instant, *, is_late: bool
) -> Iterator[tuple[Instant, Instant, str]]:
    """When each step occurred and when it was sent."""
    sent = until - DAY_SPAN + int(chance.random() * DAY_SPAN * 0.6)
    for step in steps:
        # What is late was taken up weeks ago and goes on only now; the source wrote it down when it happened.
        occurred = sent - LATE_DAYS * DAY if is_late and step == STEPS[0] else sent
        yield occurred, sent, step
        sent += int(chance.uniform(1, 45) * MINUTE)
