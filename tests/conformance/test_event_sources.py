"""One suite for every source of events."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import pytest
from confluent_kafka import Producer

from connectors.mapping import read_mapping
from connectors.port import EventSource, SourceError, SourceEvent, SourceItem, SourceRejection
from connectors.sort import SortedEvents
from connectors.sources.csv import Table
from connectors.sources.jsonl import JsonLines
from connectors.sources.kafka import TopicEvents, TopicReader
from connectors.sources.xes import EventLog
from engine.codec.rfc3339 import instant_from
from engine.core.event import Facts

Row = tuple[str, str]
"""Case and time of an event that the source is made to hold."""

CASES: Final = "source: /s\ncase: case\ncase_events: [{time: time, type: case.closed, facts: {item: item}}]"
GOOD: Final = [(f"C-{number}", f"2024-03-05T09:00:{number % 60:02}Z") for number in range(150)]
BAD: Final = ("C-bad", "soon")


def jsonl(folder: Path, rows: Iterable[Row]) -> EventSource:
    path = folder / "events.jsonl"
    path.write_text("".join(f"{line}\n" for line in _lines(rows)), encoding="utf-8")
    return JsonLines(path)


def csv(folder: Path, rows: Iterable[Row]) -> EventSource:
    path = folder / "events.csv"
    body = "".join(f"{case},{time},A-001\n" for case, time in rows)
    path.write_text("case,time,item\n" + body, encoding="utf-8")
    return Table(path, read_mapping(CASES.encode(), "mapping.yaml"))


def xes(folder: Path, rows: Iterable[Row]) -> EventSource:
    path = folder / "events.xes"
    traces = "".join(
        f'<trace><string key="case" value="{case}"/><date key="time" value="{time}"/>'
        '<string key="item" value="A-001"/></trace>\n'
        for case, time in rows
    )
    path.write_text(f"<log>\n{traces}</log>", encoding="utf-8")
    return EventLog(path, read_mapping(CASES.encode(), "mapping.yaml"))


def sorted_jsonl(folder: Path, rows: Iterable[Row]) -> EventSource:
    return SortedEvents(jsonl(folder, rows), run_events=40, folder=folder)


def _lines(rows: Iterable[Row]) -> list[str]:
    return [
        json.dumps(
            {
                "specversion": "1.0",
                "id": f"{case}/time",
                "source": "/s",
                "type": "case.closed",
                "subject": case,
                "time": time,
                "data": {"item": "A-001"},
            }
        )
        for case, time in rows
    ]


@pytest.fixture(scope="module")
def broker() -> Iterable[tuple[Producer, str]]:
    """A broker of librdkafka's own, within this process."""
    producer = Producer({"bootstrap.servers": "none:1", "test.mock.num.brokers": 1})
    brokers = producer.list_topics(timeout=30).brokers
    yield producer, ",".join(f"{broker.host}:{broker.port}" for broker in brokers.values())
    producer.flush(10)


Make = Callable[[Path, Iterable[Row]], EventSource]


@pytest.fixture(
    params=[jsonl, csv, xes, sorted_jsonl, "kafka"], ids=["jsonl", "csv", "xes", "sorted", "kafka"]
)
def make(request: pytest.FixtureRequest) -> Make:
    if callable(request.param):
        made: Make = request.param
        return made
    producer, bootstrap = request.getfixturevalue("broker")

    def kafka(folder: Path, rows: Iterable[Row]) -> EventSource:
        topic = folder.name.replace("[", "-").replace("]", "-")
        producer.list_topics(topic, timeout=30)
        for (case, _), line in zip(rows, _lines(rows), strict=True):
            producer.produce(topic, key=case, value=line)
        assert producer.flush(30) == 0
        return TopicEvents(TopicReader(bootstrap, topic))

    return kafka


def told(items: Iterable[SourceItem]) -> list[tuple[str, str, int]]:
    return sorted(
        (item.case, item.event.id, item.event.occurred) for item in items if isinstance(item, SourceEvent)
    )


def test_every_event_comes_once(make: Make, tmp_path: Path) -> None:
    expected = sorted((case, f"{case}/time", instant_from(time)) for case, time in GOOD)
    assert told(make(tmp_path, GOOD)) == expected


def test_each_pass_begins_anew_also_after_one_that_was_given_up(make: Make, tmp_path: Path) -> None:
    source = make(tmp_path, GOOD)
    given_up = iter(source)
    next(given_up)
    del given_up
    assert told(source) == told(source)
    assert len(told(source)) == len(GOOD)


def test_what_is_no_event_is_rejected_with_its_place_and_the_rest_comes(make: Make, tmp_path: Path) -> None:
    items = list(make(tmp_path, [*GOOD[:3], BAD, *GOOD[3:6]]))
    (rejection,) = [item for item in items if isinstance(item, SourceRejection)]
    assert rejection.rejected.reason == "bad-time"
    assert "'soon'" in rejection.rejected.detail.en
    assert rejection.place.file
    assert str(rejection).startswith(f"{rejection.place.file}:{rejection.place.row}: bad-time: time: ")
    assert [case for case, _, _ in told(items)] == ["C-0", "C-1", "C-2", "C-3", "C-4", "C-5"]


def test_events_carry_what_they_say_and_when_they_were_received(make: Make, tmp_path: Path) -> None:
    (item,) = make(tmp_path, GOOD[:1])
    assert isinstance(item, SourceEvent)
    assert item.event.facts == Facts(item="A-001")
    assert item.event.identity == ("/s", "C-0/time")
    assert item.event.received >= item.event.occurred


def test_nothing_comes_of_a_source_that_holds_nothing(make: Make, tmp_path: Path) -> None:
    assert list(make(tmp_path, [])) == []


@pytest.mark.parametrize("made", [jsonl, csv, xes, sorted_jsonl], ids=["jsonl", "csv", "xes", "sorted"])
def test_a_file_that_goes_is_told(made: Make, tmp_path: Path) -> None:
    source = made(tmp_path, GOOD)
    for path in tmp_path.iterdir():
        path.unlink()
    with pytest.raises(SourceError, match=r"events\.\w+:1: cannot be read: No such file or directory$"):
        list(source)


def test_a_broker_that_is_not_there_is_told() -> None:
    settings = {"socket.connection.setup.timeout.ms": "1000", "log_level": "0"}
    with pytest.raises(SourceError, match=r"^events:0: cannot be read: "):
        list(TopicEvents(TopicReader("127.0.0.1:1", "events", settings, timeout_s=1)))
