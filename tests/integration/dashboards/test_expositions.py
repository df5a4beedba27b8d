"""What each process shows of itself, judged by Prometheus' own tool."""

import subprocess
from pathlib import Path

import pytest

from engine.board.meters import BOARD_METRICS, BoardMeters
from engine.deliver.meters import DELIVER_METRICS, DeliverMeters
from engine.metrics import WORKER_METRICS, Metric
from tests.integration.dashboards.exposition import Worker


def of_a_worker() -> bytes:
    worker = Worker()
    worker.work(1_700_000_000)
    return worker.meters.exposition()


def of_a_board() -> bytes:
    meters = BoardMeters()
    meters.taken("sunlight.cases.v1", 40)
    meters.batch(0.01)
    meters.behind("sunlight.cases.v1", 3)
    meters.watched(2)
    meters.let_go()
    return meters.exposition()


def of_a_delivery() -> bytes:
    meters = DeliverMeters()
    meters.derived("sunlight.alerts.red.v1")
    meters.batch(0.01)
    meters.behind(0, 3)
    meters.owned(4)
    return meters.exposition()


@pytest.mark.parametrize(
    ("exposition", "metrics"),
    [
        pytest.param(of_a_worker(), WORKER_METRICS, id="worker"),
        pytest.param(of_a_board(), BOARD_METRICS, id="board"),
        pytest.param(of_a_delivery(), DELIVER_METRICS, id="deliver"),
    ],
)
def test_promtool_finds_nothing_to_say_about_an_exposition(
    exposition: bytes, metrics: tuple[Metric, ...], tmp_path: Path
) -> None:
    checked = subprocess.run(
        ["promtool", "check", "metrics"], input=exposition, capture_output=True, cwd=tmp_path, check=False
    )
    assert (checked.returncode, checked.stdout.decode(), checked.stderr.decode()) == (0, "", "")
    # What is not shown is not judged.
    shown = exposition.decode()
    assert [metric.name for metric in metrics if f"# TYPE {metric.name} " not in shown] == []
