"""The laws of the read-model: its content is a function of the records, however they came."""

import random
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.board.queries import Cursor, Queries
from engine.board.read_model import ReadModel
from engine.board.rows import Counts, alert_counts
from engine.board.schema import VERSION
from engine.codec.alert import AlertError
from engine.codec.case_record import CaseRecordError, decode_case, encode_case
from engine.codec.meta import META_KEY
from engine.core.finding import Finding
from engine.ports import SourceRecord
from tests.integration.board.district import (
    INSTANT_ITEM,
    PARTITIONS,
    TOPICS,
    District,
    at,
    busy_month,
    life,
    positions_after,
)

UNTIL: Final = at("2026-09-21 10:12")

Content = dict[str, list[tuple[Any, ...]]]


@cache
def month() -> tuple[SourceRecord, ...]:
    """What the pipelines wrote in a busy month, by topic and partition, with a few cases forgotten since."""
    district = District()
    forgotten_by_its_office = life("HB-RED", INSTANT_ITEM, at("2026-09-14 09:30"), [])
    district.live([*busy_month(160, UNTIL), *forgotten_by_its_office], UNTIL)
    records = district.records()
    log = [record for record in records if record[:2] == (TOPICS.changelog, 0)]
    keys = sorted({record.key for record in log if record.key not in (None, META_KEY)}, key=str)
    gone = [
        SourceRecord(TOPICS.changelog, 0, len(log) + place, 0, key, None)
        for place, key in enumerate(keys[:5])
    ]
    return (*records, *gone)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "board" / "board.sqlite"


def content(path: Path) -> Content:
    """Every row but for the numbers and names that one file gives by itself."""
    with sqlite3.connect(path) as connection:
        tables = {
            "cases": "SELECT * FROM cases ORDER BY id",
            "findings": "SELECT * FROM findings ORDER BY case_id, place",
            "alerts": "SELECT * FROM alerts ORDER BY id",
            "messages": "SELECT id, alert, revision, status, published, value FROM messages ORDER BY id",
            "counts": "SELECT * FROM counts ORDER BY unit",
            "positions": "SELECT * FROM positions ORDER BY topic, part",
        }
        found = {name: connection.execute(query).fetchall() for name, query in tables.items()}
    connection.close()
    return found


def fill(path: Path, batches: Sequence[Sequence[SourceRecord]]) -> Content:
    model = ReadModel(path, TOPICS)
    for batch in batches:
        model.apply(batch, positions_after(batch))
    model.close()
    return content(path)


@cache
def expected() -> Content:
    """The content after the whole month in one batch."""
    with tempfile.TemporaryDirectory() as directory:
        return fill(Path(directory) / "expected.sqlite", [month()])


def by_log(records: Sequence[SourceRecord]) -> list[list[SourceRecord]]:
    logs: dict[tuple[str, int], list[SourceRecord]] = {}
    for record in records:
        logs.setdefault((record.topic, record.partition), []).append(record)
    return list(logs.values())


def interleaved(draw: random.Random) -> list[list[SourceRecord]]:
    """The logs in batches, each log in its own order, the logs mixed in any way."""
    waiting = [list(log) for log in by_log(month())]
    batches = []
    while waiting:
        batch = []
        for log in draw.sample(waiting, draw.randint(1, len(waiting))):
            count = draw.randint(1, 400)
            batch += log[:count]
            del log[:count]
        waiting = [log for log in waiting if log]
        batches.append(batch)
    return batches


def test_the_month_has_something_of_everything() -> None:
    found = expected()
    totals = Counts(*(sum(row[place] for row in found["counts"]) for place in range(1, 9)))
    assert all(totals), totals
    assert len(found["messages"]) > len(found["alerts"]) > 10


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_any_mixture_of_topics_and_partitions_ends_in_the_same_content(tmp_path: Path, seed: int) -> None:
    path = tmp_path / f"{seed}.sqlite"
    path.unlink(missing_ok=True)
    assert fill(path, interleaved(random.Random(seed))) == expected()


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_repeated_batches_and_restarts_change_nothing(tmp_path: Path, seed: int) -> None:
    path = tmp_path / f"again-{seed}.sqlite"
    path.unlink(missing_ok=True)
    draw = random.Random(seed)
    model = ReadModel(path, TOPICS)
    done: list[list[SourceRecord]] = []
    for batch in interleaved(draw):
        model.apply(batch, positions_after(batch))
        done.append(batch)
        if draw.random() < 0.3:
            again = draw.choice(done)
            assert model.apply(again, positions_after(again)).records == 0
        if draw.random() < 0.3:
            model.close()
            model = ReadModel(path, TOPICS)
    model.close()
    assert content(path) == expected()


def test_the_counts_are_those_of_the_rows() -> None:
    rows = expected()
    counted: dict[str, Counts] = {}
    for case in rows["cases"]:
        unit, figures = case[2] or "", Counts(*case[12:17])
        counted[unit] = counted.get(unit, Counts()).plus(figures)
    for alert in rows["alerts"]:
        unit = alert[6] or ""
        counted[unit] = counted.get(unit, Counts()).plus(alert_counts(alert[3], alert[2]))
    assert {row[0]: Counts(*row[1:]) for row in rows["counts"]} == counted


def test_it_goes_on_from_its_positions(path: Path) -> None:
    records = month()
    fill(path, [records[: len(records) // 2]])
    model = ReadModel(path, TOPICS)
    known = model.positions()
    rest = [record for record in records if record.offset >= known.get((record.topic, record.partition), 0)]
    assert 0 < len(rest) < len(records)
    model.apply(rest, positions_after(rest))
    model.close()
    assert content(path) == expected()


def test_positions_go_past_what_is_no_record_and_never_back(path: Path) -> None:
    model = ReadModel(path, TOPICS)
    model.apply([], {(TOPICS.alerts, 1): 40})
    model.apply([], {(TOPICS.alerts, 1): 30})
    assert model.positions() == {(TOPICS.alerts, 1): 40}
    model.close()


def _bad(topic: str, value: bytes) -> SourceRecord:
    return SourceRecord(topic, 0, 10_000_000, 0, b"case", value)


@pytest.mark.parametrize(
    ("record", "error"),
    [
        pytest.param(_bad(TOPICS.alerts, b"no alert"), AlertError, id="alert"),
        pytest.param(_bad(TOPICS.changelog, b"\x00" * 8 + b"\x63case"), CaseRecordError, id="newer-layout"),
    ],
)
def test_a_batch_with_a_record_that_cannot_be_read_is_not_taken_at_all(
    path: Path, record: SourceRecord, error: type[Exception]
) -> None:
    fill(path, [month()])
    model = ReadModel(path, TOPICS)
    with pytest.raises(error):
        model.apply([record], positions_after([record]))
    model.close()
    assert content(path) == expected()


def test_a_file_of_another_version_is_made_anew(path: Path) -> None:
    fill(path, [month()])
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
        (before,) = connection.execute("SELECT name FROM generation").fetchone()
    connection.close()
    model = ReadModel(path, TOPICS)
    assert model.positions() == {}
    assert model.generation() != before
    model.close()
    assert fill(path, [month()]) == expected()


def test_forgetting_leaves_an_empty_model_of_another_generation(path: Path) -> None:
    fill(path, [month()])
    model, queries = ReadModel(path, TOPICS), Queries(path)
    before = model.generation()
    model.forget()
    assert (model.positions(), queries.totals()["open"], queries.head()[1]) == ({}, 0, 0)
    assert queries.head()[0] == model.generation() != before
    queries.close()
    model.close()


def test_a_changed_case_replaces_its_findings(path: Path) -> None:
    key, value = next((r.key, r.value) for r in month() if r.topic == TOPICS.changelog and r.key != META_KEY)
    assert key is not None
    assert value is not None
    case = decode_case(value)
    model = ReadModel(path, TOPICS)
    for offset, kinds in enumerate((("no-item", "unknown-type"), ("item-changed",))):
        changed = replace(case, findings=tuple(Finding(kind) for kind in kinds))
        record = SourceRecord(TOPICS.changelog, 0, offset, 0, key, encode_case(changed))
        model.apply([record], positions_after([record]))
    model.close()
    found = content(path)
    assert [row[2] for row in found["findings"]] == ["item-changed"]
    assert found["counts"][0][5] == 1


@pytest.fixture
def queries(path: Path) -> Iterator[Queries]:
    fill(path, [month()])
    asked = Queries(path)
    yield asked
    asked.close()


def test_pages_of_alerts_hold_each_once_the_last_published_first(queries: Queries) -> None:
    everything = queries.alerts(limit=10_000)
    places = [(alert["listed"], alert["due"], alert["id"]) for alert in everything]
    assert places == sorted(places, reverse=True)
    paged: list[Mapping[str, Any]] = []
    cursor: Cursor | None = None
    while page := queries.alerts(after=cursor, limit=7):
        paged += page
        cursor = Cursor(page[-1]["listed"], page[-1]["due"], page[-1]["id"])
    assert paged == everything


def test_alerts_are_chosen_by_level_and_unit(queries: Queries) -> None:
    everything = queries.alerts(limit=10_000)
    unit = next(alert["unit"] for alert in everything if alert["level"] == "yellow")
    chosen = queries.alerts("yellow", unit, limit=10_000)
    assert chosen == [alert for alert in everything if (alert["level"], alert["unit"]) == ("yellow", unit)]
    assert chosen


def test_the_nearest_deadlines_are_those_of_open_cases_ahead_of_now(queries: Queries) -> None:
    nearest = queries.nearest(UNTIL, 10_000)
    dues = [case["next_due"] for case in nearest]
    assert dues == sorted(dues)
    assert min(dues) >= UNTIL
    assert all(case["ended"] is None for case in nearest)
    later = dues[len(dues) // 2]
    assert queries.nearest(later + 1, 10_000) == [case for case in nearest if case["next_due"] > later]


def test_what_was_said_since_is_told_once_an_alert_in_order(queries: Queries) -> None:
    _, last = queries.head()
    resumed = queries.since(last - 20, 100)
    numbers = [number for number, _ in resumed.alerts]
    assert resumed.complete
    assert numbers == sorted(numbers)
    assert numbers[-1] == last
    assert len({alert["id"] for _, alert in resumed.alerts}) == len(numbers)
    assert not queries.since(0, 3).complete
    assert queries.since(last, 3).alerts == []


def test_a_forgotten_case_is_known_by_its_alerts(path: Path) -> None:
    alert = next(record for record in month() if record.topic == TOPICS.alerts)
    assert alert.key is not None
    fill(path, [[alert]])
    queries = Queries(path)
    found = queries.case(alert.key.decode())
    assert found is not None
    assert (found["stage"], found["events"], len(found["alerts"])) == (None, [], 1)
    assert queries.case("nobody") is None
    queries.close()


def test_every_partition_took_part() -> None:
    assert {record.partition for record in month()} == set(range(PARTITIONS))
