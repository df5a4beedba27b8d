"""Whether the brokers still answer a consumer's fetches, which it does not say by itself.

A fetch that nobody answers looks like one that found nothing. What tells them apart is when each partition was last
answered for. A change of it is what counts, and not its value: that is a wall clock's, and this is elapsed time.
"""

from collections.abc import Hashable, Mapping
from typing import NamedTuple


class _Answer(NamedTuple):
    stamp: int | None
    moment: float


class Hearing:
    """When each partition was last answered for."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._answers: dict[Hashable, _Answer] = {}

    def note(self, stamps: Mapping[Hashable, int | None], moment: float) -> None:
        """At `moment`, in seconds of elapsed time, these partitions had last been answered for at these stamps."""
        kept = {place: self._answers.get(place) for place in stamps}
        self._answers = {
            place: known
            if known is not None and known.stamp == stamps[place]
            else _Answer(stamps[place], moment)
            for place, known in kept.items()
        }

    def is_recent(self, moment: float) -> bool:
        """Whether there are partitions, and each was answered for within the bound before `moment`."""
        return bool(self._answers) and all(
            answer.stamp is not None and moment - answer.moment <= self._seconds
            for answer in self._answers.values()
        )
