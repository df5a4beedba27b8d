"""The processes of the demo: their last words, and their end."""

import os
import select
import sys
from pathlib import Path

import pytest

from engine.embedded.demo_process import LAST_LINES, DemoFailure, Started, stop_all

SECONDS = 30.0
WAITS = "import signal; signal.pause()"


def started(directory: Path, name: str, program: str) -> Started:
    root = Path(__file__).resolve().parents[3]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    return Started(name, (sys.executable, "-c", program), environment, directory)


def await_end(process: Started) -> None:
    """Return once the process has ended; it is still there to be asked for its code."""
    descriptor = os.pidfd_open(process.pid)
    ready, _, _ = select.select([descriptor], [], [], SECONDS)
    os.close(descriptor)
    assert ready, "the process goes on"


def is_there(process: Started) -> bool:
    """Whether the process still is, be it only as an exit code that nobody asked for."""
    return Path(f"/proc/{process.pid}").exists()


def test_one_that_ends_by_itself_is_reported_with_the_last_lines_of_its_log(tmp_path: Path) -> None:
    process = started(tmp_path, "worker", "print(*range(30), sep='\\n'); raise SystemExit(3)")
    await_end(process)
    with pytest.raises(DemoFailure) as failure:
        process.check()
    lines = failure.value.text.en.splitlines()
    assert lines[0] == "sunlight worker ended by itself with code 3; its last lines:"
    assert lines[1:] == [str(number) for number in range(30 - LAST_LINES, 30)]
    assert failure.value.text.zh.splitlines()[0] == "sunlight worker 意外退出（代码 3），其日志末尾："


def test_those_that_run_pass_the_check_and_are_stopped(tmp_path: Path) -> None:
    processes = [started(tmp_path, name, WAITS) for name in ("one", "two")]
    for process in processes:
        process.check()
    assert stop_all(processes) == []
    assert not any(is_there(process) for process in processes)


def test_stopping_what_has_ended_is_nothing(tmp_path: Path) -> None:
    process = started(tmp_path, "quick", "")
    await_end(process)
    assert stop_all([process]) == []


def test_one_that_does_not_stop_is_killed_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.embedded.demo_process.STOP_SECONDS", 0.1)
    process = started(
        tmp_path,
        "deaf",
        "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); open('up', 'w').close(); signal.pause()",
    )
    while not (tmp_path / "up").exists():
        process.check()
    assert stop_all([process]) == ["deaf"]
    assert not is_there(process)
