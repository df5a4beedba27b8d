"""What the demo shows in the terminal: where the board is, what time it is there, figures and the last cards."""

import sys
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Final, NamedTuple, Protocol, TextIO

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text as Line

from engine.core.instant import Instant, civil
from engine.core.text import Text
from engine.embedded.demo_board import Card

FIGURES: Final[Mapping[str, Text]] = {
    "open": Text("在办", "open"),
    "accepted": Text("受理", "accepted"),
    "closed": Text("办结", "closed"),
    "warnings": Text("预警", "warnings"),
    "yellow": Text("黄牌", "yellow"),
    "red": Text("红牌", "red"),
    "findings": Text("异常", "findings"),
}
"""The figures of the board, in the order in which they are shown."""

LEVELS: Final = {
    "warning": Text("预警", "warning"),
    "yellow": Text("黄牌", "yellow"),
    "red": Text("红牌", "red"),
}
_STYLES: Final = {"warning": "cyan", "yellow": "yellow", "red": "bold red", "warnings": "cyan"}
_DAYS: Final = ("一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
_BOARD: Final = Text("监察大屏", "board")
_TIME: Final = Text("模拟时间", "simulated time")
_STOP: Final = Text("按 Ctrl-C 结束", "Ctrl-C ends the demo")
_SPEED: Final = Text("上班时间加速", "office hours pass at")


class Shown(NamedTuple):
    """What there is to show."""

    now: Instant
    totals: Mapping[str, int]
    cards: Sequence[Card]
    """The most important first."""


class Screen(Protocol):
    """Where the demo shows itself."""

    def say(self, text: Text) -> None:
        """One line about the demo itself."""

    def show(self, shown: Shown) -> None:
        """How things stand."""

    def close(self) -> None:
        """Leave the terminal as it was."""


class Voice(NamedTuple):
    """In which language, of which board, at which speed, and by which clock."""

    language: str
    address: str
    factor: float
    zone: tzinfo

    def pick(self, text: Text) -> str:
        """`text` in the language."""
        return text.zh if self.language == "zh" else text.en

    def time(self, now: Instant) -> str:
        """`now` with its day of the week."""
        local = civil(now, self.zone)
        chinese, english = _DAYS
        day = local.weekday()
        named = f"周{chinese[day]}" if self.language == "zh" else english[day]
        return f"{local:%Y-%m-%d} {named} {local:%H:%M}"


class LiveScreen:
    """A summary that stays in its place on a terminal."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._console = Console()
        self._live: Live | None = None

    def say(self, text: Text) -> None:
        """Print a line above the summary."""
        self._console.print(Line(self._voice.pick(text)))

    def show(self, shown: Shown) -> None:
        """Draw the summary anew."""
        drawn = self._drawn(shown)
        if self._live is None:
            self._live = Live(drawn, console=self._console, auto_refresh=False, transient=False)
            self._live.start()
        self._live.update(drawn, refresh=True)

    def close(self) -> None:
        """Leave the summary as it is and free the terminal."""
        if self._live is not None:
            self._live.stop()

    def _drawn(self, shown: Shown) -> RenderableType:
        voice = self._voice
        head = Line.assemble(
            ("Sunlight  ", "bold"),
            (f"{voice.pick(_BOARD)} "),
            (voice.address, f"bold underline link {voice.address}"),
            (f"   {voice.pick(_TIME)} "),
            (voice.time(shown.now), "bold"),
            (f"   {voice.pick(_SPEED)} ×{voice.factor:g}   {voice.pick(_STOP)}", "dim"),
        )
        figures = Line("   ").join(
            Line.assemble(
                f"{voice.pick(name)} ", (f"{shown.totals.get(key, 0):,}", f"bold {_STYLES.get(key, '')}")
            )
            for key, name in FIGURES.items()
        )
        cards = Table.grid(padding=(0, 2, 0, 0))
        cards.add_column(no_wrap=True)
        cards.add_column(overflow="fold")
        for card in shown.cards:
            style = _STYLES[card.level] if card.status == "raised" else f"{_STYLES[card.level]} dim"
            cards.add_row(Line(f"■ {voice.pick(LEVELS[card.level])}", style), Line(voice.pick(card.text)))
        return Group(Line(), head, figures, Line(), cards)


class PlainScreen:
    """One line for each new card, and the figures now and then: for files, pipes and tests."""

    EVERY: Final = 10
    """The figures come with every so-manieth look."""

    def __init__(self, voice: Voice, out: TextIO) -> None:
        self._voice = voice
        self._out = out
        self._known: set[str] = set()
        self._looks = 0

    def say(self, text: Text) -> None:
        """Print a line."""
        self._print(self._voice.pick(text))

    def show(self, shown: Shown) -> None:
        """Print what is new."""
        voice = self._voice
        for card in reversed(shown.cards):
            if card.id not in self._known:
                self._print(
                    f"{voice.time(shown.now)}  {voice.pick(LEVELS[card.level])}  {voice.pick(card.text)}"
                )
        self._known |= {card.id for card in shown.cards}
        if self._looks % self.EVERY == 0:
            figures = "  ".join(
                f"{voice.pick(name)} {shown.totals.get(key, 0)}" for key, name in FIGURES.items()
            )
            self._print(f"{voice.time(shown.now)}  {figures}")
        self._looks += 1

    def close(self) -> None:
        """Nothing is left to do."""

    def _print(self, line: str) -> None:
        self._out.write(f"{line}\n")
        self._out.flush()


def screen_for(voice: Voice) -> Screen:
    """A summary where the standard output is a terminal, else plain lines."""
    return LiveScreen(voice) if sys.stdout.isatty() else PlainScreen(voice, sys.stdout)
