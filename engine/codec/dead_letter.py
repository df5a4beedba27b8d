"""Dead letters: a record that could not be taken, with its original bytes, why, and where it came from."""

from typing import Final

from engine.codec.rejection import Reason
from engine.core.text import Text
from engine.ports import OutRecord, SourceRecord

REASON: Final = "reason"
DETAIL: Final = "detail"
"""Header with the English detail; the Chinese one stands under `detail-zh`."""
DETAIL_ZH: Final = "detail-zh"
SOURCE_TOPIC: Final = "source-topic"
SOURCE_PARTITION: Final = "source-partition"
SOURCE_OFFSET: Final = "source-offset"
SOURCE_TIMESTAMP: Final = "source-timestamp"


def dead_letter(record: SourceRecord, reason: Reason, detail: Text, topic: str) -> OutRecord:
    """`record` as a dead letter for `topic`: key, value and headers as they came, then the reason and the place.

    The place (topic, partition, offset) identifies it: whoever reads two of one place reads one letter twice.
    """
    told = (
        (REASON, reason.encode()),
        (DETAIL, detail.en.encode(errors="backslashreplace")),
        (DETAIL_ZH, detail.zh.encode(errors="backslashreplace")),
        (SOURCE_TOPIC, record.topic.encode()),
        (SOURCE_PARTITION, b"%d" % record.partition),
        (SOURCE_OFFSET, b"%d" % record.offset),
        (SOURCE_TIMESTAMP, b"%d" % record.timestamp_ms),
    )
    # Without a key there is nothing to hash, and any one partition will do.
    partition = 0 if record.key is None else None
    return OutRecord(topic, partition, record.key, record.value, record.headers + told)


def source_place(letter: SourceRecord) -> tuple[str, int, int]:
    """(topic, partition, offset) of the record that `letter` holds. Raises `KeyError` where it is none."""
    # The last header of a name is ours: the original may have been a dead letter itself.
    headers = dict(letter.headers)
    return headers[SOURCE_TOPIC].decode(), int(headers[SOURCE_PARTITION]), int(headers[SOURCE_OFFSET])


def original(letter: SourceRecord) -> SourceRecord:
    """The record that `letter` holds, as it was read. Raises `KeyError` where it is none."""
    topic, partition, offset = source_place(letter)
    timestamp_ms = int(dict(letter.headers)[SOURCE_TIMESTAMP])
    return SourceRecord(
        topic, partition, offset, timestamp_ms, letter.key, letter.value, letter.headers[:-_TOLD]
    )


_TOLD: Final = 7
"""So many headers `dead_letter` adds."""
