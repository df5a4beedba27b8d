"""Topics of Apache Kafka as a sink, and the writer beneath it that keeps many records on their way at once."""

from collections.abc import Mapping
from typing import Any, Final

from confluent_kafka import KafkaException, Producer

from connectors.port import Delivered, Delivery, Failed
from engine.ports import OutRecord, SourceRecord

TIMEOUT_S: Final = 30.0
"""So long a record may be on its way."""
_ROOM_S: Final = 0.1


class TopicWriter:
    """Writes records, each acknowledged by all replicas, each once, by murmur2 where no partition is named.

    `settings` are librdkafka's and go over those that are set here.
    """

    def __init__(self, bootstrap: str, settings: Mapping[str, str] | None = None) -> None:
        self._failed: Failed | None = None
        self._producer: Any = Producer(
            {
                "bootstrap.servers": bootstrap,
                "acks": "all",
                "enable.idempotence": True,
                # librdkafka's own default puts three keys of four on other partitions than everyone else.
                "partitioner": "murmur2_random",
                "message.timeout.ms": int(TIMEOUT_S * 1000),
                "linger.ms": 5,
                # What is too large for an event is for the engine to say, in a dead letter.
                "message.max.bytes": 8 * 1024 * 1024,
                **(settings or {}),
            }
        )
        self.acknowledged = 0
        """Records that the broker has taken for good."""

    def write(self, record: OutRecord) -> None:
        """Send `record`; waits only where too many are on their way. What became of it `flush` tells."""
        partition = {} if record.partition is None else {"partition": record.partition}
        while True:
            try:
                self._producer.produce(
                    record.topic,
                    key=record.key,
                    value=record.value,
                    headers=list(record.headers),
                    on_delivery=self._told,
                    **partition,
                )
            except BufferError:
                self._producer.poll(_ROOM_S)
            else:
                self._producer.poll(0)
                return

    def flush(self) -> Delivery:
        """Wait for all that is on its way. The first failure since the last call, else `Delivered`."""
        waiting = self._producer.flush(TIMEOUT_S)
        failed, self._failed = self._failed, None
        if failed is None and waiting:
            failed = Failed(
                retryable=True, reason=f"{waiting} records were not acknowledged within {TIMEOUT_S:.0f} s"
            )
        return failed or Delivered()

    def _told(self, error: Any, message: Any) -> None:  # noqa: ANN401  The client has no types.
        if error is None:
            self.acknowledged += 1
        elif self._failed is None:
            self._failed = _failure(error, message.topic())


class TopicSink:
    """Copies alerts to another topic, key and headers as they are."""

    def __init__(self, writer: TopicWriter, topic: str) -> None:
        self._writer = writer
        self._topic = topic

    def deliver(self, alert: SourceRecord) -> Delivery:
        """Write the alert and wait until the broker has it."""
        try:
            self._writer.write(OutRecord(self._topic, None, alert.key, alert.value, alert.headers))
        except KafkaException as error:
            return _failure(error.args[0], self._topic)
        return self._writer.flush()

    def close(self) -> None:
        """Wait for what is still on its way."""
        self._writer.flush()


def _failure(error: Any, topic: str) -> Failed:  # noqa: ANN401  As above.
    # A time-out leaves the record's fate open: it may be there already, and a second copy is the lesser evil.
    retryable = bool(error.retriable()) or error.name() in {
        "_MSG_TIMED_OUT",
        "_TRANSPORT",
        "_ALL_BROKERS_DOWN",
    }
    return Failed(retryable=retryable, reason=f"{topic}: {error.str()}")
