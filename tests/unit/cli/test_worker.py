"""`sunlight worker`, put together: what it is told, and under which settings it does not start."""

from pathlib import Path
from typing import Final

import pytest

from engine.cli.clock import clock_of
from engine.cli.finding_counts import FindingCounts
from engine.cli.loaded import rulebook_of, rules_directory, topics_of
from engine.cli.resolve import Settings, Sources, resolve
from engine.cli.rules_on_disk import RulesOnDisk
from engine.cli.settings import SETTINGS
from engine.cli.worker import covers, engine_factory, hooks, worker_settings
from engine.codec.rfc3339 import instant_from
from engine.ports import Commit, Meta
from engine.worker.clock import SystemClock
from engine.worker.meters import Meters
from tests.unit.cli.running import Program

DEFAULTS: Final = resolve(SETTINGS, Sources({}, {}, None))


def settings(**values: str) -> Settings:
    """Settings with these values."""
    return resolve(SETTINGS, Sources({name: (name, text) for name, text in values.items()}, {}, None))


def test_the_worker_is_told_of_every_topic_that_it_writes_to() -> None:
    told = worker_settings(DEFAULTS, topics_of(DEFAULTS))
    assert told.topics.partitions == {
        "sunlight.events.v1": 4,
        "sunlight.cases.v1": 4,
        "sunlight.alerts.v1": 4,
        "sunlight.dead-letters.v1": 4,
    }
    assert (told.topics.events, told.topics.changelog) == ("sunlight.events.v1", "sunlight.cases.v1")


def test_the_worker_is_told_for_how_long_the_changelog_keeps_tombstones() -> None:
    assert worker_settings(DEFAULTS, topics_of(DEFAULTS)).tombstone_seconds == 7 * 86_400


def test_settings_reach_the_worker_each_in_its_place() -> None:
    told = worker_settings(
        settings(
            topic_prefix="trial",
            state="here",
            instance="w-1",
            group="g",
            worker_host="::1",
            worker_port="0",
            batch_records="7",
            fetch_wait_ms="8",
            session_seconds="30",
            heartbeat_seconds="9",
            decide_after_seconds="10",
            block_cache_mib="1",
            write_buffer_mib="2",
            stop_seconds="11",
            confirm_clock="true",
            bootstrap="k:1",
        ),
        topics_of(settings(topic_prefix="trial")),
    )
    assert told.topics.events == "trial.events.v1"
    assert (told.data_directory, told.instance, told.group) == (Path("here"), "w-1", "g")
    assert (told.health_host, told.health_port) == ("::1", 0)
    assert (told.batch_records, told.fetch_wait_ms) == (7, 8)
    assert (told.session_seconds, told.heartbeat_seconds, told.decide_after_seconds) == (30, 9, 10)
    assert (told.block_cache_bytes, told.write_buffer_bytes, told.stop_seconds) == (1 << 20, 2 << 20, 11)
    assert told.confirm_clock
    assert told.connection.brokers == "k:1"


def test_the_pipeline_of_a_partition_knows_its_number_its_rules_and_its_topics() -> None:
    rulebook = rulebook_of(DEFAULTS)
    made = engine_factory(rulebook, topics_of(DEFAULTS))(3)
    assert (made.partition, made.rulebook, made.topics.partitions) == (3, rulebook, 4)
    assert made.topics.dead_letters == "sunlight.dead-letters.v1"


@pytest.mark.parametrize(
    ("time", "is_covered"),
    [
        pytest.param("2026-12-31T12:00:00+08:00", True, id="last-day-of-the-last-notice"),
        pytest.param("2027-01-01T12:00:00+08:00", False, id="past-the-last-notice"),
    ],
)
def test_a_day_is_covered_as_long_as_a_notice_covers_it(time: str, *, is_covered: bool) -> None:
    assert covers(rulebook_of(DEFAULTS), instant_from(time)) is is_covered


def test_readiness_asks_for_the_rulebook_and_the_calendar() -> None:
    conditions = hooks(
        rulebook_of(DEFAULTS), SystemClock(), "127.0.0.1", RulesOnDisk(rules_directory(DEFAULTS))
    ).conditions
    assert set(conditions) == {"rulebook_valid", "calendar_covers_today"}
    assert conditions["rulebook_valid"]()


def test_findings_are_counted_by_kind() -> None:
    meters = Meters()
    commit = Commit((), (), (), Meta(), {"finding:unknown-item": 2, "applied": 5})
    FindingCounts(meters).committed(0, commit, Meta())
    assert b'sunlight_findings_total{kind="unknown-item"} 2.0' in meters.exposition()


def test_the_clock_is_the_machines_unless_a_simulated_one_is_given() -> None:
    rulebook = rulebook_of(DEFAULTS)
    assert isinstance(clock_of(DEFAULTS, rulebook), SystemClock)
    far = settings(clock=f"2026-03-02T00:50:00Z@{2**62}x600")
    assert clock_of(far, rulebook).now() == instant_from("2026-03-02T00:50:00Z")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        pytest.param(
            ["--heartbeat-seconds", "5"],
            2,
            "heartbeat_seconds: expected at most a third of session_seconds (3.33), got 5",
            id="heartbeats-too-far-apart",
        ),
        pytest.param(
            ["--clock", "noon"], 2, "clock: expected START@ORIGINxFACTOR, got 'noon'", id="no-clock"
        ),
        pytest.param(["--rules", "none"], 2, "there is no directory of rules 'none'", id="no-rules"),
        pytest.param(
            ["--topics", "none.yaml"],
            1,
            "none.yaml:1:1: cannot be read: No such file or directory",
            id="no-topics",
        ),
    ],
)
def test_a_worker_that_cannot_run_says_so_in_one_line(
    program: Program, arguments: list[str], code: int, said: str
) -> None:
    done = program("worker", *arguments)
    assert (done.code, done.said) == (code, f"sunlight: error: {said}\n")


def test_a_worker_without_a_broker_says_so_in_one_line(program: Program) -> None:
    done = program("worker", "--bootstrap", "127.0.0.1:1", "--log-level", "error")
    assert done.code == 1
    assert done.said.splitlines()[-1].startswith("sunlight: error: Kafka at 127.0.0.1:1: ")


def test_a_worker_with_findings_in_its_rules_refuses_with_all_of_them(program: Program) -> None:
    (program.directory / "rules").mkdir()
    program.write("rules/pack.yaml", "include: [approval]\ncalender: cn\nlimit: {}\n")
    done = program("worker", "--rules", "rules")
    assert done.code == 1
    assert [line for line in done.said.splitlines() if "unknown key" in line]
    assert len(done.said.splitlines()) == 3
