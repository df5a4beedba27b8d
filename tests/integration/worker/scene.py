"""A stage for worker scenarios on any broker: processes, what goes in, and what an independent reader sees."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import msgspec
import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition

from engine.codec.meta import META_KEY, decode_meta
from engine.ports import Meta
from engine.worker.observe import Step
from engine.worker.publisher import BATCH_BYTES
from tests.integration.worker.counting import EVERY, OPEN, Case, decoded, names
from tests.integration.worker.worker_process import Run

PARTITIONS: Final = 4
ROOT: Final = Path(__file__).resolve().parents[3]
PATIENCE: Final = 40.0
"""Seconds after which something that should have happened will not."""

STILL_SETTLING: Final = {KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.LEADER_NOT_AVAILABLE}


class Actor:
    """One worker process."""

    def __init__(self, run: Run, log: Path) -> None:
        self.log = log
        self._port_file = Path(run.port_file)
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "tests.integration.worker.worker_process",
                    msgspec.json.encode(run).decode(),
                ],
                cwd=ROOT,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of a page of the health server; status 0 while it does not listen."""
        if not self._port_file.exists():
            return 0, ""
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self._port_file.read_text()}{path}", timeout=5
            ) as page:
                return page.status, page.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except (urllib.error.URLError, ConnectionError):
            return 0, ""

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Return once `condition` holds; fail where the process ends or patience does."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            try:
                code = self.process.wait(timeout=0.02)
            except subprocess.TimeoutExpired:
                assert time.monotonic() < deadline, f"not in time: {what}\n{self.tail()}"
            else:
                pytest.fail(f"the worker ended with {code} before: {what}\n{self.tail()}")

    def until_ready(self) -> Self:
        """Wait until the worker says that it is ready."""
        self.until(lambda: self.get("/readyz")[0] == 200, "ready")
        return self

    def until_shown(self, line: str) -> None:
        """Wait until `/metrics` has `line`."""
        self.until(lambda: line in self.get("/metrics")[1], line)

    def conditions(self) -> dict[str, bool]:
        """What `/readyz` says, by condition."""
        found: dict[str, bool] = json.loads(self.get("/readyz")[1])["conditions"]
        return found

    def until_dead(self) -> int:
        """Wait for the end of the process; its exit code, negative for a signal."""
        return self.process.wait(timeout=PATIENCE)

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.process.wait(timeout=PATIENCE)

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.terminate()
        return self.until_dead()

    def tail(self) -> str:
        """The end of the worker's log."""
        return self.log.read_text()[-6_000:]


class Scene:
    """Topics of its own on a broker, workers on them, and readers."""

    def __init__(self, brokers: str, prefix: str, directory: Path, session_seconds: float = 4.0) -> None:
        self.brokers = brokers
        self.prefix = prefix
        self.topics = names(prefix)
        self.directory = directory
        self.session_seconds = session_seconds
        self.counts: Counter[str] = Counter()
        self.wakes: dict[str, list[int]] = {}
        self._actors: list[Actor] = []
        self._reader = Consumer(
            {
                "bootstrap.servers": brokers,
                "group.id": f"{prefix}-reader",
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
                "fetch.wait.max.ms": 20,
                "log_level": 2,
            }
        )
        self._producer = Producer(
            {"bootstrap.servers": brokers, "partitioner": "murmur2_random", "log_level": 2}
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for actor in self._actors:
            if actor.process.poll() is None:
                actor.kill()
        self._reader.close()

    def worker(
        self,
        disk: str = "a",
        die_after: Step | None = None,
        die_at: int = 1,
        instance: str | None = None,
        partitions: int = PARTITIONS,
        record_batch_bytes: int = BATCH_BYTES,
    ) -> Actor:
        """Start a worker on `disk`, a directory that outlives it."""
        number = len(self._actors)
        run = Run(
            brokers=self.brokers,
            prefix=self.prefix,
            directory=str(self.directory / disk),
            port_file=str(self.directory / f"port-{number}"),
            die_after=die_after,
            die_at=die_at,
            instance=instance,
            session_seconds=self.session_seconds,
            partitions=partitions,
            record_batch_bytes=record_batch_bytes,
        )
        actor = Actor(run, self.directory / f"worker-{number}.log")
        self._actors.append(actor)
        return actor

    def count(self, keys: Iterable[str]) -> None:
        """Produce one count for each of `keys`, acknowledged when this returns."""
        for key in keys:
            self.counts[key] += 1
            self._produce(key, b"+")
        self._producer.flush(PATIENCE)

    def wake(self, key: str, instant: int) -> None:
        """Produce a wake-up for `key`, acknowledged when this returns."""
        self.wakes.setdefault(key, []).append(instant)
        self._produce(key, f"wake:{instant}".encode())
        self._producer.flush(PATIENCE)

    def raw(self, key: bytes | None, value: bytes | None) -> None:
        """Produce any record, acknowledged when this returns."""
        self._producer.produce(self.topics.events, key=key, value=value)
        self._producer.flush(PATIENCE)

    def _produce(self, key: str, value: bytes) -> None:
        self._producer.produce(self.topics.events, key=key.encode(), value=value)
        self._producer.poll(0)

    def expected(self) -> list[str]:
        """Every alert that what was produced justifies in the end, each once."""
        names_of_counts = [
            f"{key}/count/{number}"
            for key, count in self.counts.items()
            for number in range(EVERY, count + 1, EVERY)
        ]
        return sorted(
            names_of_counts + [f"{key}/wake/{at}" for key, wakes in self.wakes.items() for at in wakes]
        )

    def until_announced(self, actor: Actor) -> None:
        """Wait until as many alerts are published as are expected."""
        expected = len(self.expected())
        actor.until(lambda: self.length(self.topics.alerts) >= expected, f"{expected} alerts")

    def until_settled(self, actor: Actor) -> None:
        """Wait until the changelog says that every event was applied, and the worker is ready."""
        actor.until(lambda: self.positions() == self.ends(self.topics.events), "every event applied")
        actor.until_ready()

    def until_applied(self, actor: Actor, records: int) -> None:
        """Wait until `records` events were applied."""
        actor.until(lambda: sum(self.positions()) >= records, f"{records} events applied")

    def read(self, topic: str) -> list[Message]:
        """Every record of `topic` up to its present end, by partition."""
        ends = self.ends(topic)
        consumer = self._reader
        consumer.assign([TopicPartition(topic, number, 0) for number, end in enumerate(ends) if end])
        found: list[Message] = []
        left = {number for number, end in enumerate(ends) if end}
        deadline = time.monotonic() + PATIENCE
        while left:
            for message in consumer.consume(1_000, 0.2):
                assert message.error() is None, message.error()
                found.append(message)
            at = consumer.position([TopicPartition(topic, number) for number in left])
            left = {place.partition for place in at if place.offset < ends[place.partition]}
            assert time.monotonic() < deadline, f"{topic} was not read in time"
        consumer.unassign()
        return found

    def arrivals(self, topic: str, count: int) -> list[tuple[Message, int]]:
        """The next `count` records of `topic` that are read as they come, each with the instant of its arrival."""
        consumer = self._reader
        consumer.assign([TopicPartition(topic, number, end) for number, end in enumerate(self.ends(topic))])
        found: list[tuple[Message, int]] = []
        deadline = time.monotonic() + PATIENCE
        while len(found) < count:
            message = consumer.poll(0.2)
            now = time.time_ns() // 1_000
            assert time.monotonic() < deadline, f"{len(found)} of {count} records of {topic} came in time"
            if message is not None:
                assert message.error() is None, message.error()
                found.append((message, now))
        consumer.unassign()
        return found

    def ends(self, topic: str) -> list[int]:
        """The end of each partition's log."""
        return [self._end(TopicPartition(topic, number)) for number in range(PARTITIONS)]

    def _end(self, place: TopicPartition) -> int:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return self._reader.get_watermark_offsets(place, PATIENCE)[1]
            except KafkaException as error:
                # A topic that was just made may not have told its leader yet.
                if error.args[0].code() not in STILL_SETTLING or time.monotonic() > deadline:
                    raise

    def committed(self) -> list[int]:
        """The offsets that the workers' group has committed for the source."""
        group = Consumer({"bootstrap.servers": self.brokers, "group.id": self.prefix, "log_level": 2})
        places = [TopicPartition(self.topics.events, number) for number in range(PARTITIONS)]
        found = [place.offset for place in group.committed(places, PATIENCE)]
        group.close()
        return found

    def length(self, topic: str) -> int:
        """How many records were written to `topic`."""
        return sum(self.ends(topic))

    def alerts(self) -> list[str]:
        """Every published alert, duplicates and all, sorted."""
        return sorted((message.value() or b"").decode() for message in self.read(self.topics.alerts))

    def changelog(self) -> tuple[dict[str, Case], dict[int, Meta]]:
        """The newest record of each case, and of each partition's META."""
        cases: dict[str, Case] = {}
        metas: dict[int, Meta] = {}
        for message in self.read(self.topics.cases):
            key = message.key() or b""
            value = message.value() or b""
            if key == META_KEY:
                metas[message.partition() or 0] = decode_meta(value)
            else:
                cases[key.decode()] = decoded(value)
        return cases, metas

    def positions(self) -> list[int]:
        """How far each partition's source was applied, by the changelog."""
        metas = self.changelog()[1]
        return [metas[number].source_position if number in metas else 0 for number in range(PARTITIONS)]

    def assert_exact(self) -> None:
        """Every event was applied once, every alert published once, and each case remembers what it announced.

        The censuses count every case once.
        """
        assert self.alerts() == self.expected()
        cases, metas = self.changelog()
        counted = sum(meta.census.get(OPEN, 0) for meta in metas.values())
        assert counted == len(cases), metas
        assert {key: case.count for key, case in cases.items() if case.count} == dict(self.counts)
        assert sorted(name for case in cases.values() for name in case.announced) == self.expected()
