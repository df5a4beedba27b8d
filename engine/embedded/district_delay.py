"""How late a simulated case is to be, and how its working time divides among its stages."""

from random import Random
from typing import Final, Literal, NamedTuple

from engine.core.catalogue import Item
from engine.core.instant import HOUR, MINUTE, Instant
from engine.embedded.district_time import WorkingHours, promised_days, stage_days

Intent = Literal["in_time", "warned", "step_warned", "step_late", "late", "very_late"]

INTENTS: Final[dict[Intent, float]] = {
    "warned": 0.0114,
    "step_warned": 0.0114,
    "step_late": 0.00010,
    "late": 0.00004,
    "very_late": 0.00042,
}
"""Shares of cases, tuned so that replays show 1,791 warnings, 67 yellow and 10 red cards per 58,584 cases."""

MOST_LATE: Final = 0.5
"""However lively a district is, so many cases at most are not in time."""

AT_THE_WINDOW: Final = 0.75
"""Share of cases that are accepted while the applicant waits."""

LONG_DAYS: Final = 5
"""The shipped rules warn of longer limits three working days before their end, of others at half of them."""

_AWAY_FROM_WARNING: Final = 2.2 * HOUR
"""An instant item that ends so long before the close of business is warned of by no shipped rule."""

STAGES: Final = ("review", "approve", "close")
_WEIGHTS: Final = {"review": 0.5, "approve": 0.3, "close": 0.2}
_SAFE: Final = 0.74
"""Share of a stage's limit that never comes near its first threshold."""
_NEAR: Final = 0.98
"""Share of a stage's limit that is not over it yet."""


class Durations(NamedTuple):
    """Working time in microseconds from one step to the next, from the acceptance on."""

    review: int
    approve: int
    close: int


def intent_of(item: Item, random: Random, lateness: float) -> Intent:
    """How late a case of `item` is to be. `lateness` multiplies the shares of all that are not in time."""
    scale = min(lateness, MOST_LATE / sum(INTENTS.values()))
    drawn = random.random()
    for intent, share in INTENTS.items():
        drawn -= share * scale
        if drawn < 0:
            may_be_red = item.nature == "licence" or item.kind == "instant"
            return intent if intent != "very_late" or may_be_red else "in_time"
    return "in_time"


def durations(
    intent: Intent, item: Item, accepted: Instant, hours: WorkingHours, random: Random, slowness: float
) -> Durations:
    """How long each stage of a case takes that is accepted at `accepted`."""
    if item.kind == "instant":
        return _at_once(intent, accepted, hours, random)
    promised = max(1, promised_days(item))
    day = hours.day_length(accepted)
    left = hours.left_today(accepted)
    calm = _calm_days(promised) * day
    match intent:
        case "in_time":
            share = min(0.96, random.betavariate(2.0, 3.0) * slowness)
            return _divided(int(calm * share), item, day, random, bound=_SAFE)
        case "warned":
            total = left + int(calm + random.uniform(0.15, 0.9) * (promised * day - calm))
            return _divided(total, item, day, random, bound=_NEAR)
        case "step_warned" | "step_late":
            return _one_step(intent, item, day, left, random)
        case "late":
            total = left + int((promised + random.uniform(0.1, 3.0)) * day)
            return _divided(total, item, day, random, bound=None)
        case "very_late":
            statutory = item.statutory.value if item.statutory else promised + 3
            total = left + int((max(promised, statutory) + random.uniform(0.1, 3.0)) * day)
            return _divided(total, item, day, random, bound=None)


def acceptance(item: Item, random: Random, day: int) -> int:
    """Working time from the receipt of the materials to a decision to accept, in microseconds."""
    if item.kind == "instant" or random.random() < AT_THE_WINDOW:
        return int(random.lognormvariate(2.3, 0.6) * MINUTE)
    limit = (stage_days(item, "accept") or 1) * day
    return int(limit * random.uniform(0.1, _SAFE))


def _calm_days(promised: int) -> float:
    """Working days from the acceptance within which no shipped threshold lies, whatever the hour it was accepted."""
    return promised - 3 if promised > LONG_DAYS else promised * 0.5


def _at_once(intent: Intent, accepted: Instant, hours: WorkingHours, random: Random) -> Durations:
    """An instant item: handled while the applicant waits, or else left lying."""
    left = hours.left_today(accepted)
    day = hours.day_length(accepted)
    total = 0
    match intent:
        case "in_time":
            if left < _AWAY_FROM_WARNING + HOUR:
                # Entered in one go: what is handled late in the day is handled before it is written down.
                return Durations(0, 0, 0)
            total = int(min(left - _AWAY_FROM_WARNING, random.lognormvariate(2.8, 0.7) * MINUTE))
        case "warned" | "step_warned":
            total = max(0, left - int(random.uniform(10, 100) * MINUTE))
        case "step_late" | "late":
            total = left + int(random.uniform(0.1, 0.9) * day)
        case "very_late":
            total = left + int(random.uniform(1.1, 2.0) * day)
    return Durations(total * 6 // 10, total * 3 // 10, total // 10)


def _divided(total: int, item: Item, day: int, random: Random, *, bound: float | None) -> Durations:
    """`total` over the stages by their limits, none above `bound` of its own; with None one stage takes most."""
    limits = [stage_days(item, stage) for stage in STAGES]
    parts = [
        (limit or _WEIGHTS[stage] * 4) * random.uniform(0.9, 1.1)
        for stage, limit in zip(STAGES, limits, strict=True)
    ]
    if bound is None:
        # What is late lies in one place more often than everywhere a little.
        parts[random.choices((0, 1), (3, 1))[0]] *= random.uniform(2.0, 6.0)
    taken = [int(total * part / sum(parts)) for part in parts]
    if bound is not None:
        taken = [
            part if limit is None else min(part, int(limit * day * bound))
            for part, limit in zip(taken, limits, strict=True)
        ]
    return Durations(*taken)


def _one_step(intent: Intent, item: Item, day: int, left: int, random: Random) -> Durations:
    """One stage near its limit or over it, the others quick, so that the case itself is in time."""
    limited = [stage for stage in STAGES if stage_days(item, stage) is not None]
    slow = random.choice(limited) if limited else "review"
    limit = stage_days(item, slow) or 1
    share = random.uniform(0.84, 0.97) if intent == "step_warned" else random.uniform(1.02, 1.25)
    found = {stage: int(random.uniform(0.02, 0.1) * day) for stage in STAGES}
    quick_before = sum(found[stage] for stage in STAGES[: STAGES.index(slow)])
    # Days are counted from the day after: what is left of this day comes on top.
    found[slow] = max(0, left - quick_before) + int(limit * share * day)
    return Durations(**found)
