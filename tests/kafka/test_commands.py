"""The commands that talk to Kafka, on a real one: topics, produce, subscribe, and what a worker refuses."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from engine.codec.partitioner import partition_of
from tests.kafka.live_run import (
    PATIENCE_SECONDS,
    SUNLIGHT,
    Follower,
    Log,
    NotInTimeError,
    WorkerProcess,
    are_done,
    messages_in,
    sunlight,
)
from tests.kafka.live_scenes import until
from tests.servers.kafka import KafkaServer

RULES: Final = Path(__file__).resolve().parents[2] / "rules"

EVENTS: Final = [
    {
        "specversion": "1.0",
        "id": f"{number}",
        "source": "/hall",
        "type": "case.accepted",
        "subject": f"C-{number}",
        "time": "2025-09-22T09:00:00+08:00",
        "data": {"item": "A-001", "unit": unit},
    }
    for number, unit in enumerate(("housing", "health", "housing", "health"))
]


@pytest.fixture(scope="module")
def server() -> Iterator[KafkaServer]:
    """One broker for all tests; each has topics of its own."""
    with KafkaServer() as running:
        yield running


def tried(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command that may fail."""
    return subprocess.run(
        [SUNLIGHT, "--lang", "en", *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def at(server: KafkaServer, prefix: str) -> tuple[str, ...]:
    """The flags that name the broker and the topics."""
    return ("--bootstrap", server.bootstrap, "--topic-prefix", prefix)


def event_file(directory: Path, extra: str = "") -> Path:
    """A file of four events of two units."""
    path = directory / "events.jsonl"
    path.write_text("".join(json.dumps(event) + "\n" for event in EVENTS) + extra)
    return path


def test_on_a_fresh_broker_a_plan_is_shown_applied_and_then_nothing_is_left_to_do(
    server: KafkaServer,
) -> None:
    there = at(server, "fresh")
    plan = sunlight("topics", "plan", *there).stdout.splitlines()
    assert len(plan) == 8
    assert all(line.startswith("+ create fresh.") for line in plan)
    assert sunlight("topics", "plan", *there).stdout.splitlines() == plan, "a plan changes nothing"
    unasked = tried("topics", "apply", *there)
    assert unasked.returncode == 2
    assert unasked.stderr == (
        "sunlight: error: there is no terminal to ask on: add --yes to carry the plan out\n"
    )
    assert sunlight("topics", "plan", *there).stdout.splitlines() == plan, "nothing is changed without a yes"
    assert sunlight("topics", "apply", "--yes", *there).stderr == "done: 8 steps\n"
    left = sunlight("topics", "plan", *there).stdout
    assert left == "nothing to do: the cluster is as topics.yaml says\n"


@pytest.mark.parametrize(("answer", "code", "made"), [("n", 1, 0), ("y", 0, 8)])
def test_on_a_terminal_the_plan_is_carried_out_only_after_a_yes(
    server: KafkaServer, answer: str, code: int, made: int
) -> None:
    there = at(server, f"asked-{answer}")
    terminal, side = os.openpty()
    try:
        os.write(terminal, f"{answer}\n".encode())
        done = subprocess.run(
            [SUNLIGHT, "--lang", "en", "topics", "apply", *there],
            stdin=side,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    finally:
        os.close(terminal)
        os.close(side)
    assert (done.returncode, "Carry it out? [y/N]" in done.stderr) == (code, True)
    left = tried("topics", "plan", *there).stdout.splitlines()
    assert 8 - len([line for line in left if line.startswith("+ create")]) == made


def test_a_worker_refuses_topics_with_a_wrong_number_of_partitions_and_says_what_to_do(
    server: KafkaServer, tmp_path: Path
) -> None:
    there = at(server, "narrow")
    admin = AdminClient({"bootstrap.servers": server.bootstrap})
    admin.create_topics([NewTopic("narrow.events.v1", 3, 1)])["narrow.events.v1"].result(30)
    plan = tried("topics", "plan", *there)
    assert plan.returncode == 1
    assert (
        "! refuse narrow.events.v1: expected 4 partitions, found 3; a partition count is never changed"
        in plan.stdout
    )
    applied = tried("topics", "apply", "--yes", *there)
    assert (applied.returncode, applied.stderr) == (1, "nothing was changed\n")
    worker = tried("worker", "--state", str(tmp_path), "--port", "0", *there)
    assert worker.returncode == 1
    assert "topic 'narrow.events.v1' has 3 partitions, expected 4" in worker.stderr
    assert "run `sunlight topics plan`" in worker.stderr
    assert "Traceback" not in worker.stderr


def test_events_are_sent_once_each_to_the_partition_of_their_case_and_the_rest_is_listed(
    server: KafkaServer, tmp_path: Path
) -> None:
    there = at(server, "sent")
    sunlight("topics", "apply", "--yes", *there)
    file = event_file(tmp_path, "nonsense\n")
    done = sunlight("produce", str(file), "--rate", "1000", *there)
    assert done.stderr.splitlines()[0].startswith(f"{file}:5: not-json: ")
    assert done.stderr.splitlines()[1:] == [
        "sent      4 → sent.events.v1",
        "rejected  1: not-json 1 (listed above)",
    ]
    follower = Follower(server.bootstrap, "sent.events.v1")
    try:
        until(lambda: len(follower.records) == len(EVENTS), follower, [])
    finally:
        follower.close()
    assert sorted(json.loads(value)["id"] for value in follower.values) == ["0", "1", "2", "3"]
    for record in follower.records:
        key = record.key()
        assert key is not None
        assert record.partition() == partition_of(key, 4)


def test_a_topic_that_is_not_there_is_named_before_anything_is_sent(
    server: KafkaServer, tmp_path: Path
) -> None:
    done = tried("produce", str(event_file(tmp_path)), *at(server, "absent"))
    assert done.returncode == 1
    assert done.stderr == (
        "sunlight: error: there is no topic 'absent.events.v1'; run `sunlight topics apply` to make it\n"
    )


@pytest.fixture(scope="module")
def published(server: KafkaServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The prefix of topics on which a worker has published the alerts of four cases."""
    directory = tmp_path_factory.mktemp("published")
    sunlight("topics", "apply", "--yes", *at(server, "published"))
    sunlight("produce", str(event_file(directory)), *at(server, "published"))
    log = Log(directory / "events.jsonl", RULES, directory / "none")
    worker = WorkerProcess("only", directory, log, "published", server.bootstrap, 100)
    changelog = Follower(server.bootstrap, "published.cases.v1")
    try:
        worker.start()
        until(lambda: are_done([worker]), changelog, [worker])
        assert worker.stop() == 0
    finally:
        changelog.close()
        worker.end()
    return "published"


@pytest.mark.parametrize(
    ("arguments", "units", "levels"),
    [
        pytest.param([], {"housing", "health"}, {"warning", "yellow", "red"}, id="all"),
        pytest.param(["--level", "red"], {"housing", "health"}, {"red"}, id="level"),
        pytest.param(["--unit", "health"], {"health"}, {"warning", "yellow", "red"}, id="unit"),
        pytest.param(["--area", "乌海市"], {"housing", "health"}, {"warning", "yellow", "red"}, id="area"),
        pytest.param(["--area", "别处"], set(), set(), id="elsewhere"),
        pytest.param(
            ["--level", "red", "--level", "yellow", "--unit", "housing"],
            {"housing"},
            {"yellow", "red"},
            id="both",
        ),
    ],
)
def test_subscribers_see_the_alerts_they_select(
    server: KafkaServer, published: str, arguments: list[str], units: set[str], levels: set[str]
) -> None:
    done = sunlight(
        "subscribe", "--json", "--from", "beginning", "--until-idle", "1", *arguments, *at(server, published)
    )
    seen = [json.loads(line)["data"] for line in done.stdout.splitlines()]
    assert {data["unit"] for data in seen} == units
    assert {data["level"] for data in seen} == levels


def test_subscribers_who_want_all_get_the_very_messages_of_the_topic(
    server: KafkaServer, published: str
) -> None:
    done = sunlight("subscribe", "--json", "--from", "beginning", "--until-idle", "1", *at(server, published))
    identities = [json.loads(line)["id"] for line in done.stdout.splitlines()]
    assert sorted(identities) == sorted(
        message["id"] for message in messages_in(server.bootstrap, f"{published}.alerts.v1")
    )


def test_subscribing_ends_after_the_number_that_was_asked_for(server: KafkaServer, published: str) -> None:
    done = sunlight("subscribe", "--from", "beginning", "--count", "3", *at(server, published))
    assert len([line for line in done.stdout.splitlines() if " raised " in line]) == 3


def test_ctrl_c_ends_subscribing_cleanly(server: KafkaServer, published: str) -> None:
    following = subprocess.Popen(
        [SUNLIGHT, "subscribe", "--json", "--from", "beginning", *at(server, published)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert following.stdout is not None
        assert following.stdout.readline(), "the first alert shows that it follows"
        following.send_signal(signal.SIGINT)
        _, said = following.communicate(timeout=PATIENCE_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise NotInTimeError(str(error)) from error
    finally:
        following.kill()
        following.wait()
    assert (following.returncode, said) == (0, "")


def test_a_topic_of_alerts_that_is_not_there_is_one_line(server: KafkaServer) -> None:
    done = tried("subscribe", "--count", "1", *at(server, "nowhere"))
    assert done.returncode == 1
    assert done.stderr.startswith("sunlight: error: nowhere.alerts.v1:")
    assert len(done.stderr.splitlines()) == 1
