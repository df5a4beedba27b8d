"""A peer: a bare loop of confluent-kafka, msgspec and rocksdict, with a deadline index and no framework."""

import argparse
import signal
from pathlib import Path
from typing import cast

import rocksdict
from confluent_kafka import Consumer, KafkaException, Message, Producer

from benchmarks.peer_case import PeerCase, alerts, decode_case, decode_event, encode_case, grown, measure
from engine.core.instant import NEVER
from engine.core.measure import WorkingDays

BATCH_RECORDS = 4_000
POLL_SECONDS = 0.1
INDEX = "deadlines"

_Key = str | int | float | bytes | bool
"""What rocksdict takes for a key."""


class Loop:
    """Reads batches, appends to cases, publishes, stores, commits; in this order."""

    def __init__(self, told: argparse.Namespace) -> None:
        self._told = told
        self._days: WorkingDays = measure()
        options = rocksdict.Options(raw_mode=True)
        options.create_if_missing(True)
        options.create_missing_column_families(True)
        self._db = rocksdict.Rdict(str(told.state), options=options, column_families={INDEX: options})
        self._index = self._db.get_column_family_handle(INDEX)
        self._consumer = Consumer(
            {
                "bootstrap.servers": told.bootstrap,
                "group.id": told.group,
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
                "fetch.min.bytes": 1,
            }
        )
        self._producer = Producer(
            {
                "bootstrap.servers": told.bootstrap,
                "acks": "all",
                "enable.idempotence": True,
                "linger.ms": 1,
                "queue.buffering.max.messages": 1_000_000,
            }
        )
        self._failures: list[object] = []

    def run(self) -> None:
        """Run until SIGTERM."""
        ended: list[int] = []
        signal.signal(signal.SIGTERM, lambda number, _frame: ended.append(number))
        self._consumer.subscribe([self._told.events])
        while not ended:
            messages = self._consumer.consume(BATCH_RECORDS, POLL_SECONDS)
            if messages:
                self._batch(messages)
        self._consumer.close()

    def _batch(self, messages: list[Message]) -> None:
        events = []
        for message in messages:
            if message.error() is not None:
                raise KafkaException(message.error())
            value = message.value()
            assert value is not None
            events.append((decode_event(value), message.partition() or 0))
        keys = list(dict.fromkeys(event.subject.encode() for event, _ in events))
        before = dict(zip(keys, cast("list[bytes | None]", self._db.get(list[_Key](keys))), strict=True))
        cases: dict[bytes, PeerCase | None] = {
            key: None if record is None else decode_case(record) for key, record in before.items()
        }
        wakes = {key: NEVER if case is None else case.deadline for key, case in cases.items()}
        places: dict[bytes, int] = {}
        for event, partition in events:
            key = event.subject.encode()
            cases[key], late = grown(cases[key], event, self._days)
            places[key] = partition
            if late:
                for alert in alerts(event):
                    self._produce(self._told.alerts, partition, key, alert)
        self._flush()
        self._store(cases, wakes, places)
        self._consumer.commit(asynchronous=True)

    def _store(
        self, cases: dict[bytes, PeerCase | None], wakes: dict[bytes, int], places: dict[bytes, int]
    ) -> None:
        batch = rocksdict.WriteBatch(raw_mode=True)
        for key, case in cases.items():
            assert case is not None
            record = encode_case(case)
            self._produce(self._told.changelog, places[key], key, record)
            batch.put(key, record)
            if wakes[key] != NEVER:
                batch.delete(wakes[key].to_bytes(8, "big") + key, self._index)
            if case.deadline != NEVER:
                batch.put(case.deadline.to_bytes(8, "big") + key, b"", self._index)
        self._flush()
        self._db.write(batch)

    def _produce(self, topic: str, partition: int, key: bytes, value: bytes) -> None:
        self._producer.produce(topic, value, key, partition, on_delivery=self._delivered)

    def _delivered(self, error: object, _message: object) -> None:
        if error is not None:
            self._failures.append(error)

    def _flush(self) -> None:
        if self._producer.flush(60) or self._failures:
            msg = f"not acknowledged: {self._failures[:1]}"
            raise RuntimeError(msg)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bare_loop", description=__doc__)
    for name in ("bootstrap", "group", "events", "changelog", "alerts"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--state", type=Path, required=True)
    Loop(parser.parse_args()).run()


if __name__ == "__main__":
    main()
