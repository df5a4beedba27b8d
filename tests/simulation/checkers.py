"""What must hold of a world that has settled, checked apart from what ran in it."""

from collections import Counter

from engine.codec.alert import decode_alert
from engine.codec.case_record import decode_case, encode_case, wake_of
from engine.codec.cloud_event import Decoded, decode_event
from engine.core.alert import Alert
from engine.core.case import Case, with_event
from engine.core.event import Event
from engine.core.fold import fold
from engine.core.instant import Instant
from engine.core.justify import alert_id, justified
from engine.core.rulebook import Rulebook
from engine.testing.world import World

Justified = set[tuple[str, Instant, bool]]
"""(alert, due, whether it is over). That it is over is said once; when is not said again if that moves."""


def published(world: World) -> list[Alert]:
    """Every alert message in the logs."""
    return [
        decode_alert(record.value)
        for shard in world.shards
        for record in shard.alerts.records
        if record.value is not None
    ]


def check_no_message_twice(world: World) -> None:
    """No alert message was published twice."""
    counts = Counter(alert.message_id for alert in published(world))
    assert [message for message, count in counts.items() if count > 1] == []


def check_what_stands_is_justified(world: World, rulebook: Rulebook) -> None:
    """What the messages leave standing is exactly what the pure function justifies, computed from the log alone."""
    standing: dict[tuple[str, Instant], Alert] = {}
    for alert in published(world):
        standing[alert.alert, alert.due] = alert
    said = {
        (alert.alert, alert.due, alert.saying == "ended")
        for alert in standing.values()
        if alert.saying in ("raised", "ended")
    }
    assert said == _justified(world, rulebook)


def check_every_raise_has_its_own_revision(world: World) -> None:
    """A raise is never repeated under one revision, and revisions are counted without a gap."""
    revisions: dict[str, list[int]] = {}
    for alert in published(world):
        if alert.saying == "raised":
            revisions.setdefault(alert.alert, []).append(alert.revision)
    for alert_revisions in revisions.values():
        assert alert_revisions == list(range(1, len(alert_revisions) + 1))


def check_what_was_taken_back(world: World) -> None:
    """Evidence that was recorded after a card fell due, and came after it was justified, only proposes."""
    events: dict[str, list[Event]] = {}
    for shard in world.shards:
        for record in shard.events.records:
            decoded = decode_event(record)
            if isinstance(decoded, Decoded):
                events.setdefault(decoded.case, []).append(decoded.event)
    for alert in published(world):
        if alert.saying == "withdrawn":
            assert any(
                event.recorded_at <= alert.due and max(event.received, event.occurred) > alert.justified_from
                for event in events[alert.case]
            ), alert


def check_store_and_changelog_agree(world: World) -> None:
    """Each disk holds what its changelog says, and its index what its records say."""
    for shard in world.shards:
        latest = {record.key: record.value for record in shard.changelog.records if not _is_meta(record.key)}
        assert shard.store.records == {key: value for key, value in latest.items() if value is not None}
        due = set(shard.store.due(2**63 - 1, 10**9))
        assert due == {key for key, record in shard.store.records.items() if wake_of(record) < 2**63 - 1}


def check_census(world: World) -> None:
    """META's totals of open cases are those of the records."""
    for shard in world.shards:
        totals: Counter[str] = Counter()
        for record in shard.store.records.values():
            case = decode_case(record)
            if case.standing.ended is None and not case.stub and case.standing.stage:
                totals[f"{case.standing.unit or ''}\t{case.standing.stage}"] += 1
        meta = shard.store.meta()
        assert dict(meta.census if meta else {}) == dict(totals)


def check_each_case_in_one_place(world: World) -> None:
    """No case lives on two partitions."""
    counts = Counter(key for shard in world.shards for key in shard.store.records)
    assert [key for key, count in counts.items() if count > 1] == []


def _is_meta(key: bytes | None) -> bool:
    return key is not None and key.startswith(b"\x00")


def _justified(world: World, rulebook: Rulebook) -> Justified:
    """The pure function, over every event in the logs."""
    cases: dict[str, Case] = {}
    for shard in world.shards:
        for record in shard.events.records:
            decoded = decode_event(record)
            if isinstance(decoded, Decoded):
                case = cases.get(decoded.case) or Case(decoded.case)
                cases[decoded.case], _ = with_event(case, decoded.event, rulebook.limits)
    answer: Justified = set()
    for case in cases.values():
        assert decode_case(encode_case(case)) == case
        view = fold(case.events, rulebook, world.now, tangled=case.tangled)
        for passed in justified(view, world.now).passed:
            answer.add((alert_id(case.id, passed), passed.due, passed.ended is not None))
    return answer
