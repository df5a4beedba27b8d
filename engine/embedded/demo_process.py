"""The processes of the demo: started with their logs in files, watched, and stopped by their own ids."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from engine.core.text import Text

LAST_LINES: Final = 20
"""So much of its log is shown when a process has ended by itself."""

STOP_SECONDS: Final = 10.0
"""How long a process may take to stop before it is killed."""


class DemoFailure(RuntimeError):
    """The demo cannot go on; `text` says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text: Final = text


class Started:
    """One running process."""

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], directory: Path
    ) -> None:
        self.name: Final = name
        self.log: Final = directory / f"{name}.log"
        bound = (sys.executable, "-m", "engine.embedded.bound", str(os.getpid()), *command)
        with self.log.open("wb") as log:
            # A session of its own: Ctrl-C on the terminal reaches the demo alone, which stops everything in order.
            self._process = subprocess.Popen(  # noqa: S603  The program itself.
                bound,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=directory,
                env=dict(environment),
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def check(self) -> None:
        """Raise `DemoFailure` with the end of its log where it no longer runs."""
        code = self._process.poll()
        if code is None:
            return
        said = self.log.read_text(errors="replace").splitlines()[-LAST_LINES:]
        raise DemoFailure(
            Text(
                "\n".join([f"sunlight {self.name} 意外退出（代码 {code}），其日志末尾：", *said]),
                "\n".join([f"sunlight {self.name} ended by itself with code {code}; its last lines:", *said]),
            )
        )

    def ask_to_stop(self) -> None:
        """Send SIGTERM, unless it has ended."""
        if self._process.poll() is None:
            self._process.terminate()

    def stopped(self) -> bool:
        """Wait for its end; kill it where that takes too long. Returns whether it stopped by itself."""
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return False
        return True


def stop_all(started: Sequence[Started]) -> list[str]:
    """Stop all processes and return the names of those that had to be killed."""
    for process in started:
        process.ask_to_stop()
    return [process.name for process in started if not process.stopped()]
