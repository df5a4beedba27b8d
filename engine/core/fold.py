"""The fold: from the events of a case to its view, a function of the events alone and not of their arrival."""

from collections.abc import Sequence

from msgspec.structs import replace

from engine.core.event import CORRECTION, DECISION, DECISIONS, EXTENSION, RESUMPTION, SUSPENSION, Event
from engine.core.finding import Finding
from engine.core.history import in_order, item_of, untangled
from engine.core.instant import Instant
from engine.core.rulebook import CasePlan, Rulebook
from engine.core.view import AFTER_ALL, Run, Suspension, View, stage_at


def fold(events: Sequence[Event], rulebook: Rulebook, until: Instant, *, tangled: bool) -> View:
    """The case as `events` that occurred at or before `until` show it.

    `tangled` says that corrections or differing events of one identity may be among them.
    """
    findings: list[Finding] = []
    if tangled:
        effective, findings = untangled(events, rulebook.plan(item_of(events)).process, until)
    else:
        effective = [event for event in events if event.occurred <= until]
    item = item_of(effective)
    plan = rulebook.plan(item)
    if len(effective) > 1:
        effective = in_order(effective, plan.process)
    folding = _Folding(plan, findings)
    for event in effective:
        folding.take(event)
    folding.judge_item(item, effective, known=item in rulebook.items)
    folding.judge_times(events, rulebook.limits.future_tolerance)
    return View(
        plan,
        item,
        tuple(effective),
        tuple(folding.stages),
        tuple(folding.finished_runs()),
        tuple(folding.suspensions),
        tuple(folding.changes),
        tuple(folding.findings),
        folding.ended,
    )


class _Folding:
    """The state of one fold, from one event to the next."""

    def __init__(self, plan: CasePlan, findings: list[Finding]) -> None:
        self.plan = plan
        self.process = plan.process
        self.findings = findings
        self.stage = plan.process.initial
        self.stages: list[tuple[Instant, str]] = [(0, self.stage)]
        self.runs: list[Run] = []
        self.running: dict[int, int] = {}
        self.suspensions: list[Suspension] = []
        self.changes: list[tuple[int, Event]] = []
        self.place = -1
        self.ended: Event | None = None
        self.left = self.stage
        """The stage that the case left last."""
        self.stopped_in: dict[int, str] = {}
        """By run: the stage that the case left with the event that stopped it."""
        self.went_back = False

    def take(self, event: Event) -> None:
        """Fold the next event in order."""
        kind = event.type
        self.place += 1
        if event.facts.deadline is not None and kind != CORRECTION:
            self.changes.append((self.place, event))
        if kind not in self.process.events:
            self._find("unknown-type", event, kind)
            return
        ended_before = self.ended is not None
        went_back = kind in self.process.transitions and self._move(event)
        if not went_back:
            self._stop(event)
        if ended_before and (kind in self.plan.starts or kind in (SUSPENSION, EXTENSION)):
            self._find("start-after-end" if kind in self.plan.starts else "event-after-end", event, kind)
            return
        for place in self.plan.starts.get(kind, ()):
            self._start(place, event)
        if kind == DECISION and event.facts.decision not in DECISIONS:
            self._find("decision-unknown", event, event.facts.decision or "")
        if kind == SUSPENSION:
            self._suspend(event)
        elif kind == RESUMPTION:
            self._resume(event)
        elif kind == EXTENSION:
            self._extend(event)

    def _find(self, kind: str, event: Event, detail: str = "") -> None:
        self.findings.append(Finding(kind, event.source, event.id, detail))

    def _move(self, event: Event) -> bool:
        """Move the case; whether it stays in the office, so that the event stops no clock but that of its stage."""
        if self.ended is not None:
            self._find("event-after-end", event, event.type)
            return False
        transitions = self.process.transitions[event.type]
        wanted = event.facts.to
        goes_back = any(transition.back for transition in transitions)
        if (
            goes_back
            and wanted is not None
            and all(transition.target != wanted for transition in transitions)
        ):
            self._find("unknown-return-target", event, wanted)
            return True
        for transition in transitions:
            if transition.back and wanted != transition.target:
                continue
            if self.stage not in transition.sources:
                self._find("unexpected-stage", event, self.stage)
            self._enter(transition.target, event)
            if transition.back:
                self._reopen(transition.target)
            return transition.back
        return False

    def _reopen(self, target: str) -> None:
        """Let the clocks run on that were stopped by what the case has now gone back behind."""
        order = list(self.process.stages)
        behind = order.index(target)
        self.went_back = True
        for run, left in list(self.stopped_in.items()):
            stopped = self.runs[run]
            place = self.plan.clocks.index(stopped.plan)
            if order.index(left) >= behind and stopped.plan.clock.stage is None and place not in self.running:
                del self.stopped_in[run]
                self.running[place] = run
                self.runs[run] = replace(stopped, stop=None, stop_place=AFTER_ALL)

    def _enter(self, target: str, event: Event) -> None:
        plan = self.plan
        left, self.stage = self.stage, target
        self.left = left
        self.stages.append((event.occurred, target))
        if left != target:
            for place in plan.stage_clocks.get(left, ()):
                self._end_run(place, event)
            for place in plan.stage_clocks.get(target, ()):
                self._start(place, event)
        if self.process.stages[target].final:
            self.ended = event
            for suspension in self.suspensions:
                if suspension.end is None:
                    suspension.end = event
                    suspension.end_place = self.place
                    self._find("ended-while-suspended", suspension.start)

    def _start(self, place: int, event: Event) -> None:
        if place in self.running:
            # A case that went back to be accepted anew goes on under the clock that runs.
            if not self.went_back:
                self._find("started-twice", event, self.plan.clocks[place].clock.id)
            return
        self.running[place] = len(self.runs)
        self.runs.append(Run(self.plan.clocks[place], event, self.place, self.stage))

    def _stop(self, event: Event) -> None:
        for place in self.plan.stops.get(event.type, ()):
            self._end_run(place, event)

    def _end_run(self, place: int, event: Event) -> None:
        run = self.running.pop(place, None)
        if run is not None:
            self.stopped_in[run] = self.left
            self.runs[run] = replace(self.runs[run], stop=event, stop_place=self.place)

    def _suspend(self, event: Event) -> None:
        facts = event.facts
        self.changes.append((self.place, event))
        # The same kind again while it lasts is a recorded prolongation, not a second suspension.
        if self._prolong(event):
            return
        self.suspensions.append(Suspension(event, self.place, []))
        pausing = [planned.clock.pause for planned in self.plan.clocks if planned.clock.pause is not None]
        stops = any(pause.stops(facts.kind, facts.basis) for pause in pausing)
        if pausing and not stops:
            self._find("suspension-ineffective", event, facts.kind or "")
        if stops and facts.length is None:
            self._find("suspension-without-length", event, facts.kind or "")
        started_before = any(
            run.plan.clock.stage is None and run.plan.clock.pause is not None for run in self.runs
        )
        if not started_before:
            self._find("suspension-before-start", event)

    def _resume(self, event: Event) -> None:
        open_ones = [suspension for suspension in self.suspensions if suspension.end is None]
        kind = event.facts.kind
        if kind is not None:
            open_ones = [suspension for suspension in open_ones if suspension.start.facts.kind == kind]
        if not open_ones:
            self._find("resumed-without-suspension", event, kind or "")
            return
        open_ones[0].end = event
        open_ones[0].end_place = self.place
        self.changes.append((self.place, event))

    def _extend(self, event: Event) -> None:
        self.changes.append((self.place, event))
        if event.facts.kind:
            self._prolong(event)

    def _prolong(self, event: Event) -> bool:
        """Note `event` with the open suspension of its kind; whether there is one."""
        for suspension in self.suspensions:
            if suspension.end is None and suspension.start.facts.kind == event.facts.kind:
                suspension.prolongations.append((self.place, event))
                return True
        return False

    def finished_runs(self) -> list[Run]:
        """The runs of all clocks, those that measure suspensions too."""
        granted = [self.plan.clocks[place] for place in self.plan.granted]
        for suspension in self.suspensions:
            for planned in granted:
                stage = stage_at(self.stages, suspension.start.occurred)
                self.runs.append(
                    Run(
                        planned,
                        suspension.start,
                        suspension.place,
                        stage,
                        suspension.end,
                        suspension.end_place,
                        suspension,
                    )
                )
        return self.runs

    def judge_item(self, item: str | None, events: Sequence[Event], *, known: bool) -> None:
        """Find what is odd about the item that the events name."""
        if item is None:
            if self.plan.needs_item:
                self.findings.append(Finding("no-item"))
            return
        for event in events:
            named = event.facts.item
            if named is not None and named != item:
                self._find("item-changed", event, named)
        if not known and self.plan.needs_item:
            self.findings.append(Finding("unknown-item", detail=item))

    def judge_times(self, events: Sequence[Event], tolerance: Instant) -> None:
        """Find events, and what corrections put in their place, further ahead of their receipt than `tolerance`."""
        for event in events:
            if event.latest > event.received + tolerance:
                self._find("ahead-of-receipt", event)
