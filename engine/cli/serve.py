"""`sunlight serve`: the board, put together of its topics, the names in the rulebook and settings."""

from typing import Final

from aiokafka.errors import KafkaError

from engine.board.feed import FeedError
from engine.board.names import names_of
from engine.board.read_model import BoardTopics
from engine.board.run import run_serve
from engine.board.settings import BoardSettings, SettingError
from engine.cli.brokers import connection
from engine.cli.clock import clock_of, pace_of
from engine.cli.command import Command, Session
from engine.cli.failure import Failure, misused, plain
from engine.cli.loaded import rulebook_of, topics_of
from engine.cli.logs import start_logging
from engine.cli.settings import (
    BOARD,
    BOARD_HOST,
    BOARD_PORT,
    BOARD_TOKEN,
    BROKER,
    CLOCK,
    LOG_LEVEL,
    RULES,
    STATE,
    TOPIC_PREFIX,
    TOPICS,
)
from engine.core.text import Text

READ_MODEL: Final = "board.sqlite"
"""Name of the read-model's file in the state directory."""


def run(session: Session) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    settings = session.settings()
    rulebook = rulebook_of(settings)
    topics = topics_of(settings)
    brokers = connection(settings)
    clock, pace = clock_of(settings, rulebook), pace_of(settings)
    start_logging(settings)
    try:
        settings[STATE].mkdir(parents=True, exist_ok=True)
        return run_serve(
            BoardSettings(
                brokers.client_options(),
                BoardTopics(topics.cases.name, topics.alerts.name),
                settings[STATE] / READ_MODEL,
                clock.now,
                1.0 if pace is None else pace.factor,
                settings[BOARD_HOST],
                settings[BOARD_PORT],
                settings[BOARD_TOKEN],
                names_of(rulebook),
            )
        )
    except SettingError as error:
        raise misused(plain(str(error))) from error
    except FeedError as error:
        raise Failure(plain(str(error))) from error
    except KafkaError as error:
        raise Failure(
            Text(f"Kafka {brokers.brokers}：{error}", f"Kafka at {brokers.brokers}: {error}")
        ) from error
    except OSError as error:
        raise Failure(Text(f"无法运行：{error}", f"cannot run: {error}")) from error


COMMAND: Final = Command(
    "serve",
    Text(
        "运行监察大屏：实时显示告警、临期办件和各单位数量。默认只供本机访问；其他地址须设令牌。",
        "Serve the board: alerts as they come, the cases nearest to their deadlines, counts by unit. It listens on "
        "loopback unless told otherwise, and then only with a token.",
    ),
    run,
    settings=(*BOARD, STATE, RULES, TOPICS, TOPIC_PREFIX, CLOCK, LOG_LEVEL, *BROKER),
)
