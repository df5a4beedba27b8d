"""A Kafka broker inside this process: librdkafka's mock cluster, for the demo and for tests.

It keeps everything in memory and nothing over a restart, and of each partition the last five megabytes: what is
older is gone, from changelogs too. It makes topics as they are asked for, each with four partitions. Where two
workers join at once it refuses one for a moment; the worker asks again.
"""

import time
from collections.abc import Iterable
from types import TracebackType
from typing import Final, Self

from confluent_kafka import Producer

PARTITIONS: Final = 4
"""How many partitions the cluster gives to every topic."""

_READY_SECONDS: Final = 10.0


class EmbeddedBrokerError(RuntimeError):
    """The mock cluster did not do what it does."""


class EmbeddedBroker:
    """A mock cluster of one broker on loopback. It lives as long as this object."""

    def __init__(self, topics: Iterable[str] = ()) -> None:
        self._client: Producer | None = Producer(
            {"test.mock.num.brokers": 1, "bootstrap.servers": "replaced-by-the-mock-cluster", "log_level": 3}
        )
        metadata = self._client.list_topics(timeout=_READY_SECONDS)
        broker = next(iter(metadata.brokers.values()))
        self.address: Final = f"{broker.host}:{broker.port}"
        """`host:port` of the broker."""
        for topic in topics:
            self.create(topic)

    def create(self, topic: str) -> None:
        """Make `topic`, with `PARTITIONS` partitions, unless it is there."""
        if self._client is None:
            msg = f"topic {topic!r}: the broker is closed"
            raise EmbeddedBrokerError(msg)
        until = time.monotonic() + _READY_SECONDS
        while True:
            found = self._client.list_topics(topic, timeout=_READY_SECONDS).topics[topic]
            if found.error is None and len(found.partitions) == PARTITIONS:
                return
            if time.monotonic() > until:
                reason = found.error or f"{len(found.partitions)} partitions"
                msg = f"topic {topic!r}: expected {PARTITIONS} partitions, got {reason}"
                raise EmbeddedBrokerError(msg)

    def close(self) -> None:
        """Stop the broker and forget all it holds."""
        self._client = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
