"""`sunlight replay`: what it says, where it writes, and what it refuses."""

import json
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from connectors.sort import SortedEvents
from tests.unit.cli.running import Program

RULES: Final = Path(__file__).resolve().parents[3] / "rules"
END: Final = "2026-01-01T00:00:00+08:00"

EVENT: Final = {
    "specversion": "1.0",
    "id": "1",
    "source": "/hall",
    "type": "case.accepted",
    "subject": "C-1",
    "time": "2025-09-22T09:00:00+08:00",
    "data": {"item": "A-001", "unit": "housing"},
}


def lines(*events: dict[str, object]) -> str:
    """Events as JSON Lines."""
    return "".join(json.dumps({**EVENT, **event}) + "\n" for event in events)


def test_alerts_go_to_the_standard_output_and_the_summary_to_the_standard_error(program: Program) -> None:
    program.write("log.jsonl", lines({}))
    done = program("replay", "log.jsonl", "--rules", str(RULES), "--until", END)
    assert done.code == 0
    types = [json.loads(line)["type"] for line in done.out.splitlines()]
    assert types == ["sunlight.alert.raised"] * len(types)
    assert types
    assert done.said.splitlines()[:3] == ["until     2025-12-31T16:00:00Z", "events    1", "cases     1"]
    assert done.said.splitlines()[-1] == "rejected  0"


def test_the_summary_is_in_chinese_where_that_is_asked_for(program: Program) -> None:
    program.write("log.jsonl", lines({}))
    done = program("--lang", "zh", "replay", "log.jsonl", "--until", END)
    assert done.said.splitlines()[1:3] == ["事件    1", "办件    1"]
    assert "告警    5：发出预警 2，发出黄牌 2，发出红牌 1" in done.said


def test_out_holds_what_the_standard_output_would(program: Program) -> None:
    program.write("log.jsonl", lines({}))
    printed = program("replay", "log.jsonl", "--until", END)
    written = program("replay", "log.jsonl", "--until", END, "--out", "alerts.jsonl")
    assert written.out == b""
    assert (program.directory / "alerts.jsonl").read_bytes() == printed.out


def test_a_replay_that_fails_leaves_the_output_of_the_last_one(program: Program) -> None:
    program.write("alerts.jsonl", "from the last time\n")
    program.write("log.jsonl.gz", "\x1f\x8b cut short")
    (program.directory / "log.jsonl.gz").write_bytes(b"\x1f\x8b\x08\x00cut short")
    done = program("replay", "log.jsonl.gz", "--until", END, "--out", "alerts.jsonl")
    assert done.code == 1
    assert done.said.startswith("sunlight: error: log.jsonl.gz:1: cannot be read:")
    assert (program.directory / "alerts.jsonl").read_text() == "from the last time\n"
    assert not list(program.directory.glob("*.part"))


def test_what_becomes_known_after_the_end_is_counted_as_left_out(program: Program) -> None:
    program.write(
        "log.jsonl", lines({}, {"id": "2", "time": "2026-02-01T09:00:00+08:00"}, {"id": "3", "time": END})
    )
    done = program("replay", "log.jsonl", "--until", END)
    assert "events    3, 1 of them after the end and left out\n" in done.said


def test_rejected_rows_are_listed_where_they_are_asked_for(program: Program) -> None:
    program.write("log.jsonl", lines({}) + "nonsense\n" + lines({"id": "2", "time": "2025-09-22T09:00:00"}))
    done = program("replay", "log.jsonl", "--until", END, "--rejected", "rejected.txt")
    listed = (program.directory / "rejected.txt").read_text().splitlines()
    assert [line.split(":")[:3] for line in listed] == [
        ["log.jsonl", "2", " not-json"],
        ["log.jsonl", "3", " time-without-zone"],
    ]
    assert (
        done.said.splitlines()[-1] == "rejected  2: not-json 1, time-without-zone 1 (listed in rejected.txt)"
    )


def test_an_event_that_its_case_does_not_take_is_listed(program: Program) -> None:
    (program.directory / "rules").mkdir()
    program.write("rules/pack.yaml", "include: [approval]\nlimits: {events_per_case: 2}\n")
    program.write("log.jsonl", lines({}, {"id": "2"}, {"id": "3"}))
    done = program("replay", "log.jsonl", "--rules", "rules", "--until", END)
    assert "C-1: /hall 3: too-many-events: its case holds as many events as a case may have\n" in done.said
    assert done.said.splitlines()[-1] == "rejected  1: too-many-events 1 (listed above)"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        pytest.param(["none.jsonl"], 2, "there is no file 'none.jsonl'", id="no-file"),
        pytest.param(
            ["log.txt"],
            2,
            "log.txt: expected a name that ends in .jsonl, .csv or .xes, and perhaps .gz",
            id="kind",
        ),
        pytest.param(
            ["log.csv"],
            2,
            "log.csv: CSV and XES need --mapping FILE, which says what becomes which field of events",
            id="no-mapping",
        ),
        pytest.param(
            ["log.jsonl", "--mapping", "map.yaml"],
            2,
            "--mapping is for CSV and XES; JSONL holds events",
            id="mapping-for-lines",
        ),
        pytest.param(
            ["log.csv", "--mapping", "none.yaml"],
            2,
            "none.yaml:1:1: cannot be read: No such file or directory",
            id="mapping-not-there",
        ),
        pytest.param(
            ["log.csv", "--mapping", "map.yaml"],
            2,
            "map.yaml:1:1: missing key 'source'",
            id="mapping-with-a-fault",
        ),
        pytest.param(
            ["log.jsonl", "--until", "2026-01-01T00:00:00"],
            2,
            "--until: expected now or a time such as 2026-01-01T00:00:00+08:00, got '2026-01-01T00:00:00'; "
            "is the zone missing?",
            id="end-without-zone",
        ),
        pytest.param(
            ["log.jsonl", "--until", "tomorrow"],
            2,
            "--until: expected now or a time such as 2026-01-01T00:00:00+08:00, got 'tomorrow'",
            id="end-that-is-no-time",
        ),
        pytest.param(
            ["log.jsonl", "--rules", "none"], 2, "there is no directory of rules 'none'", id="rules-not-there"
        ),
        pytest.param(
            ["log.jsonl", "--out", "none/x"],
            1,
            "none/x: cannot be written: No such file or directory",
            id="out",
        ),
        pytest.param(
            ["log.jsonl", "--rejected", "none/x"],
            1,
            "none/x: cannot be written: No such file or directory",
            id="rejected",
        ),
    ],
)
def test_what_cannot_be_done_is_one_line(
    program: Program, arguments: list[str], code: int, said: str
) -> None:
    program.write("log.jsonl", lines({}))
    program.write("log.csv", "case\n")
    program.write("log.txt", "")
    program.write("map.yaml", "case: case\n")
    done = program("replay", *arguments)
    assert (done.code, done.out) == (code, b"")
    assert done.said == f"sunlight: error: {said}\n"


def test_rules_with_findings_are_refused_with_all_of_them(program: Program) -> None:
    (program.directory / "rules").mkdir()
    program.write("rules/pack.yaml", "include: [approval]\ncalender: cn\nlimit: {}\n")
    program.write("log.jsonl", lines({}))
    done = program("replay", "log.jsonl", "--rules", "rules")
    assert done.code == 1
    assert [line.split(": ")[2].split(":")[:3] for line in done.said.splitlines()[:2]] == [
        ["rules/pack.yaml", "2", "1"],
        ["rules/pack.yaml", "3", "1"],
    ]


def test_a_replay_of_more_events_than_are_sorted_in_memory_is_the_same(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[dict[str, object]] = [
        {"id": f"{number}", "subject": f"C-{number % 7}", "time": f"2025-09-{28 - number % 27:02}T09:00:00Z"}
        for number in range(99)
    ]
    program.write("log.jsonl", lines(*events))
    whole = program("replay", "log.jsonl", "--until", END)
    monkeypatch.setattr("engine.cli.replay.SortedEvents", partial(SortedEvents, run_events=10))
    pieces = program("replay", "log.jsonl", "--until", END)
    assert pieces == whole
    assert whole.out
