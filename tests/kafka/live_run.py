"""Worker processes on a real broker, from the outside: what they publish, how far they are, how they end."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from confluent_kafka import OFFSET_BEGINNING, Consumer, Message, TopicPartition

from tests.servers.kafka import KafkaServer

SUNLIGHT: Final = str(Path(sys.executable).with_name("sunlight"))
PARTITIONS: Final = 4
PATIENCE_SECONDS: Final = 90.0
_SAMPLE: Final = re.compile(r"^(\w+)(?:\{[^}]*\})? (\S+)$", re.MULTILINE)

Said = tuple[str, str]
"""An alert's id and its due instant."""


class NotInTimeError(AssertionError):
    """What was waited for did not come about."""


@dataclass(frozen=True)
class Log:
    """A file of events and what it takes to read and judge it."""

    file: Path
    rules: Path
    mapping: Path

    def mapped(self) -> list[str]:
        """The arguments that name the file and its mapping."""
        return [str(self.file), "--mapping", str(self.mapping)]


def sunlight(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; it must succeed."""
    done = subprocess.run(
        [SUNLIGHT, "--lang", "en", *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def replayed(log: Log) -> set[Said]:
    """What a replay of `log` raises up to now, each once."""
    done = sunlight("replay", *log.mapped(), "--rules", str(log.rules), "--until", "now")
    messages = [json.loads(line) for line in done.stdout.splitlines()]
    raised = Counter(said(message) for message in messages if is_raised(message))
    assert set(raised.values()) <= {1}, "the replay itself raises an alert twice"
    return set(raised)


def said(message: dict[str, Any]) -> Said:
    """The alert's id and its due instant."""
    return message["data"]["alert_id"], message["data"]["due"]


def is_raised(message: dict[str, Any]) -> bool:
    """Whether the message raises an alert."""
    return str(message["type"]) == "sunlight.alert.raised"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class WorkerProcess:
    """One `sunlight worker`, which can be killed and started again under its name."""

    name: str
    directory: Path
    log: Log
    prefix: str
    bootstrap: str
    batch_records: int
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def state(self) -> Path:
        """Its disk."""
        return self.directory / self.name

    def start(self) -> None:
        """Start it; it joins its group under its name."""
        with (self.directory / f"{self.name}.log").open("ab") as output:
            self.process = subprocess.Popen(
                [
                    *(SUNLIGHT, "worker", "--bootstrap", self.bootstrap, "--topic-prefix", self.prefix),
                    *("--rules", str(self.log.rules), "--state", str(self.state), "--instance", self.name),
                    *("--group", self.prefix, "--port", str(self.port)),
                    *("--batch-records", str(self.batch_records), "--fetch-wait-ms", "100"),
                    *("--session-seconds", "6", "--heartbeat-seconds", "0.5"),
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self, *, with_disk: bool) -> None:
        """End it at once; without its disk, as a machine that is lost."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        if not with_disk:
            shutil.rmtree(self.state)

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def end(self) -> None:
        """Leave nothing running."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def figures(self) -> dict[str, list[float]]:
        """Its metrics: the values of each name; nothing while it does not answer."""
        assert self.process is not None
        assert self.process.poll() is None, self.written()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as answer:
                text = answer.read().decode()
        except OSError:
            return {}
        figures: dict[str, list[float]] = {}
        for name, value in _SAMPLE.findall(text):
            figures.setdefault(name, []).append(float(value))
        return figures

    def applied(self) -> float:
        """How many records it has applied since it was started."""
        return sum(self.figures().get("sunlight_records_applied_total", []))

    def written(self) -> str:
        """The end of its log."""
        return (self.directory / f"{self.name}.log").read_text(errors="replace")[-4000:]


def are_done(workers: list[WorkerProcess]) -> bool:
    """Whether the workers share all partitions, have applied all records, and no deadline of the past waits."""
    figures = [worker.figures() for worker in workers]
    now = time.time()
    owned = [sum(one.get("sunlight_partitions_owned", [])) for one in figures]
    behind = [value for one in figures for value in one.get("sunlight_partition_behind", [])]
    wakes = [value for one in figures for value in one.get("sunlight_next_wake_timestamp_seconds", [])]
    return (
        all(owned)
        and sum(owned) == PARTITIONS
        and len(behind) == PARTITIONS
        and not any(behind)
        and all(wake > now for wake in wakes)
    )


class Follower:
    """An independent consumer of one topic that reads what is committed, from the beginning."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._consumer = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": "independent",
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
            }
        )
        self._consumer.assign(
            [TopicPartition(topic, number, OFFSET_BEGINNING) for number in range(PARTITIONS)]
        )
        self.records: list[Message] = []

    def poll(self) -> None:
        """Take what there is; waits for a moment where there is nothing."""
        for record in self._consumer.consume(500, timeout=0.1):
            assert record.error() is None, record.error()
            if record.value() is not None:
                self.records.append(record)

    @property
    def values(self) -> list[bytes]:
        """The values of the records, in the order in which they were read."""
        return [value for record in self.records if (value := record.value()) is not None]

    def close(self) -> None:
        """Let go of the consumer."""
        self._consumer.close()


def messages_in(bootstrap: str, topic: str) -> list[dict[str, Any]]:
    """Every message of `topic`, by a consumer that starts anew and stops at the ends there are now."""
    follower = Follower(bootstrap, topic)
    try:
        consumer = follower._consumer
        ends = {
            number: consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=30)[1]
            for number in range(PARTITIONS)
        }
        expected = sum(ends.values())
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(follower.records) < expected:
            follower.poll()
            if time.monotonic() > deadline:
                message = f"{len(follower.records)} of {expected} messages of {topic}"
                raise NotInTimeError(message)
        return [json.loads(value) for value in follower.values]
    finally:
        follower.close()


def produce(server: KafkaServer, log: Log, prefix: str) -> None:
    """Make the topics under `prefix` and send the events of `log`."""
    there = ("--bootstrap", server.bootstrap, "--topic-prefix", prefix)
    sunlight("topics", "apply", "--yes", *there)
    done = sunlight("produce", *log.mapped(), *there)
    assert "rejected  0" in done.stderr, done.stderr


def environment_is_clean() -> bool:
    """Whether no variable of the tests' own environment would change what a command does."""
    return not [name for name in os.environ if name.startswith("SUNLIGHT_") and name != "SUNLIGHT_SHARED"]
