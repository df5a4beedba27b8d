"""Bad input of every kind, through a real worker on a real broker: told apart, kept whole, and in nobody's way."""

import json
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
from confluent_kafka import KafkaError, Message, Producer

from connectors.sources.kafka import TopicReader
from engine.codec.alert import decode_alert
from engine.codec.case_record import decode_case
from engine.codec.dead_letter import DETAIL, DETAIL_ZH, REASON, original, source_place
from engine.codec.meta import META_KEY
from engine.codec.partitioner import partition_of
from engine.codec.rejection import REASONS
from engine.core.case import Case
from engine.ports import SourceRecord
from tests.kafka.live_run import PARTITIONS, Follower, Log, WorkerProcess, are_done, said, sunlight
from tests.kafka.live_scenes import until
from tests.servers.kafka import KafkaServer

RULES: Final = Path(__file__).resolve().parents[2] / "rules"
PREFIX: Final = "bad"
EVENTS_MAX: Final = 500
"""The most events that a case may have, as the shipped rules say."""
RETAINED_DAYS: Final = 90 + 3653
LEVELS: Final = {"warning", "yellow", "red"}

_ids = count()


@dataclass(frozen=True)
class Sent:
    """A record as it is sent; without a partition it goes where its key belongs."""

    key: bytes | None
    value: bytes
    reason: str | None = None
    """Why it goes to the dead letters; None where it does not."""
    partition: int | None = None


def ago(days: float) -> str:
    """So many days ago. Everything here is told relative to now, for the worker reads the machine's clock."""
    return (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")


def event(case: str | None, kind: str, at: str, **changes: Any) -> bytes:  # noqa: ANN401  # As JSON has it.
    """An event in JSON; a change to None leaves the attribute out."""
    whole = {
        "specversion": "1.0",
        "id": f"e-{next(_ids)}",
        "source": "/hall",
        "type": kind,
        "subject": case,
        "time": at,
        "data": {"item": "A-001", "unit": "housing"},
    } | changes
    return json.dumps({name: value for name, value in whole.items() if value is not None}).encode()


def of(case: str, value: bytes, reason: str | None = None) -> Sent:
    """A record under the key of its case."""
    return Sent(case.encode(), value, reason)


def accepted(case: str, **changes: Any) -> bytes:  # noqa: ANN401  # As above.
    """An acceptance two months ago: all of the case's limits have passed."""
    return event(case, "case.accepted", ago(60), **changes)


def cases_of(name: str, partition: int) -> Iterator[str]:
    """Ids of cases that belong to `partition`."""
    ids = (f"{name}-{number}" for number in count())
    return (case for case in ids if partition_of(case.encode(), PARTITIONS) == partition)


def elsewhere(case: str) -> int:
    """A partition to which `case` does not belong."""
    return (partition_of(case.encode(), PARTITIONS) + 1) % PARTITIONS


def dead_letters() -> list[Sent]:
    """One record of each kind that is no event, and of each that comes too late or too often."""
    refused = [
        of("J", b'{"specversion": "1.0", ', "not-json"),
        of("J", b"", "not-json"),
        of("A", b"[1, 2]", "not-an-object"),
        of("U", accepted("U").replace(b"housing", b"hous\xff\xfe"), "not-utf-8"),
        of("I", accepted("I", id=None), "no-id"),
        of("I", accepted("I", id=""), "no-id"),
        Sent(b"S", event(None, "case.accepted", ago(60)), "no-subject"),
        Sent(None, event(None, "case.accepted", ago(60)), "no-subject"),
        of("Z", accepted("Z", time="2026-09-01T09:00:00"), "time-without-zone"),
        of("Y", accepted("Y", time="9999-12-31T23:59:59Z"), "too-far-ahead"),
        of("L", accepted("L", comment="x" * 5_000_000), "too-large"),
        of("O", event("O", "case.accepted", ago(RETAINED_DAYS + 2)), "beyond-retention"),
    ]
    many = [of("M", event("M", "case.reviewed", ago(50))) for _ in range(EVENTS_MAX - 1)]
    last = of("M", event("M", "case.closed", ago(40)), "too-many-events")
    return [*refused, of("M", accepted("M")), *many, last]


FOUND: Final = {
    "T": "unknown-type",
    "X": "unknown-item",
    "E": "start-after-end",
    "D": "identity-conflict",
}
"""The finding that a case has, of those whose events are wrong and yet events."""


def findings() -> list[Sent]:
    """The events of `FOUND`."""
    return [
        of("T", accepted("T")),
        of("T", event("T", "case.danced", ago(50))),
        of("X", accepted("X", data={"item": "no-such-item"})),
        of("E", event("E", "case.closed", ago(70))),
        of("E", accepted("E")),
        of("D", accepted("D", id="twin")),
        of("D", event("D", "case.closed", ago(30), id="twin")),
    ]


WRONG_PARTITION: Final = "W"
WRONG_KEY: Final = "K"
KEYED_AS: Final = next(cases_of("key", elsewhere(WRONG_KEY)))


def strays() -> list[Sent]:
    """A record on a partition that is not its key's, and one whose key is not its case's."""
    return [
        Sent(WRONG_PARTITION.encode(), accepted(WRONG_PARTITION), partition=elsewhere(WRONG_PARTITION)),
        Sent(KEYED_AS.encode(), accepted(WRONG_KEY)),
    ]


GOOD: Final = {number: next(cases_of("good", number)) for number in range(PARTITIONS)}
"""A case of each partition, whose events come after all that is bad."""


@dataclass(frozen=True)
class Place:
    """Where a record came to lie."""

    partition: int
    offset: int


def send(bootstrap: str, records: Sequence[Sent]) -> dict[Place, Sent]:
    """Send `records` to the events as they are, and say where each came to lie."""
    places: dict[Place, Sent] = {}
    producer = Producer(
        {
            "bootstrap.servers": bootstrap,
            "message.max.bytes": 8_388_608,
            "partitioner": "murmur2",
            "enable.idempotence": True,
        }
    )

    def arrived(record: Sent, error: KafkaError | None, message: Message) -> None:
        assert error is None, error
        partition, offset = message.partition(), message.offset()
        assert partition is not None
        assert offset is not None
        places[Place(partition, offset)] = record

    for record in records:
        if record.partition is not None:
            partition = record.partition
        else:
            partition = 0 if record.key is None else partition_of(record.key, PARTITIONS)
        producer.produce(
            f"{PREFIX}.events.v1",
            record.value,
            record.key,
            partition,
            on_delivery=partial(arrived, record),
        )
        producer.poll(0)
    assert producer.flush(30) == 0
    assert len(places) == len(records)
    return places


def read(bootstrap: str, topic: str) -> list[SourceRecord]:
    """All of a topic, by a reader that starts anew."""
    return list(TopicReader(bootstrap, f"{PREFIX}.{topic}").to_end())


@dataclass(frozen=True)
class Outcome:
    """What there is after the worker has done all it was sent."""

    sent: dict[Place, Sent]
    letters: list[SourceRecord]
    events: list[SourceRecord]
    alerts: list[SourceRecord]
    cases: dict[str, Case]
    figures: dict[str, list[float]]
    ready: dict[str, Any]


def levels_of(alerts: Sequence[bytes], case: str) -> set[str]:
    """The levels of which the case was told."""
    told = [decode_alert(value) for value in alerts]
    return {alert.level for alert in told if alert.case == case and alert.saying == "raised"}


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    """Everything bad at once, then the good; the worker runs all the while and ends orderly."""
    directory = tmp_path_factory.mktemp("bad")
    log = Log(directory / "none", RULES, directory / "none")
    with KafkaServer() as server:
        where = server.bootstrap
        sunlight("topics", "apply", "--yes", "--bootstrap", where, "--topic-prefix", PREFIX)
        alerts = Follower(where, f"{PREFIX}.alerts.v1")
        worker = WorkerProcess("bad-worker", directory, log, PREFIX, where, batch_records=100)
        try:
            worker.start()
            until(lambda: are_done([worker]), alerts, [worker])
            sent = send(where, [*dead_letters(), *findings(), *strays()])
            sent |= send(where, [of(case, accepted(case)) for case in GOOD.values()])
            until(
                lambda: (
                    all(levels_of(alerts.values, case) == LEVELS for case in GOOD.values())
                    and worker.applied() == len(sent) + len(strays())
                    and are_done([worker])
                ),
                alerts,
                [worker],
            )
            figures = worker.figures()
            with urllib.request.urlopen(f"http://127.0.0.1:{worker.port}/readyz", timeout=5) as answer:
                ready = json.load(answer)
            assert worker.stop() == 0, worker.written()
        finally:
            alerts.close()
            worker.end()
        yield Outcome(
            sent,
            read(where, "dead-letters.v1"),
            read(where, "events.v1"),
            read(where, "alerts.v1"),
            {
                record.key.decode(): decode_case(record.value)
                for record in read(where, "cases.v1")
                if record.key is not None and record.key != META_KEY and record.value is not None
            },
            figures,
            ready,
        )


def test_each_bad_record_is_one_dead_letter_and_no_other_is(outcome: Outcome) -> None:
    expected = Counter(record.reason for record in outcome.sent.values() if record.reason)
    found = Counter(dict(letter.headers)[REASON].decode() for letter in outcome.letters)
    assert found == expected
    assert found["too-many-events"] == 1
    places = [source_place(letter) for letter in outcome.letters]
    assert len(set(places)) == len(places)
    assert sum(outcome.figures["sunlight_dead_letters_total"]) == expected.total()


def test_a_dead_letter_holds_the_record_as_it_came_and_says_why(outcome: Outcome) -> None:
    for letter in outcome.letters:
        topic, partition, offset = source_place(letter)
        record = outcome.sent[Place(partition, offset)]
        came, headers = original(letter), dict(letter.headers)
        assert topic == f"{PREFIX}.events.v1"
        assert (came.key, came.value, came.headers) == (record.key, record.value, ())
        assert headers[REASON].decode() == record.reason
        assert record.reason in REASONS
        assert headers[DETAIL].decode()
        assert headers[DETAIL_ZH].decode()


def test_an_event_that_is_wrong_and_yet_an_event_is_a_finding_of_its_case(outcome: Outcome) -> None:
    kinds = {case: {finding.kind for finding in outcome.cases[case].findings} for case in FOUND}
    assert {case: kind for case, kind in FOUND.items() if kind not in kinds[case]} == {}, kinds


def test_the_501st_event_of_a_case_leaves_the_500_before_it(outcome: Outcome) -> None:
    case = outcome.cases["M"]
    assert (len(case.events), case.refused) == (EVENTS_MAX, 1)


@pytest.mark.parametrize("case", [WRONG_PARTITION, WRONG_KEY])
def test_a_stray_record_is_sent_to_its_own_partition_once_and_decided_there(
    outcome: Outcome, case: str
) -> None:
    home = partition_of(case.encode(), PARTITIONS)
    records = [record for record in outcome.events if json_of(record.value).get("subject") == case]
    assert sorted((record.partition == home, record.key == case.encode()) for record in records) == [
        (False, case == WRONG_PARTITION),
        (True, True),
    ]
    assert len({record.value for record in records}) == 1
    alerts = [record for record in outcome.alerts if record.key == case.encode()]
    assert {record.partition for record in alerts} == {home}
    assert levels_of([record.value or b"" for record in alerts], case) == LEVELS


def json_of(value: bytes | None) -> dict[str, Any]:
    """The object in `value`; an empty one where it holds none."""
    try:
        found = json.loads(value or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def test_the_worker_stays_ready_and_the_good_events_after_it_raise_their_alerts_once(
    outcome: Outcome,
) -> None:
    assert outcome.ready["ready"] is True, outcome.ready
    assert outcome.figures["sunlight_clock_sane"] == [1.0]
    messages = [json_of(record.value) for record in outcome.alerts]
    assert set(
        Counter(said(message) for message in messages if message["type"].endswith("raised")).values()
    ) == {1}
    for case in GOOD.values():
        assert levels_of([record.value or b"" for record in outcome.alerts], case) == LEVELS
