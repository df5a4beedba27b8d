"""The `clocks` key of a file: limits that run on cases, each with its legal basis and its rungs."""

from typing import Final, Literal, NamedTuple

from engine.core.clock import Allowance, Clock, Extension, Pause
from engine.core.text import Text
from engine.rulebook.clock_end import refuse_missing_ends
from engine.rulebook.clock_span import read_span
from engine.rulebook.length_entry import MEASURED, length_at, units_worded, worded
from engine.rulebook.names import Names
from engine.rulebook.phrase import LIMIT_EXPECTED, read_limit
from engine.rulebook.rung_section import read_rungs
from engine.rulebook.words import KIND_WORDS, NATURE_WORDS
from engine.rulebook.yaml_nodes import Entry

_REQUIRED: Final = ("id", "rule", "title", "limit", "rungs")
_KEYS: Final = (
    "id", "process", "rule", "title", "basis", "items", "start", "stop", "stage", "limit", "counting",
    "expires", "late_acceptance", "calendar", "pause", "extension", "rungs",
)  # fmt: skip
_NO_BASIS: Final = "missing key 'basis': name the law, notice or decision that the limit rests on"
_GIVEN: Final = "the end is an instant that the source gives"
_TIMES_MOST: Final = 100

_Counting = Literal["day", "instant", "hours", "natural", "natural_day"]
_COUNTING: Final[dict[str, _Counting]] = {
    "day": "day",
    "instant": "instant",
    "hours": "hours",
    "natural": "natural",
    "natural day": "natural_day",
}
_Expires = Literal["close", "midnight"]
_EXPIRES: Final[dict[str, _Expires]] = {"close": "close", "midnight": "midnight"}
_Late = Literal["same_day", "next_workday"]
_LATE: Final[dict[str, _Late]] = {"same day": "same_day", "next working day": "next_workday"}


class ReadClock(NamedTuple):
    """A clock with the process that it belongs to."""

    process: str
    clock: Clock


class _Head(NamedTuple):
    id: str
    rule: str
    title: Text
    basis: Text


class _Manner(NamedTuple):
    counting: _Counting
    expires: _Expires
    late: _Late


class _Bound(NamedTuple):
    natures: frozenset[str]
    kinds: frozenset[str]


def read_clock(entry: Entry, names: Names) -> ReadClock | None:
    """The clock and its process; None, with findings, where it has faults."""
    fields = entry.fields(_KEYS, _REQUIRED)
    if not entry.is_mapping:
        return None
    head = _head(entry, fields, names)
    process = _process(entry, fields, names)
    known = names.processes.get(process or "")
    span = read_span(entry, fields, known)
    allowance = _allowance(fields["limit"], staged="stage" in fields) if "limit" in fields else None
    manner = _manner(fields, allowance)
    counting = manner.counting if manner else None
    if allowance is not None:
        allowance = _counted(fields, allowance, counting)
    bound = _bound(fields["items"]) if "items" in fields else _Bound(frozenset(), frozenset())
    if allowance is not None and bound is not None:
        _refuse_statutory(fields, allowance, bound)
    if known and span and span.stop and allowance is not None and allowance.origin != "granted":
        refuse_missing_ends(fields["stop"], span, known)
    calendar = names.refer("calendar", fields["calendar"]) if "calendar" in fields else None
    pause = _pause(fields["pause"]) if "pause" in fields else None
    extension = _extension(fields["extension"], counting) if "extension" in fields else None
    rungs = read_rungs(fields["rungs"], allowance, counting) if "rungs" in fields else None
    if head is None or process is None or span is None or manner is None:
        return None
    if allowance is None or bound is None or rungs is None:
        return None
    clock = Clock(
        head.id, head.rule, head.title, head.basis, allowance, rungs,
        stage=span.stage, start=span.start, stop=span.stop, natures=bound.natures, kinds=bound.kinds,
        counting=manner.counting, expires=manner.expires, late=manner.late,
        calendar=calendar, pause=pause, extension=extension,
    )  # fmt: skip
    return ReadClock(process, clock)


def _head(entry: Entry, fields: dict[str, Entry], names: Names) -> _Head | None:
    identity = names.declare("clock", fields["id"]) if "id" in fields else None
    rule = fields["rule"].string() if "rule" in fields else None
    title = fields["title"].text() if "title" in fields else None
    basis = fields["basis"].text() if "basis" in fields else None
    if "basis" not in fields:
        entry.refuse(_NO_BASIS)
    if identity is None or rule is None or title is None or basis is None:
        return None
    return _Head(identity, rule, title, basis)


def _process(entry: Entry, fields: dict[str, Entry], names: Names) -> str | None:
    if "process" in fields:
        return names.refer("process", fields["process"])
    only = names.only_process()
    if only is None and names.complete and names.processes:
        entry.refuse("missing key 'process': there are several processes")
    return only


def _manner(fields: dict[str, Entry], allowance: Allowance | None) -> _Manner | None:
    given = allowance is not None and allowance.origin == "deadline"
    counting: _Counting | None = "natural" if given else "day"
    expires: _Expires | None = "close"
    late: _Late | None = "same_day"
    if "counting" in fields:
        counting = fields["counting"].choice(_COUNTING, "a way of counting")
    if "expires" in fields:
        expires = fields["expires"].choice(_EXPIRES, "the end of the last day")
    if "late_acceptance" in fields:
        late = fields["late_acceptance"].choice(_LATE, "the day of a late acceptance")
    return _Manner(counting, expires, late) if counting and expires and late else None


def _allowance(entry: Entry, *, staged: bool) -> Allowance | None:
    text = entry.string(LIMIT_EXPECTED, quotable=False)
    if text is None:
        return None
    allowance = read_limit(text)
    if allowance is None:
        entry.refuse(f"expected {LIMIT_EXPECTED}; got {text!r}")
        return None
    if allowance.origin == "stage" and not staged:
        entry.refuse(f"{text!r} needs the key 'stage', which names the stage")
        return None
    return allowance


def _counted(fields: dict[str, Entry], allowance: Allowance, counting: str | None) -> Allowance | None:
    """`allowance` where the clock can count it so; None, with findings, where not."""
    if allowance.origin == "deadline":
        return allowance if _is_plain_deadline(fields, counting) else None
    if allowance.length is None or counting is None or allowance.length.unit in MEASURED[counting]:
        return allowance
    units = units_worded(MEASURED[counting])
    fields["limit"].refuse(
        f"expected a limit in {units}, as this clock counts; got {fields['limit'].string()!r}"
    )
    return None


def _is_plain_deadline(fields: dict[str, Entry], counting: str | None) -> bool:
    """Whether nothing is said about an end that the source gives: there is nothing to count and to extend."""
    sound = True
    if counting not in (None, "natural"):
        got = fields["counting"].string()
        fields["counting"].refuse(f"expected 'natural' or no 'counting', as {_GIVEN}; got {got!r}")
        sound = False
    if "extension" in fields:
        fields["extension"].refuse_key(f"'extension' would move nothing: {_GIVEN}")
        sound = False
    return sound


def _bound(entry: Entry) -> _Bound | None:
    fields = entry.fields(("natures", "kinds"))
    if not entry.is_mapping:
        return None
    natures = _words(fields["natures"], NATURE_WORDS, "a nature") if "natures" in fields else frozenset()
    kinds = _words(fields["kinds"], KIND_WORDS, "a kind") if "kinds" in fields else frozenset()
    return _Bound(natures, kinds) if natures is not None and kinds is not None else None


def _words(entry: Entry, words: dict[str, str], what: str) -> frozenset[str] | None:
    found = [element.choice(words, what) for element in entry.one_or_more()]
    read = frozenset(word for word in found if word is not None)
    return read if found and None not in found else None


def _refuse_statutory(fields: dict[str, Entry], allowance: Allowance, bound: _Bound) -> None:
    """The licensing law binds licences alone; another nature needs a limit that its own law names."""
    if allowance.origin == "statutory" and bound.natures != {"licence"}:
        others = ", ".join(sorted(bound.natures - {"licence"})) or "every nature"
        place = fields.get("items", fields["limit"])
        place.refuse(f"a statutory clock binds licences alone: expected natures: [licence], got {others}")


def _pause(entry: Entry) -> Pause | None:
    fields = entry.fields(("with_basis", "without_basis"))
    if not entry.is_mapping:
        return None
    kinds = _texts(fields["with_basis"]) if "with_basis" in fields else frozenset()
    local = _texts(fields["without_basis"]) if "without_basis" in fields else frozenset()
    return Pause(kinds, local)


def _texts(entry: Entry) -> frozenset[str]:
    found = [element.string("a kind of suspension") for element in entry.one_or_more()]
    return frozenset(text for text in found if text is not None)


def _extension(entry: Entry, counting: str | None) -> Extension | None:
    fields = entry.fields(("bound", "times"), ("bound",))
    bound = length_at(fields["bound"]) if "bound" in fields else None
    times = fields["times"].whole(1, _TIMES_MOST) if "times" in fields else 1
    if bound is None or times is None:
        return None
    if counting is not None and bound.unit not in MEASURED[counting]:
        units = units_worded(MEASURED[counting])
        fields["bound"].refuse(f"expected a bound in {units}, as this clock counts; got {worded(bound)!r}")
        return None
    return Extension(bound, times)
