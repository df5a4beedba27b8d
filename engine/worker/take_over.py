"""Bringing a partition's state up to date on this machine before anything is decided.

The store on disk is a copy of the changelog up to a position. It is completed from there; where it cannot be,
it is thrown away and made anew. Then the alerts that the former owner published after its last changelog record
are folded back into their cases.
"""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from engine.core.instant import Instant
from engine.ports import Meta, SourceRecord
from engine.worker.log_reader import Bounds, LogReader
from engine.worker.message import Fetched
from engine.worker.store import RocksStore, discard

_log: Final = logging.getLogger(__name__)

_SAFE_PART: Final = 5 / 6
"""A copy this close to the age of the oldest tombstones is not completed: cleaning and clocks are not exact."""


class TakeOverError(RuntimeError):
    """State and source that cannot belong together."""


class Restored(NamedTuple):
    """What a restore did."""

    store: RocksStore
    records: int


def source_records(records: Sequence[Fetched], position: int) -> list[SourceRecord]:
    """Those of `records` that lie at `position` or after it, as the engine reads them."""
    return [
        SourceRecord(
            record.topic,
            record.partition,
            record.offset,
            record.timestamp,
            record.key,
            record.value,
            tuple(record.headers),
        )
        for record in records
        if record.offset >= position
    ]


def oldest_useful(now: Instant, tombstones: int) -> Instant:
    """Before which instant a copy was last written that may have missed tombstones, kept for `tombstones` each."""
    return now - int(tombstones * _SAFE_PART)


def why_useless(meta: Meta | None, position: int, bounds: Bounds, oldest: Instant) -> str | None:
    """Why a copy that has read the changelog up to `position` cannot be completed from it; None where it can.

    Where it was last written before `oldest`, it may have missed that cases were forgotten.
    """
    if position > bounds.end:
        return f"it has read up to {position} of a changelog that ends at {bounds.end}"
    if position == bounds.end:
        return None
    if position < bounds.start:
        return f"it has read up to {position} of a changelog that starts at {bounds.start}"
    if position > 0 and meta is None:
        return "its restore was broken off before it had a META record, so that nobody knows how old it is"
    if meta is not None and meta.now < oldest:
        return "it is older than the changelog's tombstones"
    return None


def begun_anew(meta: Meta, now: Instant) -> Meta:
    """`meta` with its time set back to `now`, and under a rulebook that is none.

    What was decided at the wrong time is to be decided anew, as under another rulebook: cards that were announced too
    early are withdrawn, and raised again when they are due.
    """
    rulebook = meta.rulebook and f"{meta.rulebook} by a wrong clock"
    return meta._replace(now=now, rulebook=rulebook)


async def restore(
    reader: LogReader,
    changelog: str,
    partition: int,
    open_store: Callable[[], RocksStore],
    path: Path,
    oldest: Instant,
) -> Restored:
    """The partition's store, completed from `changelog`. The caller closes it."""
    bounds = await reader.bounds(changelog, partition)
    store = open_store()
    useless = why_useless(store.meta(), store.changelog_position(), bounds, oldest)
    if useless is not None:
        _log.warning("partition %d: the store at %s is made anew: %s", partition, path.name, useless)
        store.close()
        discard(path)
        store = open_store()
    count = 0
    try:
        start = max(store.changelog_position(), bounds.start)
        if bounds.start > 0 and store.changelog_position() == 0:
            _log.error(
                "partition %d: the changelog starts at %d, so cases may be missing; is its policy compact only?",
                partition,
                bounds.start,
            )
        async for records, position in reader.read(changelog, partition, start, bounds.end):
            store.restore(((record.key, record.value) for record in records), position)
            count += len(records)
    except BaseException:
        store.close()
        raise
    return Restored(store, count)


def source_start(partition: int, meta: Meta, source: Bounds) -> int:
    """From where the source is to be read on.

    Raises `TakeOverError` where the source ends before what was applied of it.
    """
    if meta.source_position > source.end:
        msg = (
            f"partition {partition}: records up to {meta.source_position} were applied, but the event topic ends at "
            f"{source.end}; was the topic made anew? Then the changelog and alert topics and the data directory "
            f"belong to the old one and must go too"
        )
        raise TakeOverError(msg)
    if meta.source_position < source.start:
        _log.error(
            "partition %d: records %d to %d were deleted by the event topic's retention before they were applied",
            partition,
            meta.source_position,
            source.start - 1,
        )
    return max(meta.source_position, source.start)
