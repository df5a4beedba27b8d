"""A small made-up event log, replayed by the command that users type."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # No annotations.

DATA: Final = Path(__file__).resolve().parent.parent / "data"
SCHEMA: Final = Path(__file__).resolve().parents[2] / "schemas" / "alert.json"
SUNLIGHT: Final = str(Path(sys.executable).with_name("sunlight"))


@pytest.fixture(scope="module")
def replay() -> subprocess.CompletedProcess[str]:
    log, mapping = DATA / "synthetic" / "hall.xes", DATA / "synthetic" / "mapping.yaml"
    rules = DATA / "receipt" / "rules"
    until = "2026-01-01T00:00:00+08:00"
    command = [SUNLIGHT, "--lang", "en", "replay", str(log), "--mapping", str(mapping), "--rules", str(rules)]
    return subprocess.run([*command, "--until", until], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def alerts(replay: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert replay.returncode == 0, replay.stderr
    return [json.loads(line) for line in replay.stdout.splitlines()]


def test_a_case_is_overdue_once_its_own_deadline_has_passed(alerts: list[dict[str, Any]]) -> None:
    said = [(alert["type"], alert["subject"], alert["time"]) for alert in alerts]
    assert said == [
        ("sunlight.alert.raised", "C-2", "2024-03-08T10:00:00Z"),
        ("sunlight.alert.ended", "C-2", "2024-03-08T10:00:00.001000Z"),
        ("sunlight.alert.raised", "C-3", "2024-03-13T10:00:00Z"),
    ]


def test_every_alert_fits_the_published_schema(alerts: list[dict[str, Any]]) -> None:
    validator = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    for alert in alerts:
        validator.validate(alert)


def test_what_the_mapping_cannot_take_is_told_with_its_line(replay: subprocess.CompletedProcess[str]) -> None:
    assert "hall.xes:54: bad-row: " in replay.stderr
    assert "hall.xes:58: bad-time: " in replay.stderr
