"""`sunlight replay`: the alerts that a file of events leads to, by the same core as the worker's."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import IO, Final

from connectors.port import EventSource, SourceError, SourceRejection
from connectors.sort import SortedEvents
from engine.cli.alert_words import LEVELS, SAYINGS
from engine.cli.command import Command, Session, option, path_option
from engine.cli.event_file import FILE, MAPPING, event_source
from engine.cli.failure import Failure, misused, plain
from engine.cli.loaded import rulebook_of
from engine.cli.rejections import REJECTED, Rejections, rejected_to, tell_rejected, unwritable
from engine.cli.settings import RULES
from engine.codec.alert import encode_alert
from engine.codec.rfc3339 import TimeFault, instant_from
from engine.core.event import Event
from engine.core.instant import Instant, rfc3339
from engine.core.text import Text
from engine.pipeline.replay import Refusal, known_at, replay
from engine.worker.clock import wall_reading

NOW: Final = "now"


def run(
    session: Session, *, file: str, mapping: Path | None, until: str, out: Path | None, rejected: Path | None
) -> None:
    """Write an alert a line, and the summary to the standard error."""
    settings = session.settings()
    end = _until(until)
    source = event_source(file, mapping)
    rulebook = rulebook_of(settings)
    said: Counter[tuple[str, str]] = Counter()
    with rejected_to(rejected) as listed, _written(out) as stream:
        rejections = Rejections(listed, session.language)
        feed = _Feed(source, rejections, end)
        try:
            for outcome in replay(feed.events(), rulebook, end):
                if isinstance(outcome, Refusal):
                    event = outcome.event
                    rejections.event(outcome.case, f"{event.source} {event.id}", outcome.reason)
                else:
                    said[outcome.saying, outcome.level] += 1
                    stream.write(encode_alert(outcome) + b"\n")
            feed.count_rest()
        except SourceError as error:
            raise Failure(plain(str(error))) from error
    _tell(session, feed, said, end)
    tell_rejected(session, rejections, rejected)


class _Feed:
    """The events of the source in the order in which they became known, counted."""

    def __init__(self, source: EventSource, rejections: Rejections, until: Instant) -> None:
        self._rejections = rejections
        self._until = until
        self._items = iter(SortedEvents(source))
        self.read = 0
        self.later = 0
        """How many became known after the end, and were left out."""
        self.cases: set[str] = set()

    def events(self) -> Iterator[tuple[str, Event]]:
        """(case, event); what is no event is listed on the way."""
        for item in self._items:
            if isinstance(item, SourceRejection):
                self._rejections.row(item)
                continue
            self.read += 1
            if known_at(item.event) > self._until:
                self.later += 1
            else:
                self.cases.add(item.case)
            yield item.case, item.event

    def count_rest(self) -> None:
        """Count what the replay did not ask for."""
        for _ in self.events():
            pass


def _until(text: str) -> Instant:
    if text == NOW:
        return wall_reading()
    try:
        return instant_from(text)
    except TimeFault as fault:
        zone = "，是否缺少时区？" if fault.reason == "time-without-zone" else ""
        hint = "; is the zone missing?" if fault.reason == "time-without-zone" else ""
        raise misused(
            Text(
                f"--until：应为 now 或形如 2026-01-01T00:00:00+08:00 的时间，实为 {text!r}{zone}",
                f"--until: expected now or a time such as 2026-01-01T00:00:00+08:00, got {text!r}{hint}",
            )
        ) from fault


def _written(out: Path | None) -> AbstractContextManager[IO[bytes]]:
    return nullcontext(sys.stdout.buffer) if out is None else _whole_file(out)


@contextmanager
def _whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A stream to a file that appears under its name only when it is complete."""
    beside = path.with_name(path.name + ".part")
    try:
        with beside.open("wb") as stream:
            yield stream
        beside.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        beside.unlink(missing_ok=True)


def _tell(session: Session, feed: _Feed, said: Counter[tuple[str, str]], until: Instant) -> None:
    session.say(Text(f"截止    {rfc3339(until)}", f"until     {rfc3339(until)}"))
    later = Text(f"，其中截止之后 {feed.later}，未计入", f", {feed.later} of them after the end and left out")
    shown = later if feed.later else Text("", "")
    session.say(Text(f"事件    {feed.read}{shown.zh}", f"events    {feed.read}{shown.en}"))
    session.say(Text(f"办件    {len(feed.cases)}", f"cases     {len(feed.cases)}"))
    counts = Text(
        "，".join(
            f"{SAYINGS[saying].zh}{LEVELS[level].zh} {said[saying, level]}" for saying, level in _order(said)
        ),
        ", ".join(
            f"{SAYINGS[saying].en} {LEVELS[level].en} {said[saying, level]}" for saying, level in _order(said)
        ),
    )
    total = sum(said.values())
    session.say(Text(f"告警    {total}" + (f"：{counts.zh}" if total else ""),
                     f"alerts    {total}" + (f": {counts.en}" if total else "")))  # fmt: skip


def _order(said: Counter[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(said, key=lambda pair: (list(SAYINGS).index(pair[0]), list(LEVELS).index(pair[1])))


COMMAND: Final = Command(
    "replay",
    Text(
        "用虚拟时钟回放事件文件：同一文件、同一规则、同一截止时间，输出逐字节相同。"
        "每行输出一条告警事件，汇总写到标准错误。"
        "事件的新旧按虚拟时钟（事件为人所知的时刻）判断，因此工作进程会送入死信的旧事件，回放照常受理。",
        "Replay a file of events with a virtual clock: the same file, rules and end give the same bytes. "
        "Writes one alert event a line, and a summary to the standard error. Age is judged by the virtual clock, which "
        "stands where an event became known: old events that a worker of today sends to the dead letters are taken.",
    ),
    run,
    [
        FILE,
        MAPPING,
        option(
            "--until",
            default=NOW,
            metavar="T|now",
            about=Text("判定到哪一时刻 [默认：now]", "decide up to this instant [default: now]"),
        ),
        path_option("--out", about=Text("输出文件 [默认：标准输出]", "output [default: standard output]")),
        REJECTED,
    ],
    [RULES],
)
