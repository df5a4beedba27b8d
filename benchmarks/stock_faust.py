"""A peer: stock Faust with an agent and a RocksDB table, at the best that its settings give."""

import os
import sys
from pathlib import Path

import faust
from faust.types import EventT, StreamT

from benchmarks.peer_case import alerts, decode_case, decode_event, encode_case, grown, measure

PREFIX = "PEER_"
"""The settings come in the environment, because Faust has a command line of its own."""

PARTITIONS = 4


def told(name: str) -> str:
    """The setting `name`."""
    return os.environ[PREFIX + name]


def build() -> faust.App:
    """The app: one agent, one table."""
    app = faust.App(
        told("GROUP"),
        env={},
        broker=f"kafka://{told('BOOTSTRAP')}",
        datadir=Path(told("STATE")),
        store="rocksdb://",
        consumer_auto_offset_reset="earliest",
        topic_allow_declare=False,
        topic_disable_leader=True,
        topic_partitions=PARTITIONS,
        table_standby_replicas=0,
        producer_acks=-1,
        producer_linger=0.005,
        producer_max_batch_size=256 << 10,
        stream_buffer_maxsize=4096,
        cython_optimizations=True,
        web_enabled=False,
        web_tables_enabled=False,
        autodiscover=False,
    )
    events = app.topic(told("EVENTS"), value_type=bytes, value_serializer="raw", key_serializer="raw")
    told_of = app.topic(told("ALERTS"), value_type=bytes, value_serializer="raw", key_serializer="raw")
    changelog = app.topic(
        told("CHANGELOG"),
        key_type=bytes,
        value_type=bytes,
        key_serializer="raw",
        value_serializer="raw",
        acks=False,
        internal=True,
    )
    table = app.Table(
        "cases",
        partitions=PARTITIONS,
        key_type=bytes,
        value_type=bytes,
        changelog_topic=changelog,
        options={"block_cache_size": 64 << 20, "write_buffer_size": 16 << 20},
    )
    days = measure()

    @app.agent(events)
    async def follow(stream: StreamT[bytes]) -> None:
        taken: EventT[bytes]
        async for taken in stream.events():
            event = decode_event(taken.value)
            key = event.subject.encode()
            record = table.get(key)
            case, late = grown(None if record is None else decode_case(record), event, days)
            table[key] = encode_case(case)
            if late:
                for alert in alerts(event):
                    await told_of.send(key=key, value=alert, partition=taken.message.partition)

    return app


if __name__ == "__main__":
    sys.argv = [
        sys.argv[0],
        "--loop",
        "uvloop",
        "worker",
        "--loglevel",
        "info",
        "--without-web",
    ]
    build().main()
