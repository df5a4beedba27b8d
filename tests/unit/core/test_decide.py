"""What is said of a case, and what is not."""

from engine.core.case import Case, with_event
from engine.core.decide import decide
from engine.core.event import Event, Facts, Reference, Replacement
from tests.small import accepted, alerts_of, at, event, extended, known, rulebook, said

LATE = "2025-10-15"


def spoken(case: Case, now: str) -> tuple[Case, list[tuple[str, str, str, str]]]:
    """The case after a decision at `now`, and what was said of the promised limit."""
    decision = decide(case, rulebook(), at(now))
    return decision.case, [one for one in said(decision.alerts) if one[1] == "promise"]


def learned(case: Case, *events: Event) -> Case:
    """`case` knowing `events` too."""
    for one in events:
        case, _ = with_event(case, one, rulebook().limits)
    return case


def test_an_alert_is_raised_strictly_after_its_due_instant() -> None:
    case = known([accepted("2025-09-22")])
    assert spoken(case, "2025-09-26 17:30")[1] == []
    assert decide(case, rulebook(), at("2025-09-26 17:30") + 1).alerts[-1].rung == "warning"


def test_an_event_at_the_due_instant_is_in_time() -> None:
    closed = event("closed", "2025-09-30 17:30")
    assert ("raised", "promise", "yellow", "2025-09-30 17:30") not in said(
        alerts_of([accepted("2025-09-22"), closed], LATE)
    )


def test_a_late_close_ends_the_card_and_the_card_stays_on_record() -> None:
    case, first = spoken(known([accepted("2025-09-22", "filing")]), LATE)
    assert [one[0] for one in first] == ["raised", "raised"]
    case, second = spoken(learned(case, event("closed", LATE)), "2025-10-16")
    assert [one[0] for one in second] == ["ended", "ended"]
    assert len(case.announced) == 2


def test_evidence_recorded_in_time_that_arrives_late_withdraws_the_card() -> None:
    case, _ = spoken(known([accepted("2025-09-22", "filing")]), LATE)
    close = event("closed", "2025-09-23", recorded="2025-09-23 14:00", received="2025-10-15 13:00")
    _, after = spoken(learned(case, close), "2025-10-15 14:00")
    assert [one[0] for one in after] == ["withdrawn", "withdrawn"]


def test_a_back_dated_close_only_proposes_to_withdraw() -> None:
    case, _ = spoken(known([accepted("2025-09-22", "filing")]), LATE)
    close = event("closed", "2025-09-23", recorded="2025-10-15 13:00", received="2025-10-15 13:00")
    case, after = spoken(learned(case, close), "2025-10-15 14:00")
    assert [one[0] for one in after] == ["withdrawal_proposed", "withdrawal_proposed"]
    assert spoken(case, "2025-10-16")[1] == []


def test_a_source_without_recorded_times_records_when_it_is_received() -> None:
    case, _ = spoken(known([accepted("2025-09-22", "filing")]), LATE)
    close = event("closed", "2025-09-23", received="2025-10-15 13:00")
    _, after = spoken(learned(case, close), "2025-10-15 14:00")
    assert {one[0] for one in after} == {"withdrawal_proposed"}


def test_a_corrected_acceptance_moves_the_due_instant_by_proposal_and_raise() -> None:
    acceptance = accepted("2025-09-22", "filing", identity="a")
    case, before = spoken(known([acceptance]), "2025-09-26")
    assert ("raised", "promise", "yellow", "2025-09-25 17:30") in before
    correction = event(
        "corrected",
        "2025-09-26 13:00",
        supersedes=Reference("/test", "a"),
        replacement=Replacement("case.accepted", at("2025-09-24"), Facts(item="filing")),
    )
    case, proposed = spoken(learned(case, correction), "2025-09-26 14:00")
    assert ("withdrawal_proposed", "promise", "yellow", "2025-09-25 17:30") in proposed
    _, raised = spoken(case, "2025-10-09")
    assert ("raised", "promise", "yellow", "2025-09-28 17:30") in raised


def test_a_correction_may_arrive_before_what_it_corrects() -> None:
    acceptance = accepted("2025-09-22", "filing", identity="a")
    annulled = event("corrected", "2025-09-22 13:00", supersedes=Reference("/test", "a"))
    case = known([annulled])
    assert [
        finding.kind
        for finding in decide(case, rulebook(), at("2025-09-23")).case.findings
        if finding.kind != "no-item"
    ] == ["correction-without-target"]
    assert decide(learned(case, acceptance), rulebook(), at(LATE)).alerts == ()


def test_an_extension_after_a_warning_ends_the_warning_and_arms_it_again() -> None:
    case, first = spoken(known([accepted("2025-09-22")]), "2025-09-29 09:00")
    assert first == [("raised", "promise", "warning", "2025-09-26 17:30")]
    case, second = spoken(learned(case, extended("2025-09-29 10:00", 5)), "2025-09-29 11:00")
    assert second == [("ended", "promise", "warning", "2025-09-26 17:30")]
    _, third = spoken(case, "2025-10-12")
    assert third == [("raised", "promise", "warning", "2025-10-10 17:30")]
    decision = decide(case, rulebook(), at("2025-10-12"))
    assert [alert.revision for alert in decision.alerts if alert.clock == "promise"] == [2]


def test_a_close_before_its_start_stops_the_clocks_with_a_finding() -> None:
    decision = decide(known([accepted("2025-09-22"), event("closed", "2025-09-20")]), rulebook(), at(LATE))
    assert decision.alerts == ()
    assert "start-after-end" in {finding.kind for finding in decision.case.findings}


def test_a_return_inside_the_office_does_not_stop_the_promise() -> None:
    events = [
        accepted("2025-09-22"),
        event("reviewed", "2025-09-23"),
        event("returned", "2025-09-24", to="review"),
    ]
    assert ("raised", "promise", "yellow", "2025-09-30 17:30") in said(alerts_of(events, LATE))
    to_applicant = [accepted("2025-09-22"), event("returned", "2025-09-23")]
    assert alerts_of(to_applicant, LATE) == ()


def test_licence_clocks_bind_licences_alone() -> None:
    assert "statutory" in {alert.clock for alert in alerts_of([accepted("2025-09-22")], "2025-12-01")}
    assert "statutory" not in {
        alert.clock for alert in alerts_of([accepted("2025-09-22", "filing")], "2025-12-01")
    }


def test_a_deadline_past_the_calendar_is_provisional() -> None:
    alerts = alerts_of([accepted("2026-12-30", "twenty")], "2027-03-01")
    assert {alert.provisional for alert in alerts if alert.rung in {"yellow", "red"}} == {True}
    days = [one for one in alerts[-1].explanation.days if one.date == "2027-01-04"]  # type: ignore[union-attr]
    assert "provisional" in days[0].reason.en


def test_an_unknown_item_is_a_finding_and_no_promise_is_judged() -> None:
    decision = decide(known([accepted("2025-09-22", "unheard-of")]), rulebook(), at(LATE))
    assert [finding.kind for finding in decision.case.findings] == ["unknown-item"]
    assert decision.alerts == ()


def test_a_correction_that_moves_an_acceptance_forward_wakes_the_case_then() -> None:
    acceptance = accepted("2025-09-22 10:00", identity="a")
    correction = event(
        "corrected",
        "2025-09-22 11:00",
        supersedes=Reference("/test", "a"),
        replacement=Replacement("case.accepted", at("2025-09-23 10:00"), Facts(item="filing")),
    )
    case = decide(known([acceptance, correction]), rulebook(), at("2025-09-22 12:00")).case
    assert case.wake == at("2025-09-23 10:00") - 1
    case = decide(case, rulebook(), at("2025-09-23 10:00")).case
    assert case.standing.next_due == at("2025-09-26 17:30")


def test_a_replacement_far_ahead_of_its_receipt_is_found_at_once() -> None:
    correction = event(
        "corrected",
        "2025-09-22 11:00",
        supersedes=Reference("/test", "a"),
        replacement=Replacement("case.accepted", at("2026-09-01"), Facts(item="filing")),
    )
    decision = decide(known([accepted("2025-09-22", identity="a"), correction]), rulebook(), at("2025-09-23"))
    assert "ahead-of-receipt" in {finding.kind for finding in decision.case.findings}


def test_a_correction_during_an_outage_proposes_just_as_if_the_engine_had_run() -> None:
    acceptance = accepted("2025-09-22", "filing", identity="a")
    correction = event("corrected", "2025-10-20", supersedes=Reference("/test", "a"))
    case, _ = spoken(known([acceptance]), "2025-10-15")
    _, in_time = spoken(learned(case, correction), "2025-10-21")
    _, after_outage = spoken(known([acceptance, correction]), "2025-10-21")
    assert {one[0] for one in in_time} == {"withdrawal_proposed"}
    assert [one for one in after_outage if one[0] == "withdrawn"] == []
    assert [one for one in after_outage if one[0] == "withdrawal_proposed"] == in_time


def test_approving_and_taking_it_back_does_not_switch_the_statutory_limit_off() -> None:
    events = [
        accepted("2025-09-22"),
        event("reviewed", "2025-09-23"),
        event("approved", "2025-09-24", decision="granted"),
        event("returned", "2025-09-25", to="review"),
    ]
    assert ("raised", "statutory", "red", "2025-10-24 17:30") in said(alerts_of(events, "2025-12-01"))


def test_a_return_to_a_stage_that_does_not_exist_stops_nothing_and_is_found() -> None:
    events = [accepted("2025-09-22", "filing"), event("returned", "2025-09-23", to="reviw")]
    decision = decide(known(events), rulebook(), at(LATE))
    assert "unknown-return-target" in {finding.kind for finding in decision.case.findings}
    assert ("raised", "promise", "yellow", "2025-09-25 17:30") in said(decision.alerts)


def test_who_corrects_a_record_does_not_answer_for_the_case() -> None:
    events = [
        accepted("2025-09-22", "filing", identity="a", person="P1", unit="housing"),
        event(
            "corrected", "2025-09-23", supersedes=Reference("/test", "gone"), person="AUDITOR", unit="health"
        ),
    ]
    assert {(alert.person, alert.unit) for alert in alerts_of(events, LATE)} == {("P1", "housing")}


def test_an_end_and_a_withdrawal_go_to_those_to_whom_the_card_was_raised() -> None:
    case, _ = spoken(known([accepted("2025-09-22", "filing", person="P1", unit="housing")]), LATE)
    close = event("closed", LATE, person="P2", unit="health")
    ended = decide(learned(case, close), rulebook(), at("2025-10-16")).alerts
    assert {(alert.saying, alert.person, alert.unit) for alert in ended} == {("ended", "P1", "housing")}


def test_a_late_fact_that_justifies_a_card_says_since_when() -> None:
    events = [
        accepted("2025-09-22", "filing"),
        event("closed", "2025-09-23", identity="c"),
        event("corrected", "2025-10-13", supersedes=Reference("/test", "c")),
    ]
    raised = [
        alert for alert in alerts_of(events, LATE) if (alert.clock, alert.rung) == ("promise", "yellow")
    ]
    assert [(alert.due, alert.justified_from) for alert in raised] == [
        (at("2025-09-25 17:30"), at("2025-10-13"))
    ]


def test_a_decision_that_is_neither_granted_nor_denied_is_found() -> None:
    events = [
        accepted("2025-09-22"),
        event("reviewed", "2025-09-23"),
        event("approved", "2025-09-24", decision="perhaps"),
    ]
    decision = decide(known(events), rulebook(), at("2025-09-25"))
    assert "decision-unknown" in {finding.kind for finding in decision.case.findings}
