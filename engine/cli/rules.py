"""`sunlight rules check`: everything that is wrong in a directory of rules, at its place."""

from pathlib import Path
from typing import Final

import click

from engine.cli.command import Command, Session, argument
from engine.cli.failure import FAILED, SUCCESS
from engine.cli.group import CommandGroup
from engine.core.text import Text


def check(session: Session, directory: Path) -> int:
    """Print every finding; 1 where there is any."""
    from engine.rulebook.load import load_rulebook  # noqa: PLC0415  Only this command needs it.
    from engine.rulebook.report import report_lines  # noqa: PLC0415

    del session
    _, findings = load_rulebook(directory)
    for line in report_lines(findings):
        click.echo(line)
    return FAILED if findings else SUCCESS


CHECK: Final = Command(
    "check",
    Text(
        "检查规则目录，一次列出全部问题：文件:行:列: 路径: 说明。有问题时退出码为 1。",
        "Check a directory of rules and list all findings at once, as file:line:column: path: message. "
        "Exits with 1 where there is any.",
    ),
    check,
    [argument("directory", "DIR", Text("规则目录", "directory of rules"), type=click.Path(path_type=Path))],
)

COMMAND: Final = CommandGroup("rules", Text("检查规则", "Check rules."), (CHECK,))
