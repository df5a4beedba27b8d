"""The scenarios of a worker on a real Apache Kafka: kills, restarts and a broker that goes away."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from engine.embedded.broker import PARTITIONS
from engine.worker.observe import Step
from tests.integration.worker import scenarios
from tests.integration.worker.counting import names
from tests.integration.worker.scene import Scene
from tests.servers.kafka import KafkaServer

_numbers = count()


@pytest.fixture(scope="module")
def server() -> Iterator[KafkaServer]:
    """One broker for all scenarios, each on topics of its own."""
    with KafkaServer() as server:
        yield server


@pytest.fixture
def session_seconds() -> float:
    """How long a member may be silent; a killed one is missed for as long."""
    return 5.0


@pytest.fixture
def scene(server: KafkaServer, tmp_path: Path, session_seconds: float) -> Iterator[Scene]:
    """Empty topics, and a group of their own."""
    prefix = f"scene{next(_numbers)}"
    admin = AdminClient({"bootstrap.servers": server.bootstrap})
    made = admin.create_topics([NewTopic(topic, PARTITIONS, 1) for topic in names(prefix)])
    for topic in made.values():
        topic.result(30)
    with Scene(server.bootstrap, prefix, tmp_path, session_seconds) as scene:
        yield scene


@pytest.mark.parametrize("step", ["after-alerts", "after-changelog", "after-store", "after-acknowledge"])
def test_a_worker_killed_after_a_step_leaves_no_trace(scene: Scene, step: Step) -> None:
    scenarios.a_worker_killed_after_a_step_leaves_no_trace(scene, step)


def test_a_worker_killed_in_the_middle_of_a_commit_leaves_no_trace(scene: Scene) -> None:
    scenarios.a_worker_killed_in_the_middle_of_a_commit_leaves_no_trace(scene)


def test_a_worker_killed_after_its_side_records_writes_them_again(scene: Scene) -> None:
    scenarios.a_worker_killed_after_its_side_records_writes_them_again(scene)


def test_a_deadline_is_announced_with_no_event_to_wake_it(scene: Scene) -> None:
    scenarios.a_deadline_is_announced_with_no_event_to_wake_it(scene)


@pytest.mark.parametrize("session_seconds", [12.0])
def test_a_static_member_is_back_before_its_session_ends(scene: Scene) -> None:
    scenarios.a_static_member_is_back_before_its_session_ends(scene)


def test_a_worker_that_was_paused_comes_back_and_harms_nothing(scene: Scene) -> None:
    scenarios.a_worker_that_was_paused_comes_back_and_harms_nothing(scene)


def test_workers_that_are_killed_again_and_again_lose_nothing(scene: Scene) -> None:
    scenarios.workers_that_are_killed_again_and_again_lose_nothing(scene)


@pytest.mark.parametrize("how", [KafkaServer.stop, KafkaServer.kill], ids=["stopped", "killed"])
def test_a_broker_that_restarts_is_waited_for(
    scene: Scene, server: KafkaServer, how: Callable[[KafkaServer], None]
) -> None:
    def restart() -> None:
        how(server)
        server.start()

    scenarios.a_broker_that_restarts_is_waited_for(scene, restart)
