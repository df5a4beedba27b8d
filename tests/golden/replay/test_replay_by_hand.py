"""A log made by hand, a case for each thing that can happen, over the shipped rules: the alerts to the byte."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

SUNLIGHT: Final = str(Path(sys.executable).with_name("sunlight"))
HERE: Final = Path(__file__).resolve().parent
RULES: Final = HERE.parents[2] / "rules"
END: Final = "2026-01-01T00:00:00+08:00"
_VERSION: Final = re.compile(rb'"rulebook":"[0-9a-f]+"')


def replayed(log: Path, directory: Path, name: str) -> tuple[bytes, str]:
    """The alerts, without the version of the rules, which any edit of a comment changes, and what was said."""
    shutil.copy(log, directory / log.name)
    command = [SUNLIGHT, "--lang", "en", "replay", log.name, "--rules", str(RULES), "--until", END]
    done = subprocess.run(
        [*command, "--out", name],
        cwd=directory,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return _VERSION.sub(b'"rulebook":"*"', (directory / name).read_bytes()), done.stderr


def compare(path: Path, actual: bytes, *, updates_golden: bool) -> None:
    """Compare, or write."""
    if updates_golden:
        path.write_bytes(actual)
    assert actual.splitlines() == path.read_bytes().splitlines()
    assert actual == path.read_bytes()


def test_the_log_made_by_hand_leads_to_the_expected_alerts(tmp_path: Path, *, updates_golden: bool) -> None:
    alerts, said = replayed(HERE / "log.jsonl", tmp_path, "alerts.jsonl")
    compare(HERE / "alerts.jsonl", alerts, updates_golden=updates_golden)
    compare(HERE / "said.txt", said.encode(), updates_golden=updates_golden)


def test_a_second_replay_gives_the_same_bytes(tmp_path: Path) -> None:
    replayed(HERE / "log.jsonl", tmp_path, "first.jsonl")
    replayed(HERE / "log.jsonl", tmp_path, "second.jsonl")
    assert (tmp_path / "first.jsonl").read_bytes() == (tmp_path / "second.jsonl").read_bytes()


def test_the_order_of_lines_of_one_instant_changes_nothing_that_is_justified(tmp_path: Path) -> None:
    reversed_log = tmp_path / "reversed.jsonl"
    lines = (HERE / "log.jsonl").read_text(encoding="utf-8").splitlines()
    reversed_log.write_text("\n".join(reversed(lines)) + "\n", encoding="utf-8")
    (tmp_path / "run").mkdir()
    alerts, _ = replayed(reversed_log, tmp_path / "run", "alerts.jsonl")
    expected = (HERE / "alerts.jsonl").read_bytes()
    assert _justified(alerts) == _justified(expected)


def _justified(alerts: bytes) -> set[tuple[str, str]]:
    """Id and due instant of every alert that stands at the end."""
    standing: dict[str, str] = {}
    for line in alerts.splitlines():
        message = json.loads(line)
        said, data = message["type"].removeprefix("sunlight.alert."), message["data"]
        if said == "withdrawn":
            standing.pop(data["alert_id"], None)
        else:
            standing[data["alert_id"]] = data["due"]
    return set(standing.items())


@pytest.mark.parametrize(
    ("case", "cards"),
    [
        pytest.param("closed-in-time", [], id="in-time"),
        pytest.param(
            "never-closed", ["yellow 2025-09-30T09:30:00Z", "red 2025-10-24T09:30:00Z"], id="never-closed"
        ),
        pytest.param("suspended-for-a-hearing", [], id="excluded-days"),
        pytest.param("suspended-without-a-basis", ["yellow 2025-09-30T09:30:00Z"], id="no-basis"),
        pytest.param("extended-in-time", [], id="extended"),
        pytest.param("extended-too-late", ["yellow 2025-09-30T09:30:00Z"], id="extended-too-late"),
        pytest.param("joint-handling", ["yellow 2025-10-17T09:30:00Z"], id="joint"),
        pytest.param("over-the-national-day", [], id="holiday"),
        pytest.param(
            "instant-item-two-days-late",
            ["yellow 2025-09-22T09:30:00Z", "red 2025-09-23T09:30:00Z"],
            id="instant",
        ),
        pytest.param("item-that-no-catalogue-holds", [], id="unknown-item"),
        pytest.param("closed-before-it-was-accepted", [], id="close-before-start"),
    ],
)
def test_the_cards_of_the_whole_case_fall_due_where_they_were_counted_by_hand(
    case: str, cards: list[str]
) -> None:
    messages = [json.loads(line)["data"] | {"type": json.loads(line)["type"]} for line in _expected_lines()]
    raised = [
        f"{message['level']} {message['due']}"
        for message in messages
        if message["case"] == case
        and message["type"] == "sunlight.alert.raised"
        and message["level"] != "warning"
        and message["clock"] in ("promise", "promise-joint", "statutory", "instant")
    ]
    assert raised == cards


def _expected_lines() -> list[bytes]:
    return (HERE / "alerts.jsonl").read_bytes().splitlines()
