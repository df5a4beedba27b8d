"""What an event may say is bounded, so that a case of very many events is still one record of its topic."""

import json
from typing import Any, Final

import pytest

from engine.codec.case_record import encode_case
from engine.codec.cloud_event import Decoded, decode_event
from engine.codec.rejection import Rejected
from engine.core.case import Case
from engine.core.event import Event
from engine.core.rulebook import Limits
from engine.core.text import Text
from engine.ports import Headers, SourceRecord
from engine.topics.load import load_topics, shipped_topics

CODES: Final = ("item", "unit", "window", "person", "decision", "kind", "approver", "to", "amount")
BASE: Final[dict[str, Any]] = {
    "specversion": "1.0",
    "id": "e-1",
    "source": "/hall",
    "type": "case.corrected",
    "subject": "WH-1",
    "time": "2024-03-05T09:00:00+08:00",
}
OTHER: Final = {"source": "/hall", "id": "e-0"}
CLOSED: Final[dict[str, Any]] = {"type": "case.closed", "time": "2024-03-05T10:00:00Z"}
LAST_TIME: Final = "9999-12-31T23:59:59.999999Z"


def taken(value: bytes, headers: Headers = ()) -> Decoded | Rejected:
    return decode_event(SourceRecord("events", 2, 7, 1_709_600_405_000, b"WH-1", value, headers))


def event(data: dict[str, Any]) -> bytes:
    return json.dumps({**BASE, "data": {"supersedes": OTHER, **data}}, ensure_ascii=False).encode()


def decoded(value: bytes) -> Event:
    result = taken(value)
    assert isinstance(result, Decoded), result
    return result.event


def refused(value: bytes, headers: Headers = ()) -> Text:
    result = taken(value, headers)
    assert isinstance(result, Rejected), result
    assert result.reason == "bad-field"
    return result.detail


@pytest.mark.parametrize("name", CODES)
def test_a_code_has_at_most_128_characters(name: str) -> None:
    decoded(event({name: "号" * 128}))
    assert refused(event({name: "号" * 129})) == Text(
        zh=f"字段 data.{name} 无效:应为最多 128 个字符(此处 129 个),实为 '{'号' * 79}…",
        en=f"data.{name}: expected at most 128 characters, not 129, got '{'号' * 79}…",
    )


def test_a_number_with_too_many_digits_for_a_code_is_refused() -> None:
    value = event({"amount": 0}).replace(b'"amount": 0', b'"amount": ' + b"1" * 129)
    assert refused(value).en == (f"data.amount: expected at most 128 characters, not 129, got '{'1' * 79}…")


@pytest.mark.parametrize(
    ("replacement", "detail"),
    [
        pytest.param(
            {**CLOSED, "type": "x" * 257},
            f"data.replacement.type: expected at most 256 characters, not 257, got '{'x' * 79}…",
            id="type",
        ),
        pytest.param(
            {**CLOSED, "data": {"item": "x" * 129}},
            f"data.replacement.data.item: expected at most 128 characters, not 129, got '{'x' * 79}…",
            id="item",
        ),
        pytest.param(
            {**CLOSED, "data": {"legal_basis": "x" * 257}},
            f"data.replacement.data.legal_basis: expected at most 256 characters, not 257, got '{'x' * 79}…",
            id="legal basis",
        ),
    ],
)
def test_a_replacement_is_bounded_like_an_event(replacement: dict[str, Any], detail: str) -> None:
    assert refused(event({"replacement": replacement})).en == detail


def test_a_long_reason_is_cut_to_its_first_200_characters() -> None:
    reason = "理由" * 5000
    facts = decoded(event({"reason": reason, "replacement": {**CLOSED, "data": {"reason": reason}}})).facts
    assert facts.replacement is not None
    assert (facts.reason, facts.replacement.facts.reason) == (reason[:200], reason[:200])


def test_two_lengths_in_a_replacement_are_refused() -> None:
    ten_days = {"value": 10, "unit": "days"}
    replacement = {**CLOSED, "data": {"length": ten_days, "granted": ten_days}}
    assert refused(event({"replacement": replacement})).en == (
        "data.replacement.data.granted: expected either length or granted, got {'value': 10, 'unit': 'days'}"
    )


CORRECTED_AGAIN: Final = {"supersedes": OTHER, "replacement": {**CLOSED, "type": "case.corrected"}}
BINARY: Final = tuple((f"ce_{name}", text.encode()) for name, text in BASE.items())


@pytest.mark.parametrize(
    ("value", "headers"),
    [
        pytest.param(event(CORRECTED_AGAIN), (), id="structured"),
        pytest.param(json.dumps(CORRECTED_AGAIN).encode(), BINARY, id="binary"),
    ],
)
def test_a_correction_inside_a_replacement_is_refused(value: bytes, headers: Headers) -> None:
    assert refused(value, headers) == Text(
        zh="字段 data.replacement.type 无效:应为 case.corrected 以外的类型(更正中的更正一概不读),"
        "实为 'case.corrected'",
        en="data.replacement.type: expected another type than case.corrected (a correction inside a replacement"
        " is not read), got 'case.corrected'",
    )


def longest(ordinal: int) -> bytes:
    """An event in which everything is as long as it may be, in characters of four bytes."""
    facts = {
        **dict.fromkeys(CODES, "𠮷" * 128),
        "legal_basis": "𠮷" * 256,
        "reason": "𠮷" * 10_000,
        "deadline": LAST_TIME,
        "length": {"value": 3650 * 24 * 60, "unit": "working_hours"},
    }
    replacement = {"type": "𠮷" * 256, "time": LAST_TIME, "data": facts}
    return json.dumps(
        {
            **BASE,
            "id": f"{ordinal:03}" + "𠮷" * 253,
            "type": "𠮷" * 256,
            "source": "𠮷" * 256,
            "subject": "𠮷" * 256,
            "time": LAST_TIME,
            "recordedtime": LAST_TIME,
            "data": {
                **facts,
                "supersedes": {"source": "𠮷" * 256, "id": "𠮷" * 256},
                "replacement": replacement,
            },
        },
        ensure_ascii=False,
    ).encode()


def test_a_case_of_as_many_events_as_possible_as_long_as_possible_fits_into_a_record_of_its_topic() -> None:
    events = tuple(decoded(longest(ordinal)) for ordinal in range(Limits().events_per_case))
    size = len(encode_case(Case("𠮷" * 256, events)))
    most = int(load_topics(shipped_topics()).cases.config["max.message.bytes"])
    assert len(events) == 500
    assert size < most * 0.9
