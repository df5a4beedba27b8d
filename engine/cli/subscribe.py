"""`sunlight subscribe`: the alerts as they are published, for people or as JSON lines."""

import io
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TextIO

import click
from rich.console import Console

from connectors.port import Failed, SourceError
from connectors.sinks.log import LogSink
from connectors.sources.kafka import TopicReader
from engine.cli.alert_line import AlertPrinter
from engine.cli.brokers import addresses, librdkafka_settings
from engine.cli.command import Command, Session, option
from engine.cli.failure import Failure, misused, plain
from engine.cli.loaded import topics_of
from engine.cli.settings import BROKER, TOPIC_PREFIX, TOPICS, ZONE
from engine.cli.zone import zone_of
from engine.codec.alert import AlertError, decode_alert
from engine.core.alert import Alert
from engine.core.text import Text
from engine.ports import SourceRecord

LEVELS: Final = ("warning", "yellow", "red")
BEGINNING: Final = "beginning"


@dataclass(frozen=True)
class Selection:
    """Which alerts are wanted; what is empty selects nothing out."""

    levels: tuple[str, ...]
    units: tuple[str, ...]
    areas: tuple[tuple[str, ...], ...]
    """Paths from the top; what lies below one of them is in it."""

    def takes(self, alert: Alert) -> bool:
        """Whether `alert` is wanted."""
        return (
            (not self.levels or alert.level in self.levels)
            and (not self.units or alert.unit in self.units)
            and (not self.areas or any(alert.area[: len(area)] == area for area in self.areas))
        )


def run(
    session: Session,
    *,
    level: tuple[str, ...],
    unit: tuple[str, ...],
    area: tuple[str, ...],
    beginning_or_end: str,
    as_json: bool,
    count: int | None,
    until_idle: float | None,
) -> None:
    """Show alerts until Ctrl-C, or until there are `count`, or none for `until_idle` seconds."""
    settings = session.settings()
    for wrong in (value for value in (count, until_idle) if value is not None and value <= 0):
        raise misused(
            Text(f"--count、--until-idle：应大于 0，实为 {wrong:g}",
                 f"--count, --until-idle: expected more than 0, got {wrong:g}")
        )  # fmt: skip
    topic = topics_of(settings).alerts.name
    selection = Selection(level, unit, tuple(tuple(path.strip("/").split("/")) for path in area))
    reader = TopicReader(addresses(settings), topic, {**librdkafka_settings(settings), "log_level": "0"})
    printer = AlertPrinter(Console(), zone_of(settings[ZONE]), session.language)
    sink = LogSink(_utf8_output()) if as_json else None
    following = reader.follow(from_end=beginning_or_end != BEGINNING)
    shown = 0
    try:
        for record in before_idle(following, until_idle):
            alert = _decoded(record)
            if alert is None or not selection.takes(alert):
                continue
            if sink is not None:
                _write(sink, record)
            else:
                printer.show(alert)
            shown += 1
            if shown == count:
                break
    except SourceError as error:
        raise Failure(plain(str(error))) from error
    except KeyboardInterrupt:
        # To stop following is how this command ends.
        return


def _write(sink: LogSink, record: SourceRecord) -> None:
    outcome = sink.deliver(record)
    if isinstance(outcome, Failed):
        raise Failure(plain(outcome.reason))


def _utf8_output() -> TextIO:
    """The standard output; JSON is UTF-8 whatever the terminal speaks."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    return sys.stdout


def before_idle(
    following: Iterator[SourceRecord | None],
    seconds: float | None,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[SourceRecord]:
    """The records, until there was none for `seconds` of `clock`; the time until the first look does not count."""
    heard: float | None = None
    for record in following:
        if record is not None:
            yield record
            heard = clock()
        elif heard is None:
            # Only now is there a connection; a slow one is no silence.
            heard = clock()
        elif seconds is not None and clock() - heard > seconds:
            return


def _decoded(record: SourceRecord) -> Alert | None:
    """The alert; None, and a line on the standard error, where the record is none."""
    if record.value is None:
        return None
    try:
        return decode_alert(record.value)
    except AlertError as error:
        click.echo(f"{record.topic}/{record.partition}:{record.offset}: {error}", err=True)
        return None


COMMAND: Final = Command(
    "subscribe",
    Text(
        "接收并显示告警。可按级别、单位、地区筛选（可重复给出）；Ctrl-C 结束。",
        "Follow the alerts. Level, unit and area select, and may be given more than once; Ctrl-C ends it.",
    ),
    run,
    [
        option(
            "--level",
            multiple=True,
            type=click.Choice(LEVELS),
            about=Text("级别：预警、黄牌、红牌", "level"),
        ),
        option("--unit", multiple=True, metavar="UNIT", about=Text("单位编号", "id of a unit")),
        option(
            "--area",
            multiple=True,
            metavar="PATH",
            about=Text(
                "地区路径，包含其下级，如 市/区", "area as a path, such as city/district, with all below it"
            ),
        ),
        option(
            "--from",
            "beginning_or_end",
            type=click.Choice((BEGINNING, "end")),
            default="end",
            about=Text("从头开始，或只看新的 [默认：end]", "all there are, or only new ones [default: end]"),
        ),
        option(
            "--json",
            "as_json",
            is_flag=True,
            about=Text("每行输出一条 JSON 告警事件", "print alert events, a line each"),
        ),
        option("--count", type=int, metavar="N", about=Text("显示 N 条后结束", "end after N alerts")),
        option(
            "--until-idle",
            type=float,
            metavar="SECONDS",
            about=Text("若干秒内无记录则结束", "end where there was nothing for so many seconds"),
        ),
    ],
    (ZONE, TOPICS, TOPIC_PREFIX, *BROKER),
)
