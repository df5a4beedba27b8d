"""The names that the files of one load declare: each once, and the references to them."""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct, field

from engine.core.process import Transition
from engine.rulebook.yaml_nodes import Entry, nearest

Kind = Literal["process", "clock", "unit", "item", "calendar"]


class ProcessNames(Struct):
    """What clocks and items may refer to in a process, even where its definition has faults."""

    stages: dict[str, bool] = field(default_factory=dict)
    """Stage ids, and whether the stage is final."""
    events: set[str] = field(default_factory=set)
    moves: tuple[Transition, ...] = ()
    """Empty where the events have faults: what is left of them says nothing about how a case can end."""


class Names:
    """The names declared so far."""

    def __init__(self, calendars: Iterable[str]) -> None:
        self._first: dict[Kind, dict[str, Entry | None]] = {
            "process": {},
            "clock": {},
            "unit": {},
            "item": {},
            "calendar": dict.fromkeys(calendars),
        }
        self.processes: dict[str, ProcessNames] = {}
        self.complete = True
        """Whether every file could be read. Where not, an unknown name may well be in the missing file."""

    def declare(self, kind: Kind, entry: Entry) -> str | None:
        """The name that stands at `entry`; None, with a finding, where it is no text or declared before."""
        name = entry.string()
        if name is None:
            return None
        declared = self._first[kind]
        first = declared.setdefault(name, entry)
        if first is None or first is entry:
            return name
        entry.refuse(f"duplicate {kind} {name!r}; the first is at {first.place}")
        return None

    def refer(self, kind: Kind, entry: Entry) -> str | None:
        """The declared name that stands at `entry`; None, with a finding, where there is none such."""
        name = entry.string()
        declared = self._first[kind]
        if name is None or name in declared:
            return name
        if self.complete:
            entry.refuse(f"unknown {kind} {name!r}; {nearest(name, declared)}")
        return None

    def only_process(self) -> str | None:
        """The process where exactly one is declared."""
        return next(iter(self.processes)) if len(self.processes) == 1 else None
