"""What time it is: the only module that reads the wall clock.

Time on the wall is compared with time elapsed, which nobody can set. Where the wall runs ahead of it by more
than a bound, the clock is no longer believed: it goes on from the last good reading and says so, because every
deadline between the two times would fall due at once, and an announced card cannot be unsaid.
"""

import logging
import time
from collections.abc import Callable
from typing import Final, Protocol

from engine.core.instant import MINUTE, SECOND, Instant, rfc3339

_log: Final = logging.getLogger(__name__)

JUMP_BOUND: Final = 5 * MINUTE
"""How far the wall clock may run ahead of elapsed time between two readings."""


class Clock(Protocol):
    """Where the worker gets `now` from."""

    def now(self) -> Instant:
        """The present instant."""

    def seconds_until(self, instant: Instant) -> float:
        """How many real seconds pass until `instant`; negative where it has passed."""

    def is_sane(self) -> bool:
        """False once the wall clock has jumped, until the process is restarted."""


def wall_reading() -> Instant:
    """The wall clock, in microseconds since the epoch."""
    return time.time_ns() // 1_000


def elapsed_reading() -> int:
    """Microseconds that have passed since the machine was started, those it slept included where it can tell."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000
    return time.monotonic_ns() // 1_000


class SystemClock:
    """The machine's clock, guarded against being set forward."""

    def __init__(
        self,
        jump_bound: int = JUMP_BOUND,
        *,
        wall: Callable[[], Instant] = wall_reading,
        elapsed: Callable[[], int] = elapsed_reading,
    ) -> None:
        self._jump_bound = jump_bound
        self._wall = wall
        self._elapsed = elapsed
        self._last_wall = wall()
        self._last_elapsed = elapsed()
        self._sane = True

    def now(self) -> Instant:
        """The wall clock; after a jump, the last good reading and the time elapsed since."""
        elapsed = self._elapsed()
        expected = self._last_wall + elapsed - self._last_elapsed
        if not self._sane:
            return expected
        wall = self._wall()
        if wall - expected > self._jump_bound:
            self._sane = False
            _log.critical(
                "clock: jumped from %s to %s while %.3f s passed; no deadline is decided until the time is put "
                "right and the worker restarted",
                rfc3339(expected),
                rfc3339(wall),
                (elapsed - self._last_elapsed) / SECOND,
            )
            return expected
        self._last_wall = wall
        self._last_elapsed = elapsed
        return wall

    def seconds_until(self, instant: Instant) -> float:
        """How many seconds pass until `instant`."""
        return (instant - self.now()) / SECOND

    def is_sane(self) -> bool:
        """False once the wall clock has jumped by more than the bound."""
        self.now()
        return self._sane


class AcceleratedClock:
    """A clock that starts at `start` and runs `factor` times as fast as real time."""

    def __init__(
        self, start: Instant, factor: float, *, elapsed: Callable[[], int] = elapsed_reading
    ) -> None:
        if factor <= 0:
            msg = f"factor: expected more than 0, got {factor!r}"
            raise ValueError(msg)
        self._start = start
        self._factor = factor
        self._elapsed = elapsed
        self._origin = elapsed()

    def now(self) -> Instant:
        """The simulated instant."""
        return self._start + int((self._elapsed() - self._origin) * self._factor)

    def seconds_until(self, instant: Instant) -> float:
        """How many real seconds pass until the simulated `instant`."""
        return (instant - self.now()) / SECOND / self._factor

    def is_sane(self) -> bool:
        """True: nobody can set this clock."""
        return True


def stopwatch() -> float:
    """Seconds on a clock that only goes forward, for measuring how long something took."""
    return time.perf_counter()
