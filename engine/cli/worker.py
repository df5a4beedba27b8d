"""`sunlight worker`: a worker put together of rulebook, topics, pipeline and settings, and run in this process."""

import logging
from typing import Final

from aiokafka.errors import KafkaError

from engine.cli.brokers import connection
from engine.cli.clock import clock_of
from engine.cli.command import Command, Session
from engine.cli.failure import Failure, misused
from engine.cli.finding_counts import FindingCounts
from engine.cli.loaded import rulebook_of, rules_directory, topics_of
from engine.cli.logs import start_logging
from engine.cli.resolve import Settings
from engine.cli.rules_on_disk import RulesOnDisk
from engine.cli.settings import (
    BATCH_RECORDS,
    BLOCK_CACHE_MIB,
    BROKER,
    CLOCK,
    CONFIRM_CLOCK,
    DECIDE_AFTER_SECONDS,
    FETCH_WAIT_MS,
    GROUP,
    HEARTBEAT_SECONDS,
    INSTANCE,
    LOG_LEVEL,
    RULES,
    SESSION_SECONDS,
    STATE,
    STOP_SECONDS,
    TOPIC_PREFIX,
    TOPICS,
    WORKER,
    WORKER_HOST,
    WORKER_PORT,
    WRITE_BUFFER_MIB,
)
from engine.core.instant import Instant
from engine.core.rulebook import Rulebook
from engine.core.text import Text
from engine.pipeline.partition import PartitionEngine
from engine.pipeline.partition import Topics as PipelineTopics
from engine.topics.model import Topics
from engine.worker.clock import Clock
from engine.worker.meters import Meters
from engine.worker.run import Hooks, run_worker
from engine.worker.settings import WorkerSettings, WorkerTopics
from engine.worker.store import MEBIBYTE

HEARTBEATS: Final = 3
"""So many heartbeats fit into a session at least, so that one that is lost does not end it."""

KAFKA_TOMBSTONE_MS: Final = 86_400_000
"""For how long a broker keeps tombstones where the topic does not say."""

_log: Final = logging.getLogger("sunlight")


def run(session: Session) -> int:
    """Run until SIGTERM or Ctrl-C; 0 after a clean stop."""
    settings = session.settings()
    rulebook = rulebook_of(settings)
    topics = topics_of(settings)
    told = worker_settings(settings, topics)
    clock = clock_of(settings, rulebook)
    start_logging(settings)
    _log.info(
        "rulebook %s, events from %s at %s", rulebook.version, topics.events.name, told.connection.brokers
    )
    try:
        return run_worker(
            told,
            engine_factory(rulebook, topics),
            clock,
            hooks(rulebook, clock, told.health_host, RulesOnDisk(rules_directory(settings))),
        )
    except KafkaError as error:
        raise Failure(
            Text(f"Kafka {told.connection.brokers}：{error}", f"Kafka at {told.connection.brokers}: {error}")
        ) from error
    except OSError as error:
        raise Failure(Text(f"无法运行：{error}", f"cannot run: {error}")) from error


class EngineFactory:
    """Makes the pipeline of a partition."""

    def __init__(self, rulebook: Rulebook, topics: PipelineTopics) -> None:
        self._rulebook = rulebook
        self._topics = topics

    def __call__(self, partition: int) -> PartitionEngine:
        """The pipeline of `partition`."""
        return PartitionEngine(partition, self._rulebook, self._topics)


def engine_factory(rulebook: Rulebook, topics: Topics) -> EngineFactory:
    """The factory that a worker with these rules on these topics needs."""
    return EngineFactory(
        rulebook,
        PipelineTopics(
            topics.events.name, topics.alerts.name, topics.dead_letters.name, topics.events.partitions
        ),
    )


def hooks(rulebook: Rulebook, clock: Clock, host: str, rules: RulesOnDisk) -> Hooks:
    """Meters, and the conditions of readiness that the worker itself cannot know."""
    meters = Meters()
    return Hooks(
        meters,
        FindingCounts(meters),
        {
            "rulebook_valid": rules.is_valid,
            "calendar_covers_today": lambda: covers(rulebook, clock.now()),
        },
        serving=lambda port: _log.info("health and metrics: http://%s:%d/", host, port),
    )


def covers(rulebook: Rulebook, now: Instant) -> bool:
    """Whether every calendar that the rules count by knows the day of `now`."""
    used = {clock.calendar or rulebook.calendar for clocks in rulebook.clocks.values() for clock in clocks}
    return not any(rulebook.calendars[name].is_provisional(now) for name in used)


def worker_settings(settings: Settings, topics: Topics) -> WorkerSettings:
    """What the worker is told. Raises `Failure` where settings contradict each other."""
    session_seconds, heartbeat_seconds = settings[SESSION_SECONDS], settings[HEARTBEAT_SECONDS]
    if heartbeat_seconds * HEARTBEATS > session_seconds:
        most = f"{session_seconds / HEARTBEATS:.3g}"
        raise misused(
            Text(
                f"heartbeat_seconds：应不超过 session_seconds 的三分之一（{most}），实为 {heartbeat_seconds:g}",
                f"heartbeat_seconds: expected at most a third of session_seconds ({most}), got {heartbeat_seconds:g}",
            )
        )
    written = (topics.events, topics.cases, topics.alerts, topics.dead_letters)
    return WorkerSettings(
        connection(settings),
        WorkerTopics(
            topics.events.name,
            topics.cases.name,
            topics.alerts.name,
            {topic.name: topic.partitions for topic in written},
        ),
        settings[STATE],
        settings[GROUP],
        settings[INSTANCE],
        settings[BATCH_RECORDS],
        settings[FETCH_WAIT_MS],
        session_seconds,
        heartbeat_seconds,
        settings[DECIDE_AFTER_SECONDS],
        tombstone_seconds(topics),
        settings[BLOCK_CACHE_MIB] * MEBIBYTE,
        settings[WRITE_BUFFER_MIB] * MEBIBYTE,
        settings[WORKER_HOST],
        settings[WORKER_PORT],
        settings[CONFIRM_CLOCK],
        settings[STOP_SECONDS],
    )


def tombstone_seconds(topics: Topics) -> float:
    """For how long the changelog keeps tombstones; Kafka's own default where the list of topics does not say."""
    return float(topics.cases.config.get("delete.retention.ms", KAFKA_TOMBSTONE_MS)) / 1_000


COMMAND: Final = Command(
    "worker",
    Text(
        "运行一个工作进程：读取事件，按规则判定，发布告警。可运行多个进程分担分区；"
        "SIGTERM 或 Ctrl-C 正常停止。",
        "Run a worker: it reads events, decides them by the rules and publishes alerts. Several of them share the "
        "partitions. SIGTERM or Ctrl-C ends it cleanly.",
    ),
    run,
    settings=(*WORKER, RULES, TOPICS, TOPIC_PREFIX, CLOCK, LOG_LEVEL, *BROKER),
)
