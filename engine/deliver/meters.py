"""The metrics of delivery: their names, and as they are counted."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

from engine.metrics import Kind, Metric

DERIVED: Final = Metric(
    "sunlight_deliver_records_total", Kind.COUNTER, "Records written to derived topics, by topic.", ("topic",)
)
BATCH_SECONDS: Final = Metric(
    "sunlight_deliver_batch_seconds",
    Kind.HISTOGRAM,
    "Time of one transaction: derived records and the position, committed together.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0),
)
BEHIND: Final = Metric(
    "sunlight_deliver_records_behind",
    Kind.GAUGE,
    "Alert messages that are not yet derived from, by partition.",
    ("partition",),
)
PARTITIONS: Final = Metric(
    "sunlight_deliver_partitions_owned", Kind.GAUGE, "Alert partitions that this process derives from."
)

DELIVER_METRICS: Final = (DERIVED, BATCH_SECONDS, BEHIND, PARTITIONS)
"""What a delivery process shows."""


class DeliverMeters:
    """Counts what delivery does, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._derived = Counter(DERIVED.name, DERIVED.help, DERIVED.labels, registry=self.registry)
        self._seconds = Histogram(
            BATCH_SECONDS.name, BATCH_SECONDS.help, registry=self.registry, buckets=BATCH_SECONDS.buckets
        )
        self._behind = Gauge(BEHIND.name, BEHIND.help, BEHIND.labels, registry=self.registry)
        self._partitions = Gauge(PARTITIONS.name, PARTITIONS.help, registry=self.registry)

    def exposition(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self.registry)

    def derived(self, topic: str) -> None:
        """Count a record that was written."""
        self._derived.labels(topic).inc()

    def batch(self, seconds: float) -> None:
        """Count a transaction."""
        self._seconds.observe(seconds)

    def behind(self, partition: int, records: int) -> None:
        """Show how far a partition is behind."""
        self._behind.labels(partition).set(records)

    def owned(self, partitions: int) -> None:
        """Show how many partitions are owned."""
        self._partitions.set(partitions)

    def released(self, partition: int) -> None:
        """Show nothing more of a partition."""
        self._behind.remove_by_labels({"partition": str(partition)})
