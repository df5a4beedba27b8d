"""XES event logs: one event for each of the log's events and for attributes of its cases, by a mapping."""

from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final
from xml.parsers import expat

from connectors.files import READ_ERRORS, opened, unreadable
from connectors.mapped import Mapper
from connectors.mapping import MappingFile
from connectors.port import Place, SourceError, SourceItem

_CHUNK: Final = 64 * 1024
_VALUES: Final = frozenset({"string", "date", "int", "float", "boolean", "id"})


class EventLog:
    """The events of an XES file, compressed or not. Keeps one case of the log in memory at a time."""

    def __init__(self, path: Path, mapping: MappingFile) -> None:
        self._path = path
        self._mapper = Mapper(mapping)

    def __iter__(self) -> Iterator[SourceItem]:
        """Of each case, in the order of the file: the events of its attributes, then its own events."""
        reader = _Reader()
        with opened(self._path) as stream:
            while True:
                chunk, fault = self._fed(reader, stream)
                while reader.traces:
                    yield from self._items(reader.traces.popleft())
                if fault is not None:
                    raise fault
                if not chunk:
                    return

    def _fed(self, reader: "_Reader", stream: IO[bytes]) -> tuple[bytes, SourceError | None]:
        """The piece of the file that `reader` took, and why it takes no more."""
        chunk = b""
        try:
            chunk = stream.read(_CHUNK)
            reader.feed(chunk)
        except READ_ERRORS as error:
            return chunk, unreadable(self._path, reader.row, error)
        except expat.ExpatError as error:
            said = f"expected XML: {expat.errors.messages[error.code]} in column {error.offset + 1}"
            return chunk, SourceError(Place(self._path.as_posix(), error.lineno), said)
        except _EntityError as error:
            return chunk, SourceError(Place(self._path.as_posix(), reader.row), str(error))
        return chunk, None

    def _items(self, trace: "_Trace") -> Iterator[SourceItem]:
        file = self._path.as_posix()
        case = self._mapper.case_of(trace.attributes)
        yield from self._mapper.case_events(case, trace.attributes, Place(file, trace.row))
        for ordinal, event in enumerate(trace.events, 1):
            attributes = trace.attributes | event.attributes
            item = self._mapper.event(case, attributes, ordinal, Place(file, event.row))
            if item is not None:
                yield item


class _EntityError(Exception):
    """The file declares an entity."""


class _Element:
    """A trace or an event: its attributes, and the line at which it begins."""

    def __init__(self, row: int) -> None:
        self.row = row
        self.attributes: dict[str, str] = {}


class _Trace(_Element):
    def __init__(self, row: int) -> None:
        super().__init__(row)
        self.events: list[_Element] = []


class _Reader:
    """Takes the file piece by piece and keeps the traces that are complete."""

    def __init__(self) -> None:
        self.traces: deque[_Trace] = deque()
        self._trace: _Trace | None = None
        self._event: _Element | None = None
        self._nested = 0
        """Depth within an attribute or a list, whose own attributes are not read."""
        self._parser: Any = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.EntityDeclHandler = self._refuse_entity

    @property
    def row(self) -> int:
        """The line that is being read."""
        return int(self._parser.CurrentLineNumber)

    def feed(self, chunk: bytes) -> None:
        """Read on; an empty chunk is the end of the file."""
        self._parser.Parse(chunk, not chunk)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if self._nested:
            self._nested += 1
        elif tag == "trace":
            self._trace = _Trace(self.row)
        elif self._trace is None:
            return
        elif tag == "event":
            self._event = _Element(self.row)
        else:
            self._nested = 1
            if tag in _VALUES:
                (self._event or self._trace).attributes[attributes.get("key", "")] = attributes.get(
                    "value", ""
                )

    def _end(self, name: str) -> None:
        if self._nested:
            self._nested -= 1
            return
        tag = name.rpartition(" ")[2]
        if tag == "event" and self._trace is not None and self._event is not None:
            self._trace.events.append(self._event)
            self._event = None
        elif tag == "trace" and self._trace is not None:
            self.traces.append(self._trace)
            self._trace = None

    def _refuse_entity(self, name: str, *_: object) -> None:
        """An entity can make gigabytes of one line, and no log needs one."""
        msg = f"declares the entity {name!r}, which no event log needs"
        raise _EntityError(msg)
