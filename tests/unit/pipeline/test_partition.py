"""What one partition commits: batches, ticks, take-overs."""

from msgspec import structs

from engine.codec.alert import alert_record
from engine.codec.cloud_event import encode_event
from engine.core.alert import Alert
from engine.core.decide import decide
from engine.core.event import Event
from engine.ports import Meta, SourceRecord
from tests.small import accepted, alerts_of, at, event, rulebook
from tests.unit.pipeline.office import Office


def test_a_tick_raises_what_fell_due_and_leaves_the_rest() -> None:
    office = Office()
    office.tell("c-1", accepted("2025-09-22", "filing"))
    assert office.tick("2025-09-25 17:30") is not None
    assert [alert.rung for alert in office.alerts] == ["warning-half"]
    office.tick("2025-09-25 17:31")
    assert [alert.rung for alert in office.alerts] == ["warning-half", "yellow"]
    assert office.tick("2025-09-25 17:32") is None


def test_while_behind_events_are_only_folded_and_the_first_tick_decides() -> None:
    office = Office(now="2025-10-15 12:00")
    from_backlog = [accepted("2025-09-22", "filing"), event("closed", "2025-09-23")]
    office.give(_record(office, from_backlog[0]), behind=True)
    assert office.alerts == []
    assert office.case().wake < office.now
    office.give(_record(office, from_backlog[1]))
    office.tick("2025-10-15 12:01")
    assert office.alerts == []


def test_records_applied_before_are_skipped() -> None:
    office = Office()
    record = _record(office, accepted("2025-09-22"))
    office.give(record)
    assert office.give(record).changes == ()
    assert len(office.case().events) == 1


def test_the_clock_of_a_partition_never_goes_back() -> None:
    office = Office()
    office.tell("c-1", accepted("2025-09-22"))
    before = office.engine.meta.now
    office.now = at("2025-09-01")
    office.tell("c-1", event("reviewed", "2025-09-22 12:30"))
    assert office.engine.meta.now == before


def test_alerts_of_a_former_owner_are_folded_back_and_not_raised_again() -> None:
    office = Office()
    office.tell("c-1", accepted("2025-09-22", "filing"))
    published = decide(office.case(), rulebook(), at("2025-10-15")).alerts
    records = [_published(office, place, alert) for place, alert in enumerate(published)]
    office.carry_out(office.engine.fold_back(records, office.store))
    assert office.engine.meta.alert_position == len(published)
    office.alerts.clear()
    office.tick("2025-10-15 12:00")
    assert office.alerts == []


def test_an_alert_whose_case_was_never_recorded_is_folded_back_before_its_events_come_again() -> None:
    office = Office(now="2025-10-15 12:00")
    events = [accepted("2025-09-22", "filing")]
    published = alerts_of(events, "2025-10-15 12:00")
    records = [_published(office, place, alert) for place, alert in enumerate(published)]
    office.carry_out(office.engine.fold_back(records, office.store))
    office.tick("2025-10-15 12:00")
    office.tell("c-1", *events)
    assert office.alerts == []


def test_the_census_follows_a_case_from_stage_to_stage() -> None:
    office = Office()
    office.tell("c-1", accepted("2025-09-22", unit="housing"))
    assert office.engine.meta.census == {"housing\treview": 1}
    office.tell("c-1", event("reviewed", "2025-09-22 12:30"))
    assert office.engine.meta.census == {"housing\tapprove": 1}
    office.tell("c-1", event("closed", "2025-09-22 12:40"))
    assert office.engine.meta.census == {}


def test_a_repeated_event_changes_no_record() -> None:
    office = Office()
    office.tell("c-1", accepted("2025-09-22"))
    commit = office.tell("c-1", accepted("2025-09-22"))
    assert commit.changes == ()
    assert commit.counts == {"repeated": 1}


def test_meta_of_an_engine_starts_as_given() -> None:
    office = Office()
    office.engine.meta = Meta(source_position=5)
    commit = office.engine.batch(
        [_record(office, accepted("2025-09-22"))], office.store, office.now, behind=False
    )
    assert commit.changes == ()
    assert commit.meta.source_position == 5


def test_a_new_rulebook_wakes_every_case_and_names_itself_when_all_are_woken() -> None:
    office = Office()
    office.tell("c-1", accepted("2025-09-22"))
    office.engine.meta = office.engine.meta._replace(rulebook="older")
    revision = office.engine.revise(office.store, None, 1)
    assert revision is not None
    assert revision.last == b"c-1"
    office.carry_out(revision.commit)
    assert office.engine.meta.rulebook == "older"
    assert office.case().wake == 0
    last = office.engine.revise(office.store, revision.last, 1)
    assert last is not None
    office.carry_out(last.commit)
    assert last.last is None
    assert office.engine.revise(office.store, None, 1) is None
    office.tick("2025-09-22 13:01")
    assert office.case().wake > office.now


def test_a_stub_whose_retention_was_lengthened_waits_for_the_new_end() -> None:
    office = Office()
    office.tell("c-1", accepted("2025-09-22"), event("closed", "2025-09-22 12:30"))
    office.tick("2026-01-15")
    limits = office.engine.rulebook.limits
    longer = structs.replace(limits, stub_retention=2 * limits.stub_retention)
    office.engine.rulebook = structs.replace(office.engine.rulebook, limits=longer)
    assert office.tick("2037-01-01") is not None
    assert office.case().stub
    assert office.tick("2037-01-02") is None


def test_the_census_counted_anew_is_the_census_that_was_kept() -> None:
    office = Office()
    office.tell("c-1", accepted("2025-09-22", unit="housing"))
    office.tell("c-2", accepted("2025-09-22", unit="an office that the rules do not name"))
    kept = office.engine.meta.census
    assert set(kept) <= {"housing\treview", "other\treview"}
    office.engine.meta = office.engine.meta._replace(census={})
    assert office.engine.recount(office.store).meta.census == kept


def _record(office: Office, one: Event) -> SourceRecord:
    return office.record(encode_event("c-1", one), b"c-1")


def _published(office: Office, place: int, alert: Alert) -> SourceRecord:
    record = alert_record(alert, "alerts", office.partition)
    return SourceRecord(
        "alerts", office.partition, place, office.now // 1000, record.key, record.value, record.headers
    )
