"""Reads the topics of a Kafka cluster, and carries out the steps of a plan on it."""

import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from kafka.admin import ConfigResource, KafkaAdminClient
from kafka.errors import KafkaError

from engine.topics.model import Cluster, ClusterTopic, Topics
from engine.topics.plan import Change, Create, Step, step_text, stopping

TIMEOUT_MS: Final = 30_000
BOOTSTRAP_TIMEOUT_MS: Final = 10_000
CONNECT_S: Final = 5.0
_LOOK_AGAIN_S: Final = 0.05


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
            _wait_until_set(admin, changes)


def _wait_until_set(admin: KafkaAdminClient, changes: Mapping[str, Mapping[str, str]]) -> None:
    """A broker takes a change before it shows it, and a plan made in between would show it as still to do."""
    end = time.monotonic() + TIMEOUT_MS / 1000
    while True:
        found = _configs(admin, list(changes))
        if all(
            found[name].get(key) == value for name, config in changes.items() for key, value in config.items()
        ):
            return
        if time.monotonic() > end:
            msg = f"the cluster took the settings of {', '.join(changes)}, and does not show them"
            raise ClusterError(msg)
        time.sleep(_LOOK_AGAIN_S)


def _configs(admin: KafkaAdminClient, names: Sequence[str]) -> dict[str, dict[str, str]]:
    resources = [ConfigResource("TOPIC", name) for name in names]
    found = admin.describe_configs(resources, config_filter="all")["topic"]
    return {name: {key: str(entry["value"]) for key, entry in found[name].items()} for name in names}


def _read(admin: KafkaAdminClient, prefix: str) -> Cluster:
    names = [name for name in admin.list_topics() if name.startswith(f"{prefix}.")]
    if not names:
        return {}
    described = {topic["name"]: topic["partitions"] for topic in admin.describe_topics(names)}
    configs = _configs(admin, names)
    return {
        name: ClusterTopic(
            name,
            len(partitions),
            min((len(partition["replica_nodes"]) for partition in partitions), default=0),
            configs[name],
        )
        for name, partitions in described.items()
    }


def _check_reachable(bootstrap: str) -> None:
    """kafka-python knocks for ten seconds, leaves its sockets open and does not say why nobody answered."""
    reason = ""
    for address in bootstrap.split(","):
        host, _, port = address.strip().rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), CONNECT_S).close()
        except ValueError:
            reason = f"expected host:port, got {address!r}"
        except OSError as error:
            reason = str(error.strerror or error)
        else:
            return
    msg = f"{bootstrap}: no broker can be reached: {reason}"
    raise ClusterError(msg)


@contextmanager
def _admin(bootstrap: str, settings: Mapping[str, Any] | None) -> Iterator[KafkaAdminClient]:
    _check_reachable(bootstrap)
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
