"""What RocksDB does beyond the conformance suite: restoring, stray index entries, letting go of its files."""

from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.codec.meta import META_KEY, encode_meta
from engine.core.instant import NEVER, Instant
from engine.ports import Change, Meta
from engine.worker.store import RocksStore, StoreError, discard

META: Final = Meta(source_position=9, alert_position=2, now=5, rulebook="v1")


def record(wake: Instant, body: bytes = b"body") -> bytes:
    return wake.to_bytes(8, "big") + body


def test_a_store_can_be_opened_again_as_soon_as_it_is_closed(tmp_path: Path) -> None:
    for number in range(20):
        store = RocksStore(tmp_path / "0")
        assert len(store) == number
        store.write([Change(b"case-%d" % number, record(number + 1), None)], META)
        assert store.due(number + 2, 100)
        store.close()


def test_a_store_can_be_opened_again_after_an_error_inside_it(tmp_path: Path) -> None:
    store = RocksStore(tmp_path / "0")
    with pytest.raises(StoreError, match="eight bytes of wake-up"):
        store.write([Change(b"a", b"short", None)], META)
    store.close()
    again = RocksStore(tmp_path / "0")
    assert again.meta() is None
    again.close()


def test_a_discarded_store_is_gone(tmp_path: Path) -> None:
    store = RocksStore(tmp_path / "0")
    store.write([Change(b"a", record(1), None)], META)
    store.close()
    discard(tmp_path / "0")
    discard(tmp_path / "0")
    fresh = RocksStore(tmp_path / "0")
    assert fresh.meta() is None
    assert fresh.load([b"a"]) == [None]
    fresh.close()


def test_what_was_written_is_there_after_reopening(tmp_path: Path) -> None:
    store = RocksStore(tmp_path / "0")
    store.write([Change(b"a", record(7), None)], META._replace(changelog_position=33))
    store.close()
    again = RocksStore(tmp_path / "0")
    assert again.meta() == META._replace(changelog_position=33)
    assert again.next_wake() == 7
    assert list(again.cases()) == [(b"a", record(7))]
    again.close()


def test_a_restore_takes_meta_from_the_changelog_and_the_position_from_the_reader(tmp_path: Path) -> None:
    store = RocksStore(tmp_path / "0")
    store.restore([(b"a", record(7)), (META_KEY, encode_meta(META))], changelog_position=2)
    assert store.meta() == META._replace(changelog_position=2)
    store.close()


def test_a_restore_that_ends_in_a_commit_without_its_meta_is_known_as_torn_until_a_commit(
    tmp_path: Path,
) -> None:
    store = RocksStore(tmp_path / "0")
    assert not store.is_torn()
    meta = (META_KEY, encode_meta(META))
    store.restore([(b"a", record(7)), meta], changelog_position=2)
    assert not store.is_torn()
    store.restore([meta, (b"b", record(8))], changelog_position=4)
    store.restore([], changelog_position=5)
    assert store.is_torn()
    store.close()
    again = RocksStore(tmp_path / "0")
    assert again.is_torn()
    assert list(again.cases()) == [(b"a", record(7)), (b"b", record(8))]
    again.write([], META)
    assert not again.is_torn()
    again.close()


def test_a_later_meta_completes_what_was_torn_when_it_was_restored(tmp_path: Path) -> None:
    store = RocksStore(tmp_path / "0")
    store.restore([(b"a", record(7))], changelog_position=1)
    assert store.is_torn()
    store.restore([(META_KEY, encode_meta(META))], changelog_position=2)
    assert not store.is_torn()
    store.close()


def test_an_index_entry_that_its_record_does_not_bear_out_is_dropped(tmp_path: Path) -> None:
    store = RocksStore(tmp_path / "0")
    store.write([Change(b"a", record(10), None), Change(b"b", record(12), None)], META)
    # A wrong `wake_before` leaves the old entries behind.
    store.write([Change(b"a", record(20), None), Change(b"b", None, 99)], META)
    assert store.next_wake() == 10
    assert store.due(15, 10) == []
    assert store.next_wake() == 20
    assert store.due(21, 10) == [b"a"]
    store.close()


CHANGES: Final = st.lists(
    st.tuples(st.sampled_from([b"a", b"b", b"c"]), st.sampled_from([None, 1, 5, 9, NEVER])), max_size=30
)


@settings(max_examples=40)
@given(changes=CHANGES, size=st.integers(min_value=1, max_value=7), reopened_at=st.integers(0, 30))
def test_a_restored_store_is_the_one_that_was_written(
    tmp_path_factory: pytest.TempPathFactory,
    changes: list[tuple[bytes, Instant | None]],
    size: int,
    reopened_at: int,
) -> None:
    directory = tmp_path_factory.mktemp("stores")
    written, restored = RocksStore(directory / "written"), RocksStore(directory / "restored")
    log: list[tuple[bytes, bytes | None]] = []
    for key, wake in changes:
        old = written.load([key])[0]
        before = None if old is None else int.from_bytes(old[:8], "big")
        new = None if wake is None else record(wake)
        written.write([Change(key, new, before)], META)
        log.append((key, new))
    for first in range(0, len(log), size):
        restored.restore(log[first : first + size], first + size)
        if first <= reopened_at < first + size:
            restored.close()
            restored = RocksStore(directory / "restored")
    assert list(restored.cases()) == list(written.cases())
    assert restored.due(NEVER, 100) == written.due(NEVER, 100)
    written.close()
    restored.close()
