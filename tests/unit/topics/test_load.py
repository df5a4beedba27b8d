"""The list of topics: what is shipped, and each fault at its place."""

from pathlib import Path
from typing import Final

import pytest

from engine.topics.load import TopicsError, load_topics, read_topics, shipped_topics
from engine.topics.model import ROLES

SHIPPED: Final = shipped_topics().read_text(encoding="utf-8")


def line_of(text: str, part: str) -> int:
    """The line, from 1, at which `part` first stands in `text`."""
    return text[: text.index(part)].count("\n") + 1


def faults(text: str) -> list[str]:
    with pytest.raises(TopicsError) as caught:
        read_topics(text.encode(), "topics.yaml")
    return str(caught.value).splitlines()


def test_the_shipped_list_names_every_topic() -> None:
    topics = load_topics(shipped_topics())
    assert {role: topic.name for role, topic in zip(ROLES, topics.all(), strict=True)} == {
        "events": "sunlight.events.v1",
        "alerts": "sunlight.alerts.v1",
        "alerts_warning": "sunlight.alerts.warning.v1",
        "alerts_yellow": "sunlight.alerts.yellow.v1",
        "alerts_red": "sunlight.alerts.red.v1",
        "alerts_current": "sunlight.alerts.current.v1",
        "cases": "sunlight.cases.v1",
        "dead_letters": "sunlight.dead-letters.v1",
    }
    assert {topic.partitions for topic in topics.all()} == {4}
    assert [topic.name for topic in topics.all() if topic.cleanup == "compact"] == [
        "sunlight.alerts.current.v1",
        "sunlight.cases.v1",
    ]


def test_retention_and_cleanup_become_settings_of_kafka() -> None:
    topics = load_topics(shipped_topics())
    assert topics.events.config == {
        "cleanup.policy": "delete",
        "retention.ms": "2592000000",
        "min.insync.replicas": "1",
        "max.message.bytes": "8388608",
    }
    assert topics.cases.config["retention.ms"] == "-1"


def test_another_prefix_names_every_topic_anew() -> None:
    topics = load_topics(shipped_topics(), prefix="wuhai.trial")
    assert topics.prefix == "wuhai.trial"
    assert topics.dead_letters.name == "wuhai.trial.dead-letters.v1"
    assert [topic.name for topic in topics.all() if not topic.name.startswith("wuhai.trial.")] == []


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        pytest.param(
            "prefix: sunlight",
            "prefix: 日光",
            "prefix: expected letters, digits, '.', '_' or '-', got '日光'",
            id="prefix",
        ),
        pytest.param(
            "partitions: 4",
            "partitions: four",
            "partitions: expected a whole number, got text",
            id="partitions in words",
        ),
        pytest.param(
            "partitions: 4", "partitions: 0", "partitions: expected at least 1, got 0", id="no partitions"
        ),
        pytest.param(
            "min_insync: 1",
            "min_insync: 2",
            "min_insync: expected at most replication 1, got 2",
            id="insync over replication",
        ),
        pytest.param(
            "name: alerts.v1",
            "name: alerts v1",
            "topics.alerts.name: expected letters, digits, '.', '_' or '-', got 'alerts v1'",
            id="name",
        ),
        pytest.param(
            "name: alerts.v1",
            "name: events.v1",
            "topics.alerts.name: 'events.v1' is the name of topics.events as well",
            id="two of one name",
        ),
        pytest.param(
            "retention: 30 days",
            "retention: 30",
            "topics.events.retention: expected text, got a whole number",
            id="retention as a number",
        ),
        pytest.param(
            "retention: 30 days",
            "retention: a month",
            "topics.events.retention: expected a span such as '30 days', or 'forever', got 'a month'",
            id="retention in words",
        ),
        pytest.param(
            "name: cases.v1",
            "name: cases.v1\n    partitions: 8",
            "topics.cases.partitions: expected 4, as many as topics.events has, got 8",
            id="other count",
        ),
        pytest.param(
            "cleanup: compact",
            "cleanup: compress",
            "topics.alerts_current.cleanup: invalid enum value 'compress'",
            id="cleanup",
        ),
        pytest.param(
            "  dead_letters:",
            "  deadletters:",
            "topics.deadletters: unknown key 'deadletters'",
            id="unknown topic",
        ),
        pytest.param("    key: as it was\n", "", "topics.dead_letters: missing key 'key'", id="missing key"),
    ],
)
def test_a_fault_is_told_at_its_line(before: str, after: str, message: str) -> None:
    assert before in SHIPPED
    text = SHIPPED.replace(before, after, 1)
    (fault,) = faults(text)
    file, line, column, said = fault.split(":", 3)
    assert (file, said) == ("topics.yaml", f" {message}")
    where = line_of(SHIPPED, before) + after.count("\n") if after else line_of(SHIPPED, "  dead_letters:") + 1
    assert (int(line), int(column) > 0) == (where, True)


def test_all_faults_of_meaning_are_told_at_once() -> None:
    text = SHIPPED.replace("prefix: sunlight", "prefix: ''", 1).replace(
        "retention: 30 days", "retention: soon", 1
    )
    assert len(faults(text)) == 2


def test_a_list_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(TopicsError, match=r"none\.yaml:1:1: cannot be read: No such file or directory$"):
        load_topics(tmp_path / "none.yaml")
