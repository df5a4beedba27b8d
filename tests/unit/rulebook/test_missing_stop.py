"""A clock that stops at some ends of a case and not at others is asked about; one that is meant so is not."""

from pathlib import Path
from typing import Final

import pytest

from engine.rulebook.load import load_rulebook

PROCESS: Final = """\
process:
  id: small
  title: {zh: 小流程, en: Small}
  initial: start
  stages:
    start: {zh: 未收, en: Start}
    desk: {zh: 受理, en: Desk}
    work: {zh: 办理, en: Work}
    issue: {zh: 发证, en: Issue}
    done: {zh: 办结, en: Done, final: true}
    gone: {zh: 撤回, en: Gone, final: true}
  events:
    - case.received: {desk: [start]}
    - case.accepted: {work: [desk]}
    - case.refused: {gone: [start, desk]}
    - case.suspended
    - case.resumed
    - case.approved: {issue: [work]}
    - case.returned:
        desk: {from: [work], back: true}
        gone: [desk, work, issue]
    - case.withdrawn: {gone: [start, desk, work, issue]}
    - case.issued: {done: [issue]}
    - case.delivered
"""
ENDS: Final = "case.issued, case.refused, case.returned, case.withdrawn"


def messages(directory: Path, span: str, limit: str = "5 working days") -> list[str]:
    clock = f"""\
clocks:
  - id: work
    rule: OT-CASE
    title: {{zh: 时限, en: Limit}}
    basis: {{zh: 本地规定, en: Local rule}}
    limit: {limit}
    rungs: [{{id: late, level: yellow, at: due}}]
    {span}
"""
    (directory / "rules.yaml").write_text(PROCESS + clock)
    _, findings = load_rulebook(directory)
    assert all(finding.path == "clocks[0].stop" for finding in findings)
    return [finding.message for finding in findings]


@pytest.mark.parametrize(
    ("span", "missing"),
    [
        pytest.param(
            "{start: case.accepted, stop: [case.issued, case.refused, case.returned]}",
            "'case.withdrawn' has",
            id="one",
        ),
        pytest.param(
            "{start: case.accepted, stop: case.issued}",
            "'case.refused', 'case.returned' or 'case.withdrawn' has",
            id="several",
        ),
        pytest.param(
            "{start: case.received, stop: [case.accepted, case.refused]}",
            "'case.issued', 'case.returned' or 'case.withdrawn' has",
            id="beside a stop that leads on",
        ),
        pytest.param(
            "{start: [case.received, case.accepted], stop: [case.issued, case.refused, case.returned]}",
            "'case.withdrawn' has",
            id="two starts",
        ),
    ],
)
def test_ends_of_a_case_at_which_a_clock_runs_on_are_named(span: str, missing: str, tmp_path: Path) -> None:
    question = "are they" if " or " in missing else "is it"
    assert messages(tmp_path, span.strip("{}").replace(", stop", "\n    stop")) == [
        f"the clock would run on in a case that {missing} ended; {question} missing here?"
    ]


@pytest.mark.parametrize(
    ("span", "limit"),
    [
        pytest.param(f"start: case.accepted\n    stop: [{ENDS}]", "5 working days", id="every end"),
        pytest.param(
            "start: case.approved\n    stop: case.delivered", "5 working days", id="no end of a case stops it"
        ),
        pytest.param(
            "start: case.refused\n    stop: [case.delivered, case.withdrawn]",
            "5 working days",
            id="an end of a case starts it",
        ),
        pytest.param(
            "start: case.suspended\n    stop: [case.resumed, case.issued]",
            "5 working days",
            id="what starts it moves nothing",
        ),
        pytest.param(
            "start: case.accepted\n    stop: case.issued", "granted in the event", id="granted in the event"
        ),
        pytest.param("stage: work", "5 working days", id="stage"),
    ],
)
def test_a_clock_that_runs_on_for_a_reason_is_sound(span: str, limit: str, tmp_path: Path) -> None:
    assert messages(tmp_path, span, limit) == []


def test_where_the_process_has_faults_no_end_is_asked_for(tmp_path: Path) -> None:
    broken = PROCESS.replace("{done: [issue]}", "{nowhere: [issue]}")
    clock = """\
clocks:
  - {id: work, rule: OT-CASE, title: {zh: 时限, en: Limit}, basis: {zh: 本地规定, en: Local rule},
     limit: 5 working days, rungs: [{id: late, level: yellow, at: due}],
     start: case.accepted, stop: case.returned}
"""
    (tmp_path / "rules.yaml").write_text(broken + clock)
    _, findings = load_rulebook(tmp_path)
    assert [finding.path for finding in findings] == ["process.events[8]['case.issued'].nowhere"]
