"""Which events that end a case a clock does not stop at, though it stops at others: most likely forgotten ones."""

from engine.rulebook.clock_span import Span
from engine.rulebook.names import ProcessNames
from engine.rulebook.yaml_nodes import Entry


def refuse_missing_ends(stop: Entry, span: Span, process: ProcessNames) -> None:
    """Record the events that end a case and are not among those that stop the clock.

    A clock is meant to run beyond the end of a case where none of its stops ends one, or where its start does;
    one that starts at what moves nothing, such as a suspension, is not judged.
    """
    ends = {move.on for move in process.moves if process.stages.get(move.target)}
    moving = {move.on for move in process.moves} - ends
    if not span.start & moving or span.start & ends or not span.stop & ends:
        return
    # All of them, not only those expected while it runs: an event moves a case from wherever it is.
    missing = [repr(event) for event in sorted(ends - span.stop)]
    if missing:
        listed = " or ".join(part for part in (", ".join(missing[:-1]), missing[-1]) if part)
        question = "is it" if len(missing) == 1 else "are they"
        stop.refuse(f"the clock would run on in a case that {listed} has ended; {question} missing here?")
