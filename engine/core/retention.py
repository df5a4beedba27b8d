"""How long a case is kept: whole, then as a stub, then not at all."""

from msgspec.structs import replace

from engine.core.case import Case
from engine.core.instant import NEVER, Instant
from engine.core.rulebook import Limits


def retained(case: Case, limits: Limits, now: Instant) -> Case | None:
    """What is kept of `case` at `now`; None where it is forgotten.

    A stub knows its id, how it ended and what was announced, so that a late event cannot open the case anew.
    """
    forgotten_at = min(NEVER, case.heard + limits.closed_retention + limits.stub_retention)
    if case.stub:
        if now > forgotten_at:
            return None
        # The limits may be others than when the stub was made.
        return case if case.wake == forgotten_at else replace(case, wake=forgotten_at)
    if case.standing.ended is None or now <= case.heard + limits.closed_retention:
        return case
    if case.standing.next_due is not None or case.wake != case.heard + limits.closed_retention:
        return case
    return replace(case, events=(), findings=(), tangled=False, stub=True, wake=forgotten_at)
