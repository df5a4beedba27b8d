"""XES event logs by a mapping."""

import gzip
from pathlib import Path
from typing import Final

import pytest

from connectors.mapping import load_mapping, read_mapping
from connectors.port import SourceError, SourceEvent, SourceRejection
from connectors.sources.xes import EventLog
from engine.codec.rfc3339 import instant_from
from engine.core.event import Event, Facts

SYNTHETIC: Final = Path(__file__).resolve().parents[2] / "data" / "synthetic"
HEAD: Final = '<?xml version="1.0"?>\n<log xmlns="http://www.xes-standard.org/">\n'
MINIMAL: Final = read_mapping(
    b"source: /l\ncase: id\ncase_events: [{time: at, type: case.accepted}]", "m.yaml"
)
TRACE: Final = (
    '<trace><string key="id" value="C-{0}"/><date key="at" value="2024-03-05T09:00:00Z"/></trace>\n'
)


def log() -> EventLog:
    return EventLog(SYNTHETIC / "hall.xes", load_mapping(SYNTHETIC / "mapping.yaml"))


def written(tmp_path: Path, text: str) -> EventLog:
    path = tmp_path / "log.xes"
    path.write_text(text, encoding="utf-8")
    return EventLog(path, MINIMAL)


def test_a_case_becomes_the_events_of_its_attributes_and_its_own() -> None:
    events = [item for item in log() if isinstance(item, SourceEvent) and item.case == "C-1"]
    told = [(item.event.id, item.event.type, item.event.facts.person, item.place.row) for item in events]
    assert told == [
        ("C-1/accepted", "case.accepted", None, 8),
        ("C-1/closed", "case.closed", None, 8),
        ("C-1/1", "case.received", "P-1", 14),
        ("C-1/3", "case.reviewed", "P-2", 24),
    ]
    accepted = instant_from("2024-03-05T09:00:00+08:00")
    facts = Facts(item="A-001", unit="hall", deadline=instant_from("2024-03-12T18:00:00+08:00"))
    assert events[0].event == Event(
        "case.accepted", "/hall/log", "C-1/accepted", accepted, accepted, None, facts
    )


def test_times_without_zone_take_the_zone_of_the_mapping() -> None:
    (item,) = [item for item in log() if isinstance(item, SourceEvent) and item.case == "C-3"]
    assert item.event.occurred == instant_from("2024-03-06T09:00:00+08:00")
    assert item.event.facts.deadline == instant_from("2024-03-13T18:00:00+08:00")


def test_what_cannot_be_mapped_is_rejected_with_its_place() -> None:
    file = (SYNTHETIC / "hall.xes").as_posix()
    unmapped, bad_time = [str(item) for item in log() if isinstance(item, SourceRejection)]
    assert unmapped == (
        f"{file}:54: bad-row: concept:name: the mapping has no event type for '复核'; "
        "does it belong in table or in drop?"
    )
    assert bad_time == (
        f"{file}:58: bad-time: time: expected an RFC 3339 time such as '2024-03-05T09:00:00+08:00', got 'soon'"
    )


def test_identities_are_unique_and_the_same_each_time() -> None:
    first, second = (
        [item.event.identity for item in log() if isinstance(item, SourceEvent)] for _ in range(2)
    )
    assert first == second
    assert len(set(first)) == len(first)


def test_a_compressed_log_says_the_same(tmp_path: Path) -> None:
    packed = tmp_path / "hall.xes.gz"
    packed.write_bytes(gzip.compress((SYNTHETIC / "hall.xes").read_bytes()))
    mapping = load_mapping(SYNTHETIC / "mapping.yaml")
    told = [(type(item), item.place.row) for item in EventLog(packed, mapping)]
    assert told == [(type(item), item.place.row) for item in log()]


def test_what_was_whole_before_a_fault_is_read_first(tmp_path: Path) -> None:
    source = written(tmp_path, HEAD + TRACE.format(1) + "<trace><string key=\n</log>")
    reading = iter(source)
    assert isinstance(next(reading), SourceEvent)
    with pytest.raises(
        SourceError, match=r"log\.xes:5: expected XML: not well-formed \(invalid token\) in column 1$"
    ):
        next(reading)


def test_a_log_that_ends_early_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"log\.xes:4: expected XML: no element found in column 1$"):
        list(written(tmp_path, HEAD + TRACE.format(1)))


def test_entities_are_refused(tmp_path: Path) -> None:
    bomb = '<?xml version="1.0"?>\n<!DOCTYPE log [<!ENTITY a "aaaaaaaaaa">\n]>\n<log/>'
    with pytest.raises(SourceError, match=r"log\.xes:2: declares the entity 'a', which no event log needs$"):
        list(written(tmp_path, bomb))


def test_a_damaged_gzip_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "log.xes.gz"
    path.write_bytes(gzip.compress(HEAD.encode())[:-12])
    with pytest.raises(SourceError, match=r"log\.xes\.gz:\d+: cannot be read: Compressed file ended"):
        list(EventLog(path, MINIMAL))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none\.xes:1: cannot be read: No such file or directory$"):
        list(EventLog(tmp_path / "none.xes", MINIMAL))


def test_reading_begins_before_the_end_of_the_file_is_seen(tmp_path: Path) -> None:
    """The file ends in rubbish: a source that read it whole before its first event would never come to one."""
    source = written(tmp_path, HEAD + "".join(TRACE.format(n) for n in range(3000)) + "<rubbish")
    assert isinstance(next(iter(source)), SourceEvent)


def test_a_log_without_cases_is_empty(tmp_path: Path) -> None:
    assert list(written(tmp_path, HEAD + "</log>")) == []
