"""PromQL over the project's metrics: each expression is made from a metric, so that a name cannot be misspelt."""

from typing import Final

from engine.metrics import Kind, Metric

UNIT_VARIABLE: Final = "unit"
"""The dashboard's variable that narrows panels to units."""

RATE_WINDOW: Final = "$__rate_interval"
"""Grafana puts in a window that holds at least four scrapes."""

SHOWN_WINDOW: Final = "$__range"
"""Grafana puts in the time that the dashboard shows."""


class QueryError(ValueError):
    """An expression that the metric does not allow."""


def total(metric: Metric, *by: str) -> str:
    """The present sum of a gauge over everything but the labels `by`."""
    _expect(metric, Kind.GAUGE)
    return f"sum{_by(metric, by)} ({_selected(metric)})"


def highest(metric: Metric, *by: str) -> str:
    """The largest present value of a gauge for each of the labels `by`."""
    _expect(metric, Kind.GAUGE)
    return f"max{_by(metric, by)} ({_selected(metric)})"


def lowest(metric: Metric, *by: str) -> str:
    """The smallest present value of a gauge for each of the labels `by`."""
    _expect(metric, Kind.GAUGE)
    return f"min{_by(metric, by)} ({_selected(metric)})"


def rate(metric: Metric, *by: str) -> str:
    """How fast a counter grows, in units a second."""
    _expect(metric, Kind.COUNTER)
    return f"sum{_by(metric, by)} (rate({_selected(metric)}[{RATE_WINDOW}]))"


def growth(metric: Metric, *by: str) -> str:
    """By how much a counter grew in the time shown."""
    _expect(metric, Kind.COUNTER)
    return f"sum{_by(metric, by)} (increase({_selected(metric)}[{SHOWN_WINDOW}]))"


def quantile(metric: Metric, share: float) -> str:
    """The value of a histogram that `share` of the observations do not exceed; absent where there were none."""
    _expect(metric, Kind.HISTOGRAM)
    buckets = f"sum by (le) (rate({metric.name}_bucket{_narrowed(metric)}[{RATE_WINDOW}]))"
    return f"histogram_quantile({share:g}, {buckets}) >= 0"


def _expect(metric: Metric, kind: Kind) -> None:
    if metric.kind is not kind:
        msg = f"{metric.name}: expected a {kind.value}, got a {metric.kind.value}"
        raise QueryError(msg)


def _by(metric: Metric, labels: tuple[str, ...]) -> str:
    unknown = [label for label in labels if label not in (*metric.labels, "instance")]
    if unknown:
        msg = f"{metric.name}: has the labels {metric.labels!r}, not {unknown!r}"
        raise QueryError(msg)
    return f" by ({', '.join(labels)})" if labels else ""


def _selected(metric: Metric) -> str:
    return metric.name + _narrowed(metric)


def _narrowed(metric: Metric) -> str:
    return f'{{{UNIT_VARIABLE}=~"${UNIT_VARIABLE}"}}' if UNIT_VARIABLE in metric.labels else ""
