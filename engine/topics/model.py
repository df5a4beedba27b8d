"""What topics an installation needs, and what a cluster has."""

from typing import Final, Literal

from msgspec import Struct, structs

from engine.core.text import Text

FOREVER_MS: Final = -1
"""Kafka's number for a retention without end."""


class Topic(Struct, frozen=True):
    """One topic as it should be."""

    name: str
    about: Text
    key: str
    value: str
    partitions: int
    replication: int
    cleanup: Literal["delete", "compact"]
    config: dict[str, str]
    """Every setting that is not left to the cluster, by Kafka's name, retention and cleanup among them."""
    writers: tuple[str, ...]
    readers: tuple[str, ...]


class Topics(Struct, frozen=True):
    """All topics of an installation."""

    prefix: str
    events: Topic
    alerts: Topic
    alerts_warning: Topic
    alerts_yellow: Topic
    alerts_red: Topic
    alerts_current: Topic
    cases: Topic
    dead_letters: Topic

    def all(self) -> tuple[Topic, ...]:
        """Every topic, in the order of the file."""
        return tuple(getattr(self, role) for role in ROLES)


ROLES: Final = tuple(name for name in Topics.__struct_fields__ if name != "prefix")
"""What the topics are for, which is also how the file and the code name them."""


class ClusterTopic(Struct, frozen=True):
    """One topic as a cluster has it."""

    name: str
    partitions: int
    replication: int
    config: dict[str, str]
    """Settings in force, the cluster's defaults among them."""


Cluster = dict[str, ClusterTopic]
"""The topics of a cluster by name."""


def renamed(topics: Topics, prefix: str) -> Topics:
    """`topics` under another prefix."""
    changed = {
        role: structs.replace(topic, name=prefix + topic.name.removeprefix(topics.prefix))
        for role, topic in zip(ROLES, topics.all(), strict=True)
    }
    return structs.replace(topics, prefix=prefix, **changed)
