"""A small district for the board's tests: real cases decided by the real pipeline, as records of its topics.

The rules are the shipped approval process; units and items are this file's own.
"""

import random
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from engine.board.read_model import BoardTopics
from engine.codec.cloud_event import encode_event
from engine.codec.meta import META_KEY, encode_meta
from engine.codec.partitioner import partition_of
from engine.core.catalogue import Item, Unit
from engine.core.event import Event, Facts, Length
from engine.core.instant import HOUR, MINUTE, NEVER, Instant, instant_of
from engine.core.rulebook import Rulebook, with_plans
from engine.core.text import Text
from engine.pipeline.partition import PartitionEngine, Topics
from engine.ports import Commit, SourceRecord
from engine.rulebook.load import load_rulebook
from engine.testing.store import MemoryStore

ROOT: Final = Path(__file__).resolve().parents[3]
ZONE: Final = ZoneInfo("Asia/Shanghai")
PARTITIONS: Final = 4
EVENTS: Final = "sunlight.events.v1"
TOPICS: Final = BoardTopics("sunlight.cases.v1", "sunlight.alerts.v1")
SOURCE: Final = "hall.haibowan"

UNITS: Final = (
    ("U01", "海勃湾区住房和城乡建设局", "Housing and Construction Bureau"),
    ("U02", "海勃湾区市场监督管理局", "Market Supervision Administration"),
    ("U03", "海勃湾区自然资源局", "Natural Resources Bureau"),
    ("U04", "海勃湾区卫生健康委员会", "Health Commission"),
    ("U05", "海勃湾区人力资源和社会保障局", "Human Resources and Social Security Bureau"),
    ("U06", "海勃湾区交通运输局", "Transport Bureau"),
    ("U07", "海勃湾区教育局", "Education Bureau"),
    ("U08", "海勃湾区生态环境分局", "Ecology and Environment Branch"),
    ("U09", "海勃湾区农牧水务局", "Agriculture, Animal Husbandry and Water Bureau"),
    ("U10", "海勃湾区应急管理局", "Emergency Management Bureau"),
    ("U11", "海勃湾区文化旅游体育局", "Culture, Tourism and Sports Bureau"),
    ("U12", "凤凰岭街道办事处", "Fenghuangling Sub-district Office"),
)
ITEMS: Final = (
    ("建筑工程施工许可证核发", "Construction permit", "U01", "licence", "promised", 7, 20),
    ("商品房预售许可", "Pre-sale permit of housing", "U01", "licence", "promised", 7, 20),
    ("食品经营许可", "Food business licence", "U02", "licence", "promised", 5, 20),
    ("企业名称变更登记", "Change of a company's name", "U02", "confirmation", "instant", 1, 1),
    ("建设用地规划许可证核发", "Planning permit of building land", "U03", "licence", "promised", 7, 20),
    ("公共场所卫生许可", "Hygiene licence of public places", "U04", "licence", "promised", 7, 20),
    ("医疗机构执业登记", "Registration of medical institutions", "U04", "licence", "promised", 10, 30),
    ("劳务派遣经营许可", "Labour dispatch licence", "U05", "licence", "promised", 7, 20),
    ("道路货物运输经营许可", "Road freight licence", "U06", "licence", "promised", 5, 20),
    ("民办学校办学许可", "Private school licence", "U07", "licence", "promised", 10, 20),
    ("建设项目环境影响评价文件审批（报告表）", "Environmental impact statement", "U08", "licence", "promised", 7, 20),
    ("取水许可", "Water drawing licence", "U09", "licence", "promised", 7, 20),
    ("危险化学品经营许可", "Hazardous chemicals licence", "U10", "licence", "promised", 7, 20),
    ("营业性演出许可", "Commercial performance licence", "U11", "licence", "promised", 3, 20),
    ("临时救助给付", "Temporary relief", "U12", "payment", "promised", 5, 20),
)  # fmt: skip
INSTANT_ITEM: Final = "I04"
"""To be closed on the day of its acceptance."""
PERSONS: Final = ("王建国", "李秀英", "张伟", "刘芳", "陈静", "杨洋", "赵磊", "周敏")


@cache
def rulebook() -> Rulebook:
    """The shipped approval rules with this district's catalogue."""
    shipped, findings = load_rulebook(ROOT / "rules" / "approval")
    assert shipped is not None, findings
    items = {
        f"I{number:02}": Item(
            f"I{number:02}", Text(zh, en), nature, kind, "approval", unit,
            Length(promised, "working_days"), Length(statutory, "working_days"),
        )
        for number, (zh, en, unit, nature, kind, promised, statutory) in enumerate(ITEMS, 1)
    }  # fmt: skip
    units = {unit: Unit(unit, Text(zh, en), ("乌海市", "海勃湾区")) for unit, zh, en in UNITS}
    return with_plans(replace(shipped, items=items, units=units, plans={}))


def at(text: str) -> Instant:
    """The instant of `2026-09-21 10:00` in the district."""
    return instant_of(datetime.fromisoformat(text).replace(tzinfo=ZONE))


class Occurrence(NamedTuple):
    """An event of a case, to be received when it occurs."""

    case: str
    event: Event


def occurrence(case: str, kind: str, occurred: Instant, facts: Facts) -> Occurrence:
    """An event of `case`, recorded when it occurs; its id tells the case and the kind."""
    return Occurrence(case, Event(kind, SOURCE, f"{case}-{kind[5:]}", occurred, occurred, occurred, facts))


def life(case: str, item: str, accepted: Instant, steps: Iterable[tuple[str, Instant]]) -> list[Occurrence]:
    """A case that is received and accepted at the window, and goes through `steps`."""
    draw = random.Random(case)
    unit = rulebook().items[item].unit
    facts = Facts(item=item, unit=unit, window=f"{draw.randint(1, 119)}号窗口", person=draw.choice(PERSONS))
    all_steps = [("case.received", accepted - 40 * MINUTE), ("case.accepted", accepted), *steps]
    return [occurrence(case, kind, moment, facts) for kind, moment in all_steps]


def busy_month(cases: int, until: Instant, seed: int = 1) -> list[Occurrence]:
    """`cases` cases of the thirty days before `until`; most are closed early, some are late, some wait."""
    draw = random.Random(seed)
    events: list[Occurrence] = []
    items = sorted(rulebook().items)
    for number in range(cases):
        item = draw.choice(items)
        day = datetime.fromtimestamp(until / 1e6, ZONE) - timedelta(days=draw.uniform(0, 30))
        accepted = instant_of(
            day.replace(hour=draw.choice((9, 10, 11, 14, 15, 16)), minute=draw.randint(0, 59))
        )
        length: float = draw.choice((8, 20, 24, 30, 48, 52, 72, 96)) * (9 if draw.random() < 0.035 else 1)
        if rulebook().items[item].kind == "instant":
            length = draw.choice((0.2, 0.3, 0.5, 1)) if draw.random() < 0.97 else length
        case = f"HB{day:%Y%m%d}{number:05}"
        shares = (("case.reviewed", 0.4), ("case.approved", 0.8), ("case.closed", 1.0))
        steps = [(kind, accepted + int(length * HOUR * share)) for kind, share in shares]
        if draw.random() < 0.01:
            steps[0], steps[1] = (steps[0][0], steps[1][1]), (steps[1][0], steps[0][1])
        told = life(case, item, accepted, steps)
        events += [each for each in told if each.event.occurred <= until]
    return events


class District:
    """The pipelines of all partitions, and the two logs that the board reads."""

    def __init__(self) -> None:
        shared = Topics(EVENTS, TOPICS.alerts, "sunlight.deadletters.v1", PARTITIONS)
        self._engines = [PartitionEngine(number, rulebook(), shared) for number in range(PARTITIONS)]
        self._stores = [MemoryStore() for _ in range(PARTITIONS)]
        self._taken = [0] * PARTITIONS
        self.logs: dict[tuple[str, int], list[SourceRecord]] = {
            (topic, number): [] for topic in TOPICS for number in range(PARTITIONS)
        }
        """Every record of the changelog and of the alert topic, by topic and partition."""

    def live(self, events: Sequence[Occurrence], until: Instant) -> list[SourceRecord]:
        """Receive `events` as they occur and decide up to `until`; what was written, in the order of writing."""
        written: list[SourceRecord] = []
        for event in sorted(events, key=lambda each: (each.event.occurred, each.case, each.event.id)):
            self._tick(event.event.occurred, written)
            self._receive(event, written)
        self._tick(until, written)
        return written

    def records(self) -> list[SourceRecord]:
        """Everything that was ever written, by topic and partition."""
        return [record for log in self.logs.values() for record in log]

    def _receive(self, told: Occurrence, written: list[SourceRecord]) -> None:
        key = told.case.encode()
        number = partition_of(key, PARTITIONS)
        now = told.event.occurred
        value = encode_event(told.case, told.event)
        record = SourceRecord(EVENTS, number, self._taken[number], now // 1000, key, value)
        self._taken[number] += 1
        engine, store = self._engines[number], self._stores[number]
        self._carry_out(number, engine.batch([record], store, now, behind=False), now, written)

    def _tick(self, until: Instant, written: list[SourceRecord]) -> None:
        """Decide what falls due up to `until`, each at the instant after, in order of time."""
        while True:
            wake, number = min(
                (store.next_wake() or NEVER, number) for number, store in enumerate(self._stores)
            )
            if wake >= until:
                return
            commit = self._engines[number].tick(self._stores[number], wake + 1, 100, behind=False)
            assert commit is not None
            self._carry_out(number, commit, wake + 1, written)

    def _carry_out(self, number: int, commit: Commit, now: Instant, written: list[SourceRecord]) -> None:
        """As the worker does: alerts, then the changes and META; here with the time of the commit on each."""
        written += [
            self._write(TOPICS.alerts, number, alert.key, alert.value, now) for alert in commit.alerts
        ]
        written += [
            self._write(TOPICS.changelog, number, each.key, each.record, now) for each in commit.changes
        ]
        written.append(self._write(TOPICS.changelog, number, META_KEY, encode_meta(commit.meta), now))
        self._stores[number].write(commit.changes, commit.meta)
        self._engines[number].meta = commit.meta

    def _write(
        self, topic: str, number: int, key: bytes | None, value: bytes | None, now: Instant
    ) -> SourceRecord:
        log = self.logs[topic, number]
        record = SourceRecord(topic, number, len(log), now // 1000 + 1, key, value)
        log.append(record)
        return record


def positions_after(records: Iterable[SourceRecord]) -> dict[tuple[str, int], int]:
    """The positions after `records`, by topic and partition."""
    found: dict[tuple[str, int], int] = {}
    for record in records:
        place = record.topic, record.partition
        found[place] = max(found.get(place, 0), record.offset + 1)
    return found
