"""Bytes to events: what is read, what is refused, and the sentence that says why."""

import json
from typing import Any

import pytest

from engine.codec.cloud_event import Decoded, decode_event, encode_event
from engine.codec.rejection import Rejected
from engine.codec.rfc3339 import instant_from
from engine.core.event import Event, Facts, Length, Reference, Replacement
from engine.core.text import Text
from engine.ports import Headers, SourceRecord

RECEIVED_MS = 1_709_600_405_000
BASE: dict[str, Any] = {
    "specversion": "1.0",
    "id": "e-1",
    "source": "/hall",
    "type": "case.accepted",
    "subject": "WH-1",
    "time": "2024-03-05T09:00:00+08:00",
}


def record(value: bytes | None, headers: Headers = ()) -> SourceRecord:
    return SourceRecord("events", 2, 7, RECEIVED_MS, b"WH-1", value, headers)


def event_bytes(**changes: object) -> bytes:
    fields = {**BASE, **changes}
    return json.dumps({name: value for name, value in fields.items() if value is not ...}).encode()


def decoded(value: bytes | None, headers: Headers = ()) -> Decoded:
    result = decode_event(record(value, headers))
    assert isinstance(result, Decoded), result
    return result


def refused(value: bytes | None, headers: Headers = ()) -> Rejected:
    result = decode_event(record(value, headers))
    assert isinstance(result, Rejected), result
    return result


def test_an_event_with_all_its_fields_is_read() -> None:
    data = {
        "item": "A-001",
        "unit": "hbw",
        "window": "W03",
        "person": "P-1",
        "deadline": "2024-03-12T18:00:00+08:00",
        "decision": "granted",
        "kind": "hearing",
        "legal_basis": "第四十五条",
        "granted": {"value": 10, "unit": "working_days"},
        "approver": "P-7",
        "reason": "补正",
        "to": "review",
        "amount": "12.50",
        "supersedes": {"source": "/hall", "id": "e-0"},
        "replacement": {"type": "case.closed", "time": "2024-03-05T10:00:00Z", "data": {"item": "A-002"}},
        "applicant": {"name": "not kept", "phone": 1},
    }
    value = event_bytes(recordedtime="2024-03-05T09:00:04.120+08:00", data=data, traceparent="00-ab")
    facts = Facts(
        item="A-001",
        unit="hbw",
        window="W03",
        person="P-1",
        deadline=instant_from("2024-03-12T10:00:00Z"),
        decision="granted",
        kind="hearing",
        basis="第四十五条",
        length=Length(10, "working_days"),
        approver="P-7",
        reason="补正",
        to="review",
        amount="12.50",
        supersedes=Reference("/hall", "e-0"),
        replacement=Replacement("case.closed", instant_from("2024-03-05T10:00:00Z"), Facts(item="A-002")),
    )
    occurred = instant_from("2024-03-05T01:00:00Z")
    event = Event("case.accepted", "/hall", "e-1", occurred, RECEIVED_MS * 1000, occurred + 4_120_000, facts)
    assert decoded(value) == Decoded("WH-1", event)


@pytest.mark.parametrize("absent", [..., None], ids=["absent", "null"])
def test_optional_parts_may_be_absent_or_null(absent: object) -> None:
    result = decoded(event_bytes(recordedtime=absent, data=absent))
    assert (result.event.recorded, result.event.facts) == (None, Facts())


@pytest.mark.parametrize(
    ("data", "facts"),
    [
        pytest.param({"item": 123, "window": 7}, Facts(item="123", window="7"), id="numbers for codes"),
        pytest.param({"item": ""}, Facts(), id="empty text says nothing"),
        pytest.param({"deadline": ""}, Facts(), id="empty deadline says nothing"),
        pytest.param(
            {"length": {"value": "10", "unit": "days"}},
            Facts(length=Length(10, "days")),
            id="text for a number",
        ),
        pytest.param(
            {"granted": {"value": 3, "unit": "hours"}}, Facts(length=Length(3, "hours")), id="granted"
        ),
        pytest.param({"length": None, "granted": None}, Facts(), id="lengths that are null"),
    ],
)
def test_what_is_odd_but_clear_is_taken(data: object, facts: Facts) -> None:
    assert decoded(event_bytes(data=data)).event.facts == facts


def test_a_number_for_an_amount_keeps_its_digits() -> None:
    value = event_bytes(data={}).replace(b"{}", b'{"amount": 12.50}')
    assert decoded(value).event.facts.amount == "12.50"


def test_data_that_were_sent_as_bytes_are_read() -> None:
    assert decoded(event_bytes(data_base64="eyJpdGVtIjogIkEtMDAxIn0=")).event.facts == Facts(item="A-001")


def test_text_that_is_not_printable_but_no_control_character_is_taken() -> None:
    assert decoded(event_bytes(subject="海 勃\u3000湾")).case == "海 勃\u3000湾"


@pytest.mark.parametrize(
    ("value", "reason", "detail"),
    [
        pytest.param(None, "no-value", "record: expected an event, got no value", id="no value"),
        pytest.param(b"", "not-json", "record: expected JSON, input data was truncated", id="empty"),
        pytest.param(
            b"not json",
            "not-json",
            "record: expected JSON, JSON is malformed: invalid character (byte 4)",
            id="not json",
        ),
        pytest.param(
            b"[" * 100_000,
            "not-json",
            "record: expected JSON, nested too deeply",
            id="nested a hundred thousand deep",
        ),
        pytest.param(
            event_bytes(subject="受理").decode("unicode_escape").encode("gb18030"),
            "not-utf-8",
            "record: expected UTF-8, got byte 0xca at 92; does the source write GB18030?",
            id="gb18030",
        ),
        pytest.param(b"[1, 2]", "not-an-object", "record: expected a JSON object, got [1, 2]", id="an array"),
        pytest.param(b'"text"', "not-an-object", "record: expected a JSON object, got 'text'", id="a text"),
        pytest.param(b"null", "not-an-object", "record: expected a JSON object, got None", id="null"),
        pytest.param(
            event_bytes(specversion=...),
            "bad-specversion",
            "specversion: expected '1.0', got None",
            id="no specversion",
        ),
        pytest.param(
            event_bytes(specversion="0.3"),
            "bad-specversion",
            "specversion: expected '1.0', got '0.3'",
            id="old",
        ),
        pytest.param(
            event_bytes(specversion=1.0),
            "bad-specversion",
            "specversion: expected '1.0', got 1.0",
            id="number",
        ),
        pytest.param(event_bytes(id=...), "no-id", "id: required attribute is missing or empty", id="no id"),
        pytest.param(
            event_bytes(id=""), "no-id", "id: required attribute is missing or empty", id="empty id"
        ),
        pytest.param(
            event_bytes(source=...),
            "no-source",
            "source: required attribute is missing or empty",
            id="no source",
        ),
        pytest.param(
            event_bytes(subject=...),
            "no-subject",
            "subject: required attribute is missing or empty",
            id="no subject",
        ),
        pytest.param(
            event_bytes(subject=""),
            "no-subject",
            "subject: required attribute is missing or empty",
            id="empty subject",
        ),
        pytest.param(
            event_bytes(subject=None),
            "no-subject",
            "subject: required attribute is missing or empty",
            id="null subject",
        ),
        pytest.param(
            event_bytes(type=...), "no-type", "type: required attribute is missing or empty", id="no type"
        ),
        pytest.param(
            event_bytes(time=...), "no-time", "time: required attribute is missing or empty", id="no time"
        ),
        pytest.param(
            event_bytes(time=""), "no-time", "time: required attribute is missing or empty", id="empty time"
        ),
        pytest.param(
            event_bytes(time="2024-03-05T09:00:00"),
            "time-without-zone",
            "time: time '2024-03-05T09:00:00' has no zone; is '+08:00' missing at its end?",
            id="no zone",
        ),
        pytest.param(
            event_bytes(time="1949-10-01T00:00:00Z"),
            "time-out-of-range",
            "time: time '1949-10-01T00:00:00Z' is out of range, expected the years 1970 to 9999",
            id="before 1970",
        ),
        pytest.param(
            event_bytes(time="2016-12-31T23:59:60Z"),
            "bad-time",
            "time: time '2016-12-31T23:59:60Z' is a leap second, expected the second beside it",
            id="leap second",
        ),
        pytest.param(
            event_bytes(recordedtime="yesterday"),
            "bad-time",
            "recordedtime: expected an RFC 3339 time such as '2024-03-05T09:00:00+08:00', got 'yesterday'",
            id="recorded in words",
        ),
        pytest.param(
            event_bytes(data={"deadline": "2024-03-05T09:00:00"}),
            "time-without-zone",
            "data.deadline: time '2024-03-05T09:00:00' has no zone; is '+08:00' missing at its end?",
            id="deadline without zone",
        ),
        pytest.param(
            event_bytes(time=5), "bad-field", "time: expected an RFC 3339 time, got 5", id="time as a number"
        ),
        pytest.param(event_bytes(id=17), "bad-field", "id: expected text, got 17", id="id as a number"),
        pytest.param(
            event_bytes(subject=["WH-1"]),
            "bad-field",
            "subject: expected text, got ['WH-1']",
            id="subject as a list",
        ),
        pytest.param(
            event_bytes(subject="WH-1\x00"),
            "bad-field",
            "subject: expected text without control characters, got 'WH-1\\x00'",
            id="nul in the subject",
        ),
        pytest.param(
            event_bytes(subject="x" * 257),
            "bad-field",
            f"subject: expected at most 256 characters, not 257, got '{'x' * 79}…",
            id="long subject",
        ),
        pytest.param(
            event_bytes(data={"legal_basis": "法" * 257}),
            "bad-field",
            f"data.legal_basis: expected at most 256 characters, not 257, got '{'法' * 79}…",
            id="long legal basis",
        ),
        pytest.param(
            event_bytes(data={"supersedes": {"source": "/hall", "id": "x" * 300}}),
            "bad-field",
            f"data.supersedes.id: expected at most 256 characters, not 300, got '{'x' * 79}…",
            id="long reference",
        ),
        pytest.param(
            event_bytes(data="x"), "bad-field", "data: expected a JSON object, got 'x'", id="data as text"
        ),
        pytest.param(
            event_bytes(data={"item": {}}),
            "bad-field",
            "data.item: expected text, got {}",
            id="item as an object",
        ),
        pytest.param(
            event_bytes(data={"item": True}),
            "bad-field",
            "data.item: expected text, got True",
            id="item as a flag",
        ),
        pytest.param(
            event_bytes(data={"length": {"value": 10}}),
            "bad-field",
            "data.length: expected an object with value and unit, got {'value': 10}",
            id="length without unit",
        ),
        pytest.param(
            event_bytes(data={"length": {"value": 10, "unit": "weeks"}}),
            "bad-field",
            "data.length.unit: expected working_days, working_hours, days, hours or minutes, got 'weeks'",
            id="length in weeks",
        ),
        pytest.param(
            event_bytes(data={"granted": {"value": -1, "unit": "days"}}),
            "bad-field",
            "data.granted.value: expected a whole number from 0 to 5256000, got -1",
            id="negative length",
        ),
        pytest.param(
            event_bytes(
                data={"granted": {"value": 1, "unit": "days"}, "length": {"value": 2, "unit": "days"}}
            ),
            "bad-field",
            "data.granted: expected either length or granted, got {'value': 1, 'unit': 'days'}",
            id="two lengths",
        ),
        pytest.param(
            event_bytes(type="case.corrected"),
            "bad-field",
            "data.supersedes: expected source and id of the corrected event, got None",
            id="correction of nothing",
        ),
        pytest.param(
            event_bytes(data={"replacement": {"type": "case.closed"}}),
            "bad-field",
            "data.replacement.time: expected an RFC 3339 time, got None",
            id="replacement without time",
        ),
        pytest.param(
            event_bytes(data={"replacement": {"type": "case.closed", "time": ""}}),
            "bad-time",
            "data.replacement.time: expected an RFC 3339 time such as '2024-03-05T09:00:00+08:00', got ''",
            id="replacement with an empty time",
        ),
        pytest.param(
            event_bytes(data_base64="???"),
            "bad-field",
            "data_base64: expected Base64 text, got '???'",
            id="bad base64",
        ),
        pytest.param(
            event_bytes(data={}, data_base64="e30="),
            "bad-field",
            "data_base64: expected either data or data_base64, got 'e30='",
            id="data twice",
        ),
        pytest.param(
            b" " * 5_000_000,
            "too-large",
            "record: expected at most 1000000 bytes, got 5000000",
            id="five megabytes",
        ),
    ],
)
def test_bad_input_is_refused_with_its_reason(value: bytes | None, reason: str, detail: str) -> None:
    rejected = refused(value)
    assert (rejected.reason, rejected.detail.en) == (reason, detail)
    assert rejected.detail.zh != rejected.detail.en


def test_a_refusal_speaks_chinese_as_well() -> None:
    assert refused(event_bytes(time="2024-03-05T09:00:00")).detail == Text(
        zh="time:时间 '2024-03-05T09:00:00' 没有时区,请写明偏移,例如 +08:00",
        en="time: time '2024-03-05T09:00:00' has no zone; is '+08:00' missing at its end?",
    )


def test_a_time_in_the_year_9999_is_read_for_the_pipeline_to_judge() -> None:
    assert decoded(event_bytes(time="9999-12-31T00:00:00Z")).event.occurred == instant_from(
        "9999-12-31T00:00:00Z"
    )


BINARY: Headers = (
    ("content-type", b"application/json; charset=utf-8"),
    *((f"ce_{name}", text.encode()) for name, text in BASE.items()),
)


def test_binary_mode_says_the_same_as_structured_mode() -> None:
    data = {"item": "A-001", "person": "P-1"}
    headers = (*BINARY, ("ce_recordedtime", b"2024-03-05T09:00:04Z"), ("trace", b"\xff"))
    structured = event_bytes(recordedtime="2024-03-05T09:00:04Z", data=data)
    assert decoded(json.dumps(data).encode(), headers) == decoded(structured)


@pytest.mark.parametrize("value", [None, b"", b"null"], ids=["no value", "empty value", "null"])
def test_binary_mode_needs_no_data(value: bytes | None) -> None:
    assert decoded(value, BINARY) == decoded(event_bytes())


def test_a_content_type_of_structured_mode_outweighs_headers() -> None:
    headers = (("content-type", b"application/cloudevents+json; charset=UTF-8"), ("ce_subject", b"WH-2"))
    assert decoded(event_bytes(), headers).case == "WH-1"


def test_headers_of_others_leave_structured_mode_alone() -> None:
    assert decoded(event_bytes(), (("trace", b"\xff"),)).case == "WH-1"


@pytest.mark.parametrize(
    ("headers", "value", "reason", "detail"),
    [
        pytest.param(
            tuple(pair for pair in BINARY if pair[0] != "ce_subject"),
            b"{}",
            "no-subject",
            "subject: required attribute is missing or empty",
            id="no subject",
        ),
        pytest.param(
            (*BINARY, ("ce_subject", b"\xca\xdc")),
            b"{}",
            "not-utf-8",
            "header ce_subject: expected UTF-8, got b'\\xca\\xdc'",
            id="header not utf-8",
        ),
        pytest.param(
            BINARY, b"[]", "not-an-object", "data: expected a JSON object, got []", id="data as a list"
        ),
        pytest.param(
            (*BINARY, ("content-type", b"application/avro")),
            b"{}",
            "bad-field",
            "content-type: expected application/json, got 'application/avro'",
            id="avro",
        ),
        pytest.param(
            (*BINARY, ("ce_time", b"2024-03-05T09:00:00")),
            b"{}",
            "time-without-zone",
            "time: time '2024-03-05T09:00:00' has no zone; is '+08:00' missing at its end?",
            id="no zone",
        ),
        pytest.param(
            BINARY,
            b" " * 1_000_001,
            "too-large",
            "record: expected at most 1000000 bytes, got 1000001",
            id="large",
        ),
    ],
)
def test_bad_input_in_binary_mode_is_refused_with_its_reason(
    headers: Headers, value: bytes, reason: str, detail: str
) -> None:
    rejected = refused(value, headers)
    assert (rejected.reason, rejected.detail.en) == (reason, detail)


def test_numbers_for_codes_are_taken_in_binary_mode() -> None:
    assert decoded(b'{"item": 123}', BINARY).event.facts.item == "123"


def test_the_length_of_a_suspension_is_written_as_granted() -> None:
    facts = Facts(length=Length(10, "working_days"))
    suspended = Event("case.suspended", "/hall", "e-1", 0, 0, None, facts)
    extended = Event("case.extended", "/hall", "e-1", 0, 0, None, facts)
    assert json.loads(encode_event("WH-1", suspended))["data"] == {
        "granted": {"value": 10, "unit": "working_days"}
    }
    assert json.loads(encode_event("WH-1", extended))["data"] == {
        "length": {"value": 10, "unit": "working_days"}
    }
