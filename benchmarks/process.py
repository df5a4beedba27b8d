"""A contender as a process of its own: started, watched from outside through /proc, and ended."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

SAMPLE_SECONDS = 0.02
STOP_SECONDS_MAX = 60.0

_TICKS = os.sysconf("SC_CLK_TCK")


class ContenderError(Exception):
    """A contender that ended or did not get there; the message ends with its log."""


class Sample(NamedTuple):
    """What a process had used at a moment."""

    moment: float
    """Seconds since the epoch."""
    cpu: float
    """Seconds of user and system time, all threads."""


class Contender:
    """A process, with its log in `log`. It runs inside the context and gets SIGTERM at its end."""

    def __init__(self, command: Sequence[str], log: Path, environment: dict[str, str] | None = None) -> None:
        self._command = command
        self._log = log
        self._environment = {**os.environ, **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None
        self._stop = threading.Event()
        self._sampler = threading.Thread(target=self._sample, daemon=True)
        self.samples: list[Sample] = []
        self.peak_bytes = 0

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
            )
        self._sampler.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        self._stop.set()
        self._sampler.join()
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def pid(self) -> int:
        """The process."""
        assert self._process is not None
        return self._process.pid

    def log(self) -> str:
        """What it has said."""
        return self._log.read_text(errors="replace")

    def wait_until(
        self, condition: Callable[[], bool], what: str, seconds: float, every: float = 0.25
    ) -> None:
        """Ask for `condition` until it holds. Raises `ContenderError` where it does not in time."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert self._process is not None
            if self._process.poll() is not None:
                msg = f"ended with {self._process.returncode} before {what}:\n{self.log()[-6000:]}"
                raise ContenderError(msg)
            if time.monotonic() > deadline:
                msg = f"not {what} after {seconds:.0f} s:\n{self.log()[-6000:]}"
                raise ContenderError(msg)
            # Seldom, so that asking costs the contender nothing that shows.
            time.sleep(every)

    def cpu_between(self, start: float, end: float) -> float:
        """Seconds of CPU used between two moments, read between the samples around them."""
        return _at(self.samples, end) - _at(self.samples, start)

    def _sample(self) -> None:
        while not self._stop.wait(SAMPLE_SECONDS):
            try:
                stat = Path(f"/proc/{self.pid}/stat").read_text()
                status = Path(f"/proc/{self.pid}/status").read_text()
            except (FileNotFoundError, ProcessLookupError):
                return
            fields = stat.rpartition(")")[2].split()
            self.samples.append(Sample(time.time(), (int(fields[11]) + int(fields[12])) / _TICKS))
            for line in status.splitlines():
                if line.startswith("VmHWM:"):
                    self.peak_bytes = int(line.split()[1]) * 1024


def _at(samples: Sequence[Sample], moment: float) -> float:
    before = samples[0]
    for sample in samples:
        if sample.moment >= moment:
            span = sample.moment - before.moment
            share = (moment - before.moment) / span if span > 0 else 1.0
            return before.cpu + max(0.0, share) * (sample.cpu - before.cpu)
        before = sample
    return before.cpu
