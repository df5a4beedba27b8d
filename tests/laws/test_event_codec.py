"""Laws of the event codec: what is written is read back, both paths agree, and nothing makes it raise."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.codec.cloud_event import Decoded, decode_event, decode_fields, decode_structured, encode_event
from engine.codec.rejection import REASONS, Rejected
from engine.codec.wire import LENGTH_VALUE
from engine.core.event import CORRECTION, Event, Facts, Length, Reference, Replacement
from engine.core.instant import LATEST
from engine.ports import SourceRecord

instants = st.integers(0, LATEST)
attributes = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=256)
texts = st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
units = st.sampled_from(["working_days", "working_hours", "days", "hours", "minutes"])
lengths = st.none() | st.builds(Length, st.integers(0, LENGTH_VALUE), units)
references = st.builds(Reference, attributes, attributes)
plain_facts = st.builds(
    Facts,
    item=texts,
    unit=texts,
    window=texts,
    person=texts,
    deadline=st.none() | instants,
    decision=texts,
    kind=texts,
    basis=texts,
    length=lengths,
    approver=texts,
    reason=texts,
    to=texts,
    amount=texts,
)
replacements = st.builds(Replacement, attributes, instants, plain_facts)


@st.composite
def events(draw: st.DrawFn) -> Event:
    kind = draw(st.sampled_from(["case.accepted", "case.suspended", CORRECTION]) | attributes)
    facts = draw(plain_facts)
    if kind == CORRECTION or draw(st.booleans()):
        values = {name: getattr(facts, name) for name in Facts.__struct_fields__}
        values |= {"supersedes": draw(references), "replacement": draw(st.none() | replacements)}
        facts = Facts(**values)
    received = draw(st.integers(0, 10**15)) * 1000
    return Event(
        kind, draw(attributes), draw(attributes), draw(instants), received, draw(st.none() | instants), facts
    )


def as_record(value: bytes, timestamp_ms: int = 0) -> SourceRecord:
    return SourceRecord("events", 0, 0, timestamp_ms, None, value)


@given(attributes, events())
def test_what_is_written_is_read_back(case: str, event: Event) -> None:
    assert decode_event(as_record(encode_event(case, event), event.received // 1000)) == Decoded(case, event)


@given(attributes, events())
def test_the_slow_path_reads_what_the_fast_path_reads(case: str, event: Event) -> None:
    fields = json.loads(encode_event(case, event))
    assert decode_fields(fields, event.received) == Decoded(case, event)


@given(attributes, events())
def test_binary_mode_reads_what_structured_mode_reads(case: str, event: Event) -> None:
    fields = json.loads(encode_event(case, event))
    data = json.dumps(fields.pop("data", None)).encode()
    headers = tuple((f"ce_{name}", str(text).encode()) for name, text in fields.items())
    record = SourceRecord("events", 0, 0, event.received // 1000, None, data, headers)
    assert decode_event(record) == Decoded(case, event)


@given(
    st.binary(max_size=200),
    st.lists(st.tuples(st.sampled_from(["ce_id", "ce_time", "content-type", "ce_"]), st.binary(max_size=20))),
)
def test_no_bytes_make_it_raise(value: bytes, headers: list[tuple[str, bytes]]) -> None:
    judge(decode_event(SourceRecord("events", 0, 0, 0, None, value, tuple(headers))))


names = st.sampled_from(
    [
        "id",
        "value",
        "unit",
        "type",
        "time",
        "source",
        "item",
        "length",
        "granted",
        "supersedes",
        "replacement",
        "data",
    ]
) | st.text(max_size=4)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.just("2024-03-05T09:00:00Z"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=8,
)
WHOLE = {
    "specversion": "1.0",
    "id": "1",
    "source": "/s",
    "type": "case.corrected",
    "subject": "c",
    "time": "2024-03-05T09:00:00Z",
    "data": {
        "supersedes": {"source": "/s", "id": "0"},
        "replacement": {"type": "t", "time": "2024-03-05T09:00:00Z"},
    },
}


@given(st.data())
def test_no_json_makes_it_raise(data: st.DataObject) -> None:
    tree: dict[str, Any] = json.loads(json.dumps(WHOLE))
    spoilt: dict[str, Any] = data.draw(st.sampled_from([tree, tree["data"], tree["data"]["replacement"]]))
    for name in data.draw(
        st.lists(names | st.sampled_from([*WHOLE, "data_base64", "recordedtime"]), max_size=3)
    ):
        spoilt[name] = data.draw(json_values)
    judge(decode_structured(json.dumps(tree).encode(), 0))


def judge(result: Decoded | Rejected) -> None:
    if isinstance(result, Rejected):
        assert result.reason in REASONS
        assert result.detail.en
        assert result.detail.zh
        # What is said of a record goes into headers and logs, whatever was in the record.
        result.detail.en.encode()
        result.detail.zh.encode()
