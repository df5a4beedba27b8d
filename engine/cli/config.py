"""`sunlight config`: the value of every setting, and where it came from."""

from typing import Final

import click

from engine.cli.command import Command, Session
from engine.cli.language import pick
from engine.cli.settings import SETTINGS
from engine.core.text import Text


def run(session: Session) -> None:
    """Print a line for each setting: name, value, origin."""
    settings = session.settings()
    rows = []
    for setting in SETTINGS:
        value = setting.shown(settings[setting])
        if not value and setting.unset is not None:
            value = f"({pick(setting.unset, session.language)})"
        origin = settings.origin(setting)
        rows.append((setting.name, value, f"{pick(origin.kind, session.language)} {origin.place}".rstrip()))
    widths = [max(_width(row[column]) for row in rows) for column in (0, 1)]
    for name, value, came_from in rows:
        gaps = [" " * (width - _width(text)) for width, text in zip(widths, (name, value), strict=True)]
        click.echo(f"{name}{gaps[0]}  {value}{gaps[1]}  {came_from}")


def _width(text: str) -> int:
    """How many columns of a terminal `text` takes: a Chinese character takes two."""
    return sum(2 if ord(character) >= WIDE else 1 for character in text)


WIDE: Final = 0x1100
"""From here on, what occurs in our texts is two columns wide."""

COMMAND: Final = Command(
    "config",
    Text(
        "显示每项设置的值及其来源，密码不显示。",
        "Show every setting and where it came from; secrets are masked.",
    ),
    run,
    settings=[setting for setting in SETTINGS if setting.name != "lang"],
    takes_full_names=True,
)
