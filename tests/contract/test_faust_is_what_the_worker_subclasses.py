"""What the worker takes for granted of Faust, mode and aiokafka, at the exact versions it was written for.

A failure here says which assumption a new version breaks, before a scenario fails for reasons hard to see.
"""

import asyncio
import inspect
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from aiokafka.consumer.consumer import AIOKafkaConsumer
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.consumer.subscription_state import Assignment, TopicPartitionState
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.protocol.group import LeaveGroupRequest
from faust.tables.manager import TableManager
from faust.tables.recovery import Recovery
from faust.transport.consumer import Consumer as FaustConsumer
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer
from mode.services import ServiceTask

from engine.worker.app import build_app
from engine.worker.connection import Connection
from engine.worker.ownership import Ownership
from engine.worker.settings import WorkerSettings, WorkerTopics
from engine.worker.table import CaseTable, CaseTables, SunlightApp, TakeOver
from engine.worker.transport import BatchConsumer, BatchTransport, FetchThread


def an_app(directory: Path) -> SunlightApp:
    """An app, made as the worker makes it: in a running event loop, which Faust asks for."""

    async def made() -> SunlightApp:
        return build_app(settings, Ownership())

    topics = WorkerTopics("events", "cases", "alerts", {"events": 4, "cases": 4, "alerts": 4})
    settings = WorkerSettings(Connection("broker-1:9092,broker-2:9093"), topics, directory)
    return asyncio.run(made())


@pytest.mark.parametrize(
    ("package", "expected"),
    [
        ("faust-streaming", "0.15.3"),
        ("mode-streaming", "0.7.1"),
        ("aiokafka", "0.14.0"),
        ("rocksdict", "0.3.29"),
    ],
)
def test_the_versions_are_those_that_were_read(package: str, expected: str) -> None:
    assert version(package) == expected


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        pytest.param(getattr(sub, name), getattr(base, name), id=f"{sub.__name__}.{name}")
        for sub, base, overridden in [
            (BatchConsumer, FaustConsumer, ["ack", "_new_offset", "perform_seek", "_drain_messages"]),
            (BatchConsumer, Consumer, ["verify_event_path", "_new_consumer_thread"]),
            (FetchThread, AIOKafkaConsumerThread, ["_create_worker_consumer", "on_start", "on_thread_stop"]),
            (CaseTables, TableManager, ["on_start", "on_stop"]),
        ]
        for name in overridden
    ],
)
def test_an_overridden_method_takes_what_the_original_takes(
    ours: Callable[..., Any], theirs: Callable[..., Any]
) -> None:
    assert list(inspect.signature(ours).parameters) == list(inspect.signature(theirs).parameters)
    assert inspect.iscoroutinefunction(ours) == inspect.iscoroutinefunction(theirs)


def test_recovery_has_no_other_background_task_than_those_that_are_replaced() -> None:
    replaced = {"_restart_recovery", "_slurp_changelogs", "_publish_stats"}
    assert {name for name, value in vars(Recovery).items() if isinstance(value, ServiceTask)} == replaced
    assert {name for name, value in vars(TakeOver).items() if isinstance(value, ServiceTask)} == replaced


def test_the_places_of_a_consumer_are_where_the_fetch_reads_them() -> None:
    state = TopicPartitionState.__new__(TopicPartitionState)
    assert {"position", "has_valid_position"} <= set(dir(state))
    assert "self.highwater = None" in inspect.getsource(TopicPartitionState.__init__)
    assert {"tps", "state_value"} <= set(dir(Assignment))
    assert "_fetch_max_wait_ms" in inspect.getsource(AIOKafkaConsumer.start)


def test_an_empty_set_of_partitions_would_fetch_them_all() -> None:
    # Why the consumer never fetches while it has nothing to fetch.
    assert "if partitions and tp not in partitions" in inspect.getsource(Fetcher.fetched_records)


def test_a_refused_member_waits_for_somebody_to_ask() -> None:
    assert "_error_consumed_fut" in inspect.getsource(GroupCoordinator.check_errors)
    assert "check_errors" not in inspect.getsource(AIOKafkaConsumerThread)


def test_heartbeats_go_through_the_method_that_is_listened_to() -> None:
    assert "await self._do_heartbeat()" in inspect.getsource(GroupCoordinator._heartbeat_routine)


def test_a_static_member_does_not_leave_by_itself() -> None:
    assert "self._group_instance_id is None" in inspect.getsource(GroupCoordinator._maybe_leave_group)
    assert list(inspect.signature(LeaveGroupRequest).parameters) == ["group", "member_id"]


def test_a_full_batch_says_so_and_one_record_always_fits() -> None:
    batch = BatchBuilder(100, 0)
    assert batch.append(timestamp=1, key=b"k", value=b"x" * 500, headers=[]) is not None
    assert batch.append(timestamp=1, key=b"k", value=b"x", headers=[]) is None
    assert batch.record_count() == 1


def test_faust_takes_no_setting_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BROKER_URL", "kafka://elsewhere:1")
    monkeypatch.setenv("APP_BROKER_URL", "kafka://elsewhere:1")
    monkeypatch.setenv("WEB_ENABLED", "true")
    monkeypatch.setenv("PROCESSING_GUARANTEE", "exactly_once")
    monkeypatch.setenv("TABLE_STANDBY_REPLICAS", "3")
    conf = an_app(tmp_path).conf
    assert [(url.host, url.port) for url in conf.broker] == [("broker-1", 9092), ("broker-2", 9093)]
    assert conf.web_enabled is False
    assert str(conf.processing_guarantee.value) == "at_least_once"
    assert conf.table_standby_replicas == 0


def test_the_app_is_made_of_the_worker_s_own_parts(tmp_path: Path) -> None:
    app = an_app(tmp_path)
    assert isinstance(app.transport, BatchTransport)
    assert isinstance(app.tables, CaseTables)
    (table,) = app.tables.values()
    assert isinstance(table, CaseTable)
    assert app.tables.changelog_topics == {"cases"}
    assert app.conf.topic_allow_declare is False
    assert app.conf.topic_disable_leader is True


def test_the_case_table_is_no_mapping(tmp_path: Path) -> None:
    app = an_app(tmp_path)
    (table,) = app.tables.values()
    with pytest.raises(TypeError, match="stores only"):
        table.data[b"key"]
