"""Dead letters keep what came and say why it was not taken."""

from engine.codec.dead_letter import dead_letter, original, source_place
from engine.core.text import Text
from engine.ports import OutRecord, SourceRecord

RECORD = SourceRecord(
    "events", 2, 7, 1_709_600_405_000, b"WH-1", b"\xff\xfe", (("reason", b"theirs"), ("trace", b"ab"))
)
DETAIL = Text("不是 UTF-8", "expected UTF-8")


def read_back(letter: OutRecord) -> SourceRecord:
    return SourceRecord(letter.topic, 0, 0, 0, letter.key, letter.value, letter.headers)


def test_a_dead_letter_keeps_key_bytes_and_headers_and_adds_reason_and_place() -> None:
    letter = dead_letter(RECORD, "not-utf-8", DETAIL, "dead")
    assert letter == OutRecord(
        "dead",
        None,
        b"WH-1",
        b"\xff\xfe",
        (
            ("reason", b"theirs"),
            ("trace", b"ab"),
            ("reason", b"not-utf-8"),
            ("detail", b"expected UTF-8"),
            ("detail-zh", "不是 UTF-8".encode()),
            ("source-topic", b"events"),
            ("source-partition", b"2"),
            ("source-offset", b"7"),
            ("source-timestamp", b"1709600405000"),
        ),
    )


def test_a_dead_letter_is_identified_by_where_its_record_was() -> None:
    assert source_place(read_back(dead_letter(RECORD, "not-utf-8", DETAIL, "dead"))) == ("events", 2, 7)


def test_the_original_record_comes_out_of_a_dead_letter_whole() -> None:
    assert original(read_back(dead_letter(RECORD, "not-utf-8", DETAIL, "dead"))) == RECORD


def test_a_record_without_a_key_and_a_value_becomes_a_dead_letter_too() -> None:
    record = RECORD._replace(key=None, value=None, headers=())
    letter = dead_letter(record, "no-value", DETAIL, "dead")
    assert (letter.partition, letter.key, letter.value) == (0, None, None)
    assert original(read_back(letter)) == record
