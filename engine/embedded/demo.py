"""The demo: a broker in this process, a simulated district, and the real worker, deliverer and board beside it.

Every process takes its time from one simulated clock: the pace goes to each as a setting. What the processes run is
the program itself, with nothing but settings to tell them that this is a demo.
"""

import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event as Signal
from types import FrameType
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from engine.codec.rfc3339 import instant_from
from engine.core.instant import DAY, LATEST, SECOND
from engine.core.rulebook import Rulebook
from engine.core.text import Text
from engine.embedded.broker import EmbeddedBroker
from engine.embedded.demo_board import BoardAnswers, Card
from engine.embedded.demo_feed import Feed
from engine.embedded.demo_process import DemoFailure, Started, stop_all
from engine.embedded.demo_screen import Screen, Shown, Voice, screen_for
from engine.embedded.district import simulate
from engine.embedded.workday_clock import Pace, WorkdayClock
from engine.topics.model import Topics

HOST: Final = "127.0.0.1"
FIRST_PORT: Final = 8765
PORTS_TRIED: Final = 50

START: Final = instant_from("2026-03-02T08:50:00+08:00")
"""A Monday, ten minutes before the offices open; the Spring Festival lies in the weeks before it."""

HISTORY: Final = 42 * DAY
"""What happened before the start, so that the board is full at once."""

WARM_UP_SECONDS: Final = 9.0
"""For so long after the processes are started the simulated clock stands at the start."""

REFRESH_SECONDS: Final = 0.5
READY_SECONDS: Final = 60.0
CARDS: Final = {"red": 1, "yellow": 2, "": 3}
"""How many of the last alerts are shown, by level; under no level those of all."""


class DemoSettings(Struct, frozen=True):
    """What the demo is told."""

    program: tuple[str, ...]
    """The command that runs `sunlight`; names of its commands and their flags follow it."""
    rulebook: Rulebook
    rules: Path
    """The directory that `rulebook` was read from."""
    topics: Topics
    language: str = "en"
    seed: int = 9
    factor: float = 600.0
    """How many times as fast as real time office hours pass."""
    cases_per_day: float = 160.0
    liveliness: float = 8.0
    """How many times as often as in the district that it is modelled on cases are late and records odd."""
    port: int | None = None
    """Of the board; None: the first free one from `FIRST_PORT`."""
    duration: float | None = None
    """Real seconds after which the demo ends by itself; None: when it is told to."""
    keep: Path | None = None
    """Directory for state and logs, which stay there; None: a temporary one."""


def run_demo(settings: DemoSettings, elapsed: Callable[[], int]) -> int:
    """Run until Ctrl-C, SIGTERM or the end of the duration; 0 after a clean stop.

    `elapsed` reads a clock that all processes of the machine share, in microseconds. Raises `DemoFailure` where a
    process ended by itself, and leaves none running whatever happens.
    """
    stop = Signal()
    with ExitStack() as stack:
        stack.enter_context(_stopped_by_signals(stop))
        directory = stack.enter_context(_directory(settings.keep))
        broker = stack.enter_context(EmbeddedBroker(topic.name for topic in settings.topics.all()))
        demo = _Demo(settings, elapsed, broker.address, directory, stop)
        stack.callback(demo.close)
        demo.run()
    return 0


class _Demo:
    """One run."""

    def __init__(
        self, settings: DemoSettings, elapsed: Callable[[], int], brokers: str, directory: Path, stop: Signal
    ) -> None:
        self._settings = settings
        self._stop = stop
        self._directory = directory
        self._port = settings.port if settings.port is not None else free_port()
        self._pace = Pace(START, elapsed() + int(WARM_UP_SECONDS * SECOND), settings.factor)
        calendar = settings.rulebook.calendars[settings.rulebook.calendar]
        self._clock = WorkdayClock(self._pace, calendar, elapsed=elapsed)
        events = simulate(
            settings.rulebook,
            settings.seed,
            START - HISTORY,
            LATEST,
            settings.cases_per_day,
            liveliness=settings.liveliness,
        )
        self._feed = Feed(brokers, settings.topics.events.name, events, self._clock)
        self._brokers = brokers
        self._processes: list[Started] = []
        self._board = BoardAnswers(HOST, self._port)
        voice = Voice(
            settings.language, f"http://{HOST}:{self._port}/", settings.factor, ZoneInfo(calendar.zone)
        )
        self._screen: Screen = screen_for(voice)
        self._began = time.monotonic()

    def run(self) -> None:
        """Start everything, show it, and return when told to stop."""
        self._screen.say(Text("正在启动……", "starting…"))
        self._feed.start()
        self._start("serve", SUNLIGHT_BOARD_PORT=str(self._port))
        self._start("deliver", SUNLIGHT_DELIVER_PORT="0", SUNLIGHT_CHECK_CHECKSUMS="false")
        # Whoever decides before the whole history is there takes the cases for late that are not closed yet.
        if not self._wait_for(self._feed.history_is_sent.is_set):
            return
        self._start("worker", SUNLIGHT_WORKER_PORT="0", SUNLIGHT_FETCH_WAIT_MS="100")
        if not self._wait_for(self._has_cards):
            return
        seconds = time.monotonic() - self._began
        self._screen.say(
            Text(
                f"监察大屏：http://{HOST}:{self._port}/（{seconds:.1f} 秒后就绪）",
                f"board: http://{HOST}:{self._port}/ (ready after {seconds:.1f} s)",
            )
        )
        while not self._is_over():
            self._check()
            totals = self._board.totals()
            if totals is not None:
                self._screen.show(Shown(self._clock.now(), totals, self._last_cards()))
            self._stop.wait(REFRESH_SECONDS)

    def close(self) -> None:
        """Stop everything."""
        self._screen.close()
        self._feed.stop()
        killed = stop_all(self._processes)
        if killed:
            names = ", ".join(killed)
            self._screen.say(
                Text(f"未能正常停止，已终止：{names}", f"did not stop in time and was killed: {names}")
            )
        self._screen.say(Text("已停止", "stopped"))

    def _start(self, name: str, **variables: str) -> None:
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("SUNLIGHT_")}
        told = {
            "SUNLIGHT_BOOTSTRAP": self._brokers,
            "SUNLIGHT_TOPIC_PREFIX": self._settings.topics.prefix,
            "SUNLIGHT_RULES": str(self._settings.rules.resolve()),
            "SUNLIGHT_STATE": str(self._directory / name),
            "SUNLIGHT_CLOCK": self._pace.text(),
            "SUNLIGHT_LANG": self._settings.language,
        }
        command = (*self._settings.program, name)
        self._processes.append(Started(name, command, {**inherited, **told, **variables}, self._directory))

    def _has_cards(self) -> bool:
        if not self._board.is_ready():
            return False
        totals = self._board.totals()
        return totals is not None and totals["accepted"] > 0 and bool(self._board.cards(1))

    def _last_cards(self) -> list[Card]:
        """The last alerts, the gravest first, so that a burst of warnings does not hide a card."""
        found: dict[str, Card] = {}
        for level, count in CARDS.items():
            for card in self._board.cards(count, level):
                found.setdefault(card.id, card)
        return list(found.values())

    def _wait_for(self, condition: Callable[[], bool]) -> bool:
        """Wait until `condition` holds; False where the demo is over before."""
        until = time.monotonic() + READY_SECONDS
        while not condition():
            self._check()
            if self._is_over():
                return False
            if time.monotonic() > until:
                raise DemoFailure(
                    Text(
                        f"{READY_SECONDS:g} 秒内未就绪；日志在 {self._directory}（用 --keep 保留）",
                        f"not ready within {READY_SECONDS:g} s; the logs are in {self._directory} (--keep keeps them)",
                    )
                )
            self._stop.wait(REFRESH_SECONDS / 5)
        return True

    def _check(self) -> None:
        """Raise what is wrong with the feed or a process."""
        self._feed.check()
        for process in self._processes:
            process.check()

    def _is_over(self) -> bool:
        duration = self._settings.duration
        return self._stop.is_set() or (duration is not None and time.monotonic() - self._began >= duration)


def free_port() -> int:
    """The first free port of the loopback address from `FIRST_PORT`. Raises `DemoFailure` where there is none."""
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    last = FIRST_PORT + PORTS_TRIED - 1
    raise DemoFailure(
        Text(
            f"端口 {FIRST_PORT} 至 {last} 均被占用，请用 --port 指定",
            f"no free port from {FIRST_PORT} to {last}; name one with --port",
        )
    )


@contextmanager
def _directory(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.resolve()
        return
    made = Path(tempfile.mkdtemp(prefix="sunlight-demo-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def _stopped_by_signals(stop: Signal) -> Iterator[None]:
    """Have SIGINT and SIGTERM set `stop`."""

    def set_stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()

    before = {number: signal.signal(number, set_stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
