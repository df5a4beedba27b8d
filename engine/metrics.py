"""Every metric of Sunlight: its name, its labels and what it means.

It knows no metrics library, so that dashboards and documents can be made from it.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final


class Kind(Enum):
    """How a metric behaves."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric as Prometheus shows it."""

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()
    """Upper bounds, of a histogram."""


MOST_UNITS: Final = 500
"""How many units get a label value of their own; the rest share `OTHER`."""

OTHER: Final = "other"
NONE: Final = "none"

_LAG_BUCKETS: Final = (0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0, 300.0, 3600.0)
_BATCH_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_RECORD_BUCKETS: Final = (1.0, 10.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 5000.0)

OPEN_CASES: Final = Metric(
    "sunlight_open_cases", Kind.GAUGE, "Cases that are not closed, by unit and stage.", ("unit", "stage")
)
ALERTS: Final = Metric(
    "sunlight_alerts_published_total",
    Kind.COUNTER,
    "Alert messages published, by level and unit.",
    ("level", "unit"),
)
DEADLINE_LAG: Final = Metric(
    "sunlight_deadline_lag_seconds",
    Kind.HISTOGRAM,
    "Time from the due instant of an alert that time brought on to its acknowledgement.",
    buckets=_LAG_BUCKETS,
)
BATCH_SECONDS: Final = Metric(
    "sunlight_batch_seconds",
    Kind.HISTOGRAM,
    "Time to decide a batch and to carry out its commit.",
    buckets=_BATCH_BUCKETS,
)
BATCH_RECORDS: Final = Metric(
    "sunlight_batch_records", Kind.HISTOGRAM, "Records applied in one batch.", buckets=_RECORD_BUCKETS
)
RECORDS_APPLIED: Final = Metric(
    "sunlight_records_applied_total", Kind.COUNTER, "Source records applied, by partition.", ("partition",)
)
RECOVERY_SECONDS: Final = Metric(
    "sunlight_recovery_seconds",
    Kind.GAUGE,
    "How long the last take-over of a partition took.",
    ("partition",),
)
RECOVERY_RECORDS: Final = Metric(
    "sunlight_recovery_records_total",
    Kind.COUNTER,
    "Changelog records restored at take-overs, by partition.",
    ("partition",),
)
DEAD_LETTERS: Final = Metric(
    "sunlight_dead_letters_total",
    Kind.COUNTER,
    "Records put aside because they cannot be read, by reason.",
    ("reason",),
)
FORWARDED: Final = Metric(
    "sunlight_records_forwarded_total",
    Kind.COUNTER,
    "Records found on a wrong partition and sent to their own.",
)
FINDINGS: Final = Metric(
    "sunlight_findings_total", Kind.COUNTER, "Findings about cases and their events, by kind.", ("kind",)
)
BEHIND: Final = Metric(
    "sunlight_partition_behind",
    Kind.GAUGE,
    "1 while a partition has not applied all that its event log holds, else 0.",
    ("partition",),
)
NEXT_WAKE: Final = Metric(
    "sunlight_next_wake_timestamp_seconds",
    Kind.GAUGE,
    "When the next case of a partition falls due, in seconds since the epoch; absent where none waits.",
    ("partition",),
)
PARTITIONS: Final = Metric("sunlight_partitions_owned", Kind.GAUGE, "Partitions that this worker decides.")
CLOCK_SANE: Final = Metric(
    "sunlight_clock_sane", Kind.GAUGE, "0 once the wall clock has jumped and decisions stopped, else 1."
)

WORKER_METRICS: Final = (
    OPEN_CASES,
    ALERTS,
    DEADLINE_LAG,
    BATCH_SECONDS,
    BATCH_RECORDS,
    RECORDS_APPLIED,
    RECOVERY_SECONDS,
    RECOVERY_RECORDS,
    DEAD_LETTERS,
    FORWARDED,
    FINDINGS,
    BEHIND,
    NEXT_WAKE,
    PARTITIONS,
    CLOCK_SANE,
)
"""What a worker shows."""
