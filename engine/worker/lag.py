"""Which of the alerts that a tick published tell how late the worker is, and from when that counts."""

from collections.abc import Iterable, Iterator

from engine.codec.alert import due_header
from engine.core.instant import Instant
from engine.ports import OutRecord


def fell_due(alerts: Iterable[OutRecord], decided_to: Instant) -> Iterator[Instant]:
    """The due instants of those of `alerts` that fell due at `decided_to` or after it.

    `decided_to` is when nothing waited that had fallen due. An alert that was due before it could not have been
    known then: its event came late, a rule changed, or it takes back what was said. How long ago it was due says
    nothing about the worker.
    """
    for alert in alerts:
        due = due_header(alert.headers)
        if due is not None and due >= decided_to:
            yield due
