"""The approval systems of a district, simulated: what happens there, event by event, without end.

A function of its arguments: the same seed gives the same events. People are staff numbers, and applicants do not
exist.
"""

from collections.abc import Iterator
from heapq import heappop, heappush
from random import Random

from engine.core.event import Event
from engine.core.instant import Instant
from engine.core.rulebook import Rulebook
from engine.embedded.district_course import Course, recorded
from engine.embedded.district_delay import intent_of
from engine.embedded.district_oddity import SHARE, odd
from engine.embedded.district_office import District
from engine.embedded.district_time import WorkingHours


def simulate(
    rulebook: Rulebook,
    seed: int,
    start: Instant,
    until: Instant,
    cases_per_day: float,
    *,
    liveliness: float = 1.0,
) -> Iterator[tuple[str, Event]]:
    """(case, event) of a district from `start`, in the order in which they become known, up to `until`.

    An event is received when it is recorded. At a `liveliness` of 1 delays and anomalies are as rare as the
    district counted them; more multiplies both.
    """
    hours = WorkingHours(rulebook.calendars[rulebook.calendar])
    district = District(rulebook, _random(seed, "district"))
    waiting: list[tuple[Instant, str, int, Event]] = []
    for case, arrival in _arrivals(hours, seed, start, cases_per_day):
        while waiting and waiting[0][0] < min(arrival, until):
            yield _next(waiting)
        if arrival >= until:
            break
        for number, event in enumerate(_case(case, arrival, district, hours, seed, liveliness)):
            heappush(waiting, (event.received, case, number, event))
    while waiting and waiting[0][0] < until:
        yield _next(waiting)


def _arrivals(
    hours: WorkingHours, seed: int, start: Instant, per_day: float
) -> Iterator[tuple[str, Instant]]:
    for place in hours.days(start):
        digits = hours.date_digits(place)
        random = _random(seed, digits)
        for number, arrival in enumerate(hours.arrivals(place, per_day, random), 1):
            if arrival >= start:
                yield f"HBW-{digits}-{number:05d}", arrival


def _case(
    case: str, arrival: Instant, district: District, hours: WorkingHours, seed: int, liveliness: float
) -> list[Event]:
    random = _random(seed, case)
    item = district.item(random)
    office = district.office(item)
    intent = intent_of(item, random, office.lateness * liveliness)
    course = Course(case, item, office, hours, random)
    events = course.told(arrival, intent, district.fees.get(item.code))
    if random.random() < SHARE * liveliness:
        events = odd(events, hours, random)
    return recorded(events, office, hours, random)


def _next(waiting: list[tuple[Instant, str, int, Event]]) -> tuple[str, Event]:
    _, case, _, event = heappop(waiting)
    return case, event


def _random(seed: int, part: str) -> Random:
    """The source of chance for one part of the district, so that no part depends on how much another draws."""
    return Random(f"{seed}/{part}")  # noqa: S311  Simulated delays are no secret.
