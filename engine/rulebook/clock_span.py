"""When a clock runs: from start events to stop events, or while a case is in a stage."""

from typing import NamedTuple

from engine.rulebook.names import ProcessNames
from engine.rulebook.yaml_nodes import Entry, nearest


class Span(NamedTuple):
    """Either a stage, or start and stop events."""

    stage: str | None
    start: frozenset[str]
    stop: frozenset[str]


def read_span(entry: Entry, fields: dict[str, Entry], process: ProcessNames | None) -> Span | None:
    """The span of the clock at `entry`; None, with findings, where it has faults.

    Names are not looked up where `process` is None, its definition being unknown.
    """
    stage = _stage(fields["stage"], process) if "stage" in fields else None
    start = _events(fields["start"], process) if "start" in fields else frozenset()
    stop = _events(fields["stop"], process) if "stop" in fields else frozenset()
    if "stage" in fields:
        both = [name for name in ("start", "stop") if name in fields]
        for name in both:
            fields[name].refuse_key("expected either 'stage' or 'start' and 'stop', got both")
        return Span(stage, frozenset(), frozenset()) if stage is not None and not both else None
    if "start" not in fields and "stop" in fields:
        fields["stop"].refuse_key("'stop' without 'start': the clock would never run")
    elif "start" not in fields:
        entry.refuse("missing key 'start' or 'stage': the clock would never run")
    elif "stop" not in fields:
        entry.refuse("missing key 'stop': the clock would never end")
    return Span(None, start, stop) if start and stop else None


def _stage(entry: Entry, process: ProcessNames | None) -> str | None:
    name = entry.string("a stage")
    if name is None or process is None:
        return name
    if name not in process.stages:
        entry.refuse(f"unknown stage {name!r}; {nearest(name, process.stages)}")
        return None
    if process.stages[name]:
        entry.refuse(f"the stage {name!r} is final: a clock in it would never end")
        return None
    return name


def _events(entry: Entry, process: ProcessNames | None) -> frozenset[str]:
    """The event types; empty, with findings, where one is unknown or there is none."""
    found: set[str] = set()
    sound = True
    elements = entry.one_or_more()
    if entry.is_sequence and not elements:
        entry.refuse("expected at least one event type, got an empty list")
    for element in elements:
        name = element.string("an event type")
        if name is not None and process is not None and name not in process.events:
            element.refuse(f"unknown event type {name!r}; {nearest(name, process.events)}")
            sound = False
        elif name is not None:
            found.add(name)
    return frozenset(found) if sound else frozenset()
