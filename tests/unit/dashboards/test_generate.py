"""What is generated: fresh, complete, in both languages, and laid out so that no panel covers another."""

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from dashboards.generate import DASHBOARDS, GENERATED, files, write
from dashboards.grafana import rendered
from dashboards.panel import Dashboard, Panel
from engine.metrics import WORKER_METRICS, Kind

_SERIES = re.compile(r"sunlight_[a-z_]+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]{3}")


def panels(shown: Dashboard) -> list[Panel]:
    return [panel for row in shown.rows for panel in row.panels]


def series() -> set[str]:
    """Every series that the exposition of the workers' metrics may have."""
    names = set()
    for metric in WORKER_METRICS:
        endings = ("_bucket", "_count", "_sum") if metric.kind is Kind.HISTOGRAM else ("",)
        names |= {metric.name + ending for ending in endings}
    return names


def test_the_committed_files_are_what_the_code_generates() -> None:
    committed = {path.name: path.read_text(encoding="utf-8") for path in GENERATED.glob("*.json")}
    assert committed == files(), "run python -m dashboards.generate and commit what it wrote"


def test_writing_removes_what_is_no_longer_generated(tmp_path: Path) -> None:
    (tmp_path / "former.json").write_text("{}")
    write(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(files())


@pytest.mark.parametrize("shown", DASHBOARDS, ids=lambda shown: shown.name)
def test_queries_name_only_series_that_exist(shown: Dashboard) -> None:
    named = {
        name
        for panel in panels(shown)
        for query in panel.queries
        for name in _SERIES.findall(query.expression)
    }
    assert named <= series()


def test_every_metric_of_the_workers_is_on_a_dashboard() -> None:
    shown = " ".join(
        query.expression for one in DASHBOARDS for panel in panels(one) for query in panel.queries
    )
    assert [metric.name for metric in WORKER_METRICS if metric.name not in shown] == []


@pytest.mark.parametrize("shown", DASHBOARDS, ids=lambda shown: shown.name)
def test_every_title_and_description_is_in_both_languages(shown: Dashboard) -> None:
    words = [shown.title, shown.about, *(row.title for row in shown.rows)]
    for panel in panels(shown):
        words += [panel.title, panel.about]
    assert [one for one in words if not _CHINESE.search(one.zh) or not _LATIN.search(one.en)] == []


@pytest.mark.parametrize("shown", DASHBOARDS, ids=lambda shown: shown.name)
def test_no_panel_covers_another_and_none_leaves_the_grid(shown: Dashboard) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in json.loads(rendered(shown))["panels"]:
        place: dict[str, int] = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24
        assert not taken & cells
        taken |= cells


@pytest.mark.parametrize("shown", DASHBOARDS, ids=lambda shown: shown.name)
def test_every_panel_has_an_identity_of_its_own_and_asks_the_chosen_source(shown: Dashboard) -> None:
    made: list[dict[str, Any]] = json.loads(rendered(shown))["panels"]
    identities = sorted(panel["id"] for panel in made)
    assert all(before < after for before, after in pairwise(identities))
    source = {"type": "prometheus", "uid": "${datasource}"}
    drawn = [panel for panel in made if panel["type"] != "row"]
    assert len(drawn) == len(panels(shown))
    assert all(panel["datasource"] == source for panel in drawn)
    assert all(target["datasource"] == source for panel in drawn for target in panel["targets"])
