"""The tables of the read-model, and how a file of them is opened."""

import secrets
import sqlite3
from pathlib import Path
from typing import Final

VERSION: Final = 1
"""Version of the tables and of what is put into them. A file of another version is made anew from the topics."""

_CACHE_KIBIBYTES: Final = 32 * 1024

_TABLES: Final = """
CREATE TABLE generation (name TEXT NOT NULL);

CREATE TABLE positions (
    topic TEXT NOT NULL,
    part INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (topic, part)
) WITHOUT ROWID;

CREATE TABLE cases (
    id TEXT PRIMARY KEY,
    item TEXT,
    unit TEXT,
    window TEXT,
    person TEXT,
    process TEXT NOT NULL,
    stage TEXT NOT NULL,
    opened INTEGER,
    ended INTEGER,
    next_due INTEGER,
    next_clock TEXT,
    level INTEGER NOT NULL,
    is_open INTEGER NOT NULL,
    is_accepted INTEGER NOT NULL,
    is_closed INTEGER NOT NULL,
    is_on_time INTEGER NOT NULL,
    findings INTEGER NOT NULL,
    record BLOB NOT NULL
);
CREATE INDEX cases_by_deadline ON cases (next_due, id) WHERE is_open = 1 AND next_due IS NOT NULL;

CREATE TABLE findings (
    case_id TEXT NOT NULL,
    place INTEGER NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    event TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (case_id, place)
) WITHOUT ROWID;

CREATE TABLE messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    alert TEXT NOT NULL,
    revision INTEGER NOT NULL,
    status INTEGER NOT NULL,
    published INTEGER NOT NULL,
    value BLOB NOT NULL
);
CREATE INDEX messages_by_alert ON messages (alert, revision, status);

CREATE TABLE alerts (
    id TEXT PRIMARY KEY,
    revision INTEGER NOT NULL,
    status INTEGER NOT NULL,
    level TEXT NOT NULL,
    case_id TEXT NOT NULL,
    item TEXT,
    unit TEXT,
    window TEXT,
    person TEXT,
    area TEXT NOT NULL,
    process TEXT NOT NULL,
    stage TEXT NOT NULL,
    clock TEXT NOT NULL,
    rung TEXT NOT NULL,
    rule TEXT NOT NULL,
    rulebook TEXT NOT NULL,
    due INTEGER NOT NULL,
    detected INTEGER NOT NULL,
    time INTEGER NOT NULL,
    provisional INTEGER NOT NULL,
    behind INTEGER NOT NULL,
    listed INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX alerts_by_time ON alerts (listed, due, id);
CREATE INDEX alerts_by_level ON alerts (level, listed, due, id);
CREATE INDEX alerts_by_unit ON alerts (unit, listed, due, id);
CREATE INDEX alerts_by_case ON alerts (case_id);

CREATE TABLE counts (
    unit TEXT PRIMARY KEY,
    open INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    closed INTEGER NOT NULL,
    on_time INTEGER NOT NULL,
    findings INTEGER NOT NULL,
    warnings INTEGER NOT NULL,
    yellow INTEGER NOT NULL,
    red INTEGER NOT NULL
) WITHOUT ROWID;
"""


def open_for_writing(path: Path) -> sqlite3.Connection:
    """The read-model in the file `path`, made anew where it is absent or of another version.

    The connection begins no transaction by itself.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = _connect(path)
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    if found != VERSION:
        connection.close()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        connection = _connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    if found != VERSION:
        make_tables(connection)
    return connection


def make_tables(connection: sqlite3.Connection) -> None:
    """Make the tables, empty, with a generation of their own."""
    _make(connection, "")


def empty_tables(connection: sqlite3.Connection) -> None:
    """Drop everything that is known, and begin a new generation; readers see the one or the other."""
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    _make(connection, "".join(f"DROP TABLE {name};" for name in names if not name.startswith("sqlite_")))


def _make(connection: sqlite3.Connection, before: str) -> None:
    # A stream that was begun on another generation cannot be resumed on this one: its numbers mean other messages.
    generation = f"INSERT INTO generation VALUES ('{secrets.token_hex(6)}')"  # noqa: S608  # Our own digits.
    connection.executescript(
        f"BEGIN IMMEDIATE; {before} {_TABLES} {generation}; PRAGMA user_version = {VERSION}; COMMIT;"
    )


def open_for_reading(path: Path) -> sqlite3.Connection:
    """A connection to the read-model in `path` that cannot change it."""
    connection = _connect(path)
    connection.execute("PRAGMA query_only = ON")
    return connection


def _connect(path: Path) -> sqlite3.Connection:
    # One thread at a time uses a connection, but not always the one that made it.
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA busy_timeout = 5000")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
    return connection
