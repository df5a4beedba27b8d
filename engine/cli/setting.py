"""What a setting is: its name, its type, its default, and what it means in both languages."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from engine.core.text import Text

Value = TypeVar("Value")

PREFIX: Final = "SUNLIGHT_"


class Unfit(ValueError):
    """A text that is no value of the kind; `expected` says what is."""

    def __init__(self, expected: Text) -> None:
        super().__init__(expected.en)
        self.expected: Final = expected


@dataclass(frozen=True)
class Kind(Generic[Value]):
    """A type of settings."""

    about: Text
    read: Callable[[str, Path], Value]
    """The value that a text stands for; relative paths are below the directory. Raises `Unfit`."""
    metavar: str


@dataclass(frozen=True, eq=False)
class Setting(Generic[Value]):
    """One setting."""

    name: str
    """In a settings file; with hyphens and in capitals also the flag and the environment variable."""
    kind: Kind[Any]
    default: Value
    about: Text
    unset: Text | None = None
    """What it means that there is no value."""
    secret: bool = False
    flag: str = field(default="")
    """Where the flag of a command has a shorter name than the setting."""

    @property
    def option(self) -> str:
        """The flag."""
        return self.flag or self.full_option

    @property
    def full_option(self) -> str:
        """The flag by the setting's whole name."""
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        """The environment variable."""
        return PREFIX + self.name.upper()

    def shown(self, value: object) -> str:
        """`value` as it is written in a file; a secret is masked."""
        if value is None:
            return ""
        if self.secret:
            return "********"
        if isinstance(value, bool):
            return "true" if value else "false"
        return f"{value:g}" if isinstance(value, float) else str(value)


def _text(text: str, _: Path) -> str:
    if not text.strip():
        raise Unfit(TEXT.about)
    return text


def _path(text: str, below: Path) -> Path:
    if not text.strip():
        raise Unfit(PATH.about)
    return below / Path(text).expanduser()


def _switch(text: str, _: Path) -> bool:
    if text.lower() not in ("true", "false"):
        raise Unfit(SWITCH.about)
    return text.lower() == "true"


TEXT: Final = Kind[str](Text("文本", "text"), _text, "TEXT")
PATH: Final = Kind[Path](Text("路径", "a path"), _path, "PATH")
SWITCH: Final = Kind[bool](Text("true 或 false", "true or false"), _switch, "true|false")


def whole(least: int, most: int) -> Kind[int]:
    """Whole numbers from `least` to `most`."""
    about = Text(f"{least} 至 {most} 的整数", f"a whole number from {least} to {most}")

    def read(text: str, _: Path) -> int:
        if not re.fullmatch(r"-?[0-9]{1,18}", text) or not least <= int(text) <= most:
            raise Unfit(about)
        return int(text)

    return Kind[int](about, read, "NUMBER")


def number(least: float, most: float) -> Kind[float]:
    """Numbers from `least` to `most`, fractions too."""
    about = Text(f"{least:g} 至 {most:g} 的数", f"a number from {least:g} to {most:g}")

    def read(text: str, _: Path) -> float:
        try:
            value = float(text)
        except ValueError:
            raise Unfit(about) from None
        if not isfinite(value) or not least <= value <= most:
            raise Unfit(about)
        return value

    return Kind[float](about, read, "NUMBER")


def choice(words: Sequence[str]) -> Kind[str]:
    """One of `words`."""
    listed = "|".join(words)
    about = Text(f"{'、'.join(words)} 之一", f"one of {', '.join(words)}")

    def read(text: str, _: Path) -> str:
        if text not in words:
            raise Unfit(about)
        return text

    return Kind[str](about, read, listed)
