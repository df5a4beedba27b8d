"""Two workers on a real broker publish what a replay of the same file does, whatever happens to one of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.kafka.live_run import Log
from tests.kafka.live_scenes import Kill, prove_live_equals_replay
from tests.kafka.made_log import make_log
from tests.servers.kafka import KafkaServer

RULES: Final = Path(__file__).resolve().parents[2] / "rules"


@pytest.fixture(scope="module")
def server() -> Iterator[KafkaServer]:
    """One broker for all scenes; each has topics of its own."""
    with KafkaServer() as running:
        yield running


@pytest.mark.timeout(240)
@pytest.mark.parametrize("kill", [pytest.param(kill, id=kill.value) for kill in Kill])
def test_two_workers_say_what_a_replay_says(server: KafkaServer, tmp_path: Path, kill: Kill) -> None:
    log = Log(tmp_path / "hall.xes", RULES, tmp_path / "mapping.yaml")
    make_log(log.file, log.mapping)
    prove_live_equals_replay(server, log, kill, tmp_path, batch_records=2)
