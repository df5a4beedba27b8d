"""What only the pipeline can count, told to the meters: the findings about cases, by kind."""

from engine.pipeline.partition import FINDING
from engine.ports import Commit, Meta
from engine.worker.meters import Meters
from engine.worker.observe import NoObserver


class FindingCounts(NoObserver):
    """Watches the commits of all partitions of a worker."""

    def __init__(self, meters: Meters) -> None:
        self._meters = meters

    def committed(self, partition: int, commit: Commit, meta: Meta) -> None:
        """Count the findings that are new."""
        del partition, meta
        for name, count in commit.counts.items():
            if name.startswith(FINDING):
                for _ in range(count):
                    self._meters.found(name.removeprefix(FINDING))
