"""The course of one simulated case: its events, one after the other, as its approval system tells them."""

from random import Random
from typing import Any, Final

from msgspec.structs import replace

from engine.core.catalogue import Item
from engine.core.event import Event, Facts, Length
from engine.core.instant import HOUR, MINUTE, SECOND, Instant
from engine.embedded.district_delay import Durations, Intent, acceptance, durations
from engine.embedded.district_office import Office
from engine.embedded.district_time import WorkingHours, promised_days

SHARES: Final = {
    "refused": 0.006,
    "supplemented": 0.04,
    "suspended": 0.025,
    "extended": 0.002,
    "sent_back": 0.006,
    "denied": 0.012,
    "returned": 0.003,
    "withdrawn": 0.005,
    "voided": 0.0015,
    "delivered": 0.6,
    "late_recorded": 0.004,
}
"""How often each turn is taken, per case; late recording per event."""

TURNING_DAYS: Final = 5
"""Items that promise less are not suspended, extended or sent back."""

SUSPENSIONS: Final = (
    ("hearing", "《行政许可法》第四十五条、第四十七条", 20),
    ("inspection", "《行政许可法》第四十五条", 10),
    ("testing", "《行政许可法》第四十五条", 12),
    ("quarantine", "《行政许可法》第四十五条", 10),
    ("appraisal", "《行政许可法》第四十五条", 15),
    ("expert_review", "《行政许可法》第四十五条", 15),
    ("site_survey", None, 5),
    ("publicity", None, 5),
)
"""Kinds of suspension with their legal basis and the working days told in writing."""

REASONS: Final = {
    "refused": ("申请事项不属于本机关职权范围", "不符合法定受理条件"),
    "denied": ("经审查不符合许可条件", "现场核查不符合技术规范"),
    "returned": ("申请材料与申报事项不符",),
    "withdrawn": ("申请人主动撤回",),
    "voided": ("重复登记",),
    "sent_back": ("审核意见不完整，退回补充",),
    "supplement": ("缺少授权委托书", "材料复印件未加盖公章", "图纸版本不一致"),
}


class Course:
    """One case while it is being told."""

    def __init__(self, case: str, item: Item, office: Office, hours: WorkingHours, random: Random) -> None:
        self.case = case
        self.item = item
        self.office = office
        self.random = random
        self.hours = hours
        self.events: list[Event] = []
        self.clerk = random.choice(office.clerks)
        self.window = random.choice(office.windows)

    def told(self, arrival: Instant, intent: Intent, fee: str | None) -> list[Event]:
        """The events of the case, in the order in which they happen."""
        random, hours, item = self.random, self.hours, self.item
        is_instant = item.kind == "instant"
        self.add("case.received", arrival)
        accepted = self._accepted(arrival, intent)
        if accepted is None:
            return self.events
        parts = durations(intent, item, accepted, hours, random, self.office.slowness)
        leaving = None if intent != "in_time" or is_instant else self._leaving()
        if leaving is not None:
            at = hours.after(accepted, sum(parts) * random.uniform(0.2, 0.8))
            self.add(f"case.{leaving}", at, reason=self._reason(leaving))
            return self.events
        may_turn = intent == "in_time" and not is_instant and promised_days(item) >= TURNING_DAYS
        reviewed = self._reviewed(accepted, parts, may_turn=may_turn)
        approved = hours.after(reviewed, parts.approve)
        if random.random() < SHARES["denied"]:
            self.add(
                "case.approved",
                approved,
                self.office.approver,
                decision="denied",
                reason=self._reason("denied"),
            )
        else:
            self.add("case.approved", approved, self.office.approver, decision="granted")
            if fee is not None:
                self.add("fee.charged", hours.after(approved, parts.close * 0.5), amount=fee)
        closed = hours.after(approved, parts.close)
        self.add("case.closed", closed)
        if random.random() < SHARES["delivered"]:
            self.add("case.delivered", hours.after(closed, random.uniform(0.1, 20) * HOUR))
        return self.events

    def add(self, told: str, at: Instant, person: str | None = None, /, **facts: Any) -> None:  # noqa: ANN401
        """Tell that something happened at `at`; without a `person` the clerk did it."""
        said = Facts(
            item=self.item.code,
            unit=self.office.unit,
            window=self.window,
            person=person or self.clerk,
            **facts,
        )
        number = len(self.events) + 1
        self.events.append(Event(told, self.office.source, f"{self.case}-{number:02d}", at, at, None, said))

    def _accepted(self, arrival: Instant, intent: Intent) -> Instant | None:
        """When the case is accepted; None where it is refused."""
        random, hours = self.random, self.hours
        day = hours.day_length(arrival)
        at = hours.after(arrival, acceptance(self.item, random, day))
        if intent == "in_time":
            if random.random() < SHARES["refused"]:
                self.add("case.refused", at, reason=self._reason("refused"))
                return None
            if self.item.kind != "instant" and random.random() < SHARES["supplemented"]:
                asked = hours.after(arrival, random.uniform(0.02, 0.15) * day)
                brought = hours.after(asked, random.uniform(0.1, 0.4) * day)
                self.add("case.supplement_requested", asked, reason=self._reason("supplement"))
                self.add("case.supplemented", brought)
                at = hours.after(brought, random.uniform(5, 40) * MINUTE)
        self.add("case.accepted", at)
        return at

    def _reviewed(self, accepted: Instant, parts: Durations, *, may_turn: bool) -> Instant:
        """When the review ends, with what interrupts it."""
        random, hours = self.random, self.hours
        start, rest = accepted, parts.review
        if may_turn and random.random() < SHARES["suspended"]:
            start, rest = self._suspended(accepted, rest)
        elif may_turn and random.random() < SHARES["extended"]:
            at = hours.after(accepted, rest * 0.5)
            added = Length(random.choice((3, 5, 10)), "working_days")
            self.add("case.extended", at, length=added, approver=self.office.approver, reason="案情复杂")
        elif may_turn and random.random() < SHARES["sent_back"]:
            reviewer = random.choice(self.office.reviewers)
            first = hours.after(accepted, rest * 0.4)
            back = hours.after(first, rest * 0.1)
            self.add("case.reviewed", first, reviewer)
            self.add(
                "case.returned", back, self.office.approver, to="review", reason=self._reason("sent_back")
            )
            start, rest = back, int(rest * 0.4)
        reviewed = hours.after(start, rest)
        self.add("case.reviewed", reviewed, random.choice(self.office.reviewers))
        return reviewed

    def _suspended(self, accepted: Instant, review: int) -> tuple[Instant, int]:
        """From when the review goes on after a suspension, and how much of it is left."""
        random, hours = self.random, self.hours
        kind, basis, granted = random.choice(SUSPENSIONS)
        since = hours.after(accepted, review * random.uniform(0.1, 0.5))
        day = hours.day_length(since)
        # Resumed well before the end of what was granted, as most are.
        until = hours.after(since, random.uniform(0.15, 0.95) * max(1, granted - 3) * day)
        length = Length(granted, "working_days")
        self.add("case.suspended", since, kind=kind, basis=basis, length=length)
        self.add("case.resumed", until, kind=kind)
        return until, review // 2

    def _leaving(self) -> str | None:
        """The exit by which the case leaves before its end, if any."""
        drawn = self.random.random()
        for way in ("returned", "withdrawn", "voided"):
            drawn -= SHARES[way]
            if drawn < 0:
                return way
        return None

    def _reason(self, of: str) -> str:
        return self.random.choice(REASONS[of])


def recorded(events: list[Event], office: Office, hours: WorkingHours, random: Random) -> list[Event]:
    """`events` with the times at which the office's system wrote them down, a few of them much later."""
    found = []
    entered: dict[Instant, Instant] = {}
    for event in events:
        # What happened at one instant is entered in one go.
        at = entered.get(event.occurred, event.occurred)
        if event.occurred not in entered:
            if random.random() < SHARES["late_recorded"]:
                at = hours.after(at, random.lognormvariate(0.0, 1.0) * 0.6 * HOUR)
            elif office.notes_recording:
                at += random.randrange(1, 20) * SECOND
            entered[event.occurred] = at
        is_noted = office.notes_recording or at != event.occurred
        found.append(replace(event, recorded=at if is_noted else None, received=at))
    return found
