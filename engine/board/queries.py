"""Reading the read-model: the answers of the interface as plain values, times as whole microseconds."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from engine.board.rows import SAYING, Counts
from engine.board.schema import open_for_reading
from engine.codec.case_record import decode_case
from engine.core.instant import Instant

Row = dict[str, Any]

_ALERT_FIELDS: Final = (
    "id", "revision", "status", "level", "case_id", "item", "unit", "window", "person", "area", "process", "stage",
    "clock", "rung", "rule", "rulebook", "due", "detected", "time", "provisional", "behind", "listed",
)  # fmt: skip
_ALERT: Final = f"SELECT {', '.join(_ALERT_FIELDS)} FROM alerts"  # noqa: S608  # Our own names.
_CASE_FIELDS: Final = (
    "id", "item", "unit", "window", "person", "process", "stage", "opened", "ended", "next_due", "next_clock", "level",
    "findings",
)  # fmt: skip
_CASE: Final = f"SELECT {', '.join(_CASE_FIELDS)} FROM cases"  # noqa: S608  # Our own names.
_SUMS: Final = ", ".join(f"coalesce(sum({name}), 0)" for name in Counts._fields)


class Cursor(NamedTuple):
    """A place in the list of alerts: the next page begins after it."""

    listed: int
    due: Instant
    alert: str

    def __str__(self) -> str:
        return f"{self.listed}.{self.due}.{self.alert}"


class Resumed(NamedTuple):
    """What was said after a message number."""

    alerts: list[tuple[int, Row]]
    """Message numbers, and the alerts as they stand now; an alert that was spoken of twice is there once."""
    complete: bool
    """False where more was said than was asked for."""


class Queries:
    """One reader of a read-model; to be used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        self._connection = open_for_reading(path)

    def close(self) -> None:
        """Release the file."""
        self._connection.close()

    def head(self) -> tuple[str, int]:
        """The generation, and the number of the last message."""
        (generation,) = self._connection.execute("SELECT name FROM generation").fetchone()
        (last,) = self._connection.execute("SELECT coalesce(max(seq), 0) FROM messages").fetchone()
        return generation, last

    def totals(self) -> Row:
        """The figures of all units together."""
        row = self._connection.execute(f"SELECT {_SUMS} FROM counts").fetchone()  # noqa: S608  # Our own names.
        return dict(zip(Counts._fields, row, strict=True))

    def units(self) -> list[Row]:
        """The figures of each unit, by its id; those of no unit under None."""
        cursor = self._connection.execute("SELECT * FROM counts ORDER BY unit")
        names = [column for column, *_ in cursor.description]
        return [dict(zip(names, row, strict=True)) | {"unit": row[0] or None} for row in cursor]

    def nearest(self, now: Instant, limit: int) -> list[Row]:
        """Open cases whose next deadline lies ahead of `now`, the nearest first."""
        rows = self._connection.execute(
            f"{_CASE} WHERE is_open = 1 AND next_due IS NOT NULL AND next_due >= ? ORDER BY next_due, id LIMIT ?",
            (now, limit),
        )
        return [dict(zip(_CASE_FIELDS, row, strict=True)) for row in rows]

    def alerts(
        self, level: str | None = None, unit: str | None = None, after: Cursor | None = None, limit: int = 50
    ) -> list[Row]:
        """Alerts as they stand, the last published first, of one level or unit where one is named.

        Of those published together the last due comes first.
        """
        conditions, values = ["1"], list[object]()
        for condition, value in (("level = ?", level), ("unit = ?", unit)):
            if value is not None:
                conditions.append(condition)
                values.append(value)
        if after is not None:
            conditions.append("(listed, due, id) < (?, ?, ?)")
            values += after
        where = " AND ".join(conditions)
        rows = self._connection.execute(
            f"{_ALERT} WHERE {where} ORDER BY listed DESC, due DESC, id DESC LIMIT ?", (*values, limit)
        )
        return [_alert(row) for row in rows]

    def alert(self, alert_id: str) -> Row | None:
        """One alert with every message about it; None where it is not known."""
        row = self._connection.execute(f"{_ALERT} WHERE id = ?", (alert_id,)).fetchone()
        if row is None:
            return None
        messages = self._connection.execute(
            "SELECT published, value FROM messages WHERE alert = ? ORDER BY revision, status", (alert_id,)
        )
        said = [{"published": published, "message": msgspec.Raw(value)} for published, value in messages]
        return _alert(row) | {"messages": said}

    def case(self, case_id: str) -> Row | None:
        """One case with its events, findings and alerts; None where it is not known."""
        row = self._connection.execute(
            f"SELECT {', '.join(_CASE_FIELDS)}, record FROM cases WHERE id = ?",  # noqa: S608  # Our own names.
            (case_id,),
        ).fetchone()
        alerts = self._connection.execute(
            f"{_ALERT} WHERE case_id = ? ORDER BY due, id", (case_id,)
        ).fetchall()
        if row is None and not alerts:
            return None
        found = self._connection.execute(
            "SELECT kind, source, event, detail FROM findings WHERE case_id = ? ORDER BY place", (case_id,)
        )
        # A case that was forgotten is still known by its alerts.
        known = dict.fromkeys(_CASE_FIELDS) if row is None else dict(zip(_CASE_FIELDS, row[:-1], strict=True))
        return known | {
            "id": case_id,
            "events": [] if row is None else _events(row[-1]),
            "finding_list": [
                dict(zip(("kind", "source", "event", "detail"), each, strict=True)) for each in found
            ],
            "alerts": [_alert(each) for each in alerts],
        }

    def numbered(self, numbers: Sequence[int]) -> list[tuple[int, Row]]:
        """The alerts that the messages of `numbers` are about, as they stand now, each under its last message."""
        return self._spoken(
            "SELECT max(seq) AS seq, alert FROM messages WHERE seq IN "
            "(SELECT value FROM json_each(?)) GROUP BY alert",
            (msgspec.json.encode(numbers).decode(),),
        )

    def since(self, number: int, limit: int) -> Resumed:
        """What was said after message `number`, of at most `limit` alerts."""
        found = self._spoken(
            "SELECT max(seq) AS seq, alert FROM messages WHERE seq > ? GROUP BY alert", (number,), limit + 1
        )
        return Resumed(found[:limit], len(found) <= limit)

    def _spoken(self, messages: str, values: Sequence[object], limit: int = -1) -> list[tuple[int, Row]]:
        fields = ", ".join(f"a.{name}" for name in _ALERT_FIELDS)
        rows = self._connection.execute(
            f"SELECT m.seq, {fields} FROM ({messages}) AS m JOIN alerts AS a ON a.id = m.alert "  # noqa: S608
            "ORDER BY m.seq LIMIT ?",
            (*values, limit),
        )
        return [(row[0], _alert(row[1:])) for row in rows]

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection, for looking at what the methods do not show."""
        return self._connection


def _alert(row: Sequence[Any]) -> Row:
    alert = dict(zip(_ALERT_FIELDS, row, strict=True))
    return alert | {
        "status": SAYING[alert["status"]],
        "area": msgspec.Raw(alert["area"].encode()),
        "provisional": bool(alert["provisional"]),
        "behind": bool(alert["behind"]),
    }


def _events(record: bytes) -> list[Row]:
    """The events of a case in the order in which they occurred."""
    events = sorted(decode_case(record).events, key=lambda event: (event.occurred, event.received, event.id))
    return [
        {
            "type": event.type,
            "source": event.source,
            "id": event.id,
            "occurred": event.occurred,
            "recorded": event.recorded,
            "received": event.received,
            "unit": event.facts.unit,
            "window": event.facts.window,
            "person": event.facts.person,
            "kind": event.facts.kind,
            "basis": event.facts.basis,
        }
        for event in events
    ]
