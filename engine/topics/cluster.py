"""Reads the topics of a Kafka cluster, and carries out the steps of a plan on it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from kafka.admin import ConfigResource, KafkaAdminClient
from kafka.errors import KafkaError

from engine.topics.model import Cluster, ClusterTopic, Topics
from engine.topics.plan import Change, Create, Step, step_text, stopping

TIMEOUT_MS: Final = 30_000
BOOTSTRAP_TIMEOUT_MS: Final = 10_000


class ClusterError(Exception):
    """The cluster could not be reached, or did not do what it was asked to."""


def read_cluster(bootstrap: str, topics: Topics, settings: Mapping[str, Any] | None = None) -> Cluster:
    """Every topic of the cluster under the prefix of `topics`, and what is set on each. Raises `ClusterError`.

    `settings` are kafka-python's, such as those of a secured connection.
    """
    with _admin(bootstrap, settings) as admin:
        return _read(admin, topics.prefix)


def apply(bootstrap: str, steps: Sequence[Step], settings: Mapping[str, Any] | None = None) -> None:
    """Carry out `steps`: make topics, change settings, and nothing else.

    Raises `ClusterError` where one fails, and before anything is done where a refusal among them stops everything.
    """
    refusals = stopping(steps)
    if refusals:
        raise ClusterError("\n".join(step_text(refusal).en for refusal in refusals))
    created = [step.topic for step in steps if isinstance(step, Create)]
    with _admin(bootstrap, settings) as admin:
        if created:
            wanted = {
                topic.name: {
                    "num_partitions": topic.partitions,
                    "replication_factor": topic.replication,
                    "configs": topic.config,
                }
                for topic in created
            }
            admin.create_topics(wanted, timeout_ms=TIMEOUT_MS, wait_for_metadata=True)
        changes: dict[str, dict[str, str]] = {}
        for step in steps:
            if isinstance(step, Change):
                changes.setdefault(step.topic, {})[step.setting] = step.after
        if changes:
            admin.alter_configs([ConfigResource("TOPIC", name, config) for name, config in changes.items()])


def _read(admin: KafkaAdminClient, prefix: str) -> Cluster:
    names = [name for name in admin.list_topics() if name.startswith(f"{prefix}.")]
    if not names:
        return {}
    described = {topic["name"]: topic["partitions"] for topic in admin.describe_topics(names)}
    resources = [ConfigResource("TOPIC", name) for name in names]
    configs = admin.describe_configs(resources, config_filter="all")["topic"]
    return {
        name: ClusterTopic(
            name,
            len(partitions),
            min((len(partition["replica_nodes"]) for partition in partitions), default=0),
            {key: str(entry["value"]) for key, entry in configs[name].items()},
        )
        for name, partitions in described.items()
    }


@contextmanager
def _admin(bootstrap: str, settings: Mapping[str, Any] | None) -> Iterator[KafkaAdminClient]:
    try:
        admin = KafkaAdminClient(
            **{
                "bootstrap_servers": bootstrap,
                "client_id": "sunlight-topics",
                "bootstrap_timeout_ms": BOOTSTRAP_TIMEOUT_MS,
                **(settings or {}),
            }
        )
        try:
            yield admin
        finally:
            admin.close()
    except KafkaError as error:
        msg = f"{bootstrap}: {error}"
        raise ClusterError(msg) from error
