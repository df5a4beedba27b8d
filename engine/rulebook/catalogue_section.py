"""The `units` and `items` keys of a file: who handles what, and within which limits."""

from typing import Final, NamedTuple

from engine.core.catalogue import Item, Unit
from engine.core.event import Length
from engine.core.text import Text
from engine.rulebook.length_entry import exceeds, length_at, worded
from engine.rulebook.names import Names
from engine.rulebook.words import KIND_WORDS, NATURE_WORDS
from engine.rulebook.yaml_nodes import Entry, nearest

_UNIT_KEYS: Final = ("id", "name", "area")
_ITEM_KEYS: Final = (
    "code", "name", "nature", "kind", "process", "unit", "promised", "statutory", "stages", "basis",
)  # fmt: skip
_ITEM_REQUIRED: Final = ("code", "name", "nature", "kind")


class ReadItem(NamedTuple):
    """An item, and the entries of its limits for what is checked against the clocks."""

    item: Item
    fields: dict[str, Entry]


class _Head(NamedTuple):
    code: str
    name: Text
    nature: str
    kind: str
    process: str


def read_unit(entry: Entry, names: Names) -> Unit | None:
    """The unit; None, with findings, where it has faults."""
    fields = entry.fields(_UNIT_KEYS, ("id", "name"))
    identity = names.declare("unit", fields["id"]) if "id" in fields else None
    name = fields["name"].text() if "name" in fields else None
    named = fields["area"].elements() if "area" in fields else []
    area = [element.string("the name of an area") for element in named]
    path = tuple(part for part in area if part is not None)
    if identity is None or name is None or len(path) != len(area):
        return None
    return Unit(identity, name, path)


def read_item(entry: Entry, names: Names, default_process: str | None) -> ReadItem | None:
    """The item; None, with findings, where it has faults."""
    fields = entry.fields(_ITEM_KEYS, _ITEM_REQUIRED)
    if not entry.is_mapping:
        return None
    head = _head(entry, fields, names, default_process)
    kind = head.kind if head else None
    unit = names.refer("unit", fields["unit"]) if "unit" in fields else None
    promised = _promised(fields["promised"], kind) if "promised" in fields else None
    statutory = length_at(fields["statutory"]) if "statutory" in fields else None
    stages = _stages(fields["stages"], names, head.process if head else None) if "stages" in fields else {}
    basis = fields["basis"].text() if "basis" in fields else None
    if promised is not None and statutory is not None and exceeds(promised, statutory):
        fields["promised"].refuse(
            f"the promised limit of {worded(promised)} is over the statutory one of {worded(statutory)}"
        )
    if promised is not None and stages:
        _refuse_sum(fields["stages"], stages, promised)
    if head is None:
        return None
    item = Item(
        head.code, head.name, head.nature, head.kind, head.process, unit, promised, statutory, stages, basis
    )  # fmt: skip
    return ReadItem(item, fields)


def _head(entry: Entry, fields: dict[str, Entry], names: Names, default_process: str | None) -> _Head | None:
    code = names.declare("item", fields["code"]) if "code" in fields else None
    name = fields["name"].text() if "name" in fields else None
    nature = fields["nature"].choice(NATURE_WORDS, "a nature") if "nature" in fields else None
    kind = fields["kind"].choice(KIND_WORDS, "a kind") if "kind" in fields else None
    process = names.refer("process", fields["process"]) if "process" in fields else default_process
    if process is None and "process" not in fields and names.complete and len(names.processes) > 1:
        entry.refuse("missing key 'process': there are several processes and no default one")
    if code is None or name is None or nature is None or kind is None or process is None:
        return None
    return _Head(code, name, nature, kind, process)


def _promised(entry: Entry, kind: str | None) -> Length | None:
    promised = length_at(entry, least=0)
    if promised is not None and promised.value == 0 and kind not in ("instant", None):
        entry.refuse("expected a promised limit of more than zero: only an instant item has none")
        return None
    return promised


def _stages(entry: Entry, names: Names, process: str | None) -> dict[str, Length]:
    found = {}
    known = names.processes.get(process or "")
    for stage, member in entry.members("limits by stages"):
        if known is not None and stage not in known.stages:
            member.refuse_key(f"unknown stage {stage!r}; {nearest(stage, known.stages)}")
        elif known is not None and known.stages[stage]:
            member.refuse_key(f"the stage {stage!r} is final: no limit can run in it")
        length = length_at(member)
        if length is not None:
            found[stage] = length
    return found


def _refuse_sum(entry: Entry, stages: dict[str, Length], promised: Length) -> None:
    same = [length.value for length in stages.values() if length.unit == promised.unit]
    total = Length(sum(same), promised.unit)
    if total.value > promised.value:
        entry.refuse(f"the stage limits add up to {worded(total)}, over the promised {worded(promised)}")
