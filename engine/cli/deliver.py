"""`sunlight deliver`: the topics for other systems, derived from the alert topic."""

from typing import Final

from aiokafka.errors import KafkaError

from engine.cli.brokers import connection
from engine.cli.command import Command, Session
from engine.cli.failure import Failure, plain
from engine.cli.loaded import topics_of
from engine.cli.logs import start_logging
from engine.cli.settings import (
    BROKER,
    CHECK_CHECKSUMS,
    DELIVER,
    DELIVER_GROUP,
    DELIVER_HOST,
    DELIVER_PORT,
    LOG_LEVEL,
    SESSION_SECONDS,
    TOPIC_PREFIX,
    TOPICS,
)
from engine.core.text import Text
from engine.deliver.route import DerivedTopics
from engine.deliver.run import run_deliver
from engine.deliver.settings import DeliverSettings
from engine.deliver.stopping import UncleanStopError


def run(session: Session) -> int:
    """Deliver until SIGTERM or Ctrl-C."""
    settings = session.settings()
    topics = topics_of(settings)
    brokers = connection(settings)
    start_logging(settings)
    derived = DerivedTopics(
        {
            "warning": topics.alerts_warning.name,
            "yellow": topics.alerts_yellow.name,
            "red": topics.alerts_red.name,
        },
        topics.alerts_current.name,
        topics.dead_letters.name,
    )
    try:
        return run_deliver(
            DeliverSettings(
                brokers.client_options(),
                topics.alerts.name,
                derived,
                settings[DELIVER_GROUP],
                settings[DELIVER_HOST],
                settings[DELIVER_PORT],
                settings[SESSION_SECONDS],
                settings[CHECK_CHECKSUMS],
            )
        )
    except UncleanStopError as error:
        raise Failure(plain(str(error))) from error
    except KafkaError as error:
        raise Failure(
            Text(f"Kafka {brokers.brokers}：{error}", f"Kafka at {brokers.brokers}: {error}")
        ) from error
    except OSError as error:
        raise Failure(Text(f"无法运行：{error}", f"cannot run: {error}")) from error


COMMAND: Final = Command(
    "deliver",
    Text(
        "运行一个分发进程：由告警主题派生各级别主题和当前状态主题，供其他系统使用。",
        "Run delivery: it derives the topics of each level and of what stands now from the alert topic.",
    ),
    run,
    settings=(*DELIVER, SESSION_SECONDS, TOPICS, TOPIC_PREFIX, LOG_LEVEL, *BROKER),
)
