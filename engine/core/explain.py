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
    "working_days": Text("个工作日", "working days"),
    "working_hours": Text("个工作小时", "working hours"),
    "days": Text("日", "days"),
    "hours": Text("小时", "hours"),
    "minutes": Text("分钟", "minutes"),
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
        facts=_facts(run.start, entry, run.stop),
        limit="deadline" if plan.clock.allowance.origin == "deadline" else _limit(passed).en,
        counting=plan.clock.counting,
        days=_days(passed) if plan.clock.counting == "day" else (),
        excluded=excluded,
        extensions=tuple(_fact(event) for event in passed.ledger.extensions if event.occurred <= entry.since),
        basis=plan.clock.basis,
        text=_sentence(case, passed, len(excluded)),
    )


def _facts(start: Event, entry: Entry, stop: Event | None) -> tuple[Fact, ...]:
    events = [start]
    if entry.cause.identity != start.identity:
        events.append(entry.cause)
    if stop is not None:
        events.append(stop)
    return tuple(_fact(event) for event in events)


def _fact(event: Event) -> Fact:
    facts = event.facts
    return Fact(event.type, event.source, event.id, event.occurred, event.recorded, facts.unit, facts.person)


def _excluded(view: View, passed: Passed) -> tuple[Excluded, ...]:
    pause = passed.run.plan.clock.pause
    if pause is None:
        return ()
    return tuple(
        Excluded(
            suspension.start.occurred,
            None if suspension.end is None else suspension.end.occurred,
            suspension.start.facts.kind,
            suspension.start.facts.basis,
        )
        for suspension in view.suspensions
        if pause.stops(suspension.start.facts.kind, suspension.start.facts.basis)
        and suspension.start.occurred <= passed.due
        and (suspension.end is None or suspension.end.occurred > passed.run.start.occurred)
    )


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


def _limit(passed: Passed) -> Text:
    plan = passed.run.plan
    length: Length | None = plan.limit
    if length is None and passed.run.suspension is not None:
        length = passed.run.suspension.start.facts.length
    if length is None:
        return Text("来源给定的截止时间", "the deadline given by the source")
    if length.value == 0 and length.unit == "working_days":
        return Text("当日", "the same working day")
    unit = _UNITS[length.unit]
    return Text(f"{length.value}{unit.zh}", f"{length.value} {unit.en}")


def _sentence(case: str, passed: Passed, exclusions: int) -> Text:
    """What happened, as an official would say it: the clock, its limit, what was reached, and the level."""
    run, clock = passed.run, passed.run.plan.clock
    zone = run.plan.calendar.zone
    start, due = _written(run.start.occurred, zone), _written(passed.due, zone)
    level, limit, counting = _LEVELS[passed.rung.level], _limit(passed), _COUNTING[clock.counting]
    paused = (
        Text(f"，其间挂起{exclusions}次不计", f", {exclusions} suspension(s) not counted")
        if exclusions
        else Text("", "")
    )
    reached = _reached(passed)
    return Text(
        f"办件{case}的{clock.title.zh}自{start}起算，限期{limit.zh}（{counting.zh}{paused.zh}）；"
        f"至{due}{reached.zh}，发{level.zh}。依据：{clock.basis.zh}。",
        f"Case {case}: {clock.title.en} from {start}, {limit.en} ({counting.en}{paused.en}); "
        f"at {due} {reached.en}: {level.en}. Basis: {clock.basis.en}.",
    )


def _reached(passed: Passed) -> Text:
    """What passing the rung means, in words."""
    rung = next(rung for rung in passed.run.plan.clock.rungs if rung.id == passed.rung.id)
    if rung.anchor == "due" or (rung.length is None and rung.percent is None):
        return Text("届满而未办结", "it passed undone")
    if rung.length is None:
        return Text(f"已用时限的{rung.percent}%而未办结", f"{rung.percent} % of it was used, undone")
    unit = _UNITS[rung.length.unit]
    span = Text(f"{rung.length.value}{unit.zh}", f"{rung.length.value} {unit.en}")
    if rung.anchor == "before":
        return Text(f"距届满仅余{span.zh}而未办结", f"{span.en} were left, undone")
    return Text(f"已超期{span.zh}仍未办结", f"it was {span.en} over, still undone")


def ending_of(case: str, passed: Passed) -> Text:
    """What the end of an alert says: what it warned of is over, and it stays on record."""
    zone, level = passed.run.plan.calendar.zone, _LEVELS[passed.rung.level]
    clock = passed.run.plan.clock
    ended = "" if passed.ended is None else _written(passed.ended, zone)
    return Text(
        f"办件{case}的{clock.title.zh}已于{ended}停止或重新起算；{level.zh}所警示的情形结束，记录保留。",
        f"Case {case}: {clock.title.en} stopped or was set anew at {ended}; what the {level.en} warned of is over, "
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
            f"办件{case}的{level.zh}（{entry.rule}）摘牌：有关记录在届满之前已作出，只是迟到。",
            f"Case {case}: the {level.en} ({entry.rule}) is withdrawn: the evidence had been recorded in time "
            "and arrived late.",
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
