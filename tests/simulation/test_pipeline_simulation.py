"""The whole pipeline under faults drawn from one seed, first with faults, then until it has settled."""

import os
from random import Random

import pytest

from engine.core.event import Event
from engine.core.instant import DAY, HOUR, Instant
from engine.pipeline.partition import PartitionEngine, Topics
from engine.ports import Engine, Meta
from engine.testing.world import World, choose_kill
from tests.simulation import checkers
from tests.simulation.district import case_events
from tests.small import at, rulebook

SEEDS = int(os.environ.get("SIMULATION_SEEDS", "300"))
BLOCK = 25
NONSENSE = (b"", b"{", b"\xff\xfe", b"[]", b'{"specversion":"1.0"}', b"null")


class Options:
    """Everything that a run may do, drawn from its seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        random = self.random
        self.partitions = random.randint(1, 4)
        self.cases = random.randint(2, 14)
        self.kill_chance = random.choice([0.0, 0.05, 0.2, 0.5])
        self.disk_loss_chance = random.choice([0.0, 0.02, 0.1])
        self.repeat_chance = random.choice([0.0, 0.2])
        self.wrong_partition_chance = random.choice([0.0, 0.1])
        self.nonsense_chance = random.choice([0.0, 0.05])
        self.shuffle = random.choice([0, 3, 30])
        self.batch = random.choice([1, 3, 20])
        self.behind_chance = random.choice([0.0, 0.5, 1.0])
        self.step = random.choice([HOUR, 6 * HOUR, 2 * DAY])

    def __repr__(self) -> str:
        return " ".join(f"{name}={value}" for name, value in vars(self).items() if name != "random")


def engine(partition: int, meta: Meta, partitions: int) -> Engine:
    """The pipeline of one partition, as a worker would build it."""
    return PartitionEngine(partition, rulebook(), Topics("events", "alerts", "dead", partitions), meta)


def run(options: Options) -> World:
    """A run with faults, and then without until nothing is left to do."""
    random = options.random
    start = at("2025-09-15 08:00")
    world = World(
        options.partitions, lambda partition, meta: engine(partition, meta, options.partitions), start
    )
    for when, case, event in _arrivals(options, start):
        while world.now < when:
            world.now = min(when, world.now + options.step)
            _work(world, options)
        partition = (
            random.randrange(options.partitions) if random.random() < options.wrong_partition_chance else None
        )
        world.send(case, event, partition)
        if random.random() < options.nonsense_chance:
            world.send_bytes(case.encode(), random.choice(NONSENSE))
        if random.random() < 0.3:
            _work(world, options)
    world.now += random.choice([0, HOUR, 40 * DAY])
    world.settle()
    return world


def _arrivals(options: Options, start: Instant) -> list[tuple[Instant, str, Event]]:
    random = options.random
    arrivals: list[tuple[Instant, str, Event]] = []
    for number in range(options.cases):
        opened = start + random.randrange(0, 20 * DAY, HOUR)
        for event in case_events(random, opened):
            delay = random.randrange(0, options.shuffle * DAY + 1, HOUR) if options.shuffle else 0
            arrivals.append((max(start, event.occurred + delay), f"c-{number}", event))
            if random.random() < options.repeat_chance:
                arrivals.append((max(start, event.occurred + delay + DAY), f"c-{number}", event))
    return sorted(arrivals, key=lambda arrival: arrival[:2])


def _work(world: World, options: Options) -> None:
    random = options.random
    for shard in world.shards:
        if random.random() < options.disk_loss_chance:
            world.lose_disk(shard)
        kill = choose_kill(random, options.kill_chance)
        world.run(shard, options.batch, kill, behind=random.random() < options.behind_chance)


@pytest.mark.parametrize("first", range(0, SEEDS, BLOCK))
def test_nothing_is_lost_and_nothing_is_said_twice(first: int) -> None:
    for seed in range(first, min(first + BLOCK, SEEDS)):
        options = Options(seed)
        told = f"SEED={seed} OPTIONS={options!r}"
        try:
            world = run(options)
            checkers.check_no_message_twice(world)
            checkers.check_what_stands_is_justified(world, rulebook())
            checkers.check_every_raise_has_its_own_revision(world)
            if options.behind_chance == 1:
                checkers.check_what_was_taken_back(world)
            checkers.check_store_and_changelog_agree(world)
            checkers.check_census(world)
            checkers.check_each_case_in_one_place(world)
        except Exception as failure:
            raise AssertionError(told) from failure
