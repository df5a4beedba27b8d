"""The program `sunlight`: which commands there are, and how errors become one line and an exit code."""

import sys
import zoneinfo
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Final

import click

from engine.cli.command import (
    COMMAND_METAVAR,
    COMMANDS_HEADING,
    OPTIONS_METAVAR,
    Session,
    Speaking,
    environment,
    global_options,
)
from engine.cli.failure import INTERRUPTED, SUCCESS, USAGE, Failure, misused
from engine.cli.group import begin
from engine.cli.language import Language, language_from, pick
from engine.cli.resolve import nearest
from engine.core.text import Text

ABOUT: Final = Text(
    "电子监察：审批状态事件流入，预警、黄牌、红牌按工作时限自动流出。",
    "Electronic supervision of approvals: status events in, warnings, yellow and red cards out, on working time.",
)

COMMANDS: Final[Mapping[str, tuple[str, Text]]] = {
    "demo": (
        "engine.cli.demo:COMMAND",
        Text("在本机演示整个系统，不需要 Kafka", "show the whole system on this machine; no broker"),
    ),
    "replay": (
        "engine.cli.replay:COMMAND",
        Text(
            "用虚拟时钟回放事件文件，不需要 Kafka", "replay a file of events with a virtual clock; no broker"
        ),
    ),
    "rules": ("engine.cli.rules:COMMAND", Text("检查规则", "check rules")),
    "topics": (
        "engine.cli.topics:COMMAND",
        Text("比较并建立 Kafka 主题", "compare the topics of a cluster with the list, and make them"),
    ),
    "worker": ("engine.cli.worker:COMMAND", Text("运行一个工作进程", "run a worker")),
    "deliver": (
        "engine.cli.deliver:COMMAND",
        Text("运行一个分发进程", "run delivery: derive topics from the alerts"),
    ),
    "serve": ("engine.cli.serve:COMMAND", Text("运行监察大屏", "serve the board")),
    "produce": ("engine.cli.produce:COMMAND", Text("把事件文件写入 Kafka", "send a file of events to Kafka")),
    "subscribe": ("engine.cli.subscribe:COMMAND", Text("接收并显示告警", "follow the alerts")),
    "config": (
        "engine.cli.config:COMMAND",
        Text("显示每项设置及其来源", "show every setting and where it came from"),
    ),
}
"""Every command: where it is, and what it is for. A module is loaded only when its command is called."""

HIDDEN: Final[Mapping[str, str]] = {"reference": "engine.cli.reference:COMMAND"}
"""Commands for those who work on the program itself."""


class Program(Speaking, click.Group):
    """The group of all commands."""

    def __init__(self, language: Language) -> None:
        super().__init__(
            "sunlight",
            help=pick(ABOUT, language),
            params=global_options(language),
            callback=begin,
            options_metavar=pick(OPTIONS_METAVAR, language),
            subcommand_metavar=pick(COMMAND_METAVAR, language),
            no_args_is_help=True,
        )
        self.language = language

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of `COMMANDS`."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, loaded."""
        del ctx
        if cmd_name not in COMMANDS and cmd_name not in HIDDEN:
            return None
        place = HIDDEN.get(cmd_name) or COMMANDS[cmd_name][0]
        module, _, name = place.partition(":")
        made: click.Command = getattr(import_module(module), name).speaking(self.language)
        return made

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is called. Raises `Failure` for one that there is not."""
        if args[0] not in COMMANDS and args[0] not in HIDDEN and not args[0].startswith("-"):
            near = nearest(args[0], COMMANDS)
            raise misused(Text(f"没有命令 {args[0]!r}{near.zh}", f"there is no command {args[0]!r}{near.en}"))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands without loading them."""
        del ctx
        with formatter.section(pick(COMMANDS_HEADING, self.language)):
            formatter.write_dl([(name, pick(about, self.language)) for name, (_, about) in COMMANDS.items()])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code: 0, 1 for a failure, 2 where it was called wrongly, 130 on Ctrl-C."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    # Zone data comes from the pinned package, so that a deadline is the same on every machine.
    zoneinfo.reset_tzpath(to=())
    variables = environment()
    language = language_from(given, variables)
    session = Session(language, variables)
    try:
        code = Program(language).main(
            args=given, prog_name="sunlight", standalone_mode=False, obj=session, windows_expand_args=False
        )
    except Failure as failure:
        _tell(failure.lines, language)
        return failure.code
    except click.exceptions.NoArgsIsHelpError as shown:
        click.echo(shown.ctx.get_help(), err=True)
        return USAGE
    except click.ClickException as refused:
        _tell((_refusal(refused),), language)
        return refused.exit_code
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    return code if isinstance(code, int) else SUCCESS


def _tell(lines: Sequence[Text], language: Language) -> None:
    for line in lines:
        said = pick(Text(f"sunlight：错误：{line.zh}", f"sunlight: error: {line.en}"), language)
        click.echo(said.encode(errors="backslashreplace").decode(), err=True)


def _refusal(refused: click.ClickException) -> Text:
    """What click refused, in both languages."""
    en = " ".join(refused.format_message().split())
    match refused:
        case click.NoSuchOption():
            near = nearest(refused.option_name, refused.possibilities or ())
            return Text(
                f"没有选项 {refused.option_name}{near.zh}",
                f"there is no option {refused.option_name}{near.en}",
            )
        case click.MissingParameter():
            name = refused.param.get_error_hint(refused.ctx) if refused.param and refused.ctx else ""
            return Text(f"缺少 {name}", f"missing {name}")
        case click.BadParameter():
            return Text(f"参数无效：{en}", en[:1].lower() + en[1:].rstrip("."))
        case _:
            return Text(f"用法有误：{en}", en[:1].lower() + en[1:].rstrip("."))


if __name__ == "__main__":
    sys.exit(main())
