"""The `process` key of a file: stages, and the events that move a case between them."""

from typing import Final

from engine.core.process import Process, Stage, Transition
from engine.core.text import Text
from engine.rulebook.names import Names, ProcessNames
from engine.rulebook.yaml_nodes import Entry, nearest

_KEYS: Final = ("id", "title", "initial", "stages", "events")


def read_process(entry: Entry, names: Names) -> Process | None:
    """The process; None, with findings, where it has faults. Its names are declared in either case."""
    fields = entry.fields(_KEYS, _KEYS)
    identity = names.declare("process", fields["id"]) if "id" in fields else None
    title = fields["title"].text() if "title" in fields else None
    stages = _stages(fields["stages"]) if "stages" in fields else {}
    reader = _Events(stages)
    if "events" in fields:
        reader.read(fields["events"])
    if identity is not None:
        final = {stage: bool(value and value.final) for stage, (_, value) in stages.items()}
        moves = [move for several in reader.transitions.values() for move in several]
        names.processes[identity] = ProcessNames(
            final, set(reader.ranks), tuple(moves) if reader.sound else ()
        )
    initial = _initial(fields["initial"], stages) if "initial" in fields else None
    if initial is not None and reader.sound:
        _refuse_unreachable(initial, stages, reader.transitions)
    read = {stage: value for stage, (_, value) in stages.items() if value is not None}
    if identity is None or title is None or initial is None or not reader.sound:
        return None
    return Process(identity, title, initial, read, reader.ranks, reader.transitions)


def _stages(entry: Entry) -> dict[str, tuple[Entry, Stage | None]]:
    found: dict[str, tuple[Entry, Stage | None]] = {}
    for name, member in entry.members("stages by their ids"):
        fields = member.fields(("zh", "en", "final"), ("zh", "en"))
        chinese = fields["zh"].string() if "zh" in fields else None
        english = fields["en"].string() if "en" in fields else None
        final = fields["final"].flag() if "final" in fields else False
        stage = None
        if chinese is not None and english is not None and final is not None:
            stage = Stage(name, Text(chinese, english), final)
        found[name] = (member, stage)
    return found


def _initial(entry: Entry, stages: dict[str, tuple[Entry, Stage | None]]) -> str | None:
    name = entry.string()
    if name is None or name in stages:
        return name
    entry.refuse(f"unknown stage {name!r}; {nearest(name, stages)}")
    return None


class _Events:
    """Ranks and transitions as they are read."""

    def __init__(self, stages: dict[str, tuple[Entry, Stage | None]]) -> None:
        self.stages = stages
        self.ranks: dict[str, int] = {}
        self.transitions: dict[str, tuple[Transition, ...]] = {}
        self.sound = True
        """Whether everything so far could be read."""
        self._first: dict[str, str] = {}

    def read(self, entry: Entry) -> None:
        """Take the list of events; its order is their rank."""
        for element in entry.elements("a list of event types"):
            if not element.is_mapping:
                self._declare(element.string("an event type"), element)
                continue
            members = element.members()
            if len(members) != 1:
                self._refuse(element, f"expected one event type with its targets, got {len(members)} keys")
            for event_type, targets in members:
                if self._declare(event_type, targets):
                    self._read_targets(event_type, targets)

    def _declare(self, event_type: str | None, entry: Entry) -> bool:
        if event_type is None:
            self.sound = False
            return False
        if event_type in self.ranks:
            first = self._first[event_type]
            entry.refuse_key(f"duplicate event type {event_type!r}; the first is at {first}")
            self.sound = False
            return False
        self.ranks[event_type] = len(self.ranks)
        self._first[event_type] = entry.key_place
        return True

    def _read_targets(self, event_type: str, entry: Entry) -> None:
        moves = []
        for target, member in entry.members("the stages that the event moves a case to"):
            if target not in self.stages:
                self.sound = False
                known = nearest(target, self.stages)
                member.refuse_key(f"transition into nowhere: unknown stage {target!r}; {known}")
            sources, back = self._read_sources(member)
            moves.append(Transition(event_type, target, sources, back))
        if not entry.is_mapping:
            self.sound = False
        # What needs `to` is more specific than what does not, and the first that applies is taken.
        self.transitions[event_type] = tuple(sorted(moves, key=lambda move: not move.back))

    def _read_sources(self, entry: Entry) -> tuple[frozenset[str], bool]:
        back: bool | None = False
        listed: Entry | None = entry
        if entry.is_mapping:
            fields = entry.fields(("from", "back"), ("from",))
            back = fields["back"].flag() if "back" in fields else False
            listed = fields.get("from")
        sources = set()
        for element in listed.one_or_more() if listed is not None else ():
            stage = element.string("a stage")
            if stage is not None and stage not in self.stages:
                self._refuse(element, f"unknown stage {stage!r}; {nearest(stage, self.stages)}")
            elif stage is not None:
                final = self.stages[stage][1]
                if final is not None and final.final:
                    self._refuse(element, f"no event moves a case out of the final stage {stage!r}")
                sources.add(stage)
        if not sources or back is None:
            self.sound = False
        return frozenset(sources), bool(back)

    def _refuse(self, entry: Entry, message: str) -> None:
        self.sound = False
        entry.refuse(message)


def _refuse_unreachable(
    initial: str,
    stages: dict[str, tuple[Entry, Stage | None]],
    transitions: dict[str, tuple[Transition, ...]],
) -> None:
    reached = {initial}
    moves = [move for several in transitions.values() for move in several]
    before = 0
    while before != len(reached):
        before = len(reached)
        reached.update(move.target for move in moves if move.sources & reached)
    for name, (entry, _) in stages.items():
        if name not in reached:
            entry.refuse_key(f"unreachable stage {name!r}: no event moves a case from {initial!r} to it")
