"""What the consumer hands to Faust: consecutive records of one partition as one message, undecoded."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

from aiokafka.structs import ConsumerRecord
from faust.serializers.schemas import Schema
from faust.types import TP, AppT, EventT
from faust.types.tuples import ConsumerMessage, Message

Fetched: TypeAlias = "ConsumerRecord[bytes | None, bytes | None]"
"""A record as aiokafka reads it, key and value as they are."""


class BatchMessage(ConsumerMessage):
    """Up to a fetch of records of one partition. Faust sees one message with the offset of the last."""

    __slots__ = ("next", "reaches_end", "records", "start")

    def __init__(
        self,
        tp: TP,
        records: Sequence[Fetched],
        start: int,
        after: int,
        *,
        reaches_end: bool,
        generation: int,
    ) -> None:
        last = records[-1]
        super().__init__(
            tp.topic,
            tp.partition,
            last.offset,
            last.timestamp / 1000,
            last.timestamp_type,
            None,
            None,
            b"",
            None,
            tp=tp,
            generation_id=generation,
        )
        self.records = records
        self.start = start
        """The position before the first record, which may lie beyond `start`: markers count."""
        self.next = after
        """The position after the last record and what follows it that is no record."""
        self.reaches_end = reaches_end
        """Whether `next` was the end of the log when the records were fetched."""


class BatchSchema(Schema[bytes, bytes]):
    """Decodes nothing: an event's value is its message's records."""

    def compile(self, app: AppT, **_: Any) -> Callable[..., Awaitable[EventT[Any]]]:
        """A decode function that only wraps. Nothing in it can fail, so nothing is skipped."""
        create_event = app.create_event

        async def decode(message: Message, *, propagate: bool = False) -> EventT[Any]:
            del propagate
            return create_event(None, message, None, message)

        return decode
