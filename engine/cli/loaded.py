"""The rulebook and the list of topics that the settings name; the shipped ones where they name none."""

from pathlib import Path

from engine.cli.failure import Failure, found, misused, plain
from engine.cli.resolve import Settings
from engine.cli.settings import RULES, TOPIC_PREFIX, TOPICS
from engine.core.rulebook import Rulebook
from engine.core.text import Text
from engine.rulebook.load import load_rulebook
from engine.rulebook.locate import shipped_rules
from engine.rulebook.report import report_lines
from engine.topics.load import TopicsError, load_topics, shipped_topics
from engine.topics.model import Topics


def rulebook_of(settings: Settings) -> Rulebook:
    """The rulebook. Raises `Failure` with every finding."""
    directory = rules_directory(settings)
    if not directory.is_dir():
        raise misused(
            Text(f"规则目录不存在：{directory}", f"there is no directory of rules {str(directory)!r}")
        )
    rulebook, findings = load_rulebook(directory)
    if rulebook is None:
        raise found(report_lines(findings))
    return rulebook


def rules_directory(settings: Settings) -> Path:
    """Where the rules are. Raises `Failure` where there are none."""
    try:
        return settings[RULES] or shipped_rules()
    except FileNotFoundError as error:
        raise Failure(plain(str(error))) from error


def topics_of(settings: Settings) -> Topics:
    """The list of topics. Raises `Failure` with every fault."""
    try:
        return load_topics(settings[TOPICS] or shipped_topics(), settings[TOPIC_PREFIX])
    except TopicsError as error:
        raise found([str(fault) for fault in error.faults]) from error
