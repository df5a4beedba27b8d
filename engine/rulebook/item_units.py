"""Whether the clocks that bind an item can count the limits that the item names."""

from engine.core.catalogue import Item
from engine.core.clock import Clock
from engine.core.event import Length
from engine.rulebook.catalogue_section import ReadItem
from engine.rulebook.clock_section import ReadClock
from engine.rulebook.length_entry import MEASURED, units_worded, worded
from engine.rulebook.yaml_nodes import Entry


def refuse_uncountable(items: list[ReadItem], clocks: list[ReadClock]) -> None:
    """Record every limit of an item in a unit that a clock of the item does not count, once per limit."""
    by_process: dict[str, list[Clock]] = {}
    for process, clock in clocks:
        if clock.allowance.origin in ("promised", "statutory", "stage"):
            by_process.setdefault(process, []).append(clock)
    for item, fields in items:
        refused: set[str] = set()
        for clock in by_process.get(item.process, ()):
            named = _limit(clock, item, fields) if _binds(clock, item) else None
            if named is None or named[1].path in refused or named[0].unit in MEASURED[clock.counting]:
                continue
            limit, entry = named
            refused.add(entry.path)
            units = units_worded(MEASURED[clock.counting])
            entry.refuse(f"expected {units}, which the clock {clock.id!r} counts; got {worded(limit)!r}")


def _binds(clock: Clock, item: Item) -> bool:
    natures, kinds = clock.natures, clock.kinds
    return (not natures or item.nature in natures) and (not kinds or item.kind in kinds)


def _limit(clock: Clock, item: Item, fields: dict[str, Entry]) -> tuple[Length, Entry] | None:
    match clock.allowance.origin:
        case "promised" if item.promised is not None:
            return item.promised, fields["promised"]
        case "statutory" if item.statutory is not None:
            return item.statutory, fields["statutory"]
        case "stage" if clock.stage in item.stages:
            return item.stages[clock.stage], dict(fields["stages"].members())[clock.stage]
        case _:
            return None
