"""`sunlight serve`, `deliver` and `demo`: under what they do not start, each in one line."""

import pytest

from tests.unit.cli.running import Program

NOWHERE = ("--bootstrap", "127.0.0.1:1", "--log-level", "error")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(
            ["serve", "--host", "0.0.0.0"],  # noqa: S104  That is what must be refused.
            "host: '0.0.0.0' can be reached from other machines, so a token is needed; "
            "set one, or listen on 127.0.0.1",
            id="open-board",
        ),
        pytest.param(
            ["serve", "--token", "sesame"], "token: expected at least 16 characters, got 6", id="short-token"
        ),
        pytest.param(["demo", "--duration", "0"], "--duration: expected more than 0, got 0", id="no-time"),
        pytest.param(
            ["serve", "--clock", "2026-03-02T00:50:00Z@1x0"], "clock: expected START@ORIGINxFACTOR, got "
            "'2026-03-02T00:50:00Z@1x0'", id="standing-clock",
        ),
    ],
)  # fmt: skip
def test_what_is_told_wrongly_is_a_wrong_call(program: Program, arguments: list[str], said: str) -> None:
    done = program(*arguments)
    assert (done.code, done.said) == (2, f"sunlight: error: {said}\n")


@pytest.mark.parametrize("command", ["deliver"])
def test_without_a_broker_there_is_one_line(program: Program, command: str) -> None:
    done = program(command, "--port", "0", *NOWHERE)
    assert done.code == 1
    assert done.said.splitlines()[-1].startswith("sunlight: error: Kafka at 127.0.0.1:1: ")


def test_produce_without_a_broker_is_one_line(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.cli.produce.BROKER_SECONDS", 0.2)
    program.write("log.jsonl", "")
    done = program("produce", "log.jsonl", "--bootstrap", "127.0.0.1:1")
    assert done.code == 1
    assert done.said.startswith("sunlight: error: Kafka at 127.0.0.1:1 does not answer: ")


def test_topics_without_a_broker_is_one_line(program: Program) -> None:
    done = program("topics", "plan", "--bootstrap", "127.0.0.1:1")
    assert done.code == 1
    assert done.said.startswith("sunlight: error: 127.0.0.1:1: ")
    assert len(done.said.splitlines()) == 1


def test_a_rate_must_be_more_than_nothing(program: Program) -> None:
    program.write("log.jsonl", "")
    done = program("produce", "log.jsonl", "--rate", "0")
    assert (done.code, done.said) == (2, "sunlight: error: --rate: expected more than 0, got 0\n")


def test_a_list_of_topics_with_faults_is_refused_with_all_of_them(program: Program) -> None:
    program.write("topics.yaml", "prefix: a b\npartitions: 0\ntopics: {}\n")
    done = program("topics", "plan", "--topics", "topics.yaml")
    assert done.code == 1
    assert all(line.startswith("sunlight: error: topics.yaml:") for line in done.said.splitlines())
