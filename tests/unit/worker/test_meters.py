"""The worker's metrics as they are counted and shown."""

import pytest

from engine.metrics import MOST_UNITS, WORKER_METRICS, Kind, Metric
from engine.ports import Commit, Meta, OutRecord
from engine.worker.meters import BoundedLabel, Meters


def alert(level: str, unit: str) -> OutRecord:
    return OutRecord("alerts", 0, b"k", b"v", (("level", level.encode()), ("unit", unit.encode())))


def a_busy_worker() -> Meters:
    meters = Meters()
    letter = OutRecord(
        "dead", None, b"k", b"v", (("reason", b"what a source sent"), ("reason", b"no-subject"))
    )
    forwarded = OutRecord("events", None, b"k", b"v", (("reason", b"whatever a source sends"),))
    cards = (alert("red", "住建局"), alert("red", "住建局"))
    meters.committed(Commit((letter, forwarded), cards, (), Meta()), "events")
    meters.applied(0, 250, 0.02)
    meters.recovered(0, 1.5, 1_000)
    meters.lagged(0.012)
    meters.behind(0, behind=True)
    meters.found("unknown-item")
    meters.open_cases([{"住建局\treview": 3}, {"住建局\treview": 1, "住建局\taccept": 2}])
    meters.observe([(0, 1_700_000_000_000_000), (1, None)], clock_sane=True)
    return meters


def test_what_happened_is_shown() -> None:
    shown = a_busy_worker().exposition().decode()
    for line in (
        'sunlight_alerts_published_total{level="red",unit="住建局"} 2.0',
        'sunlight_dead_letters_total{reason="no-subject"} 1.0',
        "sunlight_records_forwarded_total 1.0",
        'sunlight_records_applied_total{partition="0"} 250.0',
        'sunlight_recovery_records_total{partition="0"} 1000.0',
        'sunlight_partition_behind{partition="0"} 1.0',
        'sunlight_findings_total{kind="unknown-item"} 1.0',
        'sunlight_open_cases{stage="review",unit="住建局"} 4.0',
        'sunlight_next_wake_timestamp_seconds{partition="0"} 1.7e+09',
        "sunlight_partitions_owned 2.0",
        "sunlight_clock_sane 1.0",
    ):
        assert line in shown.splitlines()


def test_a_released_partition_is_shown_no_more() -> None:
    meters = a_busy_worker()
    meters.released(0)
    shown = meters.exposition().decode()
    assert "sunlight_partition_behind{" not in shown
    assert "sunlight_next_wake_timestamp_seconds{" not in shown


def test_label_values_are_bounded() -> None:
    label = BoundedLabel(2)
    assert [label.bound(value) for value in ("a", "b", "c", "a", "", None)] == [
        "a",
        "b",
        "other",
        "a",
        "none",
        "none",
    ]
    meters = Meters()
    many = tuple(alert("yellow", f"unit-{number}") for number in range(MOST_UNITS + 50))
    meters.committed(Commit((), many, (), Meta()), "events")
    assert 'unit="other"} 50.0' in meters.exposition().decode()


@pytest.mark.parametrize("metric", WORKER_METRICS, ids=lambda metric: metric.name)
def test_every_metric_is_named_by_the_rules(metric: Metric) -> None:
    assert metric.name.startswith("sunlight_")
    assert metric.name.endswith("_total") == (metric.kind is Kind.COUNTER)
    assert bool(metric.buckets) == (metric.kind is Kind.HISTOGRAM)
    assert metric.help.endswith(".")
