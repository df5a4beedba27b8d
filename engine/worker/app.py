"""The Faust app: Faust's own classes and those of this package put together.

Faust would take settings from environment variables with short common names (`BROKER_URL`, `WEB_PORT`); it is
given an empty environment instead, so that a worker is what its settings say. Its web pages are off: they show
raw tables to anybody.
"""

from typing import Any, Final, cast

import faust
from faust.streams import Stream
from faust.types import AppT, StreamT
from mode.supervisors import CrashingSupervisor

from engine.worker.connection import Connection
from engine.worker.message import BatchMessage, BatchSchema
from engine.worker.ownership import Ownership
from engine.worker.settings import WorkerSettings
from engine.worker.table import CaseTable, CaseTables, SunlightApp
from engine.worker.transport import BatchTransport, SourceSettings

STREAM_MESSAGES: Final = 8
"""How many messages may wait in front of the partitions' own queues."""


def _credentials(connection: Connection) -> Any:
    if connection.sasl_username is not None:
        return faust.SASLCredentials(
            username=connection.sasl_username,
            password=connection.sasl_password,
            mechanism=connection.sasl_mechanism,
            ssl_context=connection.tls,
        )
    return None if connection.tls is None else faust.SSLCredentials(connection.tls)


def _faust_settings(settings: WorkerSettings) -> dict[str, Any]:
    partitions = settings.topics.partitions[settings.topics.events]
    return {
        "env": {},
        "broker": settings.connection.broker_urls(),
        "broker_client_id": settings.connection.client_id,
        "broker_credentials": _credentials(settings.connection),
        "broker_session_timeout": settings.session_seconds,
        "broker_heartbeat_interval": settings.heartbeat_seconds,
        "consumer_group_instance_id": settings.instance,
        "consumer_auto_offset_reset": "earliest",
        "datadir": settings.data_directory,
        "processing_guarantee": "at_least_once",
        "stream_buffer_maxsize": STREAM_MESSAGES,
        "stream_wait_empty": True,
        "table_standby_replicas": 0,
        "topic_allow_declare": False,
        "topic_disable_leader": True,
        "topic_partitions": partitions,
        "web_enabled": False,
        "autodiscover": False,
        "cython_optimizations": True,
        "TableManager": CaseTables,
    }


def build_app(settings: WorkerSettings, ownership: Ownership) -> SunlightApp:
    """The app for `settings`, whose messages go to `ownership`. Nothing is started."""
    app = SunlightApp(settings.group, **_faust_settings(settings))
    app.ownership = ownership
    source = SourceSettings(
        topic=settings.topics.events,
        batch_records=settings.batch_records,
        fetch_wait_ms=settings.fetch_wait_ms,
        start_of=ownership.start_of,
        is_held=ownership.is_held,
        progressed=ownership.progressed,
    )
    app.transport = BatchTransport(app.conf.broker_consumer, app, source)
    changelog = app.topic(
        settings.topics.changelog, key_type=bytes, value_type=bytes, acks=False, internal=True
    )
    table = CaseTable(
        app,
        name="cases",
        key_type=bytes,
        value_type=bytes,
        partitions=settings.topics.partitions[settings.topics.changelog],
        changelog_topic=changelog,
    )
    app.tables.add(table)
    events = app.topic(settings.topics.events, schema=BatchSchema(key_type=bytes, value_type=bytes))

    @app.agent(events, name="decide", supervisor_strategy=CrashingSupervisor)
    async def decide(stream: StreamT[Any]) -> None:
        # Not acknowledged by the stream: Faust would acknowledge what raised, too.
        async for event in cast("Stream[Any]", stream).noack().events():
            await ownership.submit(cast("BatchMessage", event.message))

    @app.on_partitions_revoked.connect(weak=False)
    async def release(sender: AppT, revoked: Any, **_: Any) -> None:
        del sender, revoked
        await ownership.release()

    return app
