"""Cases over the small catalogue, written the way an official would tell them."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from engine.core.alert import Alert
from engine.core.case import Case, with_event
from engine.core.decide import decide
from engine.core.event import Event, Facts, Length
from engine.core.instant import Instant, civil, instant_of
from engine.core.rulebook import Rulebook
from engine.rulebook.load import load_rulebook

PACK = Path(__file__).parent / "data" / "small"
ZONE = ZoneInfo("Asia/Shanghai")


@cache
def rulebook() -> Rulebook:
    """The rulebook of the small catalogue."""
    loaded, findings = load_rulebook(PACK)
    assert loaded is not None, [str(finding) for finding in findings]
    return loaded


def at(text: str) -> Instant:
    """The instant of `2025-09-22 10:00` in Shanghai; noon where no time is given."""
    moment = datetime.fromisoformat(text if len(text) > 10 else f"{text} 12:00")
    return instant_of(moment.replace(tzinfo=ZONE))


def day(instant: Instant | None) -> str | None:
    """The civil date of `instant` in Shanghai."""
    return None if instant is None else civil(instant, ZONE).date().isoformat()


def clock_time(instant: Instant) -> str:
    """`instant` in Shanghai as `2025-09-30 17:30`."""
    return civil(instant, ZONE).strftime("%Y-%m-%d %H:%M")


def event(
    happened: str,
    when: str,
    *,
    identity: str | None = None,
    received: str | None = None,
    recorded: str | None = None,
    **facts: Any,  # noqa: ANN401  An event has facts of many types.
) -> Event:
    """An event `case.<happened>`; received when it occurred, unless said otherwise."""
    occurred = at(when)
    return Event(
        type=happened if "." in happened else f"case.{happened}",
        source="/test",
        id=identity or f"{happened}@{when}",
        occurred=occurred,
        received=at(received) if received else occurred,
        recorded=at(recorded) if recorded else None,
        facts=Facts(**facts),
    )


def accepted(when: str, item: str = "seven", **facts: Any) -> Event:  # noqa: ANN401  An event has facts of many types.
    """An acceptance."""
    return event("accepted", when, item=item, **facts)


def suspended(
    when: str,
    days: int | None = None,
    kind: str = "hearing",
    basis: str | None = "许可法45条",
    **more: Any,  # noqa: ANN401  An event has facts of many types.
) -> Event:
    """A suspension with a legal basis, granted `days` working days where given."""
    length = None if days is None else Length(days, "working_days")
    return event("suspended", when, kind=kind, basis=basis, length=length, **more)


def resumed(when: str, kind: str | None = None, **more: Any) -> Event:  # noqa: ANN401  An event has facts of many types.
    """A resumption."""
    return event("resumed", when, kind=kind, **more)


def extended(when: str, days: int, approver: str | None = "局长", **more: Any) -> Event:  # noqa: ANN401  An event has facts of many types.
    """An extension by `days` working days."""
    return event("extended", when, length=Length(days, "working_days"), approver=approver, **more)


def known(events: Iterable[Event], case: str = "c-1") -> Case:
    """A case that knows `events`, in this order of arrival."""
    told = Case(case)
    for one in events:
        told, _ = with_event(told, one, rulebook().limits)
    return told


def alerts_of(events: Iterable[Event], now: str, case: str = "c-1") -> tuple[Alert, ...]:
    """What is said of a case at `now` when nobody looked before."""
    return decide(known(events, case), rulebook(), at(now)).alerts


def said(alerts: Iterable[Alert]) -> list[tuple[str, str, str, str]]:
    """(saying, clock, rung, due) of each alert."""
    return [(alert.saying, alert.clock, alert.rung, clock_time(alert.due)) for alert in alerts]
