"""Whether the cluster's topics have the partition counts that the worker was told."""

from collections.abc import Mapping

from aiokafka.admin import AIOKafkaAdminClient

from engine.worker.connection import Connection
from engine.worker.settings import WorkerTopics

ADVICE = "run `sunlight topics plan` to see what is missing and `sunlight topics apply` to make it"


class TopicError(RuntimeError):
    """Topics that a worker cannot run on."""


def faults_of(topics: WorkerTopics, found: Mapping[str, int]) -> list[str]:
    """What is wrong with the partition counts `found` on the cluster, in words; empty where nothing is."""
    faults = []
    three = (topics.events, topics.changelog, topics.alerts)
    for name, expected in sorted(topics.partitions.items()):
        count = found.get(name, 0)
        if count == 0:
            faults.append(f"topic {name!r} is missing (expected {expected} partitions)")
        elif count != expected:
            faults.append(f"topic {name!r} has {count} partitions, expected {expected}")
    counts = {topics.partitions.get(name) for name in three}
    if len(counts) != 1 or None in counts:
        told = ", ".join(f"{name!r}: {topics.partitions.get(name)}" for name in three)
        faults.append(
            f"events, changelog and alerts must share one partition count, but the topic table says {told}"
        )
    return faults


async def check_topics(connection: Connection, topics: WorkerTopics) -> None:
    """Return where every topic is as expected; raise `TopicError` with all faults and what to do otherwise."""
    admin = AIOKafkaAdminClient(**connection.client_options())
    await admin.start()
    try:
        # Only those that exist are asked for by name: asking may make a topic.
        existing = sorted(set(await admin.list_topics()) & set(topics.partitions))
        described = await admin.describe_topics(existing) if existing else []
        found = {one["topic"]: len(one["partitions"]) for one in described}
    finally:
        await admin.close()
    faults = faults_of(topics, found)
    if faults:
        msg = f"{'; '.join(faults)}; {ADVICE} (the partition count of a topic in use is never changed)"
        raise TopicError(msg)
