"""A clock as data: when it starts, stops and pauses, how much it allows, and which alerts it raises on the way."""

from typing import Final, Literal

from msgspec import Struct

from engine.core.event import Length
from engine.core.text import Text

Level = Literal["warning", "yellow", "red"]

LEVELS: Final[tuple[Level, ...]] = ("warning", "yellow", "red")
"""From the least to the gravest."""


class Rung(Struct, frozen=True):
    """A threshold of a clock and the level of the alert that passing it raises."""

    id: str
    level: Level
    anchor: Literal["due", "before", "after", "used"]
    length: Length | None = None
    """Of `before` and `after`: how long before or after the clock's end."""
    percent: int | None = None
    """Of `used`: how much of the allowance."""
    allowance_over: int | None = None
    """Only where the allowance is more than so many of the clock's unit."""
    allowance_up_to: int | None = None
    """Only where the allowance is at most so many of the clock's unit."""


class Allowance(Struct, frozen=True):
    """Where a clock's limit comes from."""

    origin: Literal["fixed", "promised", "statutory", "stage", "granted", "deadline"]
    """A length in the rule; the item's promised, statutory or stage limit; the length granted in the starting
    event; or the instant that the source gives as `deadline`."""
    length: Length | None = None
    """Of `fixed`: the limit. Elsewhere: the default where the item names none."""


class Pause(Struct, frozen=True):
    """Which suspensions stop a clock."""

    kinds: frozenset[str]
    local_kinds: frozenset[str] = frozenset()
    """Kinds that stop the clock without a legal basis being named."""

    def stops(self, kind: str | None, basis: str | None) -> bool:
        """Whether a suspension of `kind` resting on `basis` stops the clock."""
        return kind in self.local_kinds or (kind in self.kinds and bool(basis))


class Extension(Struct, frozen=True):
    """How far a clock may be extended."""

    bound: Length
    times: int = 1


class Clock(Struct, frozen=True):
    """One limit that runs on a case."""

    id: str
    rule: str
    """The violation that a passed rung is evidence of, such as `OT-CASE`."""
    title: Text
    basis: Text
    """The law, notice or decision that the limit rests on."""
    allowance: Allowance
    rungs: tuple[Rung, ...]
    stage: str | None = None
    """The clock runs while the case is in this stage; else from `start` to `stop`."""
    start: frozenset[str] = frozenset()
    stop: frozenset[str] = frozenset()
    natures: frozenset[str] = frozenset()
    """Natures of item that the clock binds; empty: all."""
    kinds: frozenset[str] = frozenset()
    """Kinds of item that the clock binds; empty: all."""
    counting: Literal["day", "instant", "hours", "natural", "natural_day"] = "day"
    expires: Literal["close", "midnight"] = "close"
    late: Literal["same_day", "next_workday"] = "same_day"
    calendar: str | None = None
    """Calendar id; None: the rulebook's own."""
    pause: Pause | None = None
    extension: Extension | None = None
