"""`sunlight topics`: the difference between the list of topics and a cluster, and the steps that end it."""

import sys
from typing import Any, Final

import click

from engine.cli.brokers import addresses, kafka_python_settings
from engine.cli.command import Command, Session, option
from engine.cli.failure import FAILED, SUCCESS, Failure, misused, plain
from engine.cli.group import CommandGroup
from engine.cli.language import pick
from engine.cli.loaded import topics_of
from engine.cli.resolve import Settings
from engine.cli.setting import Setting
from engine.cli.settings import BROKER, TOPIC_PREFIX, TOPICS
from engine.core.text import Text
from engine.topics.cluster import ClusterError, apply, read_cluster
from engine.topics.plan import Refuse, Step, plan, plan_text, stopping

_OPTIONS: Final[tuple[Setting[Any], ...]] = (TOPICS, TOPIC_PREFIX, *BROKER)


def show_plan(session: Session) -> int:
    """Print the plan; 1 where it holds a refusal that stops everything."""
    steps = _steps(session.settings())
    click.echo(pick(plan_text(steps), session.language))
    return FAILED if stopping(steps) else SUCCESS


def carry_out(session: Session, *, yes: bool) -> int:
    """Print the plan, ask, carry it out."""
    settings = session.settings()
    steps = _steps(settings)
    click.echo(pick(plan_text(steps), session.language))
    if stopping(steps):
        session.say(Text("未做任何更改", "nothing was changed"))
        return FAILED
    doing = [step for step in steps if not isinstance(step, Refuse)]
    if not doing:
        return SUCCESS
    if not yes and not _confirmed(session):
        session.say(Text("未做任何更改", "nothing was changed"))
        return FAILED
    try:
        apply(addresses(settings), doing, kafka_python_settings(settings))
    except ClusterError as error:
        raise _unreachable(error) from error
    session.say(
        Text(f"已完成 {len(doing)} 项", f"done: {len(doing)} {'step' if len(doing) == 1 else 'steps'}")
    )
    return SUCCESS


def _steps(settings: Settings) -> list[Step]:
    topics = topics_of(settings)
    try:
        return plan(read_cluster(addresses(settings), topics, kafka_python_settings(settings)), topics)
    except ClusterError as error:
        raise _unreachable(error) from error


def _confirmed(session: Session) -> bool:
    if not sys.stdin.isatty():
        raise misused(
            Text(
                "不在终端上运行时须加 --yes",
                "there is no terminal to ask on: add --yes to carry the plan out",
            )
        )
    return click.confirm(pick(Text("是否执行？", "Carry it out?"), session.language), err=True)


def _unreachable(error: ClusterError) -> Failure:
    return Failure(*(plain(line) for line in str(error).splitlines()))


COMMAND: Final = CommandGroup(
    "topics",
    Text(
        "按 topics.yaml 检查和建立 Kafka 主题。分区数从不更改，主题从不删除。",
        "Compare a cluster with topics.yaml, and make it so. A partition count is never changed, no topic deleted.",
    ),
    (
        Command(
            "plan",
            Text("显示集群与清单的差别，不做更改。", "Show what differs; change nothing."),
            show_plan,
            settings=_OPTIONS,
        ),
        Command(
            "apply",
            Text("显示差别，确认后执行。", "Show what differs, and after a confirmation make it so."),
            carry_out,
            [option("--yes", is_flag=True, about=Text("不再询问", "do not ask"))],
            _OPTIONS,
        ),
    ),
)
