"""A case as its events show it: stages passed, clocks started and stopped, suspensions, findings."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from engine.core.event import Event
from engine.core.finding import Finding
from engine.core.instant import Instant
from engine.core.plan import ClockPlan
from engine.core.rulebook import CasePlan

AFTER_ALL: Final = 1_000_000
"""A place later than that of any event."""


class Suspension(Struct):
    """A suspension and how it ended."""

    start: Event
    place: int
    """Place of `start` in fold order."""
    prolongations: list[tuple[int, Event]]
    """With their places."""
    end: Event | None = None
    """The resumption, or the event with which the case ended."""
    end_place: int = AFTER_ALL


class Run(Struct, frozen=True):
    """A clock from one start to its stop."""

    plan: ClockPlan
    start: Event
    place: int
    """Place of `start` in fold order."""
    stage: str
    """The stage in which the case was when the clock started."""
    stop: Event | None = None
    stop_place: int = AFTER_ALL
    suspension: Suspension | None = None
    """Of a clock that measures a suspension itself."""


def stage_at(stages: Sequence[tuple[Instant, str]], instant: Instant) -> str:
    """The stage that a case was in at `instant`, of all `stages` entered and when."""
    return next(stage for since, stage in reversed(stages) if since <= instant)


class View(Struct, frozen=True):
    """What the events of a case say together."""

    plan: CasePlan
    item: str | None
    events: tuple[Event, ...]
    """Those that count, in fold order."""
    stages: tuple[tuple[Instant, str], ...]
    """Every stage entered, and when."""
    runs: tuple[Run, ...]
    suspensions: tuple[Suspension, ...]
    changes: tuple[tuple[int, Event], ...]
    """Suspensions, resumptions, extensions and deadlines given, with their places in fold order."""
    findings: tuple[Finding, ...]
    ended: Event | None
    """The event that brought the case to a final stage."""

    @property
    def stage(self) -> str:
        """The stage in which the case is."""
        return self.stages[-1][1]
