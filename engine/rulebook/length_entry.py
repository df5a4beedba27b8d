"""Lengths at their places in a file, and which units a way of counting can express."""

from typing import Final

from engine.core.event import Length
from engine.rulebook.phrase import DAYS_MOST, LENGTH_EXPECTED, UNIT_WORDS, read_length
from engine.rulebook.yaml_nodes import Entry

MEASURED: Final = {
    "day": ("working_days",),
    "instant": ("working_days",),
    "hours": ("working_hours",),
    "natural": ("days", "hours", "minutes"),
    "natural_day": ("days",),
}
"""By the counting of a clock: units that its limit can be in."""

PLACED: Final = {
    "day": ("working_days", "working_hours"),
    "instant": ("working_days",),
    "hours": ("working_hours",),
    "natural": ("days", "hours", "minutes"),
    "natural_day": ("days", "hours", "minutes"),
}
"""By the counting of a clock: units in which a rung can be placed before or after its end."""

_MINUTES: Final = {"days": 24 * 60, "hours": 60, "minutes": 1}


def length_at(entry: Entry, *, least: int = 1, most_days: int = DAYS_MOST) -> Length | None:
    """The length that stands at `entry`, `least` or more; None, with a finding, for anything else."""
    text = entry.string(LENGTH_EXPECTED, quotable=False)
    if text is None:
        return None
    length = read_length(text, most_days=most_days)
    if length is not None and length.value >= least:
        return length
    entry.refuse(f"expected {LENGTH_EXPECTED}, from {least} to {most_days} days; got {text!r}")
    return None


def worded(length: Length) -> str:
    """`length` as a rule would word it in English."""
    plural, singular = UNIT_WORDS[length.unit][:2]
    return f"{length.value} {singular if length.value == 1 else plural}"


def exceeds(one: Length, other: Length) -> bool:
    """Whether `one` is surely longer than `other`; working time and natural time do not compare."""
    if one.unit == other.unit:
        return one.value > other.value
    if one.unit in _MINUTES and other.unit in _MINUTES:
        return one.value * _MINUTES[one.unit] > other.value * _MINUTES[other.unit]
    return False


def units_worded(units: tuple[str, ...]) -> str:
    """Units as a rule would word them."""
    return " or ".join(UNIT_WORDS[unit][0] for unit in units)
