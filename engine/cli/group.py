"""A command that has commands of its own."""

from dataclasses import dataclass
from typing import Any

import click

from engine.cli.command import (
    COMMAND_METAVAR,
    COMMANDS_HEADING,
    OPTIONS_METAVAR,
    Command,
    Session,
    Speaking,
    global_options,
    take_globals,
)
from engine.cli.language import Language, pick
from engine.core.text import Text


class SpeakingGroup(Speaking, click.Group):
    """A group in one language."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under our heading."""
        rows = [(name, command.get_short_help_str(limit=80)) for name, command in self.commands.items()]
        del ctx
        with formatter.section(pick(COMMANDS_HEADING, self.language)):
            formatter.write_dl(rows)


@dataclass(frozen=True)
class CommandGroup:
    """A group as it is described, in both languages."""

    name: str
    about: Text
    commands: tuple[Command, ...]

    def speaking(self, language: Language) -> click.Command:
        """The group for click."""
        made = SpeakingGroup(
            self.name,
            commands=[command.speaking(language) for command in self.commands],
            params=global_options(language),
            callback=begin,
            help=pick(self.about, language),
            options_metavar=pick(OPTIONS_METAVAR, language),
            subcommand_metavar=pick(COMMAND_METAVAR, language),
            no_args_is_help=True,
        )
        made.language = language
        return made


def begin(**parameters: Any) -> None:  # noqa: ANN401  The global options.
    """Take the global options that stand before a command's name."""
    session = click.get_current_context().find_object(Session)
    assert session is not None
    take_globals(session, parameters)
