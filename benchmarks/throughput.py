"""Part 1: events a second and CPU an event of the worker and of its peers, on one stream and one broker."""

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.cluster import Run
from benchmarks.peer_case import ALERTS
from benchmarks.peer_case import decode_case as decode_peer_case
from benchmarks.process import Contender
from benchmarks.stream import Stream
from engine.codec.case_record import decode_case
from engine.codec.meta import META_KEY, decode_meta

RUN_SECONDS_MAX = 600.0
QUIET_SECONDS = 2.0
GROUP = "benchmarks-{name}"


class Measured(NamedTuple):
    """One run of one contender."""

    name: str
    events: int
    seconds: float
    """From the broker's taking of the first changelog record to that of the last one."""
    folded_seconds: float
    """Up to the changelog record with which the last event was applied; what follows is deciding."""
    cpu: float
    """Seconds of CPU of the contender's process in `seconds`."""
    peak_bytes: int
    changes: int
    """Changelog records."""
    alerts: int


class Kind(NamedTuple):
    """A contender: how it is started, and how its case records tell how many events they hold."""

    name: str
    command: Callable[[Run, Path, str], Sequence[str]]
    environment: Callable[[Run, Path, str], dict[str, str]]
    events_in: Callable[[bytes], int]
    alerts_expected: Callable[[Stream, int], bool]


def _nothing(run: Run, state: Path, group: str) -> dict[str, str]:
    del run, state, group
    return {}


def _sunlight(run: Run, state: Path, group: str) -> Sequence[str]:
    program = Path(sys.executable).with_name("sunlight")
    options = {
        "--bootstrap": run.bootstrap,
        "--topic-prefix": run.topics.prefix,
        "--state": str(state),
        "--group": group,
        "--port": "0",
    }
    return [str(program), "worker", *(word for pair in options.items() for word in pair)]


def _deciding(run: Run, state: Path, group: str) -> Sequence[str]:
    return [
        sys.executable,
        "-m",
        "benchmarks.deciding_worker",
        f"--bootstrap={run.bootstrap}",
        f"--prefix={run.topics.prefix}",
        f"--state={state}",
        f"--group={group}",
    ]


def _bare(run: Run, state: Path, group: str) -> Sequence[str]:
    topics = run.topics
    return [
        sys.executable,
        "-m",
        "benchmarks.bare_loop",
        f"--bootstrap={run.bootstrap}",
        f"--group={group}",
        f"--events={topics.events.name}",
        f"--changelog={topics.cases.name}",
        f"--alerts={topics.alerts.name}",
        f"--state={state}",
    ]


def _faust(run: Run, state: Path, group: str) -> Sequence[str]:
    del run, state, group
    return [sys.executable, "-m", "benchmarks.stock_faust"]


def _faust_environment(run: Run, state: Path, group: str) -> dict[str, str]:
    topics = run.topics
    return {
        "PEER_BOOTSTRAP": run.bootstrap,
        "PEER_GROUP": group,
        "PEER_STATE": str(state),
        "PEER_EVENTS": topics.events.name,
        "PEER_ALERTS": topics.alerts.name,
        "PEER_CHANGELOG": topics.cases.name,
    }


def _case_events(record: bytes) -> int:
    return len(decode_case(record).events)


def _peer_events(record: bytes) -> int:
    return len(decode_peer_case(record).events)


def _some_for_each_late_case(stream: Stream, alerts: int) -> bool:
    return alerts >= stream.late


def _as_many_for_each_late_case(stream: Stream, alerts: int) -> bool:
    return alerts == stream.late * ALERTS


SUNLIGHT = Kind("sunlight worker", _sunlight, _nothing, _case_events, _some_for_each_late_case)
DECIDING = Kind(
    "sunlight worker, deciding each batch", _deciding, _nothing, _case_events, _some_for_each_late_case
)
BARE = Kind("bare loop", _bare, _nothing, _peer_events, _as_many_for_each_late_case)
FAUST = Kind("stock Faust", _faust, _faust_environment, _peer_events, _as_many_for_each_late_case)
KINDS = (SUNLIGHT, DECIDING, FAUST, BARE)


class WrongResult(Exception):
    """A contender whose changelog or alerts are not what the stream makes; its time means nothing."""


def measure(kind: Kind, bootstrap: str, stream: Stream, turn: int) -> Measured:
    """Let `kind` catch up with `stream` on topics of its own, and see that it did the job."""
    slug = kind.name.replace(",", "").replace(" ", "-").lower()
    run = Run(bootstrap, f"bench-{slug}-{turn}-{time.time_ns()}")
    run.make()
    run.fill(run.topics.events.name, stream.events)
    group = GROUP.format(name=run.topics.prefix)
    with tempfile.TemporaryDirectory(prefix="sunlight-bench-") as home:
        state, log = Path(home) / "state", Path(home) / "log"
        command, environment = kind.command(run, state, group), kind.environment(run, state, group)
        ends = run.ends(run.topics.events.name)
        with Contender(command, log, environment) as contender:
            contender.wait_until(lambda: run.committed(group) == ends, "caught up", RUN_SECONDS_MAX)
            _wait_until_quiet(contender, run)
            measured = _measured(kind, run, stream, contender)
    run.remove()
    return measured


def _wait_until_quiet(contender: Contender, run: Run) -> None:
    """Wait until nothing was written for a while: what fell due is decided after the end of the log is reached."""
    logs = (run.topics.cases.name, run.topics.alerts.name)
    last: list[int] = []
    since = time.monotonic()

    def is_quiet() -> bool:
        nonlocal last, since
        now = [end for log in logs for end in run.ends(log)]
        if now != last:
            last, since = now, time.monotonic()
        return time.monotonic() - since > QUIET_SECONDS

    contender.wait_until(is_quiet, "quiet", RUN_SECONDS_MAX)


def _measured(kind: Kind, run: Run, stream: Stream, contender: Contender) -> Measured:
    latest: dict[bytes, bytes] = {}
    times: list[int] = []
    folded: dict[int, int] = {}
    changes = 0
    for key, value, timestamp_ms in run.read(run.topics.cases.name):
        times.append(timestamp_ms)
        if key == META_KEY and value is not None:
            # The first META with a position is the batch that reached it; ticks repeat the position.
            folded.setdefault(decode_meta(value).source_position, timestamp_ms)
        elif key is not None and value is not None:
            latest[key] = value
            changes += 1
    alerts = sum(1 for _ in run.read(run.topics.alerts.name))
    held = sum(kind.events_in(record) for record in latest.values())
    if (len(latest), held) != (stream.cases, len(stream.events)) or not kind.alerts_expected(stream, alerts):
        msg = (
            f"{kind.name}: expected {stream.cases} cases with {len(stream.events)} events and alerts of "
            f"{stream.late} late cases, got {len(latest)}, {held} and {alerts} alerts"
        )
        raise WrongResult(msg)
    first, last = min(times) / 1000, max(times) / 1000
    folded_at = max(folded.values()) / 1000 if folded else last
    cpu = contender.cpu_between(first, last)
    return Measured(
        kind.name,
        len(stream.events),
        last - first,
        folded_at - first,
        cpu,
        contender.peak_bytes,
        changes,
        alerts,
    )
