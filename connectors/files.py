"""Event files as streams of bytes, compressed or not."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, cast

from connectors.port import Place, SourceError
from engine.core.event import Event
from engine.core.instant import Instant

GZIP_MAGIC: Final = b"\x1f\x8b"

READ_ERRORS: Final = (OSError, EOFError, zlib.error)
"""What reading a file, compressed or not, may raise."""


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The content of the file, unpacked where it begins as gzip does. Raises `SourceError`."""
    try:
        plain = path.open("rb")
    except OSError as error:
        raise unreadable(path, 1, error) from error
    with plain:
        try:
            packed = plain.peek(len(GZIP_MAGIC)).startswith(GZIP_MAGIC)
        except OSError as error:
            raise unreadable(path, 1, error) from error
        if not packed:
            yield plain
            return
        with gzip.open(plain) as unpacked:
            yield cast("IO[bytes]", unpacked)


def unreadable(path: Path, row: int, error: Exception) -> SourceError:
    """The file cannot be read from `row` on."""
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return SourceError(Place(path.as_posix(), row), f"cannot be read: {said}")


def filed(event: Event) -> Instant:
    """When an event of a file counts as received: when it was recorded, else when it happened."""
    return event.occurred if event.recorded is None else event.recorded
