"""A process as data: its stages, the events that move a case between them, and their rank."""

from msgspec import Struct

from engine.core.text import Text


class Stage(Struct, frozen=True):
    """Where a case stands: what is to be done next, or how it ended."""

    id: str
    title: Text
    final: bool = False
    """No event moves a case out of a final stage."""


class Transition(Struct, frozen=True):
    """A move that an event makes."""

    on: str
    """Event type."""
    target: str
    sources: frozenset[str]
    """Stages in which the event is expected. Elsewhere it moves the case all the same, with a finding."""
    back: bool = False
    """Applies only where the event's `to` names `target`."""


class Process(Struct, frozen=True):
    """Stages, transitions, and the order in which events of the same instant are folded."""

    id: str
    title: Text
    initial: str
    stages: dict[str, Stage]
    events: dict[str, int]
    """Every event type that the process knows, with its rank."""
    transitions: dict[str, tuple[Transition, ...]]
    """By event type, the more specific first."""

    def rank(self, event_type: str) -> int:
        """The place of `event_type` among events of one instant; unknown types come last."""
        return self.events.get(event_type, len(self.events))
