"""The board's metrics: their names, and as they are counted."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

from engine.metrics import Kind, Metric

RECORDS: Final = Metric(
    "sunlight_board_records_total",
    Kind.COUNTER,
    "Records that the read-model has taken, by topic.",
    ("topic",),
)
BATCH_SECONDS: Final = Metric(
    "sunlight_board_batch_seconds",
    Kind.HISTOGRAM,
    "Time to put a batch of records into the read-model.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0),
)
BEHIND: Final = Metric(
    "sunlight_board_records_behind",
    Kind.GAUGE,
    "Records of a topic that the read-model has not taken.",
    ("topic",),
)
WATCHERS: Final = Metric("sunlight_board_watchers", Kind.GAUGE, "Pages that are connected.")
LET_GO: Final = Metric(
    "sunlight_board_watchers_let_go_total",
    Kind.COUNTER,
    "Pages that were disconnected because they read too slowly.",
)

BOARD_METRICS: Final = (RECORDS, BATCH_SECONDS, BEHIND, WATCHERS, LET_GO)
"""What a board shows."""


class BoardMeters:
    """Counts what the board does, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._records = Counter(RECORDS.name, RECORDS.help, RECORDS.labels, registry=self.registry)
        self._seconds = Histogram(
            BATCH_SECONDS.name, BATCH_SECONDS.help, registry=self.registry, buckets=BATCH_SECONDS.buckets
        )
        self._behind = Gauge(BEHIND.name, BEHIND.help, BEHIND.labels, registry=self.registry)
        self._watchers = Gauge(WATCHERS.name, WATCHERS.help, registry=self.registry)
        self._let_go = Counter(LET_GO.name, LET_GO.help, registry=self.registry)

    def exposition(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self.registry)

    def taken(self, topic: str, records: int) -> None:
        """Count records that were taken."""
        self._records.labels(topic).inc(records)

    def batch(self, seconds: float) -> None:
        """Count a batch."""
        self._seconds.observe(seconds)

    def behind(self, topic: str, records: int) -> None:
        """Show how far the read-model is behind."""
        self._behind.labels(topic).set(records)

    def watched(self, watchers: int) -> None:
        """Show how many pages are connected."""
        self._watchers.set(watchers)

    def let_go(self) -> None:
        """Count a page that was too slow."""
        self._let_go.inc()
