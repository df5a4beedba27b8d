"""META's layout."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.codec.meta import MetaError, decode_meta, encode_meta
from engine.ports import Meta

POSITIONS = st.integers(min_value=0, max_value=2**63 - 1)


@given(POSITIONS, POSITIONS, POSITIONS, st.text(), st.dictionaries(st.text(), POSITIONS))
def test_meta_comes_back_with_the_changelog_position_of_the_copy(
    source: int, alerts: int, now: int, rulebook: str, census: dict[str, int]
) -> None:
    meta = Meta(source, alerts, now, rulebook, 5, census)
    assert decode_meta(encode_meta(meta), changelog_position=9) == meta._replace(changelog_position=9)


def test_the_layout_of_the_first_format_stays() -> None:
    assert encode_meta(Meta(1, 2, 3, "v1", 4, {"u\ts": 5})) == bytes.fromhex("9601010203a2763181a375097305")


@pytest.mark.parametrize(
    "data", [b"", b"\xc1", msgspec.msgpack.encode([1, 2]), msgspec.msgpack.encode("text")]
)
def test_what_is_no_meta_is_refused(data: bytes) -> None:
    with pytest.raises(MetaError, match="META record"):
        decode_meta(data)


def test_a_newer_format_is_refused() -> None:
    with pytest.raises(MetaError, match="format 2, expected 1"):
        decode_meta(msgspec.msgpack.encode([2, 0, 0, 0, "", {}]))
