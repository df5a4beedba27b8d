"""What is told to all who watch: each event made once, and handed to every watcher's own bounded queue."""

import asyncio
from typing import Final, NamedTuple

import msgspec

from engine.board.meters import BoardMeters

QUEUE_EVENTS: Final = 256
"""So many events may wait for one watcher. Who falls further behind is let go, and catches up on returning."""

_encode: Final = msgspec.json.Encoder().encode


class Told(NamedTuple):
    """One server-sent event."""

    number: int
    """Of the alert message that it tells of; 0 for what a watcher who returns need not be told again."""
    data: bytes


def event(name: str, value: object, generation: str = "", number: int = 0) -> Told:
    """The server-sent event `name` with `value` as JSON; one with a `number` can be resumed after."""
    place = f"id: {generation}-{number}\n" if number else ""
    return Told(number, f"{place}event: {name}\ndata: ".encode() + _encode(value) + b"\n\n")


class Watcher:
    """One who watches. `told` holds what waits for it; None means that it was let go."""

    def __init__(self) -> None:
        self.told: asyncio.Queue[Told | None] = asyncio.Queue(QUEUE_EVENTS + 1)
        self.is_gone = False


class Hub:
    """All who watch, and what those who come are told first."""

    def __init__(self, meters: BoardMeters) -> None:
        self._watchers: set[Watcher] = set()
        self._latest: dict[str, Told] = {}
        self._meters = meters

    def __len__(self) -> int:
        return len(self._watchers)

    def join(self) -> Watcher:
        """A new watcher, who is told first how things stand."""
        watcher = Watcher()
        for told in self._latest.values():
            watcher.told.put_nowait(told)
        self._watchers.add(watcher)
        self._meters.watched(len(self))
        return watcher

    def leave(self, watcher: Watcher) -> None:
        """Tell `watcher` nothing more."""
        self._watchers.discard(watcher)
        self._meters.watched(len(self))

    def tell(self, told: Told) -> None:
        """Hand `told` to all."""
        for watcher in list(self._watchers):
            if watcher.told.qsize() >= QUEUE_EVENTS:
                self._let_go(watcher)
                self._meters.let_go()
            else:
                watcher.told.put_nowait(told)

    def show(self, name: str, value: object) -> None:
        """Hand the state `value` to all, and later to those who come, unless it is what they know already."""
        told = event(name, value)
        if self._latest.get(name) != told:
            self._latest[name] = told
            self.tell(told)

    def close(self) -> None:
        """Let everybody go."""
        for watcher in list(self._watchers):
            self._let_go(watcher)

    def _let_go(self, watcher: Watcher) -> None:
        self._watchers.discard(watcher)
        watcher.is_gone = True
        watcher.told.put_nowait(None)
