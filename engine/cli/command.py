"""How a command is put together: its options, its settings and its help in one language."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import click

from engine.cli.language import Language, pick
from engine.cli.resolve import Settings, Sources, resolve
from engine.cli.setting import Setting
from engine.cli.settings import SETTINGS
from engine.core.text import Text

CONFIG_VARIABLE: Final = "SUNLIGHT_CONFIG"
_SETTING: Final = "setting_"
_CONFIG: Final = "config_file"

USAGE_HEADING: Final = Text("用法：", "Usage: ")
OPTIONS_HEADING: Final = Text("选项", "Options")
ARGUMENTS_HEADING: Final = Text("参数", "Arguments")
COMMANDS_HEADING: Final = Text("命令", "Commands")
OPTIONS_METAVAR: Final = Text("[选项]", "[OPTIONS]")
COMMAND_METAVAR: Final = Text("命令 [参数]...", "COMMAND [ARGS]...")
HELP_ABOUT: Final = Text("显示本帮助并退出", "show this help and exit")
LANG_ABOUT: Final = Text(
    "界面语言 [默认：按系统区域设置]", "language of help and messages [default: the locale's]"
)
CONFIG_ABOUT: Final = Text(
    "设置文件 [默认：当前目录的 sunlight.yaml，若有]",
    "file of settings [default: ./sunlight.yaml where there is one]",
)


@dataclass
class Session:
    """What one run of the program was given, beside the arguments of its command."""

    language: Language
    environment: Mapping[str, str]
    config: Path | None = None
    flags: dict[str, tuple[str, str]] = field(default_factory=dict)

    def settings(self) -> Settings:
        """Every setting. Raises `Failure`."""
        named = self.environment.get(CONFIG_VARIABLE)
        file = self.config or (Path(named) if named else None)
        return resolve(SETTINGS, Sources(self.flags, self.environment, file))

    def say(self, text: Text) -> None:
        """One line for people, on the standard error, which leaves the standard output to data."""
        click.echo(pick(text, self.language), err=True)


class Argument(click.Argument):
    """An argument with a description."""

    def __init__(self, name: str, about: Text, **options: Any) -> None:  # noqa: ANN401  As click takes them.
        super().__init__([name], **options)
        self.about: Final = about


class Speaking:
    """What makes a click command speak one language: headings and the help option."""

    language: Language
    params: list[click.Parameter]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        pieces = self.collect_usage_pieces(ctx)  # type: ignore[attr-defined]  # click's own.
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=pick(USAGE_HEADING, self.language))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write arguments, options, and of a group its commands."""
        arguments = [
            (param.make_metavar(ctx), pick(param.about, self.language))
            for param in self.params
            if isinstance(param, Argument)
        ]
        if arguments:
            with formatter.section(pick(ARGUMENTS_HEADING, self.language)):
                formatter.write_dl(arguments)
        records = [param.get_help_record(ctx) for param in self.get_params(ctx)]  # type: ignore[attr-defined]
        with formatter.section(pick(OPTIONS_HEADING, self.language)):
            formatter.write_dl([record for record in records if record is not None])
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The help option, in our words."""
        option: click.Option | None = super().get_help_option(ctx)  # type: ignore[misc]  # click's own.
        if option is not None:
            option.help = pick(HELP_ABOUT, self.language)
        return option


class SpeakingCommand(Speaking, click.Command):
    """A command in one language."""


@dataclass(frozen=True)
class Command:
    """A command as it is described, in both languages."""

    name: str
    about: Text
    run: Callable[..., int | None]
    """Called with the session and the parameters by name; its result is the exit code, None for 0."""
    parameters: Sequence[Callable[[Language], click.Parameter]] = ()
    settings: Sequence[Setting[Any]] = ()
    takes_full_names: bool = False
    """Whether the flags are the full names of settings, as where those of several commands meet."""
    hidden: bool = False

    def speaking(self, language: Language) -> click.Command:
        """The command for click."""
        made = SpeakingCommand(
            self.name,
            callback=self._called,
            params=[
                *(parameter(language) for parameter in self.parameters),
                *(self._setting_option(setting, language) for setting in self.settings),
                *global_options(language),
            ],
            help=pick(self.about, language),
            options_metavar=pick(OPTIONS_METAVAR, language),
            hidden=self.hidden,
        )
        made.language = language
        return made

    def _called(self, **parameters: Any) -> int:  # noqa: ANN401  As the command's parameters are.
        session = click.get_current_context().find_object(Session)
        assert session is not None
        take_globals(session, parameters)
        for setting in self.settings:
            text: str | None = parameters.pop(_SETTING + setting.name)
            if text is not None:
                session.flags[setting.name] = self._flag(setting), text
        return self.run(session, **parameters) or 0

    def _flag(self, setting: Setting[Any]) -> str:
        return setting.full_option if self.takes_full_names else setting.option

    def _setting_option(self, setting: Setting[Any], language: Language) -> click.Parameter:
        default = setting.shown(setting.default) or (pick(setting.unset, language) if setting.unset else "")
        word = "默认：" if language == "zh" else "default: "
        return click.Option(
            [self._flag(setting), _SETTING + setting.name],
            metavar=setting.kind.metavar,
            help=f"{pick(setting.about, language)} [{word}{default}]",
        )


def take_globals(session: Session, parameters: dict[str, Any]) -> None:
    """Move the values of the global options from `parameters` to `session`."""
    config: str | None = parameters.pop(_CONFIG)
    if config is not None:
        session.config = Path(config)
    lang: str | None = parameters.pop(_SETTING + "lang")
    if lang is not None:
        session.flags["lang"] = "--lang", lang


def argument(name: str, metavar: str, about: Text, **options: Any) -> Callable[[Language], click.Parameter]:  # noqa: ANN401
    """A positional argument."""
    return lambda _: Argument(name, about, metavar=metavar, **options)


def option(*names: str, about: Text, **options: Any) -> Callable[[Language], click.Parameter]:  # noqa: ANN401
    """An option that is no setting: it belongs to one call."""
    return lambda language: click.Option(names, help=pick(about, language), **options)


def path_option(*names: str, about: Text, metavar: str = "FILE") -> Callable[[Language], click.Parameter]:
    """An option whose value is a file or a directory."""
    return option(*names, about=about, type=click.Path(path_type=Path), metavar=metavar)


def global_options(language: Language) -> list[click.Parameter]:
    """The options that the program takes before the command and after it."""
    return [
        click.Option(["--config", _CONFIG], metavar="FILE", help=pick(CONFIG_ABOUT, language)),
        click.Option(["--lang", _SETTING + "lang"], metavar="zh|en", help=pick(LANG_ABOUT, language)),
    ]


def environment() -> Mapping[str, str]:
    """The environment of this process."""
    return dict(os.environ)
