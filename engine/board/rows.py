"""What the read-model keeps of a case and of an alert, derived from nothing but the record itself."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

from engine.core.alert import Alert, Saying
from engine.core.case import Case, Status
from engine.core.clock import LEVELS

ACCEPTANCE: Final = "case.accepted"
CLOSED: Final = "closed"
EXITS: Final = frozenset({"refused", "returned", "withdrawn", "voided"})
"""Final stages in which a case left the process without being closed: neither on time nor late."""

STATUS: Final[dict[Saying, Status]] = {
    "raised": Status.RAISED,
    "ended": Status.ENDED,
    "withdrawal_proposed": Status.PROPOSED,
    "withdrawn": Status.WITHDRAWN,
}
SAYING: Final[dict[int, Saying]] = {int(status): saying for saying, status in STATUS.items()}

_WARNING: Final = 1


class CaseRow(NamedTuple):
    """A case in the table `cases`."""

    id: str
    item: str | None
    unit: str | None
    window: str | None
    person: str | None
    process: str
    stage: str
    opened: int | None
    ended: int | None
    next_due: int | None
    next_clock: str | None
    level: int
    """The gravest level announced and not withdrawn, from 1; 0 where there is none."""
    is_open: bool
    is_accepted: bool
    is_closed: bool
    is_on_time: bool
    """Closed without a card that still holds. A proposal to withdraw has not withdrawn it."""
    findings: int
    record: bytes


class AlertRow(NamedTuple):
    """An alert in the table `alerts`, as its latest revision stands."""

    id: str
    revision: int
    status: int
    level: str
    case_id: str
    item: str | None
    unit: str | None
    window: str | None
    person: str | None
    area: str
    process: str
    stage: str
    clock: str
    rung: str
    rule: str
    rulebook: str
    due: int
    detected: int
    """When its latest revision was raised, as far as that is known; else when it was last spoken of."""
    time: int
    provisional: bool
    behind: bool
    listed: int
    """Kafka's timestamp (ms) of the message that raised its latest revision; lists are ordered by it."""


class Counts(NamedTuple):
    """What a case or an alert adds to the figures of its unit."""

    open: int = 0
    accepted: int = 0
    closed: int = 0
    on_time: int = 0
    findings: int = 0
    warnings: int = 0
    yellow: int = 0
    red: int = 0

    def plus(self, other: "Counts", times: int = 1) -> "Counts":
        """These and `times` the `other`."""
        return Counts(*(mine + times * its for mine, its in zip(self, other, strict=True)))


def case_row(case: Case, record: bytes) -> CaseRow:
    """What is kept of `case`, which `record` holds."""
    standing = case.standing
    level = max(
        (1 + LEVELS.index(said.level) for said in case.announced if said.status is not Status.WITHDRAWN),
        default=0,
    )
    is_closed = standing.ended is not None and standing.stage not in EXITS
    return CaseRow(
        id=case.id,
        item=standing.item,
        unit=standing.unit,
        window=standing.window,
        person=standing.person,
        process=standing.process,
        stage=standing.stage,
        opened=standing.opened,
        ended=standing.ended,
        next_due=standing.next_due,
        next_clock=standing.next_clock,
        level=level,
        is_open=standing.ended is None and not case.stub,
        is_accepted=_is_accepted(case),
        is_closed=is_closed,
        is_on_time=is_closed and level <= _WARNING,
        findings=len(case.findings),
        record=record,
    )


def _is_accepted(case: Case) -> bool:
    """Whether the case was accepted. A stub has no events left: there its close is the evidence."""
    if case.stub:
        return case.standing.stage == CLOSED
    return any(event.type == ACCEPTANCE for event in case.events)


class Said(NamedTuple):
    """One message about an alert, and when it was published (Kafka's timestamp, ms)."""

    alert: Alert
    published: int


def alert_row(messages: Sequence[Said]) -> AlertRow:
    """How the alert that all `messages` are about stands, in whatever order they came."""
    latest = max(messages, key=lambda said: (said.alert.revision, STATUS[said.alert.saying]))
    alert = latest.alert
    raised = next(
        (
            said
            for said in messages
            if said.alert.saying == "raised" and said.alert.revision == alert.revision
        ),
        latest,
    )
    return AlertRow(
        id=alert.alert,
        revision=alert.revision,
        status=int(STATUS[alert.saying]),
        level=alert.level,
        case_id=alert.case,
        item=alert.item,
        unit=alert.unit,
        window=alert.window,
        person=alert.person,
        area=msgspec.json.encode(alert.area).decode(),
        process=alert.process,
        stage=alert.stage,
        clock=alert.clock,
        rung=alert.rung,
        rule=alert.rule,
        rulebook=alert.rulebook,
        due=alert.due,
        detected=raised.alert.detected,
        time=alert.time,
        provisional=alert.provisional,
        behind=alert.behind,
        listed=raised.published,
    )


def alert_counts(level: str, status: int) -> Counts:
    """What an alert adds to its unit; one that was withdrawn adds nothing."""
    if status == Status.WITHDRAWN:
        return Counts()
    return Counts(warnings=level == "warning", yellow=level == "yellow", red=level == "red")
