"""The decision: the difference between what is justified and what was announced."""

from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from engine.core.alert import Alert, Saying, spoken_order
from engine.core.case import Announced, Case, Standing, Status
from engine.core.event import CORRECTION, Event
from engine.core.explain import ending_of, explanation_of, withdrawal_of
from engine.core.finding import Finding
from engine.core.fold import fold
from engine.core.instant import NEVER, Instant
from engine.core.justify import Justified, Passed, alert_id, justified
from engine.core.rulebook import Rulebook
from engine.core.standing import responsible, standing_of
from engine.core.view import View

_SAID: dict[Saying, Status] = {
    "raised": Status.RAISED,
    "ended": Status.ENDED,
    "withdrawn": Status.WITHDRAWN,
    "withdrawal_proposed": Status.PROPOSED,
}


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


def announce(case: Case, alert: Alert) -> Case:
    """`case` with `alert` on the record; an alert that is already there changes nothing."""
    entry = _entry(alert)
    kept = []
    for old in case.announced:
        if old.alert == entry.alert and old.due == entry.due:
            if (old.revision, old.status) >= (entry.revision, entry.status):
                return case
        else:
            kept.append(old)
    return replace(case, announced=(*kept, entry))


def _entry(alert: Alert) -> Announced:
    return Announced(
        alert.alert,
        alert.due,
        alert.revision,
        _SAID[alert.saying],
        alert.known,
        alert.level,
        alert.rule,
        alert.clock,
        alert.rung,
        alert.stage,
    )


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
        speaking = _Speaking(case, rulebook, view, now, step, behind=behind)
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


class _Speaking:
    """One case while the difference between justified and announced is being put into words."""

    def __init__(
        self, case: Case, rulebook: Rulebook, view: View, now: Instant, step: Instant, *, behind: bool
    ) -> None:
        self.case = case
        self.rulebook = rulebook
        self.view = view
        self.now = now
        self.step = step
        self.until = now if step == now else step - 1
        self.behind = behind
        self.alerts: list[Alert] = []

    def say(self, answer: Justified) -> None:
        """Raise, end and take back what `answer` asks for."""
        announced = {(entry.alert, entry.due): entry for entry in self.case.announced}
        standing: set[tuple[str, Instant]] = set()
        for passed in sorted(answer.passed, key=attrgetter("justified_from", "due")):
            alert = alert_id(self.case.id, passed)
            standing.add((alert, passed.due))
            entry = announced.get((alert, passed.due))
            revision, known = (0, 0) if entry is None else (entry.revision, entry.known)
            if _speaks_anew(entry, passed):
                revision, known = self._next_revision(alert), len(self.case.events)
                self._speak("raised", alert, revision, known, passed)
                entry = None
            if passed.ended is not None and (entry is None or entry.status is Status.RAISED):
                self._speak("ended", alert, revision, known, passed)
        for key, entry in announced.items():
            # An alert that a former owner published may rest on events that are still to be read again.
            is_judgeable = entry.known <= len(self.case.events)
            if key not in standing and entry.status is not Status.WITHDRAWN and is_judgeable:
                self._take_back(entry)

    def _next_revision(self, alert: str) -> int:
        revisions = [entry.revision for entry in self.case.announced if entry.alert == alert]
        return 1 + max(revisions, default=0)

    def _speak(self, saying: Saying, alert: str, revision: int, known: int, passed: Passed) -> None:
        run, clock = passed.run, passed.run.plan.clock
        at = passed.due if saying == "raised" or passed.ended is None else passed.ended
        explanation = explanation_of(self.case.id, self.view, passed)
        if saying == "ended":
            explanation = replace(explanation, text=ending_of(self.case.id, passed))
        standing = responsible(self.view, at)
        self._say(
            Alert(
                saying=saying,
                alert=alert,
                revision=revision,
                level=passed.rung.level,
                case=self.case.id,
                item=self.view.item,
                unit=standing.unit,
                window=standing.window,
                person=standing.person,
                area=self._area(standing.unit),
                process=self.view.plan.process.id,
                stage=_stage_at(self.view, passed.due),
                clock=clock.id,
                rung=passed.rung.id,
                rule=clock.rule,
                rulebook=self.rulebook.version,
                due=passed.due,
                justified_from=passed.justified_from,
                detected=self.now,
                as_of=self.step,
                time=at,
                known=known,
                provisional=clock.counting != "natural" and run.plan.calendar.is_provisional(passed.due),
                behind=self.behind,
                explanation=explanation,
            )
        )

    def _take_back(self, entry: Announced) -> None:
        """Withdraw where the engine itself was wrong or the evidence was recorded in time; else propose it.

        Evidence recorded after the alert fell due is for people to judge: otherwise whoever is late erases
        his own card by typing yesterday's date.
        """
        events = self.case.events
        in_time = [
            event
            for place, event in enumerate(events)
            if place < entry.known or event.recorded_at <= entry.due
        ]
        view = fold(in_time, self.rulebook, self.until, tangled=self.case.tangled)
        without_late_evidence = {
            (alert_id(self.case.id, passed), passed.due) for passed in justified(view, self.step).passed
        }
        saying: Saying = (
            "withdrawal_proposed" if (entry.alert, entry.due) in without_late_evidence else "withdrawn"
        )
        if saying == "withdrawal_proposed" and entry.status is Status.PROPOSED:
            return
        evidence = self._evidence(entry)
        at = max((max(event.received, event.occurred) for event in evidence), default=self.now)
        standing = responsible(self.view, entry.due)
        self._say(
            Alert(
                saying=saying,
                alert=entry.alert,
                revision=entry.revision,
                level=entry.level,
                case=self.case.id,
                item=self.view.item,
                unit=standing.unit,
                window=standing.window,
                person=standing.person,
                area=self._area(standing.unit),
                process=self.view.plan.process.id,
                stage=entry.stage,
                clock=entry.clock,
                rung=entry.rung,
                rule=entry.rule,
                rulebook=self.rulebook.version,
                due=entry.due,
                justified_from=max(entry.due, at),
                detected=self.now,
                as_of=self.step,
                time=at,
                known=entry.known,
                behind=self.behind,
                explanation=withdrawal_of(self.case.id, entry, saying, evidence),
            )
        )

    def _evidence(self, entry: Announced) -> tuple[Event, ...]:
        """What has come to bear since the alert was raised: events that arrived, corrections that took effect."""
        return tuple(
            event
            for place, event in enumerate(self.case.events)
            if event.occurred <= self.until
            and (place >= entry.known or (event.type == CORRECTION and event.occurred > entry.due))
        )

    def _area(self, unit: str | None) -> tuple[str, ...]:
        known = self.rulebook.units.get(unit) if unit is not None else None
        return known.area if known is not None else ()

    def _say(self, alert: Alert) -> None:
        self.alerts.append(alert)
        self.case = announce(self.case, alert)


def _speaks_anew(entry: Announced | None, passed: Passed) -> bool:
    """Whether a justified alert is to be raised: never raised, taken back, or over and now not over."""
    if entry is None or entry.status in (Status.WITHDRAWN, Status.PROPOSED):
        return True
    return entry.status is Status.ENDED and passed.ended is None


def _stage_at(view: View, instant: Instant) -> str:
    return next(stage for since, stage in reversed(view.stages) if since <= instant)
