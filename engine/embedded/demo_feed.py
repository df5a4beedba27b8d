"""Feeding simulated events to the event topic, each at its simulated instant and stamped with it."""

from collections.abc import Iterable
from threading import Event as Signal
from threading import Thread
from typing import Final, Protocol

from confluent_kafka import KafkaError, Message, Producer

from engine.codec.cloud_event import encode_event
from engine.core.event import Event
from engine.core.instant import MILLISECOND, Instant

LONGEST_WAIT_SECONDS: Final = 0.2
"""So often the producer is asked what became of its messages."""

FLUSH_SECONDS: Final = 10.0


class SimulatedClock(Protocol):
    """What the demo asks its clock."""

    def now(self) -> Instant:
        """The simulated instant."""

    def seconds_until(self, instant: Instant) -> float:
        """How many real seconds pass until the simulated `instant`."""


class FeedError(RuntimeError):
    """An event could not be handed to the broker."""


class Feed:
    """A thread that writes events to a topic as their time comes."""

    def __init__(
        self, brokers: str, topic: str, events: Iterable[tuple[str, Event]], clock: SimulatedClock
    ) -> None:
        self._brokers = brokers
        self._topic = topic
        self._events = events
        self._clock = clock
        self._stopping = Signal()
        self._thread = Thread(target=self._run, name="demo-feed", daemon=True)
        self._failure: BaseException | None = None
        self.history_is_sent: Final = Signal()
        """Set once everything that lies before the present has reached the broker."""
        self.sent = 0
        """How many events were handed over."""

    def start(self) -> None:
        """Begin with the first event."""
        self._thread.start()

    def stop(self) -> None:
        """Write nothing more, and wait for what was written."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()

    def check(self) -> None:
        """Raise what ended the feed before it was stopped."""
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        # The thread's own, so that it lets go of the broker before that is closed.
        producer = Producer(
            {
                "bootstrap.servers": self._brokers,
                # The one that the engine knows; librdkafka's own default is another.
                "partitioner": "murmur2",
                "enable.idempotence": True,
                "linger.ms": 5,
                "log_level": 3,
            }
        )
        try:
            for case, event in self._events:
                if not self._await(event.received, producer):
                    break
                self._send(case, event, producer)
            self._flush(producer)
            self.history_is_sent.set()
        except Exception as error:  # noqa: BLE001  Raised in the thread that asks `check`.
            self._failure = error

    def _await(self, instant: Instant, producer: Producer) -> bool:
        """Wait until `instant`; False where the feed was stopped before."""
        while not self._stopping.is_set():
            seconds = self._clock.seconds_until(instant)
            if seconds <= 0:
                return True
            if not self.history_is_sent.is_set():
                self._flush(producer)
                self.history_is_sent.set()
            producer.poll(0)
            self._stopping.wait(min(seconds, LONGEST_WAIT_SECONDS))
        return False

    def _send(self, case: str, event: Event, producer: Producer) -> None:
        value = encode_event(case, event)
        stamp = event.received // MILLISECOND
        while True:
            try:
                producer.produce(
                    self._topic, value, case.encode(), timestamp=stamp, on_delivery=self._delivered
                )
            except BufferError:
                # More waits than the producer holds: it is given time to send.
                producer.poll(LONGEST_WAIT_SECONDS)
                continue
            self.sent += 1
            return

    def _delivered(self, error: KafkaError | None, message: Message) -> None:
        if error is not None:
            msg = f"an event of case {message.key()!r} was not written to {self._topic!r}: {error.str()}"
            self._failure = FeedError(msg)

    def _flush(self, producer: Producer) -> None:
        left = producer.flush(FLUSH_SECONDS)
        if left and not self._stopping.is_set():
            msg = f"{left} events were not written to {self._topic!r} within {FLUSH_SECONDS:g} s"
            raise FeedError(msg)
