"""Bad input: each kind becomes a dead letter or a finding, and the next good record is taken as if nothing had been."""

import json

import pytest

from engine.codec.cloud_event import encode_event
from engine.codec.partitioner import partition_of
from tests.small import accepted, at, event
from tests.unit.pipeline.office import PARTITIONS, Office


def cloud_event(**changes: object) -> bytes:
    """An acceptance as JSON, with some attributes changed; None takes one away."""
    attributes: dict[str, object] = {
        "specversion": "1.0",
        "id": "bad",
        "source": "/test",
        "type": "case.accepted",
        "subject": "c-1",
        "time": "2025-09-22T12:00:00+08:00",
        "data": {"item": "seven"},
    }
    attributes.update(changes)
    return json.dumps({name: value for name, value in attributes.items() if value is not None}).encode()


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        pytest.param(b"{not json", "not-json", id="not JSON"),
        pytest.param(b'{"id": "\xff\xfe"}', "not-utf-8", id="not UTF-8"),
        pytest.param(cloud_event(id=None), "no-id", id="no id"),
        pytest.param(cloud_event(subject=None), "no-subject", id="no subject"),
        pytest.param(cloud_event(time="2025-09-22T12:00:00"), "time-without-zone", id="time without zone"),
        pytest.param(cloud_event(time="9999-12-31T23:59:59Z"), "too-far-ahead", id="time in the year 9999"),
        pytest.param(cloud_event(data={"item": "x" * 5_000_000}), "too-large", id="5 MB event"),
        pytest.param(
            cloud_event(time="1999-01-01T00:00:00Z", subject="unknown-9"),
            "beyond-retention",
            id="older than cases are kept",
        ),
        pytest.param(None, "no-value", id="no value"),
    ],
)
def test_a_record_that_is_no_event_is_a_dead_letter_with_its_bytes(value: bytes | None, reason: str) -> None:
    case = "unknown-9" if reason == "beyond-retention" else "c-1"
    office = Office(case)
    good = office.record(encode_event(case, accepted("2025-09-22")), case.encode())
    commit = office.give(office.record(value, b"c-1"), good)
    assert office.dead == {reason: value}
    assert commit.counts[f"dead-letter:{reason}"] == 1
    assert [known.type for known in office.case(case).events] == ["case.accepted"]


@pytest.mark.parametrize(
    ("value", "finding"),
    [
        pytest.param(cloud_event(type="case.danced"), "unknown-type", id="unknown type"),
        pytest.param(cloud_event(data={"item": "unheard-of"}), "unknown-item", id="unknown item"),
    ],
)
def test_what_depends_on_rules_and_catalogue_is_a_finding(value: bytes, finding: str) -> None:
    office = Office()
    commit = office.give(office.record(value, b"c-1"))
    assert office.dead == {}
    assert finding in office.findings()
    assert commit.counts[f"finding:{finding}"] == 1


def test_a_key_that_differs_from_the_subject_is_counted_and_the_subject_counts() -> None:
    office = Office()
    commit = office.give(office.record(encode_event("c-1", accepted("2025-09-22")), b"another"))
    assert commit.counts["rekeyed"] == 1
    assert office.case().id == "c-1"


def test_a_record_on_the_wrong_partition_is_forwarded_to_its_own() -> None:
    office = Office()
    stranger = next(
        f"s-{n}" for n in range(99) if partition_of(f"s-{n}".encode(), PARTITIONS) != office.partition
    )
    value = encode_event(stranger, accepted("2025-09-22"))
    commit = office.give(office.record(value, b"c-1"))
    home = partition_of(stranger.encode(), PARTITIONS)
    assert [(record.topic, record.partition, record.key, record.value) for record in commit.side] == [
        ("events", home, stranger.encode(), value)
    ]
    assert commit.counts["forwarded"] == 1
    assert office.store.records == {}


def test_a_close_before_its_start_stops_the_clocks_with_a_finding() -> None:
    office = Office()
    office.tell("c-1", accepted("2025-09-22"), event("closed", "2025-09-20"))
    assert "start-after-end" in office.findings()
    office.tick("2025-12-01")
    assert office.alerts == []


def test_of_two_events_with_one_identity_one_counts_and_the_other_is_a_finding() -> None:
    office = Office()
    commit = office.tell(
        "c-1", accepted("2025-09-22", identity="same"), accepted("2025-09-19", identity="same")
    )
    assert commit.counts["conflicting"] == 1
    assert "identity-conflict" in office.findings()


def test_the_501st_event_of_a_case_is_a_dead_letter_with_a_finding() -> None:
    office = Office()
    events = [accepted("2025-09-22")] + [
        event("reviewed", "2025-09-22", identity=f"e{n}") for n in range(500)
    ]
    commit = office.tell("c-1", *events)
    assert commit.counts["dead-letter:too-many-events"] == 1
    assert office.dead["too-many-events"] == encode_event("c-1", events[-1])
    assert len(office.case().events) == 500
    assert "too-many-events" in office.findings()


def test_an_event_for_a_case_closed_years_ago_does_not_open_it_anew() -> None:
    office = Office()
    office.tell("c-1", accepted("2025-09-22"), event("closed", "2025-09-22 12:30"))
    office.tick("2026-01-15")
    assert office.case().stub
    assert office.case().events == ()
    office.now = at("2028-03-01")
    commit = office.tell("c-1", event("reviewed", "2025-09-22 12:10"))
    assert commit.counts["dead-letter:beyond-retention"] == 1
    assert office.case().late == 1
    assert "after-retention" in office.findings()
    assert office.case().standing.ended is not None
    office.tick("2037-01-01")
    assert office.store.records == {}
    office.tell("c-1", event("reviewed", "2025-09-22 12:10"))
    assert list(office.dead) == ["beyond-retention"]


def test_an_event_ahead_of_its_receipt_counts_from_its_own_time() -> None:
    office = Office()
    office.tell("c-1", accepted("2025-09-22"), event("closed", "2025-09-29"))
    assert office.case().standing.ended is None
    office.tick("2025-09-29 12:01")
    assert office.case().standing.ended == at("2025-09-29")
    assert "ahead-of-receipt" in office.findings()
