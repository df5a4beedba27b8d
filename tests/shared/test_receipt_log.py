"""The receipt log of a municipality: each case judged by the deadline that the log gives it."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

import pytest

from tests.kafka.live_run import Log
from tests.kafka.live_scenes import Kill, prove_live_equals_replay
from tests.servers.kafka import KafkaServer
from tests.shared.independent_overdue import overdue_cases

SUNLIGHT: Final = str(Path(sys.executable).with_name("sunlight"))
DATA: Final = Path(__file__).resolve().parent.parent / "data" / "receipt"
END: Final = "2026-01-01T00:00:00+01:00"


def replayed(log: Path, out: Path) -> str:
    """Replay `log` to `out`; what was said on the way."""
    command = [SUNLIGHT, "--lang", "en", "replay", str(log), "--until", END, "--out", str(out)]
    given = ["--rules", str(DATA / "rules"), "--mapping", str(DATA / "mapping.yaml")]
    done = subprocess.run([*command, *given], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_the_cases_with_an_overdue_card_are_those_that_an_independent_script_finds(
    shared_dir: Path, tmp_path: Path
) -> None:
    log = shared_dir / "data" / "receipt.xes.gz"
    said = replayed(log, tmp_path / "alerts.jsonl")
    messages = [json.loads(line) for line in (tmp_path / "alerts.jsonl").read_bytes().splitlines()]
    raised = Counter(message["subject"] for message in messages if message["type"] == "sunlight.alert.raised")
    late, without_end = overdue_cases(log, datetime.fromisoformat(END))
    assert (len(late), len(without_end)) == (377, 105)
    assert raised.keys() == late | without_end
    assert set(raised.values()) == {1}
    ended = Counter(message["subject"] for message in messages if message["type"] == "sunlight.alert.ended")
    assert ended.keys() == late
    assert len(messages) == len(raised) + len(ended)
    assert "rejected  0" in said


def test_two_replays_give_the_same_bytes(shared_dir: Path, tmp_path: Path) -> None:
    log = shared_dir / "data" / "receipt.xes.gz"
    replayed(log, tmp_path / "first.jsonl")
    replayed(log, tmp_path / "second.jsonl")
    assert (tmp_path / "first.jsonl").read_bytes() == (tmp_path / "second.jsonl").read_bytes()


@pytest.fixture(scope="module")
def server() -> Iterator[KafkaServer]:
    """One broker for all scenes; each has topics of its own."""
    with KafkaServer() as running:
        yield running


@pytest.mark.timeout(240)
@pytest.mark.parametrize("kill", [pytest.param(kill, id=kill.value) for kill in Kill])
def test_two_workers_on_a_real_broker_say_what_a_replay_says(
    shared_dir: Path, server: KafkaServer, tmp_path: Path, kill: Kill
) -> None:
    log = Log(shared_dir / "data" / "receipt.xes.gz", DATA / "rules", DATA / "mapping.yaml")
    prove_live_equals_replay(server, log, kill, tmp_path, batch_records=5)
