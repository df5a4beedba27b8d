"""A case as it is lived through: events become known one after another, and the engine looks when it is woken."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.core.alert import Alert
from engine.core.case import Case, with_event
from engine.core.decide import decide
from engine.core.event import Event
from engine.core.instant import DAY, HOUR, NEVER, Instant
from engine.core.retention import retained
from tests.laws.case_strategies import START, histories
from tests.small import rulebook

LOOKS_MAX = 2_000
LAST = START + 120 * DAY


@st.composite
def received(draw: st.DrawFn) -> list[Event]:
    """A history whose events were received when they happened, or somewhat before or after, in order of receipt."""
    lags = st.sampled_from([0, 0, 0, -2 * HOUR, 3 * HOUR, DAY, 9 * DAY, 20 * DAY])
    events = [replace(event, received=max(START, event.occurred + draw(lags))) for event in draw(histories())]
    return sorted(events, key=lambda event: event.received)


def lived(events: Sequence[Event], ticks: Sequence[Instant]) -> tuple[Case, list[Alert]]:
    """The case at the end, and all that was said; looked at on arrivals, wake-ups and the extra `ticks`."""
    case, now = Case("c-1"), START
    said: list[Alert] = []
    waiting, extra = list(events), sorted(ticks)
    for _ in range(LOOKS_MAX):
        arrival = waiting[0].received if waiting else NEVER
        wake = case.wake + 1 if case.events and case.wake < NEVER else NEVER
        following = min(arrival, wake, extra[0] if extra else NEVER)
        if following > LAST:
            return case, said
        now = max(now, following)
        while extra and extra[0] <= now:
            extra.pop(0)
        while waiting and waiting[0].received <= now:
            case, _ = with_event(case, waiting.pop(0), rulebook().limits)
        decision = decide(case, rulebook(), now)
        said.extend(decision.alerts)
        kept = retained(decision.case, rulebook().limits, now)
        assert kept is not None
        case = kept
    msg = f"woken {LOOKS_MAX} times and no end: {case.wake=} {now=}"
    raise AssertionError(msg)


def summary(alerts: Sequence[Alert]) -> list[tuple[str, str, int, Instant, Instant, Instant]]:
    """What was said, without when it was found out."""
    return sorted(
        (alert.saying, alert.alert, alert.revision, alert.due, alert.time, alert.justified_from)
        for alert in alerts
    )


@given(received(), st.lists(st.integers(0, 100 * 24).map(lambda hours: START + hours * HOUR), max_size=8))
@settings(max_examples=300)
def test_looking_more_often_says_nothing_else(events: list[Event], ticks: list[Instant]) -> None:
    _, woken_only = lived(events, [])
    _, watched = lived(events, ticks)
    assert summary(watched) == summary(woken_only)


@given(received())
@settings(max_examples=300)
def test_a_case_that_is_only_looked_at_when_woken_misses_nothing(events: list[Event]) -> None:
    case, _ = lived(events, [])
    assert decide(case, rulebook(), LAST).alerts == ()


@given(received())
@settings(max_examples=300)
def test_only_what_was_recorded_in_time_withdraws(events: list[Event]) -> None:
    """Of everything that came after a card was justified, what was recorded after its due instant only proposes."""
    _, said = lived(events, [])
    for alert in said:
        if alert.saying == "withdrawn":
            came_later = [
                event
                for event in events
                if event.received > alert.justified_from
                or (event.type == "case.corrected" and event.occurred > alert.justified_from)
            ]
            assert any(event.recorded_at <= alert.due for event in came_later), alert
