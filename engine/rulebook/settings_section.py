"""The keys of a rulebook as a whole: its calendar, its default process and its limits."""

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from engine.core.instant import DAY, HOUR, MINUTE
from engine.core.rulebook import Limits
from engine.rulebook.length_entry import length_at
from engine.rulebook.names import Names
from engine.rulebook.yaml_nodes import Entry

DEFAULT_CALENDAR: Final = "cn"

_KEYS: Final = ("calendar", "default_process", "limits")
_NATURAL: Final = {"days": DAY, "hours": HOUR, "minutes": MINUTE}
_SPANS: Final = ("future_tolerance", "future_bound", "closed_retention", "stub_retention")
_NUMBERS: Final = {"events_per_case": (1, 1_000_000), "record_bytes": (1_000, 1_000_000_000)}
_RETENTION_DAYS_MOST: Final = 36_525


class Settings(Struct, frozen=True):
    """What the files say about the rulebook as a whole."""

    calendar: str = DEFAULT_CALENDAR
    default_process: str | None = None
    limits: Limits = Limits()
    faulty: bool = False
    """Whether one of them has a fault."""


def read_settings(tops: list[tuple[dict[str, Entry], bool]], names: Names) -> Settings:
    """The settings of the files, own and included; the directory's own go before included ones."""
    chosen: dict[str, tuple[Entry, bool]] = {}
    for key in _KEYS:
        for fields, own in tops:
            if key not in fields:
                continue
            first, first_own = chosen.setdefault(key, (fields[key], own))
            if first is not fields[key] and first_own == own:
                fields[key].refuse_key(f"duplicate key {key!r}; the first is at {first.key_place}")
    calendar: str | None = DEFAULT_CALENDAR
    default_process: str | None = None
    if "calendar" in chosen:
        calendar = names.refer("calendar", chosen["calendar"][0])
    if "default_process" in chosen:
        default_process = names.refer("process", chosen["default_process"][0])
    limits = _limits(chosen["limits"][0]) if "limits" in chosen else Limits()
    faulty = calendar is None or ("default_process" in chosen and default_process is None)
    return Settings(calendar or DEFAULT_CALENDAR, default_process, limits, faulty)


def _limits(entry: Entry) -> Limits:
    fields = entry.fields((*_NUMBERS, *_SPANS))
    limits = Limits()
    for name, (least, most) in _NUMBERS.items():
        number = fields[name].whole(least, most) if name in fields else None
        if number is not None:
            limits = replace(limits, **{name: number})
    for name in _SPANS:
        span = _span(fields[name]) if name in fields else None
        if span is not None:
            limits = replace(limits, **{name: span})
    return limits


def _span(entry: Entry) -> int | None:
    length = length_at(entry, most_days=_RETENTION_DAYS_MOST)
    if length is None:
        return None
    if length.unit not in _NATURAL:
        entry.refuse("expected a length in days, hours or minutes, which count without a calendar")
        return None
    return length.value * _NATURAL[length.unit]
