"""What every `PartitionStore` does, held against each of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.instant import NEVER, Instant
from engine.ports import Change, Meta, PartitionStore
from engine.testing.store import MemoryStore
from engine.worker.store import RocksStore

META: Final = Meta(source_position=7, alert_position=3, now=99, rulebook="v1", changelog_position=12)


def record(wake: Instant, body: bytes = b"body") -> bytes:
    return wake.to_bytes(8, "big") + body


@pytest.fixture(params=["memory", "rocksdb"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PartitionStore]:
    if request.param == "memory":
        yield MemoryStore()
        return
    rocks = RocksStore(tmp_path / "cases-0")
    yield rocks
    rocks.close()


def put(store: PartitionStore, **wakes: Instant) -> None:
    """Write cases by name, having looked up under which wake-up the index knows them."""
    keys = [name.encode() for name in wakes]
    known = store.load(keys)
    changes = [
        Change(key, record(wake), None if old is None else int.from_bytes(old[:8], "big"))
        for key, wake, old in zip(keys, wakes.values(), known, strict=True)
    ]
    store.write(changes, META)


def test_a_new_store_knows_nothing(store: PartitionStore) -> None:
    assert store.meta() is None
    assert store.next_wake() is None
    assert store.due(NEVER, 10) == []
    assert store.load([b"a"]) == [None]
    assert store.load([]) == []


def test_records_come_back_in_the_order_asked_for(store: PartitionStore) -> None:
    put(store, a=1, b=2)
    assert store.load([b"b", b"missing", b"a"]) == [record(2), None, record(1)]


def test_keys_come_in_order_and_in_parts_without_meta(store: PartitionStore) -> None:
    put(store, b=1, a=NEVER, c=3)
    assert store.keys(None, 2) == [b"a", b"b"]
    assert store.keys(b"b", 2) == [b"c"]
    assert store.keys(b"c", 2) == []


def test_meta_comes_back_as_written(store: PartitionStore) -> None:
    store.write([], META)
    assert store.meta() == META


def test_due_is_strictly_before_and_ordered_by_wake_up_then_key(store: PartitionStore) -> None:
    put(store, b=10, a=10, c=5, d=11)
    assert store.due(11, 10) == [b"c", b"a", b"b"]
    assert store.due(11, 2) == [b"c", b"a"]
    assert store.due(5, 10) == []


def test_next_wake_is_the_earliest(store: PartitionStore) -> None:
    put(store, a=20, b=10)
    assert store.next_wake() == 10


def test_a_case_that_waits_for_nothing_is_not_indexed(store: PartitionStore) -> None:
    put(store, a=NEVER)
    assert store.next_wake() is None
    put(store, a=10)
    assert store.next_wake() == 10
    put(store, a=NEVER)
    assert store.next_wake() is None


def test_a_moved_wake_up_leaves_its_old_place(store: PartitionStore) -> None:
    put(store, a=10)
    put(store, a=30)
    assert store.due(30, 10) == []
    assert store.due(31, 10) == [b"a"]


def test_a_wake_up_behind_what_was_already_scanned_is_found(store: PartitionStore) -> None:
    put(store, a=100, b=200)
    assert store.due(150, 10) == [b"a"]
    put(store, a=300)
    assert store.next_wake() == 200
    put(store, c=50)
    assert store.next_wake() == 50
    assert store.due(150, 10) == [b"c"]


def test_a_forgotten_case_leaves_records_and_index(store: PartitionStore) -> None:
    put(store, a=10)
    store.write([Change(b"a", None, 10)], META)
    assert store.load([b"a"]) == [None]
    assert store.next_wake() is None


def test_an_index_emptied_and_refilled_is_found_again(store: PartitionStore) -> None:
    put(store, a=10)
    store.write([Change(b"a", None, 10)], META)
    assert store.due(100, 5) == []
    put(store, z=3)
    assert store.due(100, 5) == [b"z"]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["a", "b", "c", "d"]), st.sampled_from([0, 1, 5, 9, 50, NEVER, None])),
        st.tuples(st.just("due"), st.sampled_from([1, 6, 10, 60])),
    ),
    max_size=40,
)


@settings(deadline=None, max_examples=60)
@given(steps=STEPS)
def test_rocksdb_and_memory_agree_after_any_steps(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int | None]]
) -> None:
    memory = MemoryStore()
    rocks = RocksStore(tmp_path_factory.mktemp("stores") / "cases-0")
    for name, value in steps:
        if name == "due" and value is not None:
            assert rocks.due(value, 3) == memory.due(value, 3)
            continue
        key = name.encode()
        old = memory.load([key])[0]
        before = None if old is None else int.from_bytes(old[:8], "big")
        change = Change(key, None if value is None else record(value), before)
        memory.write([change], META)
        rocks.write([change], META)
        assert rocks.next_wake() == memory.next_wake()
    rocks.close()
