"""The events of a source in the order in which they were recorded, however many there are."""

import heapq
import struct
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import IO, Final

import msgspec

from connectors.port import EventSource, Place, SourceEvent, SourceItem, SourceRejection
from engine.core.event import Event
from engine.core.instant import Instant

RUN_EVENTS: Final = 100_000
"""So many events are sorted in memory at a time; they take about 100 MB."""
RUNS_MAX: Final = 64
"""So many files are open at most; then they are merged into one."""

Row = tuple[Instant, int, str, Event, str, int]
"""When it was recorded, place in the input, case, event, file, row. The first two tell all rows apart, so that
comparing rows never comes to the rest."""

BLOCK_EVENTS: Final = 256
"""So many events of a run are read back at a time."""

_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(list[Row]).decode
_SIZE: Final = struct.Struct(">I")


class SortedEvents:
    """The events of `source` by (recorded, else occurred; input order).

    What is no event has no time, and comes first, as it is found. Runs that do not fit into memory lie in
    `folder`, by default the system's for temporary files, and are gone afterwards, also after a crash.
    """

    def __init__(self, source: EventSource, run_events: int = RUN_EVENTS, folder: Path | None = None) -> None:
        assert run_events > 0, run_events
        self._source = source
        self._run_events = run_events
        self._folder = folder

    def __iter__(self) -> Iterator[SourceItem]:
        """Every rejection, then every event."""
        with ExitStack() as open_files:
            runs: list[IO[bytes]] = []
            rows: list[Row] = []
            for ordinal, item in enumerate(self._source):
                if isinstance(item, SourceRejection):
                    yield item
                    continue
                rows.append(_row(item, ordinal))
                if len(rows) == self._run_events:
                    rows.sort()
                    runs.append(self._stored(rows, open_files))
                    rows = []
                    if len(runs) == RUNS_MAX:
                        merged = self._stored(heapq.merge(*map(_read, runs)), open_files)
                        for run in runs:
                            run.close()
                        runs = [merged]
            rows.sort()
            for _, _, case, event, file, number in heapq.merge(*map(_read, runs), rows):
                yield SourceEvent(case, event, Place(file, number))

    def _stored(self, rows: Iterable[Row], open_files: ExitStack) -> IO[bytes]:
        # Without a name in the folder, so that not even a killed process leaves it behind.
        run = open_files.enter_context(tempfile.TemporaryFile(dir=self._folder))  # noqa: SIM115
        rest = iter(rows)
        while block := list(islice(rest, BLOCK_EVENTS)):
            content = _encode(block)
            run.write(_SIZE.pack(len(content)))
            run.write(content)
        return run


def _row(item: SourceEvent, ordinal: int) -> Row:
    event = item.event
    recorded = event.occurred if event.recorded is None else event.recorded
    return (recorded, ordinal, item.case, event, item.place.file, item.place.row)


def _read(run: IO[bytes]) -> Iterator[Row]:
    run.seek(0)
    while size := run.read(_SIZE.size):
        yield from _decode(run.read(*_SIZE.unpack(size)))
