"""What becomes of cases that were decided by a clock that ran far ahead, once the clock is right and confirmed."""

from engine.worker.take_over import begun_anew
from tests.small import accepted, at
from tests.unit.pipeline.office import Office


def test_cards_of_a_wrong_clock_are_withdrawn_and_raised_again_when_they_are_due() -> None:
    office = Office()
    office.tell("c-1", accepted("2025-09-22"))
    office.tick("2036-01-01")
    early = {alert.alert for alert in office.alerts}
    office.engine.meta = begun_anew(office.engine.meta, at("2025-09-22 12:00"))
    revision = office.engine.revise(office.store, None, 10)
    assert revision is not None
    office.carry_out(revision.commit)
    office.alerts.clear()
    office.tick("2025-09-22 12:01")
    assert {(alert.alert, alert.saying) for alert in office.alerts} == {(one, "withdrawn") for one in early}
    office.alerts.clear()
    office.tick("2026-01-01")
    assert {(alert.alert, alert.saying) for alert in office.alerts} == {(one, "raised") for one in early}


def test_a_partition_that_never_decided_is_not_woken() -> None:
    office = Office()
    office.engine.meta = begun_anew(office.engine.meta, 7)
    assert office.engine.meta.now == 7
    assert office.engine.revise(office.store, None, 10) is None
