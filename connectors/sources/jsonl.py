"""JSON Lines: one CloudEvent in structured mode a line, the file compressed or not."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

import msgspec

from connectors.files import READ_ERRORS, filed, opened, unreadable
from connectors.port import Place, SourceEvent, SourceItem, SourceRejection
from engine.codec.cloud_event import RECORD_BYTES, decode_structured, too_large
from engine.codec.rejection import Rejected

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_ENDING: Final = b"\r\n"
_PIECE: Final = RECORD_BYTES + len(_ENDING) + 1


class JsonLines:
    """The events of a file of JSON Lines. Blank lines are no items."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __iter__(self) -> Iterator[SourceItem]:
        """Every line that is not blank."""
        file = self._path.as_posix()
        row = 0
        with opened(self._path) as stream:
            while True:
                try:
                    line, size = _next_line(stream)
                except READ_ERRORS as error:
                    raise unreadable(self._path, row + 1, error) from error
                if not line:
                    return
                row += 1
                if row == 1:
                    line = line.removeprefix(_BYTE_ORDER_MARK)
                line = line.strip(b" \t\r\n")
                if size > RECORD_BYTES + len(_ENDING):
                    yield SourceRejection(too_large(size, RECORD_BYTES), Place(file, row))
                elif line:
                    yield _item(line, Place(file, row))


def _next_line(stream: IO[bytes]) -> tuple[bytes, int]:
    """The next line and its size in bytes; of one that is too large, only the beginning."""
    line = part = stream.readline(_PIECE)
    size = len(line)
    while len(part) == _PIECE and not part.endswith(b"\n"):
        part = stream.readline(_PIECE)
        size += len(part)
    return line, size


def _item(line: bytes, place: Place) -> SourceItem:
    decoded = decode_structured(line, 0)
    if isinstance(decoded, Rejected):
        return SourceRejection(decoded, place)
    event = msgspec.structs.replace(decoded.event, received=filed(decoded.event))
    return SourceEvent(decoded.case, event, place)
