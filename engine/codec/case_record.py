"""A case as bytes: its wake-up, the version of the layout, then the case itself."""

from typing import Final

import msgspec

from engine.core.case import Case
from engine.core.instant import NEVER, Instant

FORMAT: Final = 1
"""Version of the layout, the ninth byte."""

_WAKE: Final = 8
_HEAD: Final = 9

_encoder: Final = msgspec.msgpack.Encoder()
_decode: Final = msgspec.msgpack.Decoder(Case).decode


class CaseRecordError(ValueError):
    """Bytes that are no case record of a known layout."""


def encode_case(case: Case) -> bytes:
    """`case` as bytes. The first eight are its wake-up, big-endian, so that an index can be kept undecoded."""
    buffer = bytearray(_HEAD)
    buffer[:_WAKE] = case.wake.to_bytes(_WAKE, "big")
    buffer[_WAKE] = FORMAT
    _encoder.encode_into(case, buffer, _HEAD)
    return bytes(buffer)


def decode_case(record: bytes) -> Case:
    """The case that `record` holds. Raises `CaseRecordError` where it is none, or of a layout not known here."""
    if len(record) <= _HEAD or record[_WAKE] != FORMAT:
        found = record[_WAKE] if len(record) > _WAKE else None
        msg = f"case record of layout {found!r}, expected {FORMAT}; was it written by a newer version?"
        raise CaseRecordError(msg)
    try:
        return _decode(memoryview(record)[_HEAD:])
    except msgspec.DecodeError as error:
        msg = f"case record {record[:40]!r}: {error}"
        raise CaseRecordError(msg) from error


def wake_of(record: bytes) -> Instant:
    """The wake-up of the case that `record` holds; `NEVER` where it waits for nothing."""
    return min(NEVER, int.from_bytes(record[:_WAKE], "big"))
