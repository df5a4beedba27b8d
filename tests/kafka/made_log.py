"""An event log of a hall that never was: many cases of the shipped catalogue, some of them late, made from a seed."""

import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from xml.sax.saxutils import quoteattr
from zoneinfo import ZoneInfo

CASES: Final = 600
SEED: Final = 20_250_305
_ITEMS: Final = ("A-001", "A-003", "A-007", "A-009", "A-010", "A-012", "A-999")
"""Promised, instant and joint items, and one that the catalogue does not hold."""
_FIRST: Final = datetime(2025, 3, 3, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
_STEPS: Final = ("case.received", "case.accepted", "case.reviewed", "case.approved", "case.closed")

MAPPING: Final = """\
source: /hall
case: concept:name
events:
  time: time:timestamp
  type: {attribute: concept:name, otherwise: drop, table: {%s}}
  facts: {item: item, unit: unit, person: org:resource, kind: kind, legal_basis: basis, to: to}
"""
_TYPES: Final = (*_STEPS, "case.suspended", "case.resumed", "case.withdrawn", "case.returned")


def make_log(file: Path, mapping: Path) -> None:
    """Write the log and its mapping; the same bytes each time."""
    chance = random.Random(SEED)
    traces = "".join(_trace(f"H-{number:04}", chance) for number in range(CASES))
    file.write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">\n{traces}</log>\n')
    mapping.write_text(MAPPING % ", ".join(f"{name}: {name}" for name in _TYPES))


def _trace(case: str, chance: random.Random) -> str:
    at = _FIRST + timedelta(minutes=chance.randrange(60 * 24 * 60))
    item = chance.choice(_ITEMS)
    pace = chance.choice((1, 4, 20, 60))
    """Hours between steps, on average: from at once to hopelessly late."""
    ends_at = chance.choice((2, 3, 4, 5, 5, 5, 5))
    """How many of the steps it takes before the log ends."""
    events = []
    for step in _STEPS[:ends_at]:
        events.append(_event(step, at, item, case))
        at += timedelta(minutes=chance.randrange(1, 2 * 60 * pace))
        if step == "case.accepted" and chance.random() < 0.2:
            until = at + timedelta(hours=chance.randrange(1, 200))
            facts = {
                "kind": chance.choice(("hearing", "testing", "holiday")),
                "basis": chance.choice(("§45", "")),
            }
            events.append(_event("case.suspended", at, item, case, facts))
            events.append(_event("case.resumed", until, item, case))
            at = until + timedelta(minutes=5)
        elif step == "case.reviewed" and chance.random() < 0.1:
            events.append(_event("case.returned", at, item, case, {"to": "review"}))
            at += timedelta(minutes=chance.randrange(1, 60 * pace))
            events.append(_event("case.reviewed", at, item, case))
            at += timedelta(minutes=30)
    if ends_at < len(_STEPS) and chance.random() < 0.3:
        events.append(_event("case.withdrawn", at, item, case))
    return f'<trace>\n  <string key="concept:name" value={quoteattr(case)}/>\n{"".join(events)}</trace>\n'


def _event(step: str, at: datetime, item: str, case: str, facts: dict[str, str] | None = None) -> str:
    values = {
        "concept:name": step,
        "item": item,
        "unit": "housing",
        "org:resource": f"P-{case[-1]}",
        **(facts or {}),
    }
    strings = "".join(
        f"<string key={quoteattr(key)} value={quoteattr(value)}/>" for key, value in values.items()
    )
    return f'  <event>{strings}<date key="time:timestamp" value={quoteattr(at.isoformat())}/></event>\n'
