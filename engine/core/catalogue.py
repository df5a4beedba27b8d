"""What is handled, by whom and where: items and units."""

from typing import Final

from msgspec import Struct, field

from engine.core.event import Length
from engine.core.text import Text

NATURES: Final = (
    "licence", "filing", "confirmation", "payment", "award", "public_service", "other",
)  # fmt: skip
"""许可, 备案, 确认, 给付, 奖励, 公共服务, 其他. The clocks of the licensing law bind licences alone."""

KINDS: Final = ("instant", "promised", "reported", "joint")
"""即办件, 承诺件, 上报件, 并联审批件."""


class Item(Struct, frozen=True):
    """A catalogue entry that cases are instances of."""

    code: str
    name: Text
    nature: str
    kind: str
    process: str
    unit: str | None = None
    promised: Length | None = None
    statutory: Length | None = None
    stages: dict[str, Length] = field(default_factory=dict)
    """Limits of single stages, by stage id."""
    basis: Text | None = None
    """The policy that the item rests on."""


class Unit(Struct, frozen=True):
    """A department, street or community that handles cases."""

    id: str
    name: Text
    area: tuple[str, ...] = ()
    """Path in the tree, from the city down: names of areas."""
