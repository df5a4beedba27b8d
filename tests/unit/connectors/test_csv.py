"""CSV tables by a mapping."""

from pathlib import Path
from typing import Final

import pytest

from connectors.mapping import read_mapping
from connectors.port import SourceError, SourceEvent, SourceItem, SourceRejection
from connectors.sources.csv import Table
from engine.codec.rfc3339 import instant_from
from engine.core.event import Facts, Length

MAPPING: Final = """
source: /hall/table
case: 案件
zone: Asia/Shanghai
events:
  time: 时间
  type: {attribute: 环节, table: {受理: case.accepted, 挂起: case.suspended}, drop: [叫号]}
  facts:
    item: 事项
    kind: {attribute: 种类, table: {听证: hearing}}
    granted: {attribute: 天数, unit: working_days}
"""
HEAD: Final = "案件,环节,时间,事项,种类,天数\n"


def items(tmp_path: Path, text: str | bytes, mapping: str = MAPPING) -> list[SourceItem]:
    path = tmp_path / "table.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(Table(path, read_mapping(mapping.encode(), "mapping.yaml")))


def event(item: SourceItem) -> SourceEvent:
    assert isinstance(item, SourceEvent), str(item)
    return item


def rejections(found: list[SourceItem]) -> list[str]:
    rejected = [item for item in found if isinstance(item, SourceRejection)]
    return [str(item).removeprefix(f"{Path(item.place.file).parent.as_posix()}/") for item in rejected]


def test_a_row_becomes_an_event(tmp_path: Path) -> None:
    found = items(tmp_path, HEAD + "C-1,挂起,2024-03-05 09:00:00,A-001,听证,10\nC-1,叫号,,,,\n")
    (item,) = map(event, found)
    assert (item.case, item.event.type, item.event.id, item.place.row) == (
        "C-1",
        "case.suspended",
        "C-1/1",
        2,
    )
    assert item.event.occurred == instant_from("2024-03-05T09:00:00+08:00")
    assert item.event.facts == Facts(item="A-001", kind="hearing", length=Length(10, "working_days"))


def test_a_table_of_cases_makes_an_event_of_each_time_column(tmp_path: Path) -> None:
    mapping = """
source: /hall
case: id
zone: Asia/Shanghai
date_only: end
case_events:
  - {time: accepted, type: case.accepted, facts: {deadline: deadline}}
  - {time: closed, type: case.closed}
"""
    found = items(tmp_path, "id,accepted,deadline,closed\nC-1,2024-03-05T09:00:00,2024-03-08,\n", mapping)
    (item,) = map(event, found)
    assert (item.event.type, item.event.id) == ("case.accepted", "C-1/accepted")
    assert item.event.facts.deadline == instant_from("2024-03-08T23:59:59.999999+08:00")


def test_a_column_may_name_the_event_and_the_time_it_was_recorded(tmp_path: Path) -> None:
    mapping = "source: /s\ncase: c\ntime_format: '%d/%m/%Y %H:%M'\nzone: Asia/Shanghai\n"
    mapping += "events: {id: n, time: t, recorded: r, type: case.closed}"
    (item,) = map(event, items(tmp_path, "c,n,t,r\nC-1,77,05/03/2024 09:00,06/03/2024 10:30\n", mapping))
    assert item.event.id == "C-1/77"
    assert item.event.occurred == instant_from("2024-03-05T09:00:00+08:00")
    assert item.event.recorded == item.event.received == instant_from("2024-03-06T10:30:00+08:00")


def test_other_encodings_and_delimiters_are_read(tmp_path: Path) -> None:
    mapping = MAPPING + "encoding: gb18030\ndelimiter: ';'\n"
    text = (HEAD + "C-1,受理,2024-03-05T09:00:00,A-001,,\n").replace(",", ";")
    (item,) = map(event, items(tmp_path, text.encode("gb18030"), mapping))
    assert item.event.type == "case.accepted"


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    (item,) = map(event, items(tmp_path, "\ufeff" + HEAD + "C-1,受理,2024-03-05T09:00:00,A-001,,\n"))
    assert item.case == "C-1"


def test_wrong_rows_are_rejected_with_their_lines_and_spoil_no_others(tmp_path: Path) -> None:
    rows = [
        "C-1,受理,2024-03-05T09:00:00,A-001,,".encode(),
        b"C-2,too,few",
        "C-3,离开,2024-03-05T09:00:00,A-001,,".encode(),
        "C-4,受理,昨天,A-001,,".encode(),
        b"C-5,\xca\xdc\xc0\xed,2024-03-05T09:00:00,A-001,,",
        '"two\nlines",受理,2024-03-05T09:00:00,A-001,,'.encode(),
        ",受理,2024-03-05T09:00:00,A-001,,".encode(),
        'C-6,受理,"2024-03-05T09:00:00"x,A-001,,'.encode(),
        "C-7,挂起,2024-03-05T09:00:00,A-001,听证,ten".encode(),
        "C-8,受理,2024-03-05T09:00:00,A-001,,".encode(),
    ]
    found = items(tmp_path, HEAD.encode() + b"\n".join(rows) + b"\n")
    assert [item.case for item in found if isinstance(item, SourceEvent)] == ["C-1", "C-8"]
    assert rejections(found) == [
        "table.csv:3: bad-row: expected 6 columns, got 3",
        "table.csv:4: bad-row: 环节: the mapping has no event type for '离开'; does it belong in table or in drop?",
        "table.csv:5: bad-time: time: expected an RFC 3339 time such as '2024-03-05T09:00:00+08:00', got '昨天'",
        "table.csv:6: not-utf-8: expected utf-8, got '\\udcca\\udcdc\\udcc0\\udced'",
        "table.csv:7: bad-field: id: expected text without control characters, got 'two\\nlines/6'",
        "table.csv:9: no-subject: subject: required attribute is missing or empty",
        "table.csv:10: bad-row: expected a row of CSV, ',' expected after '\"'",
        "table.csv:11: bad-field: data.granted.value: expected a whole number from 0 to 5256000, got 'ten'",
    ]


def test_a_date_without_a_time_is_rejected_unless_the_mapping_says_which_end(tmp_path: Path) -> None:
    found = items(tmp_path, HEAD + "C-1,受理,2024-03-05,A-001,,\n")
    assert rejections(found) == [
        "table.csv:2: bad-time: time: expected an RFC 3339 time such as '2024-03-05T09:00:00+08:00', got '2024-03-05'"
    ]
    (item,) = map(
        event, items(tmp_path, HEAD + "C-1,受理,2024-03-05,A-001,,\n", MAPPING + "date_only: start\n")
    )
    assert item.event.occurred == instant_from("2024-03-05T00:00:00+08:00")


def test_without_a_zone_a_bare_time_is_rejected(tmp_path: Path) -> None:
    mapping = MAPPING.replace("zone: Asia/Shanghai\n", "")
    assert rejections(items(tmp_path, HEAD + "C-1,受理,2024-03-05 09:00:00,A-001,,\n", mapping)) == [
        "table.csv:2: time-without-zone: time: time '2024-03-05T09:00:00' has no zone; is '+08:00' missing at its end?"
    ]


def test_a_column_that_the_table_lacks_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(
        SourceError,
        match=r"table\.csv:1: the mapping asks for the column '事项'; the header has '案件', '环节'",
    ):
        items(tmp_path, HEAD.replace("事项", "item"))


def test_a_table_without_a_header_is_told(tmp_path: Path) -> None:
    with pytest.raises(
        SourceError, match=r"table\.csv:1: expected a header with the names of the columns, got nothing$"
    ):
        items(tmp_path, "")
