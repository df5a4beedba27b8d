"""CSV tables: one event for each row and for time columns of the row, by a mapping."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from connectors.files import READ_ERRORS, opened, unreadable
from connectors.mapped import Mapper
from connectors.mapping import MappingFile, attributes_of
from connectors.port import Place, SourceError, SourceItem, SourceRejection
from engine.codec.rejection import Rejected, shown
from engine.core.text import Text


class _Reader(Protocol):
    """A reader of the csv module."""

    line_num: int

    def __next__(self) -> list[str]: ...


class Table:
    """The events of a CSV file with a header, compressed or not."""

    def __init__(self, path: Path, mapping: MappingFile) -> None:
        self._path = path
        self._mapping = mapping
        self._mapper = Mapper(mapping)

    def __iter__(self) -> Iterator[SourceItem]:
        """Row by row: the events of its time columns, then the event that it is itself."""
        # Bytes that are wrong in the encoding become surrogates, so that they spoil one row and not the rest.
        encoding = (
            "utf-8-sig" if self._mapping.encoding.lower() in {"utf-8", "utf8"} else self._mapping.encoding
        )
        with opened(self._path) as stream:
            text = io.TextIOWrapper(stream, encoding=encoding, errors="surrogateescape", newline="")
            try:
                reader = csv.reader(text, delimiter=self._mapping.delimiter, strict=True)
                yield from self._items(reader)
            finally:
                text.detach()

    def _items(self, reader: "_Reader") -> Iterator[SourceItem]:
        columns: list[str] | None = None
        ordinal = 0
        said = ""
        while True:
            place = Place(self._path.as_posix(), reader.line_num + 1)
            try:
                cells = next(reader)
            except StopIteration:
                if columns is None:
                    raise SourceError(
                        place, "expected a header with the names of the columns, got nothing"
                    ) from None
                return
            except csv.Error as error:
                cells, said = None, str(error)
            except READ_ERRORS as error:
                raise unreadable(self._path, place.row, error) from error
            if columns is None:
                columns = self._header(cells, place)
                continue
            ordinal += 1
            if cells is None:
                yield _bad_row(place, f"这一行不是 CSV:{said}", f"expected a row of CSV, {said}")
            elif cells:
                yield from self._row(columns, cells, ordinal, place)

    def _header(self, cells: list[str] | None, place: Place) -> list[str]:
        names = [name.strip() for name in cells or ()]
        missing = sorted(attributes_of(self._mapping) - set(names))
        if missing:
            message = f"the mapping asks for the column {missing[0]!r}; the header has {', '.join(map(repr, names))}"
            raise SourceError(place, message)
        return names

    def _row(self, columns: list[str], cells: list[str], ordinal: int, place: Place) -> Iterator[SourceItem]:
        if len(cells) != len(columns):
            zh = f"应有 {len(columns)} 列,实有 {len(cells)} 列"
            yield _bad_row(place, zh, f"expected {len(columns)} columns, got {len(cells)}")
            return
        spoilt = next((cell for cell in cells if not _is_decoded(cell)), None)
        if spoilt is not None:
            value = shown(spoilt)
            encoding = self._mapping.encoding
            detail = Text(zh=f"{value} 不是 {encoding} 编码", en=f"expected {encoding}, got {value}")
            yield SourceRejection(Rejected("not-utf-8" if encoding == "utf-8" else "bad-row", detail), place)
            return
        attributes = dict(zip(columns, cells, strict=True))
        case = self._mapper.case_of(attributes)
        yield from self._mapper.case_events(case, attributes, place)
        item = self._mapper.event(case, attributes, ordinal, place)
        if item is not None:
            yield item


def _is_decoded(cell: str) -> bool:
    try:
        cell.encode()
    except UnicodeEncodeError:
        return False
    return True


def _bad_row(place: Place, zh: str, en: str) -> SourceRejection:
    return SourceRejection(Rejected("bad-row", Text(zh=zh, en=en)), place)
