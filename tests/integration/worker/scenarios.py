"""What must hold of a worker on any broker. Each scenario takes a scene and leaves nothing running."""

import random
import signal
import time
from collections.abc import Callable
from statistics import median
from typing import Final

from engine.core.instant import MILLISECOND
from engine.worker.observe import Step
from tests.integration.worker.scene import Scene

KEYS: Final = [f"case-{number}" for number in range(60)]
SMALL_BATCH: Final = 256
"""Bytes of a record batch, so that every commit needs several."""
DEADLINES: Final = 10
LATE_MAX: Final = 250 * MILLISECOND
"""How late an alert may reach an independent reader after its deadline."""


def every_event_counts_once_and_every_alert_is_published_once(scene: Scene) -> None:
    scene.count(KEYS * 20)
    worker = scene.worker()
    scene.until_announced(worker)
    scene.count(KEYS * 5)
    scene.until_announced(worker)
    scene.until_settled(worker)
    assert worker.stop() == 0, worker.tail()
    scene.assert_exact()


def a_stopped_worker_goes_on_where_it_was(scene: Scene) -> None:
    scene.count(KEYS * 7)
    first = scene.worker()
    scene.until_settled(first)
    assert first.stop() == 0, first.tail()
    assert scene.committed() == scene.ends(scene.topics.events)
    scene.count(KEYS * 6)
    second = scene.worker()
    scene.until_announced(second)
    scene.until_settled(second)
    assert second.stop() == 0, second.tail()
    scene.assert_exact()


def a_worker_killed_after_a_step_leaves_no_trace(scene: Scene, step: Step) -> None:
    """Killed, restarted with its disk, killed again, and restarted without."""
    scene.count(KEYS * 12)
    first = scene.worker("a", die_after=step, die_at=3)
    assert first.until_dead() == -signal.SIGKILL, first.tail()
    scene.count(KEYS * 6)
    second = scene.worker("a", die_after=step, die_at=4)
    assert second.until_dead() == -signal.SIGKILL, second.tail()
    scene.count(KEYS * 3)
    third = scene.worker("b")
    scene.until_announced(third)
    scene.until_settled(third)
    assert third.stop() == 0, third.tail()
    scene.assert_exact()


def a_worker_killed_after_its_side_records_writes_them_again(scene: Scene) -> None:
    """Dead letters and what is forwarded are at least once: nothing of them is lost, and all else is exact."""
    scene.count(KEYS * 2)
    scene.raw(b"case-1", b"no event")
    scene.raw(b"case-2", b"to:case-3")
    first = scene.worker("a", die_after="after-side")
    assert first.until_dead() == -signal.SIGKILL, first.tail()
    scene.count(KEYS * 3)
    second = scene.worker("a")
    scene.until_announced(second)
    scene.until_settled(second)
    letters = [letter.value() for letter in scene.read(scene.topics.dead)]
    assert set(letters) == {b"no event"}
    assert len(letters) in {1, 2}
    cases, _ = scene.changelog()
    assert cases["case-3"].forwarded in {1, 2}
    assert second.stop() == 0, second.tail()
    scene.assert_exact()


def a_worker_killed_in_the_middle_of_a_commit_leaves_no_trace(scene: Scene) -> None:
    """Commits of several record batches are torn: once on new cases, and once more on the disk that saw the first."""
    half = KEYS[: len(KEYS) // 2]
    step: Step = "between-changelog-batches"
    scene.count(half * 2)
    first = scene.worker("a", die_after=step, record_batch_bytes=SMALL_BATCH)
    assert first.until_dead() == -signal.SIGKILL, first.tail()
    scene.count(KEYS * 6)
    second = scene.worker("a", die_after=step, record_batch_bytes=SMALL_BATCH)
    assert second.until_dead() == -signal.SIGKILL, second.tail()
    third = scene.worker("b")
    scene.until_announced(third)
    scene.until_settled(third)
    assert "cases are counted anew" in third.tail()
    assert third.stop() == 0, third.tail()
    scene.assert_exact()


def two_workers_share_the_partitions_and_one_is_killed(scene: Scene) -> None:
    first = scene.worker("a").until_ready()
    second = scene.worker("b")
    for worker in (first, second):
        worker.until_shown("sunlight_partitions_owned 2.0")
    scene.count(KEYS * 10)
    scene.until_announced(first)
    second.kill()
    scene.count(KEYS * 10)
    scene.until_announced(first)
    scene.until_settled(first)
    assert "sunlight_partitions_owned 4.0" in first.get("/metrics")[1]
    assert first.stop() == 0, first.tail()
    scene.assert_exact()


def a_deadline_is_announced_with_no_event_to_wake_it(scene: Scene) -> None:
    """Never early, and late by less than the bound in the middle: a busy machine may hold up a single one."""
    worker = scene.worker().until_ready()
    start = time.time_ns() // 1_000 + 3_000_000
    for number in range(DEADLINES):
        scene.wake(f"case-{number}", start + number * 150_000)
    late = []
    for message, arrived in scene.arrivals(scene.topics.alerts, DEADLINES):
        due = int((message.value() or b"").decode().rsplit("/", 1)[1])
        late.append(arrived - due)
    assert min(late) >= 0, late
    assert median(late) < LATE_MAX, late
    worker.until_shown(f"sunlight_deadline_lag_seconds_count {DEADLINES}.0")
    # What is measured is each alert's own lag, and never the time since the epoch.
    worker.until_shown(f'sunlight_deadline_lag_seconds_bucket{{le="5.0"}} {DEADLINES}.0')
    assert worker.stop() == 0, worker.tail()
    scene.assert_exact()


def a_deadline_that_passed_while_nobody_ran_is_announced_once(scene: Scene) -> None:
    worker = scene.worker().until_ready()
    for key in KEYS[:10]:
        scene.wake(key, time.time_ns() // 1_000 + 3_000_000)
    scene.until_settled(worker)
    worker.kill()
    again = scene.worker("b")
    scene.until_announced(again)
    assert again.stop() == 0, again.tail()
    scene.assert_exact()


def what_cannot_be_read_is_put_aside_and_stops_nothing(scene: Scene) -> None:
    worker = scene.worker().until_ready()
    poison = [
        (b"case-1", b"\xff\xfe"),
        (None, b"+"),
        (b"case-1", None),
        (b"", b""),
        (b"\xff", b"x" * 100_000),
    ]
    for key, value in poison:
        scene.raw(key, value)
    scene.count(KEYS * 5)
    scene.until_announced(worker)
    scene.until_settled(worker)
    letters = scene.read(scene.topics.dead)
    assert sorted(letter.value() or b"" for letter in letters) == sorted(value or b"" for _, value in poison)
    assert all(letter.headers() == [("reason", b"unreadable")] for letter in letters)
    assert 'sunlight_dead_letters_total{reason="unreadable"} 5.0' in worker.get("/metrics")[1]
    assert worker.stop() == 0, worker.tail()
    scene.assert_exact()


def a_worker_that_is_told_to_stop_while_it_starts_stops_cleanly(scene: Scene) -> None:
    scene.count(KEYS * 5)
    worker = scene.worker()
    worker.until(lambda: worker.get("/healthz")[0] == 200, "alive")
    assert worker.stop() == 0, worker.tail()


def a_worker_that_was_paused_comes_back_and_harms_nothing(scene: Scene) -> None:
    """Paused with nothing to do: what it could still write if paused in a commit is another matter."""
    paused = scene.worker("a").until_ready()
    paused.process.send_signal(signal.SIGSTOP)
    scene.count(KEYS * 10)
    other = scene.worker("b")
    scene.until_announced(other)
    paused.process.send_signal(signal.SIGCONT)
    other.until_shown("sunlight_partitions_owned 2.0")
    scene.count(KEYS * 10)
    scene.until_announced(other)
    scene.until_settled(other)
    assert paused.stop() == 0, paused.tail()
    assert other.stop() == 0, other.tail()
    scene.assert_exact()


def a_static_member_is_back_before_its_session_ends(scene: Scene) -> None:
    scene.count(KEYS * 5)
    first = scene.worker(instance="one")
    scene.until_settled(first)
    first.kill()
    scene.count(KEYS * 5)
    killed = time.monotonic()
    second = scene.worker(instance="one").until_ready()
    assert time.monotonic() - killed < scene.session_seconds
    scene.until_announced(second)
    scene.until_settled(second)
    assert second.stop() == 0, second.tail()
    scene.assert_exact()


def a_worker_refuses_topics_with_other_partition_counts(scene: Scene) -> None:
    worker = scene.worker(partitions=8)
    assert worker.until_dead() == 1
    assert f"topic '{scene.topics.events}' has 4 partitions, expected 8" in worker.tail()
    assert "sunlight topics plan" in worker.tail()


def workers_that_are_killed_again_and_again_lose_nothing(scene: Scene, seed: int = 1, kills: int = 6) -> None:
    """Two workers under a stream of events; one is killed at a random moment and replaced, disk or no disk."""
    chance = random.Random(seed)
    disks = [f"disk-{number}" for number in range(100)]
    workers = {disk: scene.worker(disk) for disk in (disks.pop(0), disks.pop(0))}
    for _ in range(kills):
        for _ in range(chance.randrange(1, 6)):
            scene.count(chance.choices(KEYS, k=400))
        applied = chance.randint(sum(scene.positions()), scene.length(scene.topics.events))
        scene.until_applied(next(iter(workers.values())), applied)
        disk = chance.choice(sorted(workers))
        workers.pop(disk).kill()
        again = disk if chance.random() < 0.5 else disks.pop(0)
        workers[again] = scene.worker(again)
    last = next(iter(workers.values()))
    scene.count(KEYS * 5)
    scene.until_announced(last)
    scene.until_settled(last)
    for worker in workers.values():
        assert worker.stop() == 0, worker.tail()
    scene.assert_exact()


def a_broker_that_restarts_is_waited_for(scene: Scene, restart: Callable[[], None]) -> None:
    worker = scene.worker()
    scene.count(KEYS * 30)
    scene.until_announced(worker)
    restart()
    scene.count(KEYS * 30)
    scene.until_announced(worker)
    scene.until_settled(worker)
    assert worker.stop() == 0, worker.tail()
    scene.assert_exact()
