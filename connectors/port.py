"""Where events come from and where alerts go: the protocols that every source and every sink fulfils."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from msgspec import Struct

from engine.codec.rejection import Rejected
from engine.core.event import Event
from engine.ports import SourceRecord


class Place(NamedTuple):
    """Where in a source an item stands; written `file:row`."""

    file: str
    """The file as the user named it, or topic and partition."""
    row: int
    """Line of the file from 1, or offset in the partition."""

    def __str__(self) -> str:
        return f"{self.file}:{self.row}"


class SourceEvent(Struct, frozen=True):
    """An event that a source holds, and the case that it is about."""

    case: str
    event: Event
    place: Place


class SourceRejection(Struct, frozen=True):
    """What a source holds at `place` is no event."""

    rejected: Rejected
    place: Place

    def __str__(self) -> str:
        return f"{self.place}: {self.rejected.reason}: {self.rejected.detail.en}"


SourceItem = SourceEvent | SourceRejection


class SourceError(Exception):
    """A source cannot be read any further; the text names file and row."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(f"{place}: {message}")
        self.place = place
        self.message = message


class EventSource(Protocol):
    """Something that holds events."""

    def __iter__(self) -> Iterator[SourceItem]:
        """Every item from the beginning, in the source's own order, each time anew; read as it is asked for.

        Nothing is left out: what is no event is a `SourceRejection`. Raises `SourceError` where the rest
        cannot be read.
        """


class Delivered(Struct, frozen=True):
    """The sink has taken the alert for good."""


class Failed(Struct, frozen=True):
    """The sink has not taken the alert."""

    retryable: bool
    """Whether the same alert may be taken later without anyone doing anything about it."""
    reason: str


Delivery = Delivered | Failed


class AlertSink(Protocol):
    """Something that takes alerts, one attempt at a time. Retries are the caller's."""

    def deliver(self, alert: SourceRecord) -> Delivery:
        """Hand over `alert` as it was read from the alert topic. Returns what became of it; never raises."""

    def close(self) -> None:
        """Let go of what the sink holds. It takes no more alerts."""
