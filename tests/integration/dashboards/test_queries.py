"""Every query of the generated dashboards, put to a real Prometheus that scrapes a worker's metrics."""

import json
import math
import time
from collections.abc import Iterator
from typing import Any

import pytest

from dashboards.generate import GENERATED
from tests.integration.dashboards.exposition import Exposition
from tests.integration.dashboards.prometheus import PrometheusServer

SCRAPES = 8
SCRAPE_SECONDS_MAX = 60.0

PUT_IN = {"$__rate_interval": "30s", "$__range": "1h", "$unit": ".*"}
"""What Grafana puts in for its variables; the last as for "All"."""


def _targets() -> list[Any]:
    """(panel, query, whether it is for one instant) of every generated dashboard."""
    found = []
    for path in sorted(GENERATED.glob("*.json")):
        for panel in json.loads(path.read_text(encoding="utf-8"))["panels"]:
            for target in panel.get("targets", []):
                name = f"{path.stem}:{panel['title'].partition(' · ')[2]}:{target['refId']}"
                found.append(pytest.param(target["expr"], target.get("instant", False), id=name))
    return found


def _asked(expression: str) -> str:
    for variable, value in PUT_IN.items():
        expression = expression.replace(variable, value)
    assert "$" not in expression, f"a variable that nobody fills in: {expression}"
    return expression


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrometheusServer]:
    with (
        Exposition() as exposition,
        PrometheusServer(exposition.address, tmp_path_factory.mktemp("prometheus")) as server,
    ):
        assert exposition.wait_for_scrapes(SCRAPES, SCRAPE_SECONDS_MAX), server.log
        yield server


@pytest.mark.parametrize(("expression", "instant"), _targets())
def test_a_query_returns_data(prometheus: PrometheusServer, expression: str, instant: bool) -> None:
    asked = _asked(expression)
    if instant:
        values = [one["value"][1] for one in prometheus.now(asked)]
    else:
        now = time.time()
        values = [point[1] for one in prometheus.over(asked, now - 30, now) for point in one["values"]]
    assert values
    assert not any(math.isnan(float(value)) for value in values)


def test_a_worker_that_works_counts_as_ready(prometheus: PrometheusServer) -> None:
    (panel,) = [
        panel
        for panel in json.loads((GENERATED / "sunlight-workers.json").read_text(encoding="utf-8"))["panels"]
        if panel["title"].endswith("Workers ready")
    ]
    (series,) = prometheus.now(_asked(panel["targets"][0]["expr"]))
    assert series["value"][1] == "1"
