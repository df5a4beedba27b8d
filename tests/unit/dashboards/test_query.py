"""Expressions are made from metrics, and a metric of another kind or without the label is refused."""

import pytest

from dashboards.query import QueryError, growth, highest, lowest, quantile, rate, total
from engine.metrics import ALERTS, BATCH_SECONDS, BEHIND, FORWARDED, OPEN_CASES


def test_a_gauge_is_summed_over_what_is_not_asked_for() -> None:
    assert total(OPEN_CASES, "stage") == 'sum by (stage) (sunlight_open_cases{unit=~"$unit"})'
    assert highest(BEHIND, "instance") == "max by (instance) (sunlight_partition_behind)"
    assert lowest(BEHIND) == "min (sunlight_partition_behind)"


def test_a_counter_is_shown_as_a_rate_or_as_its_growth() -> None:
    assert rate(FORWARDED) == "sum (rate(sunlight_records_forwarded_total[$__rate_interval]))"
    assert growth(ALERTS, "level") == (
        'sum by (level) (increase(sunlight_alerts_published_total{unit=~"$unit"}[$__range]))'
    )


def test_a_quantile_is_taken_over_all_workers() -> None:
    assert quantile(BATCH_SECONDS, 0.99) == (
        "histogram_quantile(0.99, sum by (le) (rate(sunlight_batch_seconds_bucket[$__rate_interval]))) >= 0"
    )


def test_a_metric_of_another_kind_is_refused() -> None:
    with pytest.raises(QueryError, match="sunlight_open_cases: expected a counter, got a gauge"):
        rate(OPEN_CASES)


def test_a_label_that_the_metric_lacks_is_refused() -> None:
    with pytest.raises(
        QueryError, match=r"sunlight_partition_behind: has the labels .*'partition'.*, not \['unit'\]"
    ):
        total(BEHIND, "unit")
