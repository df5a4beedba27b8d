"""How many wrong tokens came from where, within a minute: who guesses has to wait."""

from collections import Counter
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from math import ceil
from typing import Final

WINDOW_SECONDS: Final = 60.0
FROM_ONE_MAX: Final = 20
"""So many wrong tokens of one address are borne in a minute."""
FROM_ALL_MAX: Final = 2_000
"""So many of all addresses together; also the most addresses that are remembered."""

_HOST_BITS: Final = 64
"""Of an IPv6 address: one machine has them all, so they count as one."""


class TooManyWrongError(Exception):
    """No token is looked at now; `seconds` says after how many one is."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many wrong tokens; try again in {seconds} s")
        self.seconds = seconds


class WrongTokens:
    """Counts within windows of a minute; `clock` tells seconds and never goes back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._ends = 0.0
        self._counts: Counter[str] = Counter()

    def check(self, address: str) -> None:
        """Raise `TooManyWrongError` where a token from `address` must not be looked at, right or wrong."""
        now = self._clock()
        if now >= self._ends:
            return
        if self._counts[_machine(address)] >= FROM_ONE_MAX or self._counts.total() >= FROM_ALL_MAX:
            raise TooManyWrongError(max(1, ceil(self._ends - now)))

    def count(self, address: str) -> None:
        """Take note of a wrong token from `address`."""
        now = self._clock()
        if now >= self._ends:
            self._ends = now + WINDOW_SECONDS
            self._counts.clear()
        self._counts[_machine(address)] += 1


def _machine(address: str) -> str:
    """The part of `address` that names a machine."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address) and known.ipv4_mapped is None:
        return str(int(known) >> _HOST_BITS)
    return address
