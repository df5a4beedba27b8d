"""A replay: the same decisions as a worker's, with a clock that is moved by the events themselves."""

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from engine.core.alert import Alert, in_publication_order
from engine.core.case import Case, with_event
from engine.core.decide import decide
from engine.core.event import Event
from engine.core.instant import NEVER, Instant
from engine.core.retention import retained
from engine.core.rulebook import Rulebook


class Refusal(Struct, frozen=True):
    """An event that no case took, as the worker would send it to the dead letters."""

    case: str
    event: Event
    reason: str


def replay(
    events: Iterable[tuple[str, Event]], rulebook: Rulebook, until: Instant
) -> Iterator[Alert | Refusal]:
    """Every alert that `events` lead to up to `until`, in the order in which they are published.

    `events` are (case, event) by the instant at which each became known: when it was recorded, or else when
    it occurred. What becomes known at one instant is folded together. What becomes known after `until` is
    left out. The virtual now is `detected`; memory holds the cases, not the events to come.
    """
    playing = _Playing(rulebook)
    for known_from, group in groupby(events, key=lambda pair: known_at(pair[1])):
        if known_from > until:
            break
        yield from playing.run_to(known_from)
        yield from playing.learn(group, known_from)
    # An alert that falls due at `until` itself is not overdue yet.
    yield from playing.run_to(until)


def known_at(event: Event) -> Instant:
    """When `event` became known: when it was recorded, or else when it occurred."""
    return event.occurred if event.recorded is None else event.recorded


class _Playing:
    """All cases, and the wake-ups that wait."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.cases: dict[str, Case] = {}
        self.waiting: list[tuple[Instant, str]] = []

    def learn(self, group: Iterable[tuple[str, Event]], now: Instant) -> Iterator[Alert | Refusal]:
        """Fold what became known at `now` and decide the cases that it touched."""
        limits = self.rulebook.limits
        touched: dict[str, None] = {}
        for case_id, event in group:
            if event.latest > now + limits.future_bound:
                yield Refusal(case_id, event, "too-far-ahead")
                continue
            known = self.cases.get(case_id)
            if known is None and event.occurred < now - limits.closed_retention - limits.stub_retention:
                yield Refusal(case_id, event, "beyond-retention")
                continue
            known = known or Case(case_id)
            grown, outcome = with_event(known, replace(event, received=now), limits)
            self.cases[case_id] = grown
            if outcome == "over-limit":
                yield Refusal(case_id, event, "too-many-events")
            elif outcome == "stub":
                yield Refusal(case_id, event, "beyond-retention")
            touched[case_id] = None
        yield from self._decide(touched, now)

    def run_to(self, now: Instant) -> Iterator[Alert]:
        """Decide every case whose wake-up comes before `now`, at the first instant after it."""
        while self.waiting and self.waiting[0][0] < now:
            wake = self.waiting[0][0]
            due: dict[str, None] = {}
            while self.waiting and self.waiting[0][0] == wake:
                _, case_id = heappop(self.waiting)
                case = self.cases.get(case_id)
                if case is not None and case.wake == wake:
                    due[case_id] = None
            yield from self._decide(due, wake + 1)

    def _decide(self, cases: Iterable[str], now: Instant) -> list[Alert]:
        alerts: list[tuple[Alert, ...]] = []
        for case_id in cases:
            decision = decide(self.cases[case_id], self.rulebook, now)
            alerts.append(decision.alerts)
            kept = retained(decision.case, self.rulebook.limits, now)
            if kept is None:
                del self.cases[case_id]
                continue
            self.cases[case_id] = kept
            if kept.wake != NEVER:
                heappush(self.waiting, (kept.wake, case_id))
        return in_publication_order(alerts)
