"""What a dashboard shows, as values: rows of panels, each with its queries and what it means in both languages."""

from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple


class Words(NamedTuple):
    """The same in Chinese and in English."""

    zh: str
    en: str

    def __str__(self) -> str:
        """Both, Chinese first."""
        return f"{self.zh} · {self.en}"


class Look(Enum):
    """How a panel draws its series."""

    FIGURE = "figure"
    """One figure a series, as of now."""
    BARS = "bars"
    """One bar a series, as of now."""
    LINES = "lines"
    STACK = "stack"
    """Areas over time, one on top of the other."""


class Query(NamedTuple):
    """One PromQL expression, and what its series are called."""

    expression: str
    legend: str


class Step(NamedTuple):
    """From `value` on, a figure has `colour`; None stands for the lowest."""

    value: float | None
    colour: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel of a dashboard."""

    title: Words
    about: Words
    look: Look
    queries: tuple[Query, ...]
    width: int
    """Of the 24 columns that a dashboard has."""
    unit: str = "short"
    """As Grafana names it."""
    steps: tuple[Step, ...] = ()
    colours: tuple[tuple[str, str], ...] = ()
    """The colours of series by their name."""


@dataclass(frozen=True, slots=True)
class Row:
    """Panels under one heading."""

    title: Words
    height: int
    panels: tuple[Panel, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A dashboard."""

    name: str
    """Its file, and what Grafana knows it by."""
    title: Words
    about: Words
    rows: tuple[Row, ...]
