"""Keeping the ledger of a run: what each suspension, extension and given deadline does to it."""

from engine.core.event import EXTENSION, Event, Length
from engine.core.finding import Finding
from engine.core.instant import Instant
from engine.core.ledger import Entry, Ledger, due_of
from engine.core.measure import Exclusion, Measure, NaturalTime, WorkingDays, WorkingTime, union
from engine.core.plan import ClockPlan, RungPlan
from engine.core.view import Run, Suspension, View

_END = RungPlan("end", "red", "due")


def ledger_of(run: Run, view: View) -> Ledger:
    """The ledger of `run` as the events of `view` make it."""
    start = run.plan.measure.at(run.start.occurred)
    if not view.changes:
        return Ledger(start, (Entry(run.start.occurred, run.start, run.plan.amount, 0),))
    return _Book(run, view, start).kept()


class _Book:
    """One ledger while it is being kept."""

    def __init__(self, run: Run, view: View, start: int) -> None:
        self.run = run
        self.view = view
        self.plan = run.plan
        self.start = start
        self.extra = 0
        self.extensions: list[Event] = []
        self.findings: list[Finding] = []
        pause = run.plan.clock.pause
        self.pausing = (
            [
                suspension
                for suspension in view.suspensions
                if pause.stops(suspension.start.facts.kind, suspension.start.facts.basis)
            ]
            if pause is not None
            else []
        )

    def kept(self) -> Ledger:
        """The whole ledger."""
        run = self.run
        entries = [self._entry(run.place, run.start, None)]
        for place, event in self.view.changes:
            if not run.place < place < run.stop_place:
                continue
            before = entries[-1]
            if event.type == EXTENSION and not self._prolongs(event):
                self._extend(event, before)
            entry = self._entry(place, event, before)
            if (entry.amount, entry.exclusions, entry.paused) != (
                before.amount,
                before.exclusions,
                before.paused,
            ):
                entries.append(entry)
        return Ledger(self.start, tuple(entries), tuple(self.findings), tuple(self.extensions))

    def _entry(self, place: int, cause: Event, before: Entry | None) -> Entry:
        exclusions, paused = self._pauses(place)
        amount = self._amount(place)
        revision = 0
        if before is not None:
            revision = before.revision + (amount != before.amount)
        return Entry(cause.occurred, cause, amount, revision, exclusions, paused)

    def _amount(self, place: int) -> int | None:
        """The allowance as the events up to `place` make it, in positions."""
        if self.run.suspension is not None:
            end = self._granted_end(self.run.suspension, self.start, place, due=True)
            return None if end is None else end - self.start
        if self.plan.clock.allowance.origin == "deadline":
            given = [
                event.facts.deadline
                for at, event in self.view.changes
                if at <= place and event.facts.deadline is not None
            ]
            return self.plan.measure.at(given[-1]) - self.start if given else None
        return None if self.plan.amount is None else self.plan.amount + self.extra

    def _pauses(self, place: int) -> tuple[tuple[Exclusion, ...], int | None]:
        """What is excluded as of `place`, and the position from which the clock stands still."""
        measure = self.plan.measure
        closed: list[Exclusion] = []
        paused: int | None = None
        for suspension in self.pausing:
            if suspension.place > place:
                continue
            began = measure.at(suspension.start.occurred)
            first = max(began, self.start)
            last = self._granted_end(suspension, began, place, due=False)
            if suspension.end is not None and suspension.end_place <= place:
                ended = measure.at(suspension.end.occurred)
                last = ended if last is None else min(last, ended)
            if last is not None:
                closed.append((first, last))
            elif paused is None or first < paused:
                paused = first
        return union(closed), paused

    def _prolongs(self, event: Event) -> bool:
        return any(
            event.identity == prolonging.identity
            for suspension in self.view.suspensions
            for _, prolonging in suspension.prolongations
        )

    def _extend(self, event: Event, before: Entry) -> None:
        """Add what `event` extends, or find why it moves nothing."""
        rule = self.plan.clock.extension
        if rule is None or before.amount is None:
            return
        length = event.facts.length
        if not event.facts.approver or length is None:
            self._find("extension-unapproved", event)
            return
        due = due_of(self.plan, _END, self.start, before)
        if due is not None and event.occurred > due:
            self._find("extension-late", event)
            return
        if len(self.extensions) >= rule.times:
            self._find("extension-repeated", event)
            return
        try:
            added = self.plan.measure.of(length.value, length.unit)
        except ValueError:
            self._find("extension-unit", event, length.unit)
            return
        if added <= 0 or self.extra + added > self.plan.measure.of(rule.bound.value, rule.bound.unit):
            self._find("extension-over-bound", event, str(length.value))
            return
        self.extra += added
        self.extensions.append(event)

    def _granted_end(self, suspension: Suspension, began: int, place: int, *, due: bool) -> int | None:
        """Position at which the length told in writing ends, prolongations up to `place` included.

        An end on a day not worked excludes the working days before it; `due`, it falls due on the next one.
        """
        length = suspension.start.facts.length
        if length is None:
            return None
        plan = self.plan
        end = _after(plan, began, suspension.start.occurred, length, due=due)
        for at, event in suspension.prolongations:
            if at > place:
                continue
            if not event.facts.basis or event.facts.length is None:
                self._find_once("prolongation-without-basis", event)
            elif event.occurred > plan.measure.when(end):
                self._find_once("prolongation-late", event)
            else:
                end = _after(plan, end, plan.measure.when(end), event.facts.length, due=due)
        return end

    def _find_once(self, kind: str, event: Event) -> None:
        finding = Finding(kind, event.source, event.id)
        if finding not in self.findings:
            self.findings.append(finding)

    def _find(self, kind: str, event: Event, detail: str = "") -> None:
        clock = self.plan.clock.id
        self.findings.append(Finding(kind, event.source, event.id, f"{clock} {detail}" if detail else clock))


def _after(plan: ClockPlan, position: int, instant: Instant, length: Length, *, due: bool) -> int:
    """The position `length` after `position`, which is at `instant`, in whatever unit the length has.

    Where it lies between two positions it is the earlier, or, to be `due`, the later.
    """
    try:
        return position + plan.measure.of(length.value, length.unit)
    except ValueError:
        other = _measure_for(plan, length.unit)
        end = other.when(other.at(instant) + other.of(length.value, length.unit))
        after = plan.measure.at(end)
        return after + 1 if due and plan.counts_days and plan.measure.when(after) < end else after


def _measure_for(plan: ClockPlan, unit: str) -> Measure:
    """A measure that can express `unit`; lengths are checked for their unit when they are decoded."""
    if unit == "working_days":
        return WorkingDays(plan.calendar)
    if unit == "working_hours":
        return WorkingTime(plan.calendar)
    return NaturalTime()
