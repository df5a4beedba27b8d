"""The scenarios on librdkafka's mock cluster, which lives in the test's process and outlives the workers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.embedded.broker import EmbeddedBroker
from engine.worker.observe import Step
from tests.integration.worker import scenarios
from tests.integration.worker.counting import names
from tests.integration.worker.scene import Scene


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with EmbeddedBroker(names("scene")) as broker, Scene(broker.address, "scene", tmp_path) as scene:
        yield scene


def test_every_event_counts_once_and_every_alert_is_published_once(scene: Scene) -> None:
    scenarios.every_event_counts_once_and_every_alert_is_published_once(scene)


def test_a_stopped_worker_goes_on_where_it_was(scene: Scene) -> None:
    scenarios.a_stopped_worker_goes_on_where_it_was(scene)


@pytest.mark.parametrize("step", ["after-alerts", "after-changelog", "after-store", "after-acknowledge"])
def test_a_worker_killed_after_a_step_leaves_no_trace(scene: Scene, step: Step) -> None:
    scenarios.a_worker_killed_after_a_step_leaves_no_trace(scene, step)


def test_a_worker_killed_in_the_middle_of_a_commit_leaves_no_trace(scene: Scene) -> None:
    scenarios.a_worker_killed_in_the_middle_of_a_commit_leaves_no_trace(scene)


def test_a_worker_killed_after_its_side_records_writes_them_again(scene: Scene) -> None:
    scenarios.a_worker_killed_after_its_side_records_writes_them_again(scene)


def test_two_workers_share_the_partitions_and_one_is_killed(scene: Scene) -> None:
    scenarios.two_workers_share_the_partitions_and_one_is_killed(scene)


def test_a_deadline_is_announced_with_no_event_to_wake_it(scene: Scene) -> None:
    scenarios.a_deadline_is_announced_with_no_event_to_wake_it(scene)


def test_a_deadline_that_passed_while_nobody_ran_is_announced_once(scene: Scene) -> None:
    scenarios.a_deadline_that_passed_while_nobody_ran_is_announced_once(scene)


def test_what_cannot_be_read_is_put_aside_and_stops_nothing(scene: Scene) -> None:
    scenarios.what_cannot_be_read_is_put_aside_and_stops_nothing(scene)


def test_a_worker_that_is_told_to_stop_while_it_starts_stops_cleanly(scene: Scene) -> None:
    scenarios.a_worker_that_is_told_to_stop_while_it_starts_stops_cleanly(scene)


def test_a_disk_that_belongs_to_another_cluster_is_not_believed(tmp_path: Path) -> None:
    for _ in range(2):
        with EmbeddedBroker(names("scene")) as broker, Scene(broker.address, "scene", tmp_path) as scene:
            scenarios.every_event_counts_once_and_every_alert_is_published_once(scene)
            (tmp_path / "port-0").unlink()


def test_a_worker_refuses_topics_with_other_partition_counts(scene: Scene) -> None:
    scenarios.a_worker_refuses_topics_with_other_partition_counts(scene)


def test_a_worker_whose_broker_is_gone_is_not_ready(tmp_path: Path) -> None:
    broker = EmbeddedBroker(names("scene"))
    with Scene(broker.address, "scene", tmp_path) as scene:
        worker = scene.worker().until_ready()
        assert worker.conditions()["in_group"]
        broker.close()
        worker.until(lambda: not worker.conditions()["in_group"], "not in the group")
        assert worker.get("/readyz")[0] == 503
        worker.kill()
