"""What is published agrees with what the decoder takes, and with what others read."""

import json
from pathlib import Path
from typing import Any, Final

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_structured_event
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]  # No annotations.

from engine.codec.alert import decode_alert, encode_alert
from engine.codec.cloud_event import Decoded, decode_structured, encode_event
from engine.codec.rejection import REASONS, Rejected
from engine.codec.wire import WireData
from tools.published.alerts import EXAMPLE
from tools.published.events import ATTRIBUTES, COMMON, EVENTS, FIELDS, EventDescription, example
from tools.published.files import published
from tools.published.schema import REQUIRED, schemas

PROJECT: Final = Path(__file__).resolve().parents[3]

CLOSED: Final = {"type": "case.closed", "time": "2024-03-05T10:00:00Z"}
TEN_DAYS: Final = {"value": 10, "unit": "days"}

every_type = pytest.mark.parametrize("description", EVENTS, ids=[description.type for description in EVENTS])


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(schemas()[name], format_checker=FormatChecker())


def without(event: dict[str, Any], name: str) -> dict[str, Any]:
    return {field: value for field, value in event.items() if field != name}


@pytest.mark.parametrize("name", published())
def test_the_published_files_are_those_that_the_code_makes(name: str) -> None:
    assert (PROJECT / name).read_text(encoding="utf-8") == published()[name], "run tools/write_schemas.py"


def test_no_schema_is_published_that_the_code_does_not_make() -> None:
    found = {path.relative_to(PROJECT).as_posix() for path in (PROJECT / "schemas").rglob("*.json")}
    assert found == {name for name in published() if name.endswith(".json")}


@pytest.mark.parametrize("name", schemas())
def test_every_schema_is_a_schema(name: str) -> None:
    Draft202012Validator.check_schema(schemas()[name])


@every_type
def test_every_example_fits_its_schema_and_decodes(description: EventDescription) -> None:
    event = example(description)
    validator("event.json").validate(event)
    validator(f"events/{description.type}.json").validate(event)
    decoded = decode_structured(json.dumps(event).encode(), 0)
    assert isinstance(decoded, Decoded)
    assert (decoded.case, decoded.event.type) == (event["subject"], description.type)


@every_type
def test_every_example_says_nothing_beyond_the_fields_of_its_type(description: EventDescription) -> None:
    assert description.example.keys() <= {*COMMON, *description.fields}


@every_type
def test_what_the_engine_writes_fits_the_schema(description: EventDescription) -> None:
    decoded = decode_structured(json.dumps(example(description)).encode(), 0)
    assert isinstance(decoded, Decoded)
    written = json.loads(encode_event(decoded.case, decoded.event))
    validator(f"events/{description.type}.json").validate(written)


@every_type
def test_the_cloudevents_sdk_reads_every_example(description: EventDescription) -> None:
    message = KafkaMessage(
        headers={"content-type": b"application/cloudevents+json"},
        key=b"WH-2024-000042",
        value=json.dumps(example(description)).encode(),
    )
    event = from_structured_event(message)
    assert event.get_type() == description.type
    assert event.get_subject() == "WH-2024-000042"
    assert event.get_data() == description.example
    assert event.get_extension("recordedtime") == example(description)["recordedtime"]


@every_type
@pytest.mark.parametrize("name", REQUIRED)
def test_what_the_schema_requires_the_decoder_requires(description: EventDescription, name: str) -> None:
    for event in (without(example(description), name), {**example(description), name: None}):
        assert not validator(f"events/{description.type}.json").is_valid(event)
        assert not validator("event.json").is_valid(event)
        assert isinstance(decode_structured(json.dumps(event).encode(), 0), Rejected)


@pytest.mark.parametrize(
    ("description", "name"), [(description, name) for description in EVENTS for name in description.required]
)
def test_what_a_type_requires_of_data_the_decoder_requires(description: EventDescription, name: str) -> None:
    event = {**example(description), "data": without(description.example, name)}
    assert not validator(f"events/{description.type}.json").is_valid(event)
    assert isinstance(decode_structured(json.dumps(event).encode(), 0), Rejected)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"specversion": "0.3"}, id="old specversion"),
        pytest.param({"id": ""}, id="empty id"),
        pytest.param({"id": 5}, id="number for an id"),
        pytest.param({"subject": ""}, id="empty subject"),
        pytest.param({"subject": "a\x00b"}, id="nul in the subject"),
        pytest.param({"subject": "x" * 257}, id="long subject"),
        pytest.param({"source": "x" * 257}, id="long source"),
        pytest.param({"time": "2024-03-05T09:00:00"}, id="time without zone"),
        pytest.param({"time": "2024-03-05 09:00:00Z"}, id="time with a space"),
        pytest.param({"recordedtime": "2024-03-05"}, id="recorded date"),
        pytest.param({"data": "text"}, id="data as text"),
        pytest.param({"data": {"item": "x" * 129}}, id="long item"),
        pytest.param({"data": {"legal_basis": "x" * 257}}, id="long legal basis"),
        pytest.param({"data": {"item": {}}}, id="item as an object"),
        pytest.param({"data": {"deadline": "soon"}}, id="deadline in words"),
        pytest.param({"data": {"length": {"value": 1}}}, id="length without unit"),
        pytest.param({"data": {"length": {"value": -1, "unit": "days"}}}, id="negative length"),
        pytest.param({"data": {"granted": {"value": 1, "unit": "weeks"}}}, id="length in weeks"),
        pytest.param({"data": {"supersedes": {"source": "/s"}}}, id="reference without id"),
        pytest.param({"data": {"replacement": {"type": "t"}}}, id="replacement without time"),
        pytest.param({"data": {"replacement": {**CLOSED, "type": "case.corrected"}}}, id="nested correction"),
        pytest.param(
            {"data": {"replacement": {**CLOSED, "data": {"granted": "ten days"}}}},
            id="length of a replacement in words",
        ),
        pytest.param(
            {"data": {"replacement": {**CLOSED, "data": {"item": "x" * 129}}}},
            id="long item of a replacement",
        ),
        pytest.param(
            {
                "data": {
                    "replacement": {**CLOSED, "data": {"granted": TEN_DAYS, "length": TEN_DAYS}},
                }
            },
            id="two lengths of a replacement",
        ),
    ],
)
def test_schema_and_decoder_refuse_the_same(change: dict[str, Any]) -> None:
    event = {**example(EVENTS[0]), **change}
    assert not validator("event.json").is_valid(event)
    assert isinstance(decode_structured(json.dumps(event).encode(), 0), Rejected)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"reason": "理" * 100_000}, id="long reason"),
        pytest.param({"length": None, "granted": None}, id="two lengths that are null"),
        pytest.param({"replacement": CLOSED}, id="replacement without data"),
        pytest.param({"replacement": {**CLOSED, "data": None}}, id="replacement with null for data"),
        pytest.param(
            {"replacement": {**CLOSED, "data": {"granted": TEN_DAYS}}}, id="length of a replacement"
        ),
    ],
)
def test_schema_and_decoder_take_the_same(change: dict[str, Any]) -> None:
    correction = next(description for description in EVENTS if description.type == "case.corrected")
    event = {**example(correction), "data": {**correction.example, **change}}
    validator("event.json").validate(event)
    validator("events/case.corrected.json").validate(event)
    assert isinstance(decode_structured(json.dumps(event).encode(), 0), Decoded)


def test_schema_and_decoder_take_an_event_with_null_for_data() -> None:
    event = {**example(EVENTS[0]), "data": None}
    validator("event.json").validate(event)
    assert isinstance(decode_structured(json.dumps(event).encode(), 0), Decoded)


def test_the_schema_of_an_approval_takes_the_two_decisions_only() -> None:
    """The decoder takes any, so that a case is not lost with a slip of a word; the core finds it."""
    approval = next(description for description in EVENTS if description.type == "case.approved")
    event = example(approval)
    for decision in ("granted", "denied", None):
        data = {**approval.example, "decision": decision}
        validator("events/case.approved.json").validate({**event, "data": data})
    unknown = {**event, "data": {**approval.example, "decision": "perhaps"}}
    assert not validator("events/case.approved.json").is_valid(unknown)
    assert isinstance(decode_structured(json.dumps(unknown).encode(), 0), Decoded)


def test_the_descriptions_name_every_field_that_is_read() -> None:
    assert set(FIELDS) == set(WireData.__struct_fields__)
    used = {field for description in EVENTS for field in description.fields}
    assert used | set(COMMON) == set(FIELDS)
    assert set(REQUIRED) < set(ATTRIBUTES)


def test_the_page_names_every_reason() -> None:
    page = published()["docs/events.md"]
    assert [reason for reason in REASONS if f"| `{reason}` |" not in page] == []


def test_the_example_of_an_alert_fits_its_schema_and_reads_back() -> None:
    value = encode_alert(EXAMPLE)
    validator("alert.json").validate(json.loads(value))
    assert decode_alert(value) == EXAMPLE


def test_the_schema_of_alerts_is_strict_about_levels_types_and_times() -> None:
    message = json.loads(encode_alert(EXAMPLE))
    for spoilt in (
        {**message, "type": "sunlight.alert.sent"},
        {**message, "time": "2024-03-12T18:00:00"},
        {**message, "data": {**message["data"], "level": "orange"}},
        {**message, "data": {**message["data"], "due": 5}},
        {**message, "data": without(message["data"], "alert_id")},
    ):
        assert not validator("alert.json").is_valid(spoilt)


def test_the_cloudevents_sdk_reads_an_alert() -> None:
    message = KafkaMessage(
        {"content-type": b"application/cloudevents+json"}, b"WH-2024-000042", encode_alert(EXAMPLE)
    )
    event = from_structured_event(message)
    assert (event.get_type(), event.get_id()) == ("sunlight.alert.raised", EXAMPLE.message_id)
