"""How a partition's META record is written, on the changelog and on disk.

The changelog position is no part of it: it says how far one copy has read the log that META is in.
"""

from typing import Final

import msgspec

from engine.ports import Meta

META_KEY: Final = b"\x00meta"
"""Key of the META record; no case id begins with a NUL."""

FORMAT: Final = 1
"""Version of the layout, written first."""

Row = tuple[int, int, int, int, str, dict[str, int]]

_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(Row)


class MetaError(ValueError):
    """A META record that this version cannot read."""


def encode_meta(meta: Meta) -> bytes:
    """`meta` as MessagePack, without its changelog position."""
    return _encoder.encode(
        (FORMAT, meta.source_position, meta.alert_position, meta.now, meta.rulebook, meta.census)
    )


def decode_meta(data: bytes, changelog_position: int = 0) -> Meta:
    """The META that `data` says, for a copy that has read the changelog up to `changelog_position`.

    Raises `MetaError` where `data` is no META record of a known format.
    """
    try:
        written, source_position, alert_position, now, rulebook, census = _decoder.decode(data)
    except msgspec.DecodeError as error:
        msg = f"META record {data[:80]!r}: {error}; is the changelog topic written by another program?"
        raise MetaError(msg) from error
    if written != FORMAT:
        msg = f"META record of format {written!r}, expected {FORMAT}; was it written by a newer version?"
        raise MetaError(msg)
    return Meta(source_position, alert_position, now, rulebook, changelog_position, census)
