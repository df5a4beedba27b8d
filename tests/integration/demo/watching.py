"""Running `sunlight demo` as a newcomer does, and watching its processes and its board."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any, Final

import msgspec

SECONDS: Final = 60.0
"""How long anything may take: so soon a newcomer sees cards."""


class Demo:
    """A running demo. What it prints is read line by line."""

    def __init__(self, directory: Path, *arguments: str) -> None:
        self.temporary = directory / "temporary"
        self.temporary.mkdir()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SUNLIGHT_")}
        environment |= {"TMPDIR": str(self.temporary), "PYTHONPATH": str(Path(__file__).resolve().parents[3])}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "engine.cli.main", "demo", "--lang", "en", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=directory,
            env=environment,
        )

    def line(self, containing: str) -> str:
        """The next printed line that contains the text; what comes before it is passed over."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if containing in line:
                return line.rstrip()
        msg = f"the demo ended without saying {containing!r}: {self.process.stderr and self.process.stderr.read()}"
        raise AssertionError(msg)

    def children(self) -> dict[str, int]:
        """Process ids by the name of the command."""
        pid = self.process.pid
        pids = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        commands = {
            child: Path(f"/proc/{child}/cmdline").read_text().rstrip("\0").split("\0") for child in pids
        }
        return {command[-1]: int(child) for child, command in commands.items()}

    def ended(self, number: signal.Signals | None = None) -> tuple[int, str]:
        """Exit code and errors, after the signal where one is given."""
        if number is not None:
            self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, errors


@contextmanager
def demo(directory: Path, *arguments: str) -> Iterator[Demo]:
    """A demo that is ended in any case."""
    running = Demo(directory, *arguments)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
            running.process.wait()
        for pipe in (running.process.stdout, running.process.stderr):
            if pipe is not None:
                pipe.close()


class Exits:
    """Watches processes that are not this one's children, from before they end."""

    def __init__(self, pids: dict[str, int]) -> None:
        self._descriptors = {name: os.pidfd_open(pid) for name, pid in pids.items()}

    def left(self) -> list[str]:
        """The names of those that have not ended within the time."""
        found = []
        for name, descriptor in self._descriptors.items():
            ready, _, _ = select.select([descriptor], [], [], SECONDS)
            os.close(descriptor)
            if not ready:
                found.append(name)
        return found


class Board:
    """The board of a demo, asked over HTTP."""

    def __init__(self, address: str) -> None:
        self.place = address.removeprefix("http://").rstrip("/")

    def answer(self, path: str) -> Any:  # noqa: ANN401  Whatever the board says.
        """The JSON at `path`."""
        connection = HTTPConnection(self.place, timeout=SECONDS)
        try:
            connection.request("GET", path)
            return msgspec.json.decode(connection.getresponse().read())
        finally:
            connection.close()

    @contextmanager
    def stream(self) -> Iterator[Iterator[tuple[str, Any]]]:
        """(name, value) of the events that the board sends by itself."""
        connection = HTTPConnection(self.place, timeout=SECONDS)
        try:
            connection.request("GET", "/api/stream")
            yield _events(connection.getresponse())
        finally:
            connection.close()


def _events(response: HTTPResponse) -> Iterator[tuple[str, Any]]:
    name = ""
    for line in response:
        if line.startswith(b"event: "):
            name = line.removeprefix(b"event: ").decode().strip()
        elif line.startswith(b"data: "):
            yield name, msgspec.json.decode(line.removeprefix(b"data: "))
