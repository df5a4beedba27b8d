"""Part 4: what the pure parts cost: deciding a case, and reading and writing bytes."""

import time
from collections.abc import Callable
from statistics import median
from typing import NamedTuple

from benchmarks.district_cases import events_of, known
from engine.codec.alert import encode_alert
from engine.codec.case_record import decode_case, encode_case
from engine.codec.cloud_event import decode_event, encode_event
from engine.codec.partitioner import partition_of
from engine.core.case import Case
from engine.core.decide import decide
from engine.core.instant import DAY, MILLISECOND, Instant
from engine.core.rulebook import Rulebook
from engine.ports import SourceRecord

ITEM = "A-001"
SECONDS = 0.2
"""How long each function is called for in one turn, at least."""


class Cost(NamedTuple):
    """What one call costs, in CPU time of the thread, because the machine may be shared."""

    what: str
    us: float
    """Median over the turns."""
    spread_us: tuple[float, float]


def measure(rulebook: Rulebook, now: Instant, turns: int) -> list[Cost]:
    """The costs, one after another, each the median of `turns`."""
    costs = []
    for count in (2, 4, 6):
        case = known(rulebook, events_of(rulebook, ITEM, now, count))
        costs.append(
            _cost(f"decide, {count} events, nothing to say", _deciding(rulebook, case, case.heard), turns)
        )
    late = known(rulebook, events_of(rulebook, ITEM, now, 4))
    alerts = len(decide(late, rulebook, now + 60 * DAY).alerts)
    costs.append(
        _cost(f"decide, 4 events, {alerts} alerts to raise", _deciding(rulebook, late, now + 60 * DAY), turns)
    )
    case = decide(known(rulebook, events_of(rulebook, ITEM, now, 4)), rulebook, now + DAY).case
    record = encode_case(case)
    event = case.events[1]
    value = encode_event(case.id, event)
    source = SourceRecord("events", 0, 0, now // MILLISECOND, case.id.encode(), value)
    alert = decide(late, rulebook, now + 60 * DAY).alerts[0]
    size = len(record)
    return [
        *costs,
        _cost(f"case record, 4 events, {size} bytes: decode", lambda: decode_case(record), turns),
        _cost(f"case record, 4 events, {size} bytes: encode", lambda: encode_case(case), turns),
        _cost(f"CloudEvent, {len(value)} bytes: decode", lambda: decode_event(source), turns),
        _cost(f"CloudEvent, {len(value)} bytes: encode", lambda: encode_event(case.id, event), turns),
        _cost("alert: encode, with its explanation", lambda: encode_alert(alert), turns),
        _cost("murmur2 of a case id of 17 bytes", lambda: partition_of(b"HBW-20779-0003840", 4), turns),
    ]


def _deciding(rulebook: Rulebook, case: Case, now: Instant) -> Callable[[], object]:
    return lambda: decide(case, rulebook, now)


def _cost(what: str, call: Callable[[], object], turns: int) -> Cost:
    call()
    found = [_once(call) for _ in range(turns)]
    return Cost(what, median(found), (min(found), max(found)))


def _once(call: Callable[[], object]) -> float:
    calls = 0
    began = time.thread_time()
    while (spent := time.thread_time() - began) < SECONDS:
        for _ in range(100):
            call()
        calls += 100
    return 1e6 * spent / calls
