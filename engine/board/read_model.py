"""Writing the read-model: batches of records in, each in one transaction with the positions after it.

The content is a function of the records alone: any interleaving of partitions and topics, repeated batches, and
stops between them end in the same rows.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from engine.board.rows import STATUS, AlertRow, CaseRow, Counts, Said, alert_counts, alert_row, case_row
from engine.board.schema import empty_tables, open_for_writing
from engine.codec.alert import decode_alert
from engine.codec.case_record import decode_case
from engine.codec.meta import META_KEY
from engine.core.case import Case
from engine.ports import SourceRecord

Place = tuple[str, int]
"""Topic and partition."""


class BoardTopics(NamedTuple):
    """The topics that the board reads."""

    changelog: str
    alerts: str


class Applied(NamedTuple):
    """What a batch changed."""

    messages: tuple[int, ...]
    """Numbers of the alert messages that were not known before, rising."""
    records: int
    """How many records lay at or after the positions and were taken."""


class ReadModel:
    """The one writer of a read-model."""

    def __init__(self, path: Path, topics: BoardTopics) -> None:
        self.path: Final = path
        self._topics: Final = topics
        self._connection: Final = open_for_writing(path)

    def close(self) -> None:
        """Release the file."""
        self._connection.close()

    def generation(self) -> str:
        """The name of this content; another after everything was dropped."""
        (name,) = self._connection.execute("SELECT name FROM generation").fetchone()
        return str(name)

    def positions(self) -> dict[Place, int]:
        """The offset of the next record to take, by topic and partition."""
        rows = self._connection.execute("SELECT topic, part, position FROM positions")
        return {(topic, part): position for topic, part, position in rows}

    def forget(self) -> None:
        """Drop everything, as where the topics are not those that it was made of."""
        empty_tables(self._connection)

    def apply(self, records: Sequence[SourceRecord], positions: Mapping[Place, int]) -> Applied:
        """Take `records`, which end before `positions`, in one transaction.

        Records before the known positions change nothing. Raises `CaseRecordError` or `AlertError` where a record
        is not what its topic holds, and then takes nothing.
        """
        with self._transaction():
            known = self.positions()
            fresh = [record for record in records if record.offset >= known.get(record[:2], 0)]
            counts: dict[str, Counts] = defaultdict(Counts)
            self._take_cases([record for record in fresh if record.topic == self._topics.changelog], counts)
            alerts = [record for record in fresh if record.topic == self._topics.alerts]
            messages = self._take_alerts(alerts, counts)
            self._add(counts)
            self._connection.executemany(
                "INSERT INTO positions VALUES (?, ?, ?) ON CONFLICT DO UPDATE "
                "SET position = max(position, excluded.position)",
                [(topic, part, position) for (topic, part), position in positions.items()],
            )
        return Applied(messages, len(fresh))

    def _take_cases(self, records: Sequence[SourceRecord], counts: dict[str, Counts]) -> None:
        # Of several records of one case only the last is of interest.
        last = {record.key or b"": record.value for record in records if record.key != META_KEY}
        if not last:
            return
        ids = [key.decode() for key in last]
        self._subtract_cases(ids, counts)
        cases = [(decode_case(value), value) for value in last.values() if value is not None]
        rows = [case_row(case, value) for case, value in cases]
        for row in rows:
            counts[row.unit or ""] = counts[row.unit or ""].plus(_case_counts(row))
        gone = [key.decode() for key, value in last.items() if value is None]
        self._connection.executemany("DELETE FROM cases WHERE id = ?", [(case,) for case in gone])
        self._connection.executemany(_INSERT_CASE, rows)
        self._put_findings(ids, (case for case, _ in cases))

    def _subtract_cases(self, ids: Sequence[str], counts: dict[str, Counts]) -> None:
        """Take what the cases of `ids` added to the figures back."""
        rows = self._connection.execute(
            "SELECT unit, is_open, is_accepted, is_closed, is_on_time, findings FROM cases "
            "WHERE id IN (SELECT value FROM json_each(?))",
            (_listed(ids),),
        )
        for unit, *figures in rows:
            counts[unit or ""] = counts[unit or ""].plus(Counts(*figures), -1)

    def _put_findings(self, ids: Sequence[str], cases: Iterable[Case]) -> None:
        self._connection.execute(
            "DELETE FROM findings WHERE case_id IN (SELECT value FROM json_each(?))", (_listed(ids),)
        )
        self._connection.executemany(
            "INSERT INTO findings VALUES (?, ?, ?, ?, ?, ?)",
            [
                (case.id, place, found.kind, found.source, found.event, found.detail)
                for case in cases
                for place, found in enumerate(case.findings)
            ],
        )

    def _take_alerts(self, records: Sequence[SourceRecord], counts: dict[str, Counts]) -> tuple[int, ...]:
        fresh: list[int] = []
        touched: dict[str, None] = {}
        for record in records:
            if record.value is None:
                continue
            alert = decode_alert(record.value)
            # A message that was sent twice is known by its id; the first one stands.
            cursor = self._connection.execute(
                "INSERT INTO messages (id, alert, revision, status, published, value) VALUES (?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (id) DO NOTHING RETURNING seq",
                (
                    alert.message_id,
                    alert.alert,
                    alert.revision,
                    int(STATUS[alert.saying]),
                    record.timestamp_ms,
                    record.value,
                ),
            )
            for (seq,) in cursor.fetchall():
                fresh.append(seq)
                touched[alert.alert] = None
        for alert_id in touched:
            self._stand(alert_id, counts)
        return tuple(fresh)

    def _stand(self, alert_id: str, counts: dict[str, Counts]) -> None:
        """Derive how the alert stands from all its messages."""
        before = self._connection.execute(
            "SELECT unit, level, status FROM alerts WHERE id = ?", (alert_id,)
        ).fetchone()
        if before is not None:
            unit, level, status = before
            counts[unit or ""] = counts[unit or ""].plus(alert_counts(level, status), -1)
        messages = self._connection.execute(
            "SELECT value, published FROM messages WHERE alert = ? ORDER BY revision, status", (alert_id,)
        )
        row = alert_row([Said(decode_alert(value), published) for value, published in messages])
        counts[row.unit or ""] = counts[row.unit or ""].plus(alert_counts(row.level, row.status))
        self._connection.execute(_INSERT_ALERT, row)

    def _add(self, counts: Mapping[str, Counts]) -> None:
        added = [(unit, *figures) for unit, figures in counts.items() if any(figures)]
        self._connection.executemany(_ADD_COUNTS, added)
        # A unit that nothing speaks of any more is as if it had never been: so a rebuilt file is equal to this one.
        self._connection.executemany(
            _FORGET_COUNTS,
            [(unit,) for unit, *_ in added],
        )

    def _transaction(self) -> "_Transaction":
        return _Transaction(self._connection)


class _Transaction:
    """Everything or nothing."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._connection.execute("COMMIT" if kind is None else "ROLLBACK")


def _case_counts(row: CaseRow) -> Counts:
    return Counts(row.is_open, row.is_accepted, row.is_closed, row.is_on_time, row.findings)


def _listed(ids: Sequence[str]) -> str:
    return msgspec.json.encode(ids).decode()


def _insert(table: str, fields: Sequence[str]) -> str:
    places = ", ".join("?" * len(fields))
    return f"INSERT OR REPLACE INTO {table} ({', '.join(fields)}) VALUES ({places})"  # noqa: S608  # Our own names.


_INSERT_CASE: Final = _insert("cases", CaseRow._fields)
_INSERT_ALERT: Final = _insert("alerts", AlertRow._fields)
_FIGURES: Final = ", ".join(Counts._fields)
_SUMS: Final = ", ".join(f"{name} = {name} + excluded.{name}" for name in Counts._fields)
_NOTHING: Final = " AND ".join(f"{name} = 0" for name in Counts._fields)
_ADD_COUNTS: Final = (
    f"INSERT INTO counts (unit, {_FIGURES}) VALUES (?{', ?' * len(Counts._fields)}) "  # noqa: S608  # Our own names.
    f"ON CONFLICT DO UPDATE SET {_SUMS}"
)
_FORGET_COUNTS: Final = f"DELETE FROM counts WHERE unit = ? AND {_NOTHING}"  # noqa: S608  # Our own names.
