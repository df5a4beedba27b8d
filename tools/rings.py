"""The rings of tests: where each lives, what it needs, and how `make test` runs them.

A ring is a directory under `tests/`. Rings that start a broker or a browser measure real time, so they run
one test after another, after the fast rings have left the machine to them.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
TESTS: Final = ROOT / "tests"
REPORTS: Final = ROOT / ".cache" / "reports"

FAST: Final = ("unit", "laws", "simulation", "conformance", "contract", "golden")
SERIAL: Final = ("integration", "kafka", "browser")
SHARED: Final = "shared"
"""The ring that reads the shared data; it may start brokers, so it is a serial one."""


class SharedDataError(Exception):
    """`SUNLIGHT_SHARED` names a directory that is not there."""


def shared_data(environment: Mapping[str, str]) -> Path | None:
    """The directory of the shared data, or None where there is none.

    `SUNLIGHT_SHARED` names it; without that it is `shared` beside the checkout. Raises `SharedDataError`
    where the name is given and wrong, so that a slip does not leave the ring out unseen.
    """
    named = environment.get("SUNLIGHT_SHARED")
    if not named:
        beside = ROOT.parent / "shared"
        return beside if (beside / "data").is_dir() else None
    directory = Path(named).resolve()
    if not (directory / "data").is_dir():
        msg = f"SUNLIGHT_SHARED: expected a directory with data/ in it, got {named!r}"
        raise SharedDataError(msg)
    return directory


def expected(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Every ring that must run here."""
    return FAST + SERIAL + ((SHARED,) if shared_data(environment) else ())


def said_of_shared(environment: Mapping[str, str]) -> str:
    """One sentence: whether the ring on the shared data runs, and why."""
    directory = shared_data(environment)
    if directory is None:
        return "The ring on the shared data is not collected: no SUNLIGHT_SHARED, no ../shared."
    return f"The ring on the shared data runs, on {os.path.relpath(directory, ROOT)}."


def run(environment: Mapping[str, str], *, fast_only: bool) -> int:
    """Run the rings and return the exit status. All of them run, even where the first have failed."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    for stale in REPORTS.glob("*.xml"):
        stale.unlink()
    ignored = [f"--ignore={TESTS / ring}" for ring in (*SERIAL, SHARED)]
    serial = [str(TESTS / ring) for ring in expected(environment) if ring not in FAST]
    workers = ["-n", "2", "--dist", "loadfile"]
    statuses = [_pytest("fast", [str(TESTS), *ignored, *workers], environment)]
    if not fast_only:
        print(said_of_shared(environment), flush=True)
        statuses.append(_pytest("serial", serial, environment))
    return max(statuses)


def _pytest(name: str, arguments: list[str], environment: Mapping[str, str]) -> int:
    """Run pytest in a process of its own, with a JUnit report under `name`; return its status."""
    report = REPORTS / f"{name}.xml"
    command = [sys.executable, "-m", "pytest", f"--junit-xml={report}", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env={**environment, "PYTHONTZPATH": ""}, stdin=subprocess.DEVNULL, check=False
    )
    return done.returncode if done.returncode >= 0 else 1


def main() -> int:
    """The command line: `run [--fast]`."""
    parser = argparse.ArgumentParser(prog="python -m tools.rings", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    running = commands.add_parser("run", help="run the rings")
    running.add_argument("--fast", action="store_true", help="only those without a broker or a browser")
    arguments = parser.parse_args()
    try:
        return run(os.environ, fast_only=arguments.fast)
    except SharedDataError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
