"""The decision: the difference between what is justified and what was announced."""

from msgspec import Struct
from msgspec.structs import replace

from engine.core.alert import Alert, spoken_order
from engine.core.case import Case, Standing
from engine.core.event import CORRECTION
from engine.core.finding import Finding
from engine.core.fold import fold
from engine.core.instant import NEVER, Instant
from engine.core.justify import Justified, justified
from engine.core.rulebook import Rulebook
from engine.core.speak import Speaking
from engine.core.standing import standing_of
from engine.core.view import View


class Decision(Struct, frozen=True):
    """What follows for a case: the case as it is kept from now on, and what is to be announced, in order."""

    case: Case
    alerts: tuple[Alert, ...]


def decide(case: Case, rulebook: Rulebook, now: Instant, *, behind: bool = False) -> Decision:
    """Everything that is to be said of `case` at `now`, and the case with that recorded.

    The decision steps through the instants at which corrections take effect since the last one: a card that
    fell due before its correction was justified then, whether or not anybody looked in between.
    """
    alerts: list[Alert] = []
    if case.stub:
        return Decision(case, ())
    if case.tangled:
        steps = {event.occurred for event in case.events if event.type == CORRECTION}
        for step in sorted(step for step in steps if case.decided < step <= now):
            case = _decide(case, rulebook, step - 1, now, alerts, behind=behind)
    case = _decide(case, rulebook, now, now, alerts, behind=behind)
    return Decision(case, tuple(alerts))


def foresee(case: Case, rulebook: Rulebook, now: Instant) -> Case:
    """`case` folded but not decided: its wake-up is the earliest instant at which something is to be said."""
    if case.stub:
        return case
    decision = decide(case, rulebook, now)
    wake = decision.case.wake
    for alert in decision.alerts:
        wake = min(wake, alert.due, alert.time, now - 1)
    return replace(decision.case, announced=case.announced, decided=case.decided, wake=max(0, wake))


def _decide(
    case: Case,
    rulebook: Rulebook,
    until: Instant,
    now: Instant,
    alerts: list[Alert],
    *,
    behind: bool,
) -> Case:
    """Decide on the events that occurred at or before `until`, as if it were just after."""
    step = now if until == now else until + 1
    view = fold(case.events, rulebook, until, tangled=case.tangled)
    answer = justified(view, step)
    if answer.passed or case.announced:
        speaking = Speaking(case, rulebook, view, now, step, behind=behind)
        speaking.say(answer)
        alerts.extend(sorted(speaking.alerts, key=spoken_order))
        case = speaking.case
    standing = standing_of(view, answer)
    return replace(
        case,
        decided=now,
        wake=_wake(case, answer, standing, rulebook, now),
        findings=_findings(case, view, answer),
        standing=standing,
    )


def _wake(case: Case, answer: Justified, standing: Standing, rulebook: Rulebook, now: Instant) -> Instant:
    """The earliest instant after which a decision may say something new."""
    wake = answer.wake
    for event in case.events:
        if event.occurred > now:
            wake = min(wake, event.occurred - 1)
        said = event.facts.replacement
        if said is not None and said.occurred > now:
            wake = min(wake, said.occurred - 1)
    if wake == NEVER and standing.ended is not None:
        return case.heard + rulebook.limits.closed_retention
    return wake


def _findings(case: Case, view: View, answer: Justified) -> tuple[Finding, ...]:
    findings = [*view.findings, *answer.findings]
    if case.refused:
        findings.append(Finding("too-many-events"))
    if not findings:
        return ()
    return tuple(
        sorted(set(findings), key=lambda found: (found.kind, found.source, found.event, found.detail))
    )
