"""Who works in a simulated district: its items by popularity, its units by speed, their windows and staff.

People are numbers of staff (工号) and nothing else.
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Final, NamedTuple

from engine.core.catalogue import Item
from engine.core.rulebook import Rulebook

POPULARITY_EXPONENT: Final = 0.9
"""Of Zipf's law: the second item is asked for about half as often as the first."""

SPEED_SPREAD: Final = 0.25
"""Standard deviation of the logarithm of how long a unit takes compared with others."""

FEE_SHARE: Final = 0.1
"""Of the items of nature `licence`, those that cost something."""

NOTING_SHARE: Final = 0.8
"""Of the units, those whose systems say when an event was written down."""

WINDOWS_MAX: Final = 5


class Office(NamedTuple):
    """A unit at work."""

    unit: str
    source: str
    """Of the approval system of the unit, as events name it."""
    slowness: float
    """1 is usual; more takes longer."""
    lateness: float
    """How often its cases are late compared with all cases of the district, whose mean is 1."""
    notes_recording: bool
    """Whether its system says when an event was written down."""
    windows: tuple[str, ...]
    clerks: tuple[str, ...]
    reviewers: tuple[str, ...]
    approver: str


class District:
    """The catalogue of a rulebook and the offices that handle it."""

    def __init__(self, rulebook: Rulebook, random: Random) -> None:
        items = [item for _, item in sorted(rulebook.items.items()) if item.unit is not None]
        if not items:
            msg = "rulebook: expected items with a unit to simulate a district, found none"
            raise ValueError(msg)
        random.shuffle(items)
        self._items: Sequence[Item] = items
        self._cumulated = list(accumulate((rank + 1) ** -POPULARITY_EXPONENT for rank in range(len(items))))
        units = sorted({item.unit for item in items if item.unit is not None})
        offices = {unit: _office(unit, number, random) for number, unit in enumerate(units, 1)}
        mean = (
            sum(
                offices[item.unit].lateness / (rank + 1) ** POPULARITY_EXPONENT
                for rank, item in enumerate(items)
                if item.unit is not None
            )
            / self._cumulated[-1]
        )
        self._offices = {
            unit: office._replace(lateness=office.lateness / mean) for unit, office in offices.items()
        }
        licences = sorted(item.code for item in items if item.nature == "licence")
        charged = random.sample(licences, int(len(licences) * FEE_SHARE))
        self.fees: Final = {code: f"{random.choice((5, 10, 20, 50, 80))}.00" for code in charged}
        """Yuan by the codes of the items that cost something."""

    def item(self, random: Random) -> Item:
        """An item as somebody would ask for it."""
        at = random.random() * self._cumulated[-1]
        return self._items[bisect_left(self._cumulated, at)]

    def office(self, item: Item) -> Office:
        """The office that handles `item`."""
        assert item.unit is not None
        return self._offices[item.unit]


def _office(unit: str, number: int, random: Random) -> Office:
    counters = random.randint(2, WINDOWS_MAX)
    staff = [f"{number:02d}{place:02d}" for place in range(1, counters + 5)]
    slowness = min(1.8, max(0.6, random.lognormvariate(0.0, SPEED_SPREAD)))
    return Office(
        unit=unit,
        source=f"/haibowan/{unit}",
        slowness=slowness,
        lateness=slowness**2,
        notes_recording=random.random() < NOTING_SHARE,
        windows=tuple(f"{number:02d}-{place}" for place in range(1, counters + 1)),
        clerks=tuple(staff[: counters + 1]),
        reviewers=tuple(staff[counters + 1 : counters + 3]),
        approver=staff[-1],
    )
