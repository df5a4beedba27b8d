"""A simulated office: cases whose events come late, twice, out of order, on wrong partitions, or as nonsense."""

from random import Random

from engine.core.event import Event, Facts, Length, Reference, Replacement
from engine.core.instant import DAY, HOUR, Instant

_STEPS = (
    "received",
    "accepted",
    "suspended",
    "resumed",
    "extended",
    "reviewed",
    "returned",
    "approved",
    "closed",
    "withdrawn",
)
_RARE = {"suspended", "resumed", "extended", "returned", "withdrawn"}


def case_events(random: Random, start: Instant) -> list[Event]:
    """What happens to one case, in its own order."""
    item = random.choice(["seven", "five", "twenty", "filing", "now", "unheard-of"])
    moment = start
    events: list[Event] = []
    for step in _STEPS:
        if step in _RARE and random.random() < 0.7:
            continue
        if random.random() < 0.1:
            continue
        moment += random.randrange(0, 4 * DAY, HOUR)
        events.append(_event(random, step, item, moment, len(events)))
    if random.random() < 0.3:
        target = random.choice(events) if events else None
        events.append(_correction(random, target, moment, len(events)))
    return events


def _event(random: Random, step: str, item: str, moment: Instant, place: int) -> Event:
    facts = Facts(item=item, unit=random.choice(["housing", None]))
    if step in ("suspended", "resumed"):
        facts = Facts(
            kind="hearing",
            basis=random.choice(["45条", None]),
            length=random.choice([None, Length(3, "working_days")]),
        )
    elif step == "returned":
        facts = Facts(to=random.choice(["review", "accept", "nowhere", None]))
    elif step == "extended":
        facts = Facts(length=Length(random.randint(1, 11), "working_days"), approver="局长")
    recorded = random.choice([None, None, moment, moment + random.randrange(0, 6 * DAY, HOUR)])
    return Event(f"case.{step}", "/office", f"e{place}", moment, 0, recorded, facts)


def _correction(random: Random, target: Event | None, moment: Instant, place: int) -> Event:
    identity = target.id if target else "missing"
    said = None
    if target is not None and random.random() < 0.6:
        said = Replacement(
            target.type, target.occurred + random.randrange(-3 * DAY, 4 * DAY, HOUR), target.facts
        )
    facts = Facts(supersedes=Reference("/office", identity), replacement=said)
    occurred = moment + random.randrange(0, 5 * DAY, HOUR)
    recorded = random.choice([None, occurred, occurred - 2 * DAY])
    return Event("case.corrected", "/office", f"e{place}", occurred, 0, recorded, facts)
