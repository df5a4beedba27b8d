"""Asking the demo's own board how things stand, over its interface, as anybody would."""

import re
from http.client import HTTPConnection, HTTPException
from typing import Any, Final

import msgspec
from msgspec import Struct

from engine.core.text import Text

SECONDS: Final = 2.0
"""How long an answer may take."""

_ENGLISH_STOP: Final = re.compile(r"(?<=\.) (?=[A-Z])")


class Card(Struct, frozen=True):
    """An alert in a line."""

    id: str
    level: str
    text: Text
    status: str


class BoardAnswers:
    """The interface of a board on this machine."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._texts: dict[str, Text] = {}

    def is_ready(self) -> bool:
        """Whether the board says that it is ready."""
        try:
            return self._asked("/readyz")[0] == 200  # noqa: PLR2004  OK.
        except (OSError, HTTPException):
            return False

    def totals(self) -> dict[str, int] | None:
        """The figures; None where the board does not answer."""
        totals: dict[str, int] | None = self._json("/api/totals")
        return totals

    def cards(self, count: int, level: str = "") -> list[Card]:
        """The last `count` alerts, of one level where it is named, the latest first.

        Empty where the board does not answer.
        """
        listed = self._json(f"/api/alerts?limit={count}&level={level}")
        if listed is None:
            return []
        return [
            Card(alert["id"], alert["level"], self._text(alert["id"]), alert["status"])
            for alert in listed["alerts"]
        ]

    def _text(self, alert: str) -> Text:
        """The first sentence with which an alert explains itself; what it rests on follows on the board."""
        if alert not in self._texts:
            if len(self._texts) > 1000:  # noqa: PLR2004  Enough for what a screen shows.
                self._texts.clear()
            told = self._json(f"/api/alerts/{alert}") or {"messages": []}
            said = [one["message"]["data"].get("explanation") for one in told["messages"]]
            texts = [explained["text"] for explained in said if explained]
            self._texts[alert] = first_sentence(**texts[0]) if texts else Text(alert, alert)
        return self._texts[alert]

    def _json(self, path: str) -> Any:  # noqa: ANN401  Whatever the board says.
        try:
            status, body = self._asked(path)
        except (OSError, HTTPException):
            return None
        return msgspec.json.decode(body) if status == 200 else None  # noqa: PLR2004  OK.

    def _asked(self, path: str) -> tuple[int, bytes]:
        connection = HTTPConnection(self._host, self._port, timeout=SECONDS)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


def first_sentence(zh: str, en: str) -> Text:
    """The first sentence of a text in both languages."""
    head, stop, _ = zh.partition("。")
    return Text(head + stop, _ENGLISH_STOP.split(en, maxsplit=1)[0])
