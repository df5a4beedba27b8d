"""The list of topics against a real Kafka."""

import time
from collections.abc import Iterator

import pytest
from kafka.admin import ConfigResource, KafkaAdminClient

from engine.topics.cluster import ClusterError, apply, read_cluster
from engine.topics.load import load_topics, shipped_topics
from engine.topics.model import Topics
from engine.topics.plan import Change, Step, missing, plan, stopping
from tests.servers.kafka import KafkaServer


@pytest.fixture(scope="module")
def server() -> Iterator[KafkaServer]:
    with KafkaServer() as running:
        yield running


@pytest.fixture
def admin(server: KafkaServer) -> Iterator[KafkaAdminClient]:
    client = KafkaAdminClient(bootstrap_servers=server.bootstrap)
    yield client
    client.close()


def listed(prefix: str) -> Topics:
    return load_topics(shipped_topics(), prefix)


def wait_until_made(admin: KafkaAdminClient, name: str) -> None:
    end = time.monotonic() + 30
    while name not in admin.list_topics():
        assert time.monotonic() < end, f"{name} was not made"


def wait_for_difference(server: KafkaServer, topics: Topics) -> list[Step]:
    end = time.monotonic() + 30
    while not (steps := plan(read_cluster(server.bootstrap, topics), topics)):
        assert time.monotonic() < end, "the change never showed"
    return steps


def test_plan_apply_plan_leaves_nothing_to_do(server: KafkaServer) -> None:
    topics = listed("first")
    steps = plan(read_cluster(server.bootstrap, topics), topics)
    assert missing(steps) == [topic.name for topic in topics.all()]
    apply(server.bootstrap, steps)
    assert plan(read_cluster(server.bootstrap, topics), topics) == []


def test_only_the_setting_that_differs_is_changed(server: KafkaServer, admin: KafkaAdminClient) -> None:
    topics = listed("second")
    apply(server.bootstrap, plan({}, topics))
    name = topics.events.name
    admin.alter_configs([ConfigResource("TOPIC", name, {"retention.ms": "5000", "segment.ms": "600000"})])
    steps = wait_for_difference(server, topics)
    assert steps == [Change(name, "retention.ms", "5000", topics.events.config["retention.ms"])]
    apply(server.bootstrap, steps)
    cluster = read_cluster(server.bootstrap, topics)
    assert plan(cluster, topics) == []
    assert cluster[name].config["segment.ms"] == "600000"


def test_a_wrong_partition_count_is_refused_before_anything_is_done(
    server: KafkaServer, admin: KafkaAdminClient
) -> None:
    topics = listed("third")
    admin.create_topics(
        {topics.cases.name: {"num_partitions": 3, "replication_factor": 1}}, wait_for_metadata=True
    )
    wait_until_made(admin, topics.cases.name)
    steps = plan(read_cluster(server.bootstrap, topics), topics)
    assert [refusal.topic for refusal in stopping(steps)] == [topics.cases.name]
    with pytest.raises(
        ClusterError, match=r"third\.cases\.v1: expected 4 partitions, found 3; a partition count is never"
    ):
        apply(server.bootstrap, steps)
    assert [name for name in admin.list_topics() if name.startswith("third.")] == [topics.cases.name]


def test_topics_of_others_are_not_read(server: KafkaServer, admin: KafkaAdminClient) -> None:
    admin.create_topics({"elsewhere": {"num_partitions": 1, "replication_factor": 1}}, wait_for_metadata=True)
    assert read_cluster(server.bootstrap, listed("fourth")) == {}


@pytest.mark.parametrize(
    ("bootstrap", "reason"),
    [
        pytest.param("127.0.0.1:1", "Connection refused", id="nobody there"),
        pytest.param("127.0.0.1", "expected host:port, got '127.0.0.1'", id="no port"),
    ],
)
def test_a_cluster_that_is_not_there_is_told(bootstrap: str, reason: str) -> None:
    with pytest.raises(ClusterError) as caught:
        read_cluster(bootstrap, listed("fifth"))
    assert str(caught.value) == f"{bootstrap}: no broker can be reached: {reason}"
