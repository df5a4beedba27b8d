"""`sunlight produce`: the events of a file, sent to the topic of events."""

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from connectors.files import opened
from connectors.port import Failed, SourceError, SourceItem, SourceRejection
from connectors.sinks.kafka import TopicWriter
from engine.cli.brokers import addresses, librdkafka_settings
from engine.cli.command import Command, Session, option
from engine.cli.event_file import FILE, MAPPING, event_source
from engine.cli.failure import Failure, misused
from engine.cli.language import pick
from engine.cli.loaded import topics_of
from engine.cli.rejections import REJECTED, Rejections, rejected_to, tell_rejected
from engine.cli.resolve import Settings
from engine.cli.settings import BROKER, TOPIC_PREFIX, TOPICS
from engine.codec.alert import CONTENT_TYPE
from engine.codec.cloud_event import encode_event
from engine.core.text import Text
from engine.ports import OutRecord

HEADERS: Final = (("content-type", CONTENT_TYPE),)
BROKER_SECONDS: Final = 10.0
"""So long a broker may take to answer at all."""
LARGEST: Final = "8388608"
"""As the topic of events has it: what is too large is for the worker to put aside, where people see it."""
_CHUNK: Final = 1 << 20


def run(
    session: Session,
    *,
    file: str,
    mapping: Path | None,
    topic: str | None,
    rate: float | None,
    rejected: Path | None,
) -> None:
    """Send the events in the order of the file; fails where any was not acknowledged."""
    settings = session.settings()
    if rate is not None and not rate > 0:
        raise misused(Text(f"--rate：应大于 0，实为 {rate:g}", f"--rate: expected more than 0, got {rate:g}"))
    source = event_source(file, mapping)
    name = topic or topics_of(settings).events.name
    _refuse_missing(settings, name)
    writer = TopicWriter(
        addresses(settings), {**librdkafka_settings(settings), "message.max.bytes": LARGEST, "log_level": "3"}
    )
    with rejected_to(rejected) as listed:
        rejections = Rejections(listed, session.language)
        try:
            with _watched(session, Path(file), source) as items:
                _send(items if rate is None else _paced(items, rate), writer, name, rejections)
                outcome = writer.flush()
        except SourceError as error:
            writer.flush()
            raise Failure(_unfinished(writer, str(error))) from error
        except KafkaException as error:
            raise Failure(_unfinished(writer, f"{name}: {error.args[0].str()}")) from error
    if isinstance(outcome, Failed):
        raise Failure(_unfinished(writer, outcome.reason))
    session.say(Text(f"已发送  {writer.acknowledged} → {name}", f"sent      {writer.acknowledged} → {name}"))
    tell_rejected(session, rejections, rejected)


def _send(items: Iterable[SourceItem], writer: TopicWriter, topic: str, rejections: Rejections) -> None:
    for item in items:
        if isinstance(item, SourceRejection):
            rejections.row(item)
        else:
            value = encode_event(item.case, item.event)
            writer.write(OutRecord(topic, None, item.case.encode(), value, HEADERS))


def _paced(items: Iterable[SourceItem], rate: float) -> Iterator[SourceItem]:
    """`items`, at most `rate` a second."""
    began = time.monotonic()
    for place, item in enumerate(items):
        early = began + place / rate - time.monotonic()
        if early > 0:
            time.sleep(early)
        yield item


@contextmanager
def _watched(session: Session, file: Path, source: Iterable[SourceItem]) -> Iterator[Iterable[SourceItem]]:
    """The items of `source`, with a bar where the standard error is a terminal: how far into the file."""
    if not sys.stderr.isatty():
        yield source
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[count]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        said = pick(Text("发送", "sending"), session.language)
        task = progress.add_task(said, total=_lines(file), count=0)

        def items() -> Iterator[SourceItem]:
            for count, item in enumerate(source, 1):
                yield item
                progress.update(task, completed=item.place.row, count=count)

        yield items()


def _lines(file: Path) -> int:
    """How many lines the file has, unpacked: places in it are told by line."""
    with opened(file) as stream:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(_CHUNK), b""))


def _refuse_missing(settings: Settings, topic: str) -> None:
    """Ask for all topics: to ask for one by name may make it."""
    client = AdminClient(
        {"bootstrap.servers": addresses(settings), "log_level": 0, **librdkafka_settings(settings)}
    )
    try:
        known = client.list_topics(timeout=BROKER_SECONDS).topics
    except KafkaException as error:
        where, said = addresses(settings), error.args[0].str()
        raise Failure(
            Text(f"无法连接 Kafka {where}：{said}", f"Kafka at {where} does not answer: {said}")
        ) from error
    if topic not in known:
        raise Failure(
            Text(
                f"没有主题 {topic}；请运行 sunlight topics apply",
                f"there is no topic {topic!r}; run `sunlight topics apply` to make it",
            )
        )


def _unfinished(writer: TopicWriter, reason: str) -> Text:
    return Text(
        f"{reason}（此前已确认 {writer.acknowledged} 条）",
        f"{reason} ({writer.acknowledged} events were acknowledged before)",
    )


COMMAND: Final = Command(
    "produce",
    Text(
        "把事件文件按原有顺序写入 Kafka 的事件主题。同一办件的事件进入同一分区；重复发送无害。"
        "工作进程按本机时钟判断新旧：办件未知且发生时间早于留存期（办结后 90 天，再加约十年）的事件进入死信；"
        "更早的历史请用 replay。",
        "Send the events of a file, in its order, to the topic of events. The events of a case go to one partition; "
        "to send a file twice does no harm. A worker judges age by the machine's clock: an event from before the "
        "retention (90 days after a case ended, and ten years more) of a case that it does not know goes to the dead "
        "letters; for older history there is replay.",
    ),
    run,
    [
        FILE,
        MAPPING,
        option(
            "--topic",
            metavar="NAME",
            about=Text("主题 [默认：主题清单中的 events]", "topic [default: events of the list of topics]"),
        ),
        option(
            "--rate",
            type=float,
            metavar="N",
            about=Text(
                "每秒最多 N 条 [默认：不限]", "at most N events a second [default: as fast as can be]"
            ),
        ),
        REJECTED,
    ],
    (TOPICS, TOPIC_PREFIX, *BROKER),
)
