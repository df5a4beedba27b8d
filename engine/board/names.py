"""What ids are called: units, items, stages, clocks and findings, in Chinese and in English."""

from typing import Any

import msgspec
from msgspec import Struct, field

from engine.core.finding import FINDINGS
from engine.core.rulebook import Rulebook
from engine.core.text import Text

DEFAULT_ZONE = "Asia/Shanghai"


class Names(Struct, frozen=True):
    """Names by id. What is not named is shown by its id."""

    units: dict[str, Text] = {}
    items: dict[str, Text] = {}
    stages: dict[str, Text] = {}
    """By `process/stage`."""
    clocks: dict[str, Text] = {}
    """By `process/clock`."""
    findings: dict[str, Text] = field(default_factory=lambda: dict(FINDINGS))
    zone: str = DEFAULT_ZONE
    """The time zone in which times are shown."""

    def as_json(self) -> dict[str, Any]:
        """The names as values of JSON."""
        names: dict[str, Any] = msgspec.to_builtins(self)
        return names


def names_of(rulebook: Rulebook) -> Names:
    """Everything that `rulebook` names."""
    return Names(
        units={unit.id: unit.name for unit in rulebook.units.values()},
        items={item.code: item.name for item in rulebook.items.values()},
        stages={
            f"{process.id}/{stage.id}": stage.title
            for process in rulebook.processes.values()
            for stage in process.stages.values()
        },
        clocks={
            f"{process}/{clock.id}": clock.title
            for process, clocks in rulebook.clocks.items()
            for clock in clocks
        },
        zone=rulebook.calendars[rulebook.calendar].zone,
    )
