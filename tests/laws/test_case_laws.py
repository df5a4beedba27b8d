"""The laws of the alerts of a case, on random histories."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.alert import Alert
from engine.core.case import Case, Status, with_event
from engine.core.decide import decide, foresee
from engine.core.event import Event, Facts
from engine.core.finding import Finding
from engine.core.fold import fold
from engine.core.instant import DAY, NEVER, Instant
from engine.core.justify import alert_id, justified
from engine.core.speak import announce
from tests.laws.case_strategies import END, START, histories, instants
from tests.small import known, rulebook

Said = tuple[str, str, int, Instant, Instant]


def answers(events: list[Event], now: Instant) -> tuple[object, ...]:
    """What is justified, and how the case looks, once all of `events` are known."""
    case = known(events)
    view = fold(case.events, rulebook(), now, tangled=case.tangled)
    answer = justified(view, now)
    alerts = {(alert_id("c-1", passed), passed.due, passed.ended) for passed in answer.passed}
    findings = {*view.findings, *answer.findings}
    return alerts, view.stages, findings, answer.wake, answer.next_due


def said(alerts: list[Alert]) -> list[Said]:
    """What was said, without when it was found out."""
    return [(alert.saying, alert.alert, alert.revision, alert.due, alert.time) for alert in alerts]


@given(histories(), st.randoms(use_true_random=False), instants())
def test_the_order_of_arrival_does_not_change_what_is_justified(
    events: list[Event], random: Random, now: Instant
) -> None:
    shuffled = list(events)
    random.shuffle(shuffled)
    assert answers(shuffled, now) == answers(events, now)


@given(histories(), st.data(), instants())
def test_an_event_seen_again_changes_nothing(events: list[Event], data: st.DataObject, now: Instant) -> None:
    again = data.draw(st.lists(st.sampled_from(events), max_size=4))
    case, repeated = known(events), known([*events, *again])
    assert repeated == case
    assert decide(repeated, rulebook(), now) == decide(case, rulebook(), now)


@given(histories(), st.data(), instants())
def test_of_two_events_with_one_identity_the_same_one_stands_in_any_order(
    events: list[Event], data: st.DataObject, now: Instant
) -> None:
    original = data.draw(st.sampled_from(events))
    rival = Event(
        original.type,
        original.source,
        original.id,
        data.draw(instants()),
        original.received,
        original.recorded,
        Facts(item="seven") if original.type != "case.corrected" else original.facts,
    )
    forward, backward = answers([*events, rival], now), answers([rival, *events], now)
    assert forward == backward
    if rival.occurred != original.occurred:
        kinds = {finding.kind for finding in known_findings([*events, rival], now)}
        assert "identity-conflict" in kinds


def known_findings(events: list[Event], now: Instant) -> tuple[Finding, ...]:
    """The findings on a case that knows `events`."""
    return decide(known(events), rulebook(), now).case.findings


@given(histories(), instants(), st.lists(instants(), max_size=6))
def test_deciding_in_steps_says_the_same_as_deciding_at_once(
    events: list[Event], last: Instant, steps: list[Instant]
) -> None:
    at_once = decide(known(events), rulebook(), last)
    case = known(events)
    stepwise: list[Alert] = []
    for step in [*sorted(step for step in steps if step < last), last]:
        decision = decide(case, rulebook(), step)
        case = decision.case
        stepwise.extend(decision.alerts)
    assert sorted(said(stepwise)) == sorted(said(list(at_once.alerts)))
    assert set(case.announced) == set(at_once.case.announced)


@given(histories(), instants())
def test_nothing_is_to_be_said_before_the_wake_up(events: list[Event], now: Instant) -> None:
    case = decide(known(events), rulebook(), now).case
    if case.standing.ended is None and case.wake != NEVER:
        assert case.wake >= now
        assert decide(case, rulebook(), case.wake).alerts == ()
    later = min(case.wake, END + 400 * DAY)
    assert decide(case, rulebook(), max(now, later)).alerts == ()


@given(histories(), instants())
def test_deciding_twice_says_nothing_new(events: list[Event], now: Instant) -> None:
    decision = decide(known(events), rulebook(), now)
    again = decide(decision.case, rulebook(), now)
    assert again.alerts == ()
    assert again.case == decision.case


@given(histories(), instants(), instants())
def test_a_case_only_folded_is_woken_before_anything_is_to_be_said(
    events: list[Event], folded: Instant, later: Instant
) -> None:
    folded, later = min(folded, later), max(folded, later)
    case = foresee(known(events), rulebook(), folded)
    decision = decide(case, rulebook(), later)
    assert sorted(said(list(decision.alerts))) == sorted(
        said(list(decide(known(events), rulebook(), later).alerts))
    )
    for alert in decision.alerts:
        assert case.wake < later, alert


@given(histories(corrections=False), st.data())
@settings(max_examples=100)
def test_alerts_folded_back_say_what_the_lost_case_had_announced(
    events: list[Event], data: st.DataObject
) -> None:
    decided = decide(known(events), rulebook(), END)
    lost = known(events)
    for alert in decided.alerts:
        lost = announce(lost, alert)
        assert announce(lost, alert) is lost
    assert set(lost.announced) == set(decided.case.announced)
    assert decide(lost, rulebook(), END).alerts == ()
    kept = data.draw(st.integers(0, len(decided.alerts)))
    partly = known(events)
    for alert in decided.alerts[:kept]:
        partly = announce(partly, alert)
    missing = decide(partly, rulebook(), END).alerts
    assert said(list(missing)) == said(list(decided.alerts[kept:]))


@given(histories(corrections=False), instants(START, END), instants())
def test_an_announced_card_is_never_withdrawn_for_what_was_recorded_after_it_fell_due(
    events: list[Event], now: Instant, back_dated: Instant
) -> None:
    """The cheat of the late clerk: a close with yesterday's date, written today."""
    decided = decide(known(events), rulebook(), now)
    standing = {entry.due for entry in decided.case.announced if entry.status is Status.RAISED}
    close = Event("case.closed", "/test", "late-close", back_dated, now, now, Facts())
    cheated, _ = with_event(decided.case, close, rulebook().limits)
    for alert in decide(cheated, rulebook(), now + 1).alerts:
        assert alert.saying != "withdrawn" or alert.due not in standing


@given(histories(), instants())
def test_every_alert_explains_itself(events: list[Event], now: Instant) -> None:
    for alert in decide(known(events), rulebook(), now).alerts:
        explanation = alert.explanation
        assert explanation is not None
        assert explanation.text.zh
        assert explanation.text.en
        if alert.saying == "raised":
            assert explanation.basis.zh
            assert explanation.facts
            assert alert.due < now
            assert alert.justified_from >= alert.due


@given(histories(corrections=False), instants())
def test_an_explanation_counts_as_many_days_as_were_allowed(events: list[Event], now: Instant) -> None:
    for alert in decide(known(events), rulebook(), now).alerts:
        explanation = alert.explanation
        if explanation is None or alert.rung not in {"yellow", "red"} or alert.saying != "raised":
            continue
        if alert.clock in {"promise", "statutory"} and explanation.days and not explanation.extensions:
            counted = sum(one.counted for one in explanation.days)
            assert explanation.limit.startswith(f"{counted} working days")


def test_a_case_takes_no_more_events_than_its_limit() -> None:
    limits = rulebook().limits
    case, outcome = Case("full"), ""
    for place in range(limits.events_per_case + 2):
        event = Event("case.reviewed", "/test", f"e{place}", START, START, None, Facts())
        case, outcome = with_event(case, event, limits)
    assert outcome == "over-limit"
    assert len(case.events) == limits.events_per_case
    assert case.refused == 2
