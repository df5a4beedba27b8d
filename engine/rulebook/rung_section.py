"""The rungs of a clock: at which thresholds it raises which level of alert."""

from typing import Final

from msgspec import Struct

from engine.core.clock import LEVELS, Allowance, Level, Rung
from engine.rulebook.length_entry import PLACED, exceeds, units_worded, worded
from engine.rulebook.phrase import (
    RUNG_EXPECTED,
    WHERE_EXPECTED,
    RungPhrase,
    WherePhrase,
    read_rung,
    read_where,
)
from engine.rulebook.yaml_nodes import Entry

_KEYS: Final = ("id", "level", "at", "where")
_REQUIRED: Final = ("id", "level", "at")
_LEVELS: Final[dict[str, Level]] = {level: level for level in LEVELS}


class _Known(Struct, frozen=True):
    """What of the clock the rungs are checked against; None where the clock itself has a fault there."""

    allowance: Allowance | None
    counting: str | None


def read_rungs(entry: Entry, allowance: Allowance | None, counting: str | None) -> tuple[Rung, ...] | None:
    """The rungs of a clock with this allowance and counting; None, with findings, where one has a fault."""
    elements = entry.elements("a list of rungs")
    if entry.is_sequence and not elements:
        entry.refuse("expected at least one rung: a clock without rungs raises nothing")
    known = _Known(allowance, counting)
    first: dict[str, Entry] = {}
    rungs = [_rung(element, known, first) for element in elements]
    read = tuple(rung for rung in rungs if rung is not None)
    return read if read and len(read) == len(rungs) else None


def _rung(entry: Entry, known: _Known, first: dict[str, Entry]) -> Rung | None:
    fields = entry.fields(_KEYS, _REQUIRED)
    identity = _identity(fields["id"], first) if "id" in fields else None
    level = fields["level"].choice(_LEVELS, "a level") if "level" in fields else None
    at = _at(fields["at"], known) if "at" in fields else None
    where: WherePhrase | None = WherePhrase(None, None)
    if "where" in fields:
        where = _where(fields["where"], known)
    if identity is None or level is None or at is None or where is None:
        return None
    return Rung(identity, level, at.anchor, at.length, at.percent, where.over, where.up_to)


def _identity(entry: Entry, first: dict[str, Entry]) -> str | None:
    identity = entry.string()
    if identity is None:
        return None
    if identity in first:
        entry.refuse(f"duplicate rung {identity!r}; the first is at {first[identity].place}")
        return None
    first[identity] = entry
    return identity


def _at(entry: Entry, known: _Known) -> RungPhrase | None:
    text = entry.string(RUNG_EXPECTED, quotable=False)
    if text is None:
        return None
    phrase = read_rung(text)
    if phrase is None:
        entry.refuse(f"expected {RUNG_EXPECTED}; got {text!r}")
        return None
    if phrase.length is None:
        return phrase
    if known.counting is not None and phrase.length.unit not in PLACED[known.counting]:
        units = units_worded(PLACED[known.counting])
        entry.refuse(f"expected {units}, in which this clock counts; got {text!r}")
        return None
    limit = known.allowance.length if known.allowance and known.allowance.origin == "fixed" else None
    if phrase.anchor == "before" and limit is not None and exceeds(phrase.length, limit):
        entry.refuse(f"{text!r} is before the clock starts: its limit is {worded(limit)}")
        return None
    return phrase


def _where(entry: Entry, known: _Known) -> WherePhrase | None:
    text = entry.string(WHERE_EXPECTED, quotable=False)
    if text is None:
        return None
    where = read_where(text)
    if where is None:
        entry.refuse(f"expected {WHERE_EXPECTED}; got {text!r}")
    elif known.allowance is not None and known.allowance.origin in ("granted", "deadline"):
        entry.refuse(f"{text!r} never holds: the limit of this clock is known from the events only")
        return None
    return where
