"""The partitions that this worker owns in the present generation of its group."""

import asyncio
from collections.abc import Iterable
from typing import Final

from engine.worker.message import BatchMessage
from engine.worker.partition import Partition, PartitionLostError, Surroundings
from engine.worker.transport import Place

MOST_AT_ONCE: Final = 8
"""How many partitions are taken over side by side."""


class Ownership:
    """Takes partitions over, gives them their messages, and lets them go."""

    def __init__(self) -> None:
        self.partitions: dict[int, Partition] = {}
        self.generation = -1
        self._around: Surroundings | None = None
        self._taking: asyncio.Task[None] | None = None

    def surround(self, around: Surroundings) -> None:
        """Say what the partitions share. Called once, before the group is joined."""
        self._around = around

    async def take_over(self, numbers: Iterable[int], generation: int) -> None:
        """Take `numbers` over. Cancelled by `release`."""
        if self._around is None or self.partitions:
            msg = f"take-over in generation {generation}: still holding {sorted(self.partitions)}"
            raise PartitionLostError(msg)
        self.generation = generation
        self.partitions = {number: Partition(number, generation, self._around) for number in sorted(numbers)}
        self._taking = asyncio.create_task(self._take_over_all(list(self.partitions.values())))
        await self._taking

    async def _take_over_all(self, partitions: list[Partition]) -> None:
        slots = asyncio.Semaphore(MOST_AT_ONCE)

        async def take(partition: Partition) -> None:
            async with slots:
                await partition.take_over()

        async with asyncio.TaskGroup() as group:
            for partition in partitions:
                group.create_task(take(partition))

    async def release(self) -> None:
        """Let go of all partitions: finish the commits under way, close the stores."""
        taking, self._taking = self._taking, None
        if taking is not None and not taking.done():
            taking.cancel()
            await asyncio.wait([taking])
        partitions, self.partitions = self.partitions, {}
        self.generation = -1
        for partition in partitions.values():
            await partition.close()

    async def submit(self, message: BatchMessage) -> None:
        """Give `message` to its partition. One of an earlier generation is left: its records are read again."""
        if message.generation_id != self.generation:
            if self._around is not None:
                self._around.leave(message)
            return
        partition = self.partitions.get(message.partition)
        if partition is None:
            msg = f"partition {message.partition}: got records, but only {sorted(self.partitions)} are owned"
            raise PartitionLostError(msg)
        await partition.submit(message)

    def start_of(self, number: int) -> int | None:
        """From where partition `number` is to be read; None where it is not owned."""
        partition = self.partitions.get(number)
        return None if partition is None else partition.start

    def progressed(self, number: int, handed: int, place: Place) -> None:
        """Tell partition `number` how far the consumer is."""
        partition = self.partitions.get(number)
        if partition is not None:
            partition.progressed(handed, place)

    def is_held(self, number: int) -> bool:
        """Whether partition `number` takes nothing until the clock and its state agree on the time."""
        partition = self.partitions.get(number)
        return partition is not None and partition.is_held()

    def trusts_clock(self) -> bool:
        """Whether the clock agrees with the state of every owned partition."""
        return not any(partition.is_held() for partition in self.partitions.values())

    def keep_up(self) -> bool:
        """Whether every owned partition applies what comes in as it comes."""
        return all(partition.keeps_up() for partition in self.partitions.values())
