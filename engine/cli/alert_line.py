"""An alert as people read it in a terminal: a line of facts, and a sentence that says why."""

from datetime import tzinfo
from typing import Final

from rich.console import Console
from rich.text import Text as Styled

from engine.cli.alert_words import LEVELS, SAYINGS
from engine.cli.language import Language, pick
from engine.core.alert import Alert
from engine.core.instant import Instant, civil
from engine.core.text import Text

_STYLES: Final = {"warning": "bold cyan", "yellow": "bold black on yellow", "red": "bold white on red"}
_DUE: Final = Text("应于", "due")
_CASE: Final = Text("办件", "case")
_PROVISIONAL: Final = Text("暂定：日历未公布", "provisional: no calendar yet")
_BEHIND: Final = Text("判定时数据流滞后", "decided while the stream was behind")


class AlertPrinter:
    """Prints alerts to a console."""

    def __init__(self, console: Console, zone: tzinfo, language: Language) -> None:
        self._console = console
        self._zone = zone
        self._language = language

    def show(self, alert: Alert) -> None:
        """Print `alert`. Nothing in it is taken for markup, whatever a source has sent."""
        said = self._said(SAYINGS[alert.saying])
        style = _STYLES[alert.level] if alert.saying == "raised" else "dim"
        line = Styled()
        line.append(f" {self._said(LEVELS[alert.level])} ", style)
        line.append(f" {said}  ", "" if alert.saying == "raised" else "dim")
        line.append(self._time(alert.time))
        line.append(f"  {self._said(_CASE)} ", "dim").append(_clean(alert.case), "bold")
        for part in (alert.item, alert.unit, alert.window, alert.person):
            if part:
                line.append("  " + _clean(part))
        line.append(f"  {alert.clock}/{alert.rung} {self._said(_DUE)} {self._time(alert.due)}", "dim")
        for holds, note in ((alert.provisional, _PROVISIONAL), (alert.behind, _BEHIND)):
            if holds:
                line.append(f"  ({self._said(note)})", "italic")
        self._console.print(line, soft_wrap=True, highlight=False)
        if alert.explanation is not None:
            why = Styled("   " + _clean(self._said(alert.explanation.text)), "dim")
            self._console.print(why, soft_wrap=True, highlight=False)

    def _said(self, text: Text) -> str:
        return pick(text, self._language)

    def _time(self, instant: Instant) -> str:
        return civil(instant, self._zone).strftime("%Y-%m-%d %H:%M:%S")


def _clean(text: str) -> str:
    """`text` without what would steer a terminal."""
    return "".join(character if character.isprintable() else "�" for character in text)
