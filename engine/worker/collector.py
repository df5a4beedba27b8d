"""How often Python looks for cycles of garbage while a worker runs."""

import gc
from typing import Final

ALLOCATIONS: Final = 50_000
"""Of the youngest generation, before it is looked through."""


def calm() -> None:
    """Set what is loaded by now aside for good, and look for cycles seldom.

    A batch makes tens of thousands of small values that live until its commit and hold no cycles: looking through
    them every 700 allocations costs a fifth of a batch and finds nothing. The rulebook and the calendars live as
    long as the process.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(ALLOCATIONS, 20, 20)
