"""A rulebook: every process, clock, item, unit and calendar of one version, and what of it applies to a case."""

from msgspec import Struct, field

from engine.core.calendar import BusinessCalendar
from engine.core.catalogue import Item, Unit
from engine.core.clock import Clock
from engine.core.instant import DAY, MINUTE, Instant
from engine.core.plan import ClockPlan, plan_clock
from engine.core.process import Process


class Limits(Struct, frozen=True):
    """The named limits within which the laws of the engine hold."""

    events_per_case: int = 500
    """A case takes no more events than this."""
    future_tolerance: Instant = 5 * MINUTE
    """An event further ahead of its receipt than this is kept, with a finding; it counts from its own time."""
    future_bound: Instant = 366 * DAY
    """An event further ahead of its receipt than this is a dead letter."""
    closed_retention: Instant = 90 * DAY
    """So long after it ended and was last heard of, a case shrinks to a stub."""
    stub_retention: Instant = 3653 * DAY
    """So long after that the stub goes; an older event of an unknown case is a dead letter."""
    record_bytes: int = 1_000_000
    """A larger record is a dead letter."""


class Rulebook(Struct, frozen=True):
    """All rules of one version."""

    version: str
    """Hash of everything that the rulebook was loaded from."""
    processes: dict[str, Process]
    clocks: dict[str, tuple[Clock, ...]]
    """By process id."""
    items: dict[str, Item]
    units: dict[str, Unit]
    calendars: dict[str, BusinessCalendar]
    calendar: str
    """Id of the calendar that applies where a clock names none."""
    default_process: str
    """Of cases whose item is not in the catalogue."""
    limits: Limits = Limits()
    plans: "dict[str | None, CasePlan]" = field(default_factory=dict)
    """What applies to the cases of each item; filled by `with_plans`."""

    def plan(self, item_code: str | None) -> "CasePlan":
        """What applies to a case of the item; what needs an item is missing where the code is unknown."""
        return self.plans.get(item_code) or self.plans[None]


class CasePlan(Struct, frozen=True):
    """Process and clocks of the cases of one item."""

    item: Item | None
    process: Process
    clocks: tuple[ClockPlan, ...]
    starts: dict[str, tuple[int, ...]]
    """By event type: places of the clocks that it starts."""
    stops: dict[str, tuple[int, ...]]
    """By event type: places of the clocks that it stops."""
    stage_clocks: dict[str, tuple[int, ...]]
    """By stage: places of the clocks that run while a case is in it."""
    granted: tuple[int, ...]
    """Places of the clocks that measure a suspension against the length granted to it."""
    needs_item: bool
    """Whether the process has clocks that cannot be judged without knowing the item."""


def with_plans(rulebook: Rulebook) -> Rulebook:
    """`rulebook` with the plans of all its items, and of cases whose item is unknown under None."""
    plans: dict[str | None, CasePlan] = {None: _plan(rulebook, None)}
    for code, item in rulebook.items.items():
        plans[code] = _plan(rulebook, item)
    rulebook.plans.update(plans)
    return rulebook


def _plan(rulebook: Rulebook, item: Item | None) -> CasePlan:
    process = rulebook.processes[item.process if item else rulebook.default_process]
    all_clocks = rulebook.clocks.get(process.id, ())
    clocks = []
    for clock in all_clocks:
        calendar = rulebook.calendars[clock.calendar or rulebook.calendar]
        planned = plan_clock(clock, item, calendar)
        if planned is not None:
            clocks.append(planned)
    starts: dict[str, tuple[int, ...]] = {}
    stops: dict[str, tuple[int, ...]] = {}
    stage_clocks: dict[str, tuple[int, ...]] = {}
    granted: list[int] = []
    for place, planned in enumerate(clocks):
        clock = planned.clock
        if clock.allowance.origin == "granted":
            granted.append(place)
            continue
        if clock.stage is not None:
            stage_clocks[clock.stage] = (*stage_clocks.get(clock.stage, ()), place)
        for event_type in sorted(clock.start):
            starts[event_type] = (*starts.get(event_type, ()), place)
        for event_type in sorted(clock.stop):
            stops[event_type] = (*stops.get(event_type, ()), place)
    needs_item = any(
        clock.natures or clock.kinds or clock.allowance.origin in ("promised", "statutory", "stage")
        for clock in all_clocks
    )
    return CasePlan(item, process, tuple(clocks), starts, stops, stage_clocks, tuple(granted), needs_item)
