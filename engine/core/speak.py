"""Putting the difference into words: what is raised, ended and taken back of one case."""

from msgspec.structs import replace

from engine.core.alert import Alert, Saying
from engine.core.case import Announced, Case, Status
from engine.core.evidence import justified_from, verdict
from engine.core.explain import ending_of, explanation_of, withdrawal_of
from engine.core.instant import Instant
from engine.core.justify import Justified, Passed, alert_id
from engine.core.rulebook import Rulebook
from engine.core.standing import responsible
from engine.core.view import View, stage_at

_SAID: dict[Saying, Status] = {
    "raised": Status.RAISED,
    "ended": Status.ENDED,
    "withdrawn": Status.WITHDRAWN,
    "withdrawal_proposed": Status.PROPOSED,
}


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
        alert.justified_from,
        alert.item,
        alert.unit,
        alert.window,
        alert.person,
    )


class Speaking:
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
        anew: list[tuple[Instant, Instant, str, Passed]] = []
        for passed in answer.passed:
            alert = alert_id(self.case.id, passed)
            key = (alert, passed.due)
            standing.add(key)
            entry = announced.get(key)
            if _speaks_anew(entry, passed):
                since = justified_from(self.case, self.rulebook, key, self.until)
                anew.append((since, passed.due, alert, passed))
            elif entry is not None and passed.ended is not None and entry.status is Status.RAISED:
                self._end(entry, passed)
        # Revisions are counted in the order in which they are said.
        for since, _, alert, passed in sorted(anew, key=lambda raised: raised[:3]):
            self._raise(alert, since, passed)
        for key, entry in announced.items():
            # An alert that a former owner published may rest on events that are still to be read again.
            is_judgeable = entry.known <= len(self.case.events)
            if key not in standing and entry.status is not Status.WITHDRAWN and is_judgeable:
                self._take_back(entry)

    def _raise(self, alert: str, since: Instant, passed: Passed) -> None:
        run, clock = passed.run, passed.run.plan.clock
        who = responsible(self.view, passed.due)
        revisions = [entry.revision for entry in self.case.announced if entry.alert == alert]
        entry = Announced(
            alert,
            passed.due,
            1 + max(revisions, default=0),
            Status.RAISED,
            len(self.case.events),
            passed.rung.level,
            clock.rule,
            clock.id,
            passed.rung.id,
            stage_at(self.view.stages, passed.due),
            since,
            self.view.item,
            who.unit,
            who.window,
            who.person,
        )
        provisional = clock.counting != "natural" and run.plan.calendar.is_provisional(passed.due)
        explanation = explanation_of(self.case.id, self.view, passed)
        said = self._message("raised", entry, passed.due)
        self._say(replace(said, provisional=provisional, explanation=explanation))
        if passed.ended is not None:
            self._end(entry, passed)

    def _end(self, entry: Announced, passed: Passed) -> None:
        explanation = explanation_of(self.case.id, self.view, passed)
        explanation = replace(explanation, text=ending_of(self.case.id, passed))
        said = self._message("ended", entry, entry.due if passed.ended is None else passed.ended)
        self._say(replace(said, explanation=explanation))

    def _take_back(self, entry: Announced) -> None:
        """Withdraw an alert that is no longer justified, or propose it, as its evidence allows."""
        found = verdict(self.case, self.rulebook, entry, self.until, self.step)
        if found.saying == "withdrawal_proposed" and entry.status is Status.PROPOSED:
            return
        at = self.now if found.at is None else found.at
        explanation = withdrawal_of(self.case.id, entry, found.saying, found.evidence)
        said = self._message(found.saying, entry, at)
        self._say(replace(said, explanation=explanation))

    def _message(self, saying: Saying, entry: Announced, time: Instant) -> Alert:
        """What is said of `entry`: to whom it was raised, whoever handles the case by now."""
        return Alert(
            saying=saying,
            alert=entry.alert,
            revision=entry.revision,
            level=entry.level,
            case=self.case.id,
            item=entry.item,
            unit=entry.unit,
            window=entry.window,
            person=entry.person,
            area=self._area(entry.unit),
            process=self.view.plan.process.id,
            stage=entry.stage,
            clock=entry.clock,
            rung=entry.rung,
            rule=entry.rule,
            rulebook=self.rulebook.version,
            due=entry.due,
            justified_from=entry.justified_from,
            detected=self.now,
            as_of=self.until,
            time=time,
            known=entry.known,
            behind=self.behind,
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
