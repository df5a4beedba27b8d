"""The explanation of an alert: facts, days, exclusions and a sentence, from the ledger that made it due."""

from typing import Final
from zoneinfo import ZoneInfo

from engine.core.alert import Day, Excluded, Explanation, Fact, Saying
from engine.core.calendar import BusinessCalendar
from engine.core.case import Announced
from engine.core.event import Event, Length
from engine.core.instant import Instant, civil
from engine.core.justify import Passed
from engine.core.ledger import Entry
from engine.core.text import Text
from engine.core.view import View

_DAYS_MAX: Final = 400
"""A longer span is explained by its limit and exclusions alone."""

_LEVELS: Final = {
    "warning": Text("预警", "warning"),
    "yellow": Text("黄牌", "yellow card"),
    "red": Text("红牌", "red card"),
}

_UNITS: Final = {
    "working_days": ("个工作日", "working day"),
    "working_hours": ("个工作小时", "working hour"),
    "days": ("日", "day"),
    "hours": ("小时", "hour"),
    "minutes": ("分钟", "minute"),
}

_COUNTING: Final = {
    "day": Text("按工作日计，起算当日不计", "in working days, the day of the start not counted"),
    "instant": Text("按工作日计，自起算时刻起", "in working days from the instant of the start"),
    "hours": Text("按工作时间计", "in working hours"),
    "natural": Text("按自然时间计", "in natural time"),
    "natural_day": Text("按自然日计，起算当日不计", "in natural days, the day of the start not counted"),
}

_REASONS: Final = {
    "workday": Text("工作日", "working day"),
    "make-up": Text("调休上班日", "make-up working day"),
    "weekend": Text("周末", "weekend"),
    "holiday": Text("法定节假日", "statutory holiday"),
    "provisional-workday": Text(
        "工作日（日历未公布，暂定）", "working day (calendar not yet published, provisional)"
    ),
    "provisional-weekend": Text(
        "周末（日历未公布，暂定）", "weekend (calendar not yet published, provisional)"
    ),
}

_SUSPENDED: Final = Text("挂起期间不计入时限", "suspended, not counted")


def explanation_of(case: str, view: View, passed: Passed) -> Explanation:
    """Why `passed` is justified: complete, so that it reads the same years later."""
    run, entry = passed.run, passed.entry
    plan = run.plan
    excluded = _excluded(view, passed)
    return Explanation(
        facts=_facts(run.start, entry, run.stop, _change(passed)),
        limit="deadline" if plan.clock.allowance.origin == "deadline" else _limit(passed).en,
        counting=plan.clock.counting,
        days=_days(passed) if plan.clock.counting == "day" else (),
        excluded=excluded,
        extensions=tuple(_fact(event) for event in _lengthening(passed)),
        basis=plan.clock.basis,
        text=_sentence(case, passed),
    )


def _facts(start: Event, entry: Entry, stop: Event | None, changed: Event | None) -> tuple[Fact, ...]:
    events = [start]
    if entry.cause.identity != start.identity:
        events.append(entry.cause)
    if stop is not None:
        events.append(stop)
    elif changed is not None:
        events.append(changed)
    return tuple(_fact(event) for event in events)


def _change(passed: Passed) -> Event | None:
    """The event that changed the allowance and so ended the alert; None where it ended otherwise, or has not."""
    return next((entry.cause for entry in passed.ledger.entries if entry.since == passed.ended), None)


def _lengthening(passed: Passed) -> tuple[Event, ...]:
    """Extensions and prolongations that had lengthened the limit when the rung fell due."""
    since = passed.entry.since
    if passed.run.suspension is None:
        return tuple(event for event in passed.ledger.extensions if event.occurred <= since)
    causes = [entry.cause for entry in passed.ledger.entries[1:]]
    return tuple(event for event in causes if event.occurred <= since)


def _fact(event: Event) -> Fact:
    facts = event.facts
    return Fact(event.type, event.source, event.id, event.occurred, event.recorded, facts.unit, facts.person)


def _excluded(view: View, passed: Passed) -> tuple[Excluded, ...]:
    """The suspensions behind the exclusions of the ledger."""
    plan = passed.run.plan
    pause = plan.clock.pause
    if pause is None:
        return ()
    found = []
    for suspension in view.suspensions:
        first = max(plan.measure.at(suspension.start.occurred), passed.ledger.start)
        counts = any(since <= first < until for since, until in passed.entry.exclusions)
        if counts and pause.stops(suspension.start.facts.kind, suspension.start.facts.basis):
            end = None if suspension.end is None else suspension.end.occurred
            facts = suspension.start.facts
            found.append(Excluded(suspension.start.occurred, end, facts.kind, facts.basis))
    return tuple(found)


def _days(passed: Passed) -> tuple[Day, ...]:
    calendar = passed.run.plan.calendar
    first = calendar.day(passed.run.start.occurred) + 1
    last = calendar.day(passed.due)
    if last - first > _DAYS_MAX:
        return ()
    return tuple(_day(calendar, day, passed) for day in range(first, last + 1))


def _day(calendar: BusinessCalendar, day: int, passed: Passed) -> Day:
    date = calendar.date(day)
    code = calendar.reason(date)
    reason = _REASONS[code]
    worked = calendar.is_working_day(day)
    name = calendar.holiday_name(date)
    if name is not None:
        reason = Text(f"{reason.zh}（{name.zh}）", f"{reason.en} ({name.en})")
    rank = calendar.rank(day)
    if worked and rank <= passed.ledger.start:
        return Day(date.isoformat(), counted=False, reason=Text("起算日", "day of the start"))
    if worked and any(since < rank <= until for since, until in passed.entry.exclusions):
        return Day(date.isoformat(), counted=False, reason=_SUSPENDED)
    return Day(date.isoformat(), counted=worked, reason=reason)


def _length(length: Length) -> Text:
    """A length in words."""
    if length.value == 0 and length.unit == "working_days":
        return Text("当日", "the same working day")
    zh, en = _UNITS[length.unit]
    return Text(
        f"{length.value}{zh}", f"{length.value} {en}" if length.value == 1 else f"{length.value} {en}s"
    )


def _limit(passed: Passed) -> Text:
    """The limit in words, with what lengthened it."""
    plan = passed.run.plan
    length: Length | None = plan.limit
    if length is None and passed.run.suspension is not None:
        length = passed.run.suspension.start.facts.length
    if length is None:
        amount = passed.entry.amount or 0
        end = _written(plan.measure.when(passed.ledger.start + amount), plan.calendar.zone)
        return Text(f"来源给定的截止时间{end}", f"the deadline {end} that the source gave")
    said = _length(length)
    for event in _lengthening(passed):
        if event.facts.length is not None:
            more = _length(event.facts.length)
            said = Text(f"{said.zh}，延长{more.zh}", f"{said.en}, extended by {more.en}")
    return said


def _sentence(case: str, passed: Passed) -> Text:
    """What happened, as an official would say it: the clock, its limit, what was reached, and the level."""
    run, clock = passed.run, passed.run.plan.clock
    zone = run.plan.calendar.zone
    start, due = _written(run.start.occurred, zone), _written(passed.due, zone)
    level, limit, reached = _LEVELS[passed.rung.level], _limit(passed), _reached(passed)
    counting, paused, note = _counting(passed), _paused(passed), _provisional(passed)
    return Text(
        f"办件{case}的{clock.title.zh}自{start}起算，限期{limit.zh}（{counting.zh}{paused.zh}）；"
        f"至{due}{reached.zh}，发{level.zh}{note.zh}。依据：{clock.basis.zh}。",
        f"Case {case}: {clock.title.en} from {start}, limit {limit.en} ({counting.en}{paused.en}); "
        f"{reached.en} at {due}: {level.en}{note.en}. Basis: {clock.basis.en}.",
    )


def _counting(passed: Passed) -> Text:
    """How the limit counts; that the start day does not count says nothing of a limit of the same day."""
    limit = passed.run.plan.limit
    if limit is not None and limit.value == 0:
        return Text("于当日下班前届满", "until the close of business")
    return _COUNTING[passed.run.plan.clock.counting]


def _paused(passed: Passed) -> Text:
    """What the ledger excluded before the rung fell due, in words."""
    exclusions = passed.entry.exclusions
    if not exclusions:
        return Text("", "")
    if passed.run.plan.clock.counting != "day":
        return Text("，挂起时间不计", ", suspended time not counted")
    reached = passed.run.plan.measure.at(passed.due)
    days = sum(max(0, min(last, reached) - max(first, passed.ledger.start)) for first, last in exclusions)
    if not days:
        return Text("", "")
    length = _length(Length(days, "working_days"))
    return Text(f"，挂起{length.zh}不计", f", {length.en} of suspension not counted")


def _provisional(passed: Passed) -> Text:
    """Said of a due instant past the days that the notices cover."""
    plan = passed.run.plan
    if plan.clock.counting == "natural" or not plan.calendar.is_provisional(passed.due):
        return Text("", "")
    return Text("（超出已公布的日历，暂定）", " (past the published calendar, provisional)")


def _reached(passed: Passed) -> Text:
    """What passing the rung means, in words."""
    clock = passed.run.plan.clock
    rung = next(rung for rung in clock.rungs if rung.id == passed.rung.id)
    undone = _undone(passed)
    if rung.anchor == "due" or (rung.length is None and rung.percent is None):
        return Text(f"届满而{undone.zh}", f"it ran out, {undone.en},")
    if rung.length is None:
        return Text(
            f"已用时限的{rung.percent}%而{undone.zh}", f"{rung.percent} % of it was used, {undone.en},"
        )
    span = _length(rung.length)
    verb = "was" if rung.length.value == 1 else "were"
    if rung.anchor == "after":
        return Text(f"已超期{span.zh}仍{undone.zh}", f"it was {span.en} over, still {undone.en},")
    if passed.due == passed.run.start.occurred:
        return Text(f"起算时距届满已不足{span.zh}", f"less than {span.en} {verb} left")
    return Text(f"距届满仅余{span.zh}而{undone.zh}", f"{span.en} {verb} left, {undone.en},")


def _undone(passed: Passed) -> Text:
    """What was not done in time."""
    if passed.run.suspension is not None:
        return Text("未恢复办理", "not resumed")
    if passed.run.plan.clock.stage is not None:
        return Text("未完成本环节", "not completed")
    return Text("未办结", "not closed")


def ending_of(case: str, passed: Passed) -> Text:
    """What the end of an alert says: what it warned of is over, and it stays on record."""
    zone, level = passed.run.plan.calendar.zone, _LEVELS[passed.rung.level]
    clock = passed.run.plan.clock
    ended = "" if passed.ended is None else _written(passed.ended, zone)
    how = Text("停止", "stopped") if _change(passed) is None else Text("变更时限", "was given another limit")
    return Text(
        f"办件{case}的{clock.title.zh}已于{ended}{how.zh}；{level.zh}所警示的情形结束，记录保留。",
        f"Case {case}: {clock.title.en} {how.en} at {ended}; what the {level.en} warned of is over, "
        "and it stays on record.",
    )


def withdrawal_of(case: str, entry: Announced, saying: Saying, evidence: tuple[Event, ...]) -> Explanation:
    """Why an announced alert is taken back, or is proposed to be: the evidence that arrived since."""
    level = _LEVELS[entry.level]
    if saying == "withdrawal_proposed":
        text = Text(
            f"办件{case}的{level.zh}（{entry.rule}）依现有材料不成立，但有关记录在届满之后才作出，撤销须经人工确认。",
            f"Case {case}: the {level.en} ({entry.rule}) no longer holds, but the evidence was recorded after "
            "it fell due; people must confirm its withdrawal.",
        )
    elif evidence:
        text = Text(
            f"办件{case}的{level.zh}（{entry.rule}）摘牌：有关记录当时已经作出，只是迟到或尚未读取。",
            f"Case {case}: the {level.en} ({entry.rule}) is withdrawn: the evidence had been recorded in time, "
            "and arrived or was read late.",
        )
    else:
        text = Text(
            f"办件{case}的{level.zh}（{entry.rule}）摘牌：规则或日历已修订。",
            f"Case {case}: the {level.en} ({entry.rule}) is withdrawn: rules or calendar were revised.",
        )
    facts = tuple(_fact(event) for event in evidence)
    return Explanation(facts, "", "", (), (), (), Text("", ""), text)


def _written(instant: Instant, zone: str) -> str:
    return civil(instant, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")
