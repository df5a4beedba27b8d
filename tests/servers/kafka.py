"""A real Apache Kafka for tests: one KRaft process on loopback, started from the jars that Maven fetched."""

import argparse
import base64
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from pathlib import Path
from types import TracebackType
from typing import Final, Self

JARS: Final = Path(__file__).resolve().parents[2] / ".cache" / "kafka"
START_SECONDS_MAX: Final = 60.0
STOP_SECONDS_MAX: Final = 30.0
ASK_SECONDS: Final = 0.05
HEAP: Final = "-Xmx384m"


class KafkaFailedError(Exception):
    """The broker did not become ready; the message ends with its log."""


class KafkaServer:
    """One broker, its own controller, with its data in a directory that outlives `kill` and `stop`.

    A context manager: it starts on entry, and on exit stops and removes its data.
    """

    def __init__(self, settings: dict[str, str] | None = None, partitions: int = 4) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="sunlight-kafka-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._port = _free_port()
        self._controller_port = _free_port()
        self._settings = {**self._defaults(partitions), **(settings or {})}

    @property
    def bootstrap(self) -> str:
        """The broker's address, the same after a restart."""
        return f"127.0.0.1:{self._port}"

    @property
    def pid(self) -> int | None:
        """The process of the broker; None while there is none."""
        return self._process.pid if self._process else None

    @property
    def log(self) -> str:
        """What the broker has written to its log since it was first started."""
        path = self._home / "server.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def start(self) -> None:
        """Start on the data there is, and return once the broker takes connections."""
        assert self._process is None, "the broker runs already"
        properties = self._home / "server.properties"
        if not properties.exists():
            properties.write_text("".join(f"{name}={value}\n" for name, value in self._settings.items()))
            self._format(properties)
        with (self._home / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*_java(), "kafka.Kafka", str(properties)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._home,
                start_new_session=True,
            )
        self._wait_until_ready()

    def stop(self) -> None:
        """Stop as an operator does; the data stay."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the process at once, as a power cut does; the data stay."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """Freeze the process until `resume`: its connections stay open and nobody answers."""
        assert self._process is not None, "no broker runs"
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a paused process go on."""
        assert self._process is not None, "no broker runs"
        self._process.send_signal(signal.SIGCONT)

    def restart(self) -> None:
        """Stop, and start on the same data and the same port."""
        self.stop()
        self.start()

    def remove(self) -> None:
        """End the process and delete the data."""
        if self._process is not None:
            self._end(signal.SIGKILL)
        shutil.rmtree(self._home, ignore_errors=True)

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()

    def _defaults(self, partitions: int) -> dict[str, str]:
        return {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@127.0.0.1:{self._controller_port}",
            "controller.listener.names": "CONTROLLER",
            "listeners": f"PLAINTEXT://127.0.0.1:{self._port},CONTROLLER://127.0.0.1:{self._controller_port}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{self._port}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "inter.broker.listener.name": "PLAINTEXT",
            "log.dirs": str(self._home / "data"),
            "num.partitions": str(partitions),
            # Only what topics.yaml says is made, so a misspelt topic fails where it is used.
            "auto.create.topics.enable": "false",
            "offsets.topic.num.partitions": "4",
            "offsets.topic.replication.factor": "1",
            "transaction.state.log.num.partitions": "4",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "min.insync.replicas": "1",
            # A broker that was killed may register again only when the session of its former self is over.
            "broker.session.timeout.ms": "3000",
            "broker.heartbeat.interval.ms": "500",
            "group.initial.rebalance.delay.ms": "0",
            "group.min.session.timeout.ms": "1000",
            # Compaction comes within a test's patience.
            "log.cleaner.backoff.ms": "500",
            "log.cleaner.dedupe.buffer.size": "4194304",
            "log.cleaner.threads": "1",
        }

    def _format(self, properties: Path) -> None:
        # With a first byte of zero the id begins with an A, and never with a dash that reads as an option.
        cluster = base64.urlsafe_b64encode(b"\x00" + uuid.uuid4().bytes[1:]).decode().rstrip("=")
        done = subprocess.run(
            [*_java(), "kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(properties)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            cwd=self._home,
            timeout=START_SECONDS_MAX,
            check=False,
        )
        if done.returncode:
            msg = f"formatting {self._home} failed: {(done.stdout + done.stderr).decode(errors='replace')}"
            raise KafkaFailedError(msg)

    def _wait_until_ready(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline:
            if _answers(self._port):
                return
            # Another process gives no sign of being ready other than its answer, so it is asked again; meanwhile
            # what is waited for is its end.
            try:
                self._process.wait(ASK_SECONDS)
            except subprocess.TimeoutExpired:
                continue
            self._process = None
            msg = f"the broker ended while it started: {self.log[-4000:]}"
            raise KafkaFailedError(msg)
        msg = f"the broker was not ready after {START_SECONDS_MAX:.0f} s: {self.log[-4000:]}"
        raise KafkaFailedError(msg)

    def _end(self, how: signal.Signals) -> None:
        assert self._process is not None, "no broker runs"
        process, self._process = self._process, None
        process.send_signal(how)
        try:
            process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _java() -> list[str]:
    if not JARS.is_dir():
        msg = f"expected Kafka's jars in {JARS.relative_to(JARS.parents[1])}; make test fetches them"
        raise KafkaFailedError(msg)
    return [
        "java",
        HEAP,
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xshare:auto",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
        "-Dorg.slf4j.simpleLogger.showDateTime=true",
        "-cp",
        f"{JARS}/*",
    ]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    """Whether a broker on `port` answers an ApiVersions request; an open port alone is not yet a broker."""
    # API 18 version 0, correlation 1, no client id, length first.
    request = b"\x00\x00\x00\x0a\x00\x12\x00\x00\x00\x00\x00\x01\xff\xff"
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(request)
            return len(connection.recv(8)) == len(b"lengthid")
    except OSError:
        return False


def main() -> None:
    """Run one broker until the process is told to end, and print its address first."""
    parser = argparse.ArgumentParser(prog="python -m tests.servers.kafka", description=__doc__)
    parser.add_argument(
        "--partitions", type=int, default=4, help="partitions of a topic made without a number"
    )
    arguments = parser.parse_args()
    # A pending signal is taken by `sigwait` below, so that the exit is always the orderly one.
    ending = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ending)
    with KafkaServer(partitions=arguments.partitions) as server:
        print(server.bootstrap, flush=True)  # noqa: T201  # The address is what the caller waits for.
        signal.sigwait(ending)


if __name__ == "__main__":
    main()
