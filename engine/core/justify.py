"""Which alerts are justified by what is known of a case, and when the next one falls due."""

from hashlib import blake2b
from typing import Final

from msgspec import Struct

from engine.core.book import ledger_of
from engine.core.finding import Finding
from engine.core.instant import NEVER, Instant
from engine.core.ledger import Entry, Ledger, due_of, undisturbed
from engine.core.plan import Dues, RungPlan
from engine.core.view import Run, View


class Passed(Struct, frozen=True):
    """A rung that fell due: an alert that is justified."""

    run: Run
    rung: RungPlan
    ledger: Ledger
    entry: Entry
    """The ledger's entry under which it fell due."""
    due: Instant
    ended: Instant | None
    """When what it warned of was over; None while it is not."""


class Justified(Struct, frozen=True):
    """The answer for one case at one instant."""

    passed: tuple[Passed, ...]
    wake: Instant
    """The earliest instant after which another rung is passed if nothing happens."""
    next_due: Instant | None
    """The earliest end of a running clock that has not passed."""
    next_clock: str | None
    findings: tuple[Finding, ...]


def justified(view: View, now: Instant) -> Justified:
    """Every rung of every clock of `view` that fell due before `now`.

    Overdue begins strictly after due: at the due instant itself an event is still in time, so a rung that
    falls due at `now` is not passed yet.
    """
    passed: list[Passed] = []
    findings: list[Finding] = []
    wake = NEVER
    next_due: Instant | None = None
    next_clock: str | None = None
    quiet = not view.changes
    for run in view.runs:
        ahead = _nothing_passed(run, now) if quiet else None
        if ahead is None:
            ledger = ledger_of(run, view)
            findings.extend(ledger.findings)
            if run.plan.clock.allowance.origin == "deadline" and ledger.entries[-1].amount is None:
                findings.append(
                    Finding("deadline-missing", run.start.source, run.start.id, run.plan.clock.id)
                )
            ahead = _sweep(run, ledger, now, passed)
        run_wake, end = ahead
        wake = min(wake, run_wake)
        if end is not None and (next_due is None or end < next_due):
            next_due, next_clock = end, run.plan.clock.id
    return Justified(tuple(passed), wake, next_due, next_clock, tuple(findings))


def _nothing_passed(run: Run, now: Instant) -> Dues | None:
    """The next rung and the end of a run that has passed nothing, told without a ledger; None where it may have.

    Most runs of most cases are such: they stopped before their first rung, or have not reached it.
    """
    dues = undisturbed(run.plan, run.start)
    if dues is None:
        return None
    if run.stop is not None:
        return _STOPPED if dues.earliest >= run.stop.occurred else None
    return dues if dues.earliest >= now else None


_STOPPED: Final = Dues(NEVER, None)


def _sweep(run: Run, ledger: Ledger, now: Instant, passed: list[Passed]) -> Dues:
    """Collect what `run` has passed; the instant of its next rung, and of its end where that lies ahead."""
    wake: Instant = NEVER
    end: Instant | None = None
    for rung in run.plan.rungs:
        due = _sweep_rung(run, rung, ledger, now, passed)
        if due is not None:
            wake = min(wake, due)
            if rung.anchor == "due" and (end is None or due < end):
                end = due
    return Dues(wake, end)


def _sweep_rung(
    run: Run, rung: RungPlan, ledger: Ledger, now: Instant, passed: list[Passed]
) -> Instant | None:
    """Collect every time that `rung` fell due before `now`; when it next does, None where it does not.

    A rung that fell due falls due again only under another allowance, and then what it warned of before is over.
    """
    entries = ledger.entries
    stop = NEVER if run.stop is None else run.stop.occurred
    ahead: Instant | None = None
    fallen: tuple[Instant, Entry] | None = None
    for place, entry in enumerate(entries):
        if fallen is not None and fallen[1].revision == entry.revision:
            continue
        due = due_of(run.plan, rung, ledger.start, entry)
        if due is not None:
            due = _not_before_start(run, rung, due)
        if fallen is not None:
            if due == fallen[0]:
                continue
            passed.append(Passed(run, rung, ledger, fallen[1], fallen[0], entry.since))
            fallen = None
        until = entries[place + 1].since if place + 1 < len(entries) else stop
        if due is None or due >= until:
            continue
        if due < now:
            fallen = (due, entry)
        else:
            ahead = due
    if fallen is not None:
        ended = None if run.stop is None else stop
        passed.append(Passed(run, rung, ledger, fallen[1], fallen[0], ended))
    return ahead


def _not_before_start(run: Run, rung: RungPlan, due: Instant) -> Instant:
    """`due`, but of a warning not before the clock started."""
    if due < run.start.occurred and rung.anchor in ("before", "used"):
        return run.start.occurred
    return due


def alert_id(case: str, passed: Passed) -> str:
    """The id of an alert: a function of case, rule, clock, starting event and rung (hexadecimal, 128 bits)."""
    run = passed.run
    clock = run.plan.clock
    parts = (case, clock.rule, clock.id, run.start.source, run.start.id, passed.rung.id)
    return blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()
