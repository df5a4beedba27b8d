"""How many open cases there are by unit and stage, kept from one commit to the next."""

from collections.abc import Container, Mapping
from typing import Final

from engine.core.case import Case

OTHER: Final = "other"
"""Stands for every unit that the rulebook does not name, so that the totals stay small whatever sources send."""


class Census:
    """Totals of open cases while a commit is being made."""

    def __init__(self, totals: Mapping[str, int], units: Container[str]) -> None:
        self._before = totals
        self._units = units
        self._moved: dict[str, int] = {}

    def move(self, before: Case | None, after: Case | None) -> None:
        """Count a case where it stands now, and no longer where it stood."""
        left, joined = self._place(before), self._place(after)
        if left == joined:
            return
        if left is not None:
            self._moved[left] = self._moved.get(left, 0) - 1
        if joined is not None:
            self._moved[joined] = self._moved.get(joined, 0) + 1

    def totals(self) -> Mapping[str, int]:
        """Open cases by unit and stage, those with none left out."""
        if not self._moved:
            return self._before
        totals = dict(self._before)
        for place, moved in self._moved.items():
            totals[place] = totals.get(place, 0) + moved
        return {place: total for place, total in totals.items() if total}

    def _place(self, case: Case | None) -> str | None:
        """Unit and stage of an open case, parted by a tab; None where it is not open, or not known yet."""
        if case is None or case.stub or case.standing.ended is not None or not case.standing.stage:
            return None
        unit = case.standing.unit or ""
        return f"{unit if not unit or unit in self._units else OTHER}\t{case.standing.stage}"
