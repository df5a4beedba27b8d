"""Steps from what a cluster has to what it should have."""

from typing import Final

from msgspec import structs

from engine.topics.load import load_topics, shipped_topics
from engine.topics.model import Cluster, ClusterTopic
from engine.topics.plan import Change, Create, missing, plan, plan_text, step_text, stopping

TOPICS: Final = load_topics(shipped_topics())
EVENTS: Final = TOPICS.events.name


def complete() -> Cluster:
    return {
        topic.name: ClusterTopic(
            topic.name, topic.partitions, topic.replication, {**topic.config, "segment.ms": "1"}
        )
        for topic in TOPICS.all()
    }


def changed(**changes: object) -> Cluster:
    cluster = complete()
    return {**cluster, EVENTS: structs.replace(cluster[EVENTS], **changes)}


def test_an_empty_cluster_needs_every_topic() -> None:
    steps = plan({}, TOPICS)
    assert steps == [Create(topic) for topic in TOPICS.all()]
    assert missing(steps) == [topic.name for topic in TOPICS.all()]
    assert stopping(steps) == []


def test_a_cluster_that_has_everything_needs_nothing() -> None:
    steps = plan(complete(), TOPICS)
    assert steps == []
    assert plan_text(steps).en == "nothing to do: the cluster is as topics.yaml says"
    assert plan_text(steps).zh == "集群与 topics.yaml 一致,无需变更"


def test_a_setting_that_differs_is_changed_and_others_are_left_alone() -> None:
    cluster = changed(config={**TOPICS.events.config, "retention.ms": "5", "segment.ms": "7"})
    (step,) = plan(cluster, TOPICS)
    assert step == Change(EVENTS, "retention.ms", "5", "2592000000")
    assert step_text(step).en == "~ change sunlight.events.v1: retention.ms from 5 to 2592000000"
    assert step_text(step).zh == "~ 修改 sunlight.events.v1:retention.ms 由 5 改为 2592000000"


def test_a_wrong_number_of_partitions_is_refused_and_stops_everything() -> None:
    steps = plan(changed(partitions=6), TOPICS)
    assert stopping(steps) == steps
    assert plan_text(steps).en == (
        "! refuse sunlight.events.v1: expected 4 partitions, found 6; a partition count is never changed: where the "
        "topic holds data, set partitions to 6 in topics.yaml; where it is empty, delete it and apply again; or begin "
        "a new set of topics under another prefix"
    )
    assert "分区数从不更改" in plan_text(steps).zh


def test_another_replication_is_told_and_stops_nothing() -> None:
    steps = plan(changed(replication=3), TOPICS)
    assert stopping(steps) == []
    assert plan_text(steps).en == (
        "! refuse sunlight.events.v1: expected replication 1, found 3; "
        "reassign its replicas with kafka-reassign-partitions"
    )


def test_a_topic_of_the_prefix_that_is_not_listed_is_left_alone() -> None:
    cluster = complete()
    for name in ("sunlight.events.v0", "sunlight-other", "elsewhere"):
        cluster[name] = ClusterTopic(name, 1, 1, {})
    steps = plan(cluster, TOPICS)
    assert stopping(steps) == []
    assert plan_text(steps).en == (
        "! refuse sunlight.events.v0: topics.yaml does not list it; "
        "it is left alone; delete it yourself if nobody needs it"
    )


def test_a_topic_to_be_made_is_shown_with_all_that_is_set() -> None:
    text = step_text(Create(TOPICS.cases))
    assert text.en == (
        "+ create sunlight.cases.v1: partitions 4, replication 1, cleanup.policy=compact retention.ms=-1 "
        "min.insync.replicas=1 max.message.bytes=12582912 delete.retention.ms=604800000"
    )
    assert text.zh.startswith("+ 新建 sunlight.cases.v1:4 个分区,1 个副本,")
