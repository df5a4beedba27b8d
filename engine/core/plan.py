"""A clock made ready for the items it binds: its measure, its amount and its rungs as positions."""

from typing import Literal, NamedTuple

from msgspec import Struct, field

from engine.core.calendar import BusinessCalendar
from engine.core.catalogue import Item
from engine.core.clock import Clock, Level, Rung
from engine.core.event import Length
from engine.core.instant import Instant
from engine.core.measure import (
    Measure,
    NaturalDays,
    NaturalTime,
    WorkingDayInstants,
    WorkingDays,
    WorkingTime,
)


class RungPlan(Struct, frozen=True):
    """A rung as an offset from its anchor."""

    id: str
    level: Level
    anchor: Literal["due", "before", "after", "used"]
    offset: int = 0
    """Of `before` and `after`: positions of the clock's measure, or of its proportion where `fine`."""
    percent: int = 0
    fine: bool = False
    """Whether `offset` counts in the clock's proportion, being finer than its measure."""


class Dues(NamedTuple):
    """When the rungs of a clock fall due from one start on."""

    earliest: Instant
    """Of the first rung; `NEVER` where there is none."""
    end: Instant | None
    """Of the clock's own end; None where no rung stands there."""


class ClockPlan(Struct, frozen=True):
    """One clock as it runs on the cases of one item."""

    clock: Clock
    measure: Measure
    proportion: Measure
    """The continuous measure in which percentages of a day-counted limit are taken."""
    counts_days: bool
    calendar: BusinessCalendar
    amount: int | None
    """Allowance in positions of the measure; None where the events give it."""
    limit: Length | None
    """The allowance as the rule or the item words it."""
    rungs: tuple[RungPlan, ...]
    dues: dict[int, Dues] = field(default_factory=dict)
    """Remembered by the position of the start; see `engine.core.ledger.undisturbed`."""


def plan_clock(clock: Clock, item: Item | None, calendar: BusinessCalendar) -> ClockPlan | None:
    """`clock` for the cases of `item`; None where it does not bind them, or needs a limit that nobody names."""
    if not _binds(clock, item):
        return None
    measure = _measure(clock, calendar)
    counts_days = isinstance(measure, WorkingDays | NaturalDays)
    proportion = _proportion(clock, measure, calendar)
    limit = _limit(clock, item)
    if limit is None and clock.allowance.origin not in ("deadline", "granted"):
        return None
    amount = None if limit is None else measure.of(limit.value, limit.unit)
    rungs = tuple(_rung(rung, measure, proportion) for rung in clock.rungs if _chosen(rung, limit))
    return ClockPlan(clock, measure, proportion, counts_days, calendar, amount, limit, rungs)


def _binds(clock: Clock, item: Item | None) -> bool:
    if item is None:
        return not (clock.natures or clock.kinds)
    return (not clock.natures or item.nature in clock.natures) and (
        not clock.kinds or item.kind in clock.kinds
    )


def _limit(clock: Clock, item: Item | None) -> Length | None:
    origin = clock.allowance.origin
    if origin in ("deadline", "granted"):
        return None
    named: Length | None = None
    if item is not None and origin == "promised":
        named = item.promised
    elif item is not None and origin == "statutory":
        named = item.statutory
    elif item is not None and origin == "stage" and clock.stage is not None:
        named = item.stages.get(clock.stage)
    return named or clock.allowance.length


def _measure(clock: Clock, calendar: BusinessCalendar) -> Measure:
    match clock.counting:
        case "day":
            return WorkingDays(calendar, expires=clock.expires, late=clock.late)
        case "instant":
            return WorkingDayInstants(calendar)
        case "hours":
            return WorkingTime(calendar)
        case "natural":
            return NaturalTime()
        case "natural_day":
            return NaturalDays(calendar, expires=clock.expires)


def _proportion(clock: Clock, measure: Measure, calendar: BusinessCalendar) -> Measure:
    match clock.counting:
        case "day":
            return WorkingTime(calendar)
        case "natural_day":
            return NaturalTime()
        case _:
            return measure


def _chosen(rung: Rung, limit: Length | None) -> bool:
    if limit is None:
        return rung.allowance_over is None and rung.allowance_up_to is None
    if rung.allowance_over is not None and limit.value <= rung.allowance_over:
        return False
    return rung.allowance_up_to is None or limit.value <= rung.allowance_up_to


def _rung(rung: Rung, measure: Measure, proportion: Measure) -> RungPlan:
    if rung.length is None:
        return RungPlan(rung.id, rung.level, rung.anchor, percent=rung.percent or 0)
    try:
        offset = measure.of(rung.length.value, rung.length.unit)
    except ValueError:
        offset = proportion.of(rung.length.value, rung.length.unit)
        return RungPlan(rung.id, rung.level, rung.anchor, offset, fine=True)
    return RungPlan(rung.id, rung.level, rung.anchor, offset)
