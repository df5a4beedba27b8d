"""Partition counts that a worker refuses."""

from engine.worker.settings import WorkerTopics
from engine.worker.topic_check import faults_of

TOPICS = WorkerTopics("events", "cases", "alerts", {"events": 4, "cases": 4, "alerts": 4, "dead": 1})


def test_topics_as_told_have_no_fault() -> None:
    assert faults_of(TOPICS, {"events": 4, "cases": 4, "alerts": 4, "dead": 1, "another": 9}) == []


def test_each_fault_is_named() -> None:
    assert faults_of(TOPICS, {"events": 3, "cases": 4, "dead": 1}) == [
        "topic 'alerts' is missing (expected 4 partitions)",
        "topic 'events' has 3 partitions, expected 4",
    ]


def test_a_topic_table_with_unequal_counts_is_a_fault_of_its_own() -> None:
    table = WorkerTopics("events", "cases", "alerts", {"events": 4, "cases": 8, "alerts": 4})
    (fault,) = faults_of(table, {"events": 4, "cases": 8, "alerts": 4})
    assert "must share one partition count" in fault
    assert "'cases': 8" in fault
