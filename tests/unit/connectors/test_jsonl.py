"""JSON Lines files as they come from other systems."""

import gzip
from pathlib import Path
from typing import Final

import pytest

from connectors.port import SourceError, SourceEvent, SourceItem, SourceRejection
from connectors.sources.jsonl import JsonLines
from engine.codec.cloud_event import RECORD_BYTES

EVENT: Final = (
    b'{"specversion":"1.0","id":"1","source":"/s","type":"case.closed","subject":"C-1",'
    b'"time":"2024-03-05T09:00:00Z"%s}'
)


def items(tmp_path: Path, content: bytes) -> list[SourceItem]:
    path = tmp_path / "events.jsonl"
    path.write_bytes(content)
    return list(JsonLines(path))


def places(found: list[SourceItem]) -> list[tuple[int, str]]:
    return [
        (item.place.row, "event" if isinstance(item, SourceEvent) else item.rejected.reason) for item in found
    ]


def test_blank_lines_line_endings_and_a_byte_order_mark_do_not_matter(tmp_path: Path) -> None:
    line = EVENT % b""
    content = b"\xef\xbb\xbf" + line + b"\r\n\r\n   \n" + line
    assert places(items(tmp_path, content)) == [(1, "event"), (4, "event")]


def test_a_compressed_file_is_known_by_its_content(tmp_path: Path) -> None:
    assert places(items(tmp_path, gzip.compress((EVENT % b"") + b"\n"))) == [(1, "event")]


def test_bad_lines_are_rejected_and_the_rest_comes(tmp_path: Path) -> None:
    line = EVENT % b""
    found = items(
        tmp_path, b"\n".join([b"rubbish", line, b"\xff", b"[]", line.replace(b'"C-1"', b"null"), line])
    )
    told = [
        (1, "not-json"),
        (2, "event"),
        (3, "not-utf-8"),
        (4, "not-an-object"),
        (5, "no-subject"),
        (6, "event"),
    ]
    assert places(found) == told


def test_a_line_that_is_too_large_is_rejected_with_its_size_and_not_kept(tmp_path: Path) -> None:
    line = EVENT % b""
    large = EVENT % (b',"data":{"reason":"%s"}' % (b"x" * 5_000_000))
    found = items(tmp_path, line + b"\n" + large + b"\n" + line + b"\n")
    assert places(found) == [(1, "event"), (2, "too-large"), (3, "event")]
    rejection = found[1]
    assert isinstance(rejection, SourceRejection)
    size = len(large) + 1
    assert rejection.rejected.detail.en == f"record: expected at most {RECORD_BYTES} bytes, got {size}"


@pytest.mark.parametrize("over", [0, 1], ids=["at the limit", "one byte over"])
def test_the_limit_is_that_of_a_record(tmp_path: Path, over: int) -> None:
    bare = len(EVENT % b',"x":""')
    line = EVENT % (b',"x":"%s"' % (b"x" * (RECORD_BYTES - bare + over)))
    assert places(items(tmp_path, line + b"\r\n")) == [(1, "too-large" if over else "event")]


def test_an_event_of_a_file_was_received_when_it_was_recorded(tmp_path: Path) -> None:
    (plain, late) = items(tmp_path, EVENT % b"" + b"\n" + EVENT % b',"recordedtime":"2024-03-06T09:00:00Z"')
    assert isinstance(plain, SourceEvent)
    assert isinstance(late, SourceEvent)
    assert plain.event.received == plain.event.occurred
    assert late.event.received == late.event.recorded


def test_a_compressed_file_that_was_cut_off_is_told_after_what_could_be_read(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl.gz"
    path.write_bytes(gzip.compress((EVENT % b"") + b"\n")[:-8])
    reading = iter(JsonLines(path))
    assert isinstance(next(reading), SourceEvent)
    with pytest.raises(
        SourceError, match=r"events\.jsonl\.gz:2: cannot be read: Compressed file ended before"
    ):
        next(reading)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r":1: cannot be read: Is a directory$"):
        list(JsonLines(tmp_path))
