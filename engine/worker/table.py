"""The case table as Faust knows it: a changelog topic whose partitions are assigned with the source's.

Faust decides who owns which partition and when its state must be brought up to date. What is in a partition is
read and written by its own store; the mapping that Faust's tables offer is closed, because a record written
through it would go around the commit protocol.
"""

import asyncio
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn, cast

import faust
from aiokafka.errors import IllegalStateError
from faust.stores.base import Store
from faust.tables.manager import TableManager
from faust.tables.recovery import RebalanceAgain, Recovery, ServiceStopped
from faust.types import TP, EventT, StoreT
from mode import Service

from engine.worker.ownership import Ownership


class SunlightApp(faust.App):
    """A Faust app that knows which partitions it owns."""

    ownership: Ownership


class TableClosedError(TypeError):
    """Something tried to use the case table as a mapping."""


def _closed() -> NoReturn:
    msg = "the case table is read and written by its partitions' stores only"
    raise TableClosedError(msg)


class CaseStore(Store[bytes, bytes]):
    """What stands in Faust for the partitions' own stores."""

    def persisted_offset(self, tp: TP) -> int | None:
        """None: a partition's store knows how far it is, and completes itself."""
        del tp
        return None

    def set_persisted_offset(self, tp: TP, offset: int) -> None:
        """Refuse: the position is written with what it is the position of."""
        _closed()

    async def need_active_standby_for(self, tp: TP) -> bool:
        """False: there are no standbys."""
        del tp
        return False

    def apply_changelog_batch(self, batch: Iterable[EventT[Any]], to_key: Any, to_value: Any) -> None:
        """Refuse, unless there is nothing to apply."""
        for _ in batch:
            _closed()

    async def backup_partition(self, tp: Any, flush: bool = True, purge: bool = False, keep: int = 1) -> None:
        """Refuse: the changelog is the backup."""
        _closed()

    def restore_backup(self, tp: Any, latest: bool = True, backup_id: int = 0) -> None:
        """Refuse: a store is restored from the changelog."""
        _closed()

    def reset_state(self) -> None:
        """Nothing: a store that cannot be completed is discarded by its take-over."""

    def __getitem__(self, key: bytes) -> bytes:
        _closed()

    def __setitem__(self, key: bytes, value: bytes) -> None:
        _closed()

    def __delitem__(self, key: bytes) -> None:
        _closed()

    def __iter__(self) -> Iterator[bytes]:
        _closed()

    def __len__(self) -> int:  # noqa: PLE0303
        _closed()


class CaseTable(faust.Table[bytes, bytes]):
    """The table of cases, in partitions that take care of themselves."""

    def _new_store(self) -> StoreT[bytes, bytes]:
        return CaseStore("rocksdb://", self.app, self, table_name=self.name, loop=self.loop)

    def _changelog_topic_name(self) -> str:
        return str(self.changelog_topic.get_topic_name())

    async def on_start(self) -> None:
        """Start the store. The changelog topic is made by whoever runs the cluster, never by a worker."""
        await self.add_runtime_dependency(self.data)


class TakeOver(Recovery):
    """Brings the assigned partitions up to date, and only then lets their sources flow.

    Faust's own recovery reads the changelogs through the group's consumer, record by record, and goes on after
    errors. Here each partition reads its own changelog and alerts, and an error ends the worker.
    """

    @Service.task
    async def _restart_recovery(self) -> None:
        while not self.should_stop:
            if await self.wait_for_stopped(self.signal_recovery_start.wait()):
                return
            self.signal_recovery_start.clear()
            await self._take_over(self._generation_id)

    async def _take_over(self, generation: int) -> None:
        ownership = cast("SunlightApp", self.app).ownership
        self._set_recovery_started()
        numbers = {tp.partition for tp in self.active_tps}
        task = asyncio.ensure_future(ownership.take_over(numbers, generation))
        await asyncio.wait([task])
        if task.cancelled():
            # Released under way: the next assignment starts over.
            return
        task.result()
        if self.app.consumer_generation_id == generation:
            await self._let_flow(generation)

    async def _let_flow(self, generation: int) -> None:
        """Seek the sources and let them flow, unless the assignment is already another."""
        try:
            await self.on_recovery_completed(generation)
        except (RebalanceAgain, ServiceStopped):
            return
        except IllegalStateError:
            # Sought in a partition that was taken away meanwhile.
            if self.app.consumer_generation_id == generation and not self.app.rebalancing:
                raise

    @Service.task
    async def _slurp_changelogs(self) -> None:
        """Nothing: no changelog goes through the group's consumer."""

    @Service.task
    async def _publish_stats(self) -> None:
        """Nothing: each partition says when it was taken over."""


class CaseTables(TableManager):
    """Faust's table manager with `TakeOver` as its recovery."""

    @property
    def recovery(self) -> Recovery:
        """The recovery service."""
        if self._recovery is None:
            self._recovery = TakeOver(self.app, self, beacon=self.beacon, loop=self.loop)
        return self._recovery

    async def on_start(self) -> None:
        """Register the tables and start the recovery, without the second that Faust waits for more tables."""
        await self._update_channels()
        await self.recovery.start()

    async def on_stop(self) -> None:
        """Stop fetching, then let go of all partitions."""
        await super().on_stop()
        await cast("SunlightApp", self.app).ownership.release()
