"""The worker's metrics as they are counted."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

from engine import metrics
from engine.metrics import Metric
from engine.ports import Commit, OutRecord

_MOST_VALUES: Final = 50
"""How many reasons or kinds get a label value of their own."""


def header(record: OutRecord, name: str) -> str | None:
    """The text of the last header `name`, since a source may have sent one of that name; None where there is none."""
    found = [value for key, value in record.headers if key == name]
    return found[-1].decode("utf-8", errors="replace") if found else None


class BoundedLabel:
    """Label values as they come, until there are `most` of them; then `other`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: set[str] = set()

    def bound(self, value: str | None) -> str:
        """`value`, or what stands for it."""
        if not value:
            return metrics.NONE
        if value not in self._known:
            if len(self._known) >= self._most:
                return metrics.OTHER
            self._known.add(value)
        return value


class Meters:
    """Counts what the worker does, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._open_cases = self._gauge(metrics.OPEN_CASES)
        self._alerts = self._counter(metrics.ALERTS)
        self._lag = self._histogram(metrics.DEADLINE_LAG)
        self._batch_seconds = self._histogram(metrics.BATCH_SECONDS)
        self._batch_records = self._histogram(metrics.BATCH_RECORDS)
        self._records = self._counter(metrics.RECORDS_APPLIED)
        self._recovery_seconds = self._gauge(metrics.RECOVERY_SECONDS)
        self._recovery_records = self._counter(metrics.RECOVERY_RECORDS)
        self._dead_letters = self._counter(metrics.DEAD_LETTERS)
        self._forwarded = self._counter(metrics.FORWARDED)
        self._findings = self._counter(metrics.FINDINGS)
        self._behind = self._gauge(metrics.BEHIND)
        self._next_wake = self._gauge(metrics.NEXT_WAKE)
        self._partitions = self._gauge(metrics.PARTITIONS)
        self._clock = self._gauge(metrics.CLOCK_SANE)
        self._units = BoundedLabel(metrics.MOST_UNITS)
        self._reasons = BoundedLabel(_MOST_VALUES)
        self._kinds = BoundedLabel(_MOST_VALUES)

    def exposition(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self.registry)

    def committed(self, commit: Commit, events: str) -> None:
        """Count the alerts and side records of a commit that was carried out. What went to `events` was forwarded."""
        for alert in commit.alerts:
            level = header(alert, "level") or metrics.NONE
            self._alerts.labels(level, self._units.bound(header(alert, "unit"))).inc()
        for record in commit.side:
            if record.topic == events:
                self._forwarded.inc()
            else:
                self._dead_letters.labels(self._reasons.bound(header(record, "reason"))).inc()

    def applied(self, partition: int, records: int, seconds: float) -> None:
        """Count a batch."""
        self._records.labels(partition).inc(records)
        self._batch_records.observe(records)
        self._batch_seconds.observe(seconds)

    def lagged(self, seconds: float) -> None:
        """Count an alert that a tick published `seconds` after it fell due."""
        self._lag.observe(max(0.0, seconds))

    def recovered(self, partition: int, seconds: float, records: int) -> None:
        """Count a take-over."""
        self._recovery_seconds.labels(partition).set(seconds)
        self._recovery_records.labels(partition).inc(records)

    def behind(self, partition: int, *, behind: bool) -> None:
        """Show whether a partition is behind."""
        self._behind.labels(partition).set(int(behind))

    def found(self, kind: str) -> None:
        """Count a finding."""
        self._findings.labels(self._kinds.bound(kind)).inc()

    def open_cases(self, censuses: Iterable[Mapping[str, int]]) -> None:
        """Show the open cases of all owned partitions, each counted by unit and stage parted by a tab."""
        self._open_cases.clear()
        for census in censuses:
            for place, count in census.items():
                unit, _, stage = place.partition("\t")
                self._open_cases.labels(self._units.bound(unit), stage).inc(count)

    def released(self, partition: int) -> None:
        """Show nothing more of a partition that is no longer owned."""
        for gauge in (self._behind, self._recovery_seconds, self._next_wake):
            gauge.remove_by_labels({"partition": str(partition)})

    def observe(self, wakes: Sequence[tuple[int, int | None]], *, clock_sane: bool) -> None:
        """Show the owned partitions with their next wake-ups, and whether the clock is believed."""
        self._partitions.set(len(wakes))
        self._clock.set(int(clock_sane))
        for partition, wake in wakes:
            if wake is None:
                self._next_wake.remove_by_labels({"partition": str(partition)})
            else:
                self._next_wake.labels(partition).set(wake / 1_000_000)

    def _counter(self, metric: Metric) -> Counter:
        return Counter(metric.name, metric.help, metric.labels, registry=self.registry)

    def _gauge(self, metric: Metric) -> Gauge:
        return Gauge(metric.name, metric.help, metric.labels, registry=self.registry)

    def _histogram(self, metric: Metric) -> Histogram:
        return Histogram(
            metric.name, metric.help, metric.labels, registry=self.registry, buckets=metric.buckets
        )
