"""What the pipeline counts, told to the meters: open cases by unit and stage, and findings by kind."""

from collections.abc import Mapping

from engine.pipeline.partition import FINDING
from engine.ports import Commit, Meta
from engine.worker.meters import Meters
from engine.worker.store import RocksStore


class Metering:
    """Watches the commits of all partitions of a worker."""

    def __init__(self, meters: Meters) -> None:
        self._meters = meters
        self._census: dict[int, Mapping[str, int]] = {}

    def taken_over(self, partition: int, store: RocksStore) -> None:
        """Show the open cases that the partition came with."""
        meta = store.meta()
        self._show(partition, {} if meta is None else meta.census)

    def committed(self, partition: int, commit: Commit, meta: Meta) -> None:
        """Show the open cases as they are now, and count the findings that are new."""
        self._show(partition, meta.census)
        for name, count in commit.counts.items():
            if name.startswith(FINDING):
                for _ in range(count):
                    self._meters.found(name.removeprefix(FINDING))

    def released(self, partition: int) -> None:
        """Show none of its cases any more: they are another worker's now."""
        self._show(partition, {})
        self._census.pop(partition, None)

    def _show(self, partition: int, census: Mapping[str, int]) -> None:
        before = self._census.get(partition, {})
        if census is before:
            return
        for place in before.keys() | census.keys():
            change = census.get(place, 0) - before.get(place, 0)
            if change:
                unit, _, stage = place.partition("\t")
                self._meters.open_cases(unit or None, stage, change)
        self._census[partition] = census
