"""A real Prometheus that scrapes one address, and the questions put to it."""

import json
import socket
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

EVERY_MS = 200
"""How long Prometheus waits between two scrapes."""

STOP_SECONDS_MAX = 30.0
ANSWER_SECONDS_MAX = 30.0

_CONFIGURATION = """
global: {{scrape_interval: {every}ms, scrape_timeout: {every}ms}}
scrape_configs:
  - job_name: sunlight
    static_configs: [{{targets: ["{target}"]}}]
"""


class Refused(Exception):
    """A query that Prometheus did not answer; the message is its own."""


class PrometheusServer:
    """Prometheus on a free port of loopback, with its data in `home`. It runs inside the context."""

    def __init__(self, target: str, home: Path) -> None:
        self._home = home
        self._port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        configuration = _CONFIGURATION.format(every=EVERY_MS, target=target)
        (home / "prometheus.yml").write_text(configuration)

    def __enter__(self) -> Self:
        with (self._home / "prometheus.log").open("wb") as log:
            self._process = subprocess.Popen(
                [
                    "prometheus",
                    f"--config.file={self._home / 'prometheus.yml'}",
                    f"--storage.tsdb.path={self._home / 'data'}",
                    f"--web.listen-address=127.0.0.1:{self._port}",
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def log(self) -> str:
        """What it has said."""
        return (self._home / "prometheus.log").read_text(errors="replace")

    def now(self, expression: str) -> list[dict[str, Any]]:
        """The series of an instant query. Raises `Refused`."""
        return self._ask("query", {"query": expression})

    def over(self, expression: str, start: float, end: float) -> list[dict[str, Any]]:
        """The series of a range query between two Unix times, a point a second. Raises `Refused`."""
        return self._ask("query_range", {"query": expression, "start": start, "end": end, "step": 1})

    def _ask(self, endpoint: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        address = f"http://127.0.0.1:{self._port}/api/v1/{endpoint}"
        body = urllib.parse.urlencode(parameters).encode()
        try:
            with urllib.request.urlopen(address, body, ANSWER_SECONDS_MAX) as response:
                answer = json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                raise Refused(error.read().decode()) from error
        if answer["status"] != "success" or answer.get("warnings"):
            raise Refused(str(answer))
        result: list[dict[str, Any]] = answer["data"]["result"]
        return result


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
