"""The ledger of a running clock: allowance, exclusions and extensions, from one change to the next.

A change counts from when it happened: what fell due before it stays as it was. How suspensions and extensions
count is the table of domain knowledge in `ARCHITECTURE.md`, held by the vectors in the tests.
"""

from typing import Final

from msgspec import Struct

from engine.core.event import Event
from engine.core.finding import Finding
from engine.core.instant import NEVER, Instant
from engine.core.measure import Exclusion, deadline
from engine.core.plan import ClockPlan, Dues, RungPlan

_DUES_MAX: Final = 4096
"""So many days' due instants are remembered for a clock and an item."""


class Entry(Struct, frozen=True):
    """The ledger between two changes."""

    since: Instant
    cause: Event
    """The event that made the entry."""
    amount: int | None
    """Allowance in positions of the measure; None where the source gave no end."""
    revision: int
    """How often the allowance has changed; a rung that fell due falls due again only under another one."""
    exclusions: tuple[Exclusion, ...] = ()
    paused: int | None = None
    """Position from which the clock stands still with no end in sight; None while it runs."""


class Ledger(Struct, frozen=True):
    """All entries of one run, the latest last."""

    start: int
    """Position of the clock's start."""
    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...] = ()
    extensions: tuple[Event, ...] = ()
    """Those that moved the clock."""


def undisturbed(plan: ClockPlan, start: Event) -> Dues | None:
    """When the rungs fall due if nothing changes the ledger from `start` on; None where that is not one answer a day.

    Under day counting it depends on the day of the start alone, so that it is computed once a day and item.
    """
    if not plan.counts_days or plan.amount is None:
        return None
    position = plan.measure.at(start.occurred)
    dues = plan.dues.get(position)
    if dues is None:
        entry = Entry(start.occurred, start, plan.amount, 0)
        each = [due_of(plan, rung, position, entry) for rung in plan.rungs]
        certain = [due for due in each if due is not None]
        ends = [
            due
            for rung, due in zip(plan.rungs, each, strict=True)
            if due is not None and rung.anchor == "due"
        ]
        dues = Dues(min(certain, default=NEVER), min(ends, default=None))
        if len(plan.dues) >= _DUES_MAX:
            plan.dues.clear()
        plan.dues[position] = dues
    return dues


def due_of(plan: ClockPlan, rung: RungPlan, start: int, entry: Entry) -> Instant | None:
    """When `rung` falls due under `entry`; None while the clock stands still before it, or has no end."""
    amount = entry.amount
    if amount is None:
        return None
    if rung.anchor == "used":
        return _used(plan, rung.percent, start, entry)
    offset = 0 if rung.fine else rung.offset
    if rung.anchor == "before":
        offset = -offset
    position = deadline(start, amount + offset, entry.exclusions)
    if entry.paused is not None and position > entry.paused:
        return None
    due = plan.measure.when(position)
    if rung.fine:
        fine = plan.proportion
        due = fine.when(fine.at(due) + (rung.offset if rung.anchor == "after" else -rung.offset))
    return due


def _used(plan: ClockPlan, percent: int, start: int, entry: Entry) -> Instant | None:
    """When `percent` of the allowance is used: of working time from the opening of day 1 where days count."""
    amount = entry.amount
    if amount is None or amount <= 0:
        return None
    if not plan.counts_days:
        position = deadline(start, amount * percent // 100, entry.exclusions)
        if entry.paused is not None and position > entry.paused:
            return None
        return plan.measure.when(position)
    measure, fine = plan.measure, plan.proportion
    end = deadline(start, amount, entry.exclusions)
    spans = [(fine.at(measure.when(first)), fine.at(measure.when(last))) for first, last in entry.exclusions]
    opening = fine.at(measure.when(start))
    total = fine.at(measure.when(end)) - opening
    total -= sum(max(0, last - max(first, opening)) for first, last in spans if first < opening + total)
    position = deadline(opening, total * percent // 100, spans)
    if entry.paused is not None and position > fine.at(measure.when(entry.paused)):
        return None
    return fine.when(position)
