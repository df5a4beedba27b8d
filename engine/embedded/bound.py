"""Becoming another program that ends when the process that started it does, however that ends.

Run as `python -m engine.embedded.bound PARENT COMMAND…`, with the parent's process id.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from typing import Final

_SET_PARENT_DEATH_SIGNAL: Final = 1
"""`PR_SET_PDEATHSIG` of Linux's prctl; other systems have nothing like it, and there it is left out."""


def become(parent: int, command: Sequence[str]) -> None:
    """Replace this process by `command`, to be killed when `parent` ends. Returns only where that has ended."""
    # A parent that ends without stopping its processes takes the broker with it: they have nothing to end in order.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    # The parent may have ended before the signal was asked for; then nobody would send it.
    if os.getppid() == parent:
        os.execv(command[0], list(command))  # noqa: S606  Its caller names the program.


if __name__ == "__main__":
    become(int(sys.argv[1]), sys.argv[2:])
