"""Delivery on the embedded broker, as in the demo. What takes transactions is tested on a real one."""

import asyncio
import os
import signal
import subprocess
import sys

import aiohttp
from aiokafka.errors import KafkaError

from engine.deliver.run import deliver
from engine.deliver.settings import DeliverSettings
from engine.deliver.stopping import UncleanStopError
from engine.embedded.broker import EmbeddedBroker
from tests.integration.deliver.place import ALERTS, DERIVED, SECONDS_MAX, TOPICS, alert, delivering, place


def test_what_is_no_alert_goes_to_the_dead_letters_and_the_rest_is_delivered() -> None:
    async def scene() -> None:
        with EmbeddedBroker((ALERTS, *DERIVED)) as broker:
            async with place(broker.address, check_checksums=False) as there:
                await there.publish_bytes(b"no alert at all")
                await there.publish([alert(1)])
                async with delivering(there):
                    await there.until(
                        lambda rows: (
                            len(there.current()) == 1 and any(row[2] == b"no alert at all" for row in rows)
                        )
                    )
                letters = [row for row in there.rows if row[0] == TOPICS.dead_letters]
                assert letters == [(TOPICS.dead_letters, b"case", b"no alert at all")]

    asyncio.run(scene())


def test_health_readiness_and_figures_are_served() -> None:
    async def scene() -> None:
        with EmbeddedBroker((ALERTS, *DERIVED)) as broker:
            async with place(broker.address, check_checksums=False) as there:
                await there.publish([alert(1), alert(2)])
                stop, port = asyncio.Event(), asyncio.get_running_loop().create_future()
                task = asyncio.create_task(deliver(there.settings(port.set_result), stop))
                try:
                    async with aiohttp.ClientSession(f"http://127.0.0.1:{await port}") as http:
                        assert (await http.get("/healthz")).status == 200
                        await there.until(lambda _: len(there.current()) == 2)
                        async with asyncio.timeout(SECONDS_MAX):
                            while (await http.get("/readyz")).status != 200:
                                await there.until(lambda _: True)
                        text = await (await http.get("/metrics")).text()
                finally:
                    stop.set()
                    await task
                assert 'sunlight_deliver_records_total{topic="sunlight.alerts.current.v1"} 2.0' in text
                assert "sunlight_deliver_partitions_owned 4.0" in text

    asyncio.run(scene())


def test_a_process_whose_broker_is_gone_is_not_ready() -> None:
    async def scene() -> None:
        broker = EmbeddedBroker((ALERTS, *DERIVED))
        stop, port = asyncio.Event(), asyncio.get_running_loop().create_future()
        settings = DeliverSettings(
            {"bootstrap_servers": broker.address},
            ALERTS,
            TOPICS,
            health_port=0,
            session_seconds=6.0,
            check_checksums=False,
            on_ready=port.set_result,
        )
        task = asyncio.create_task(deliver(settings, stop))
        async with aiohttp.ClientSession(f"http://127.0.0.1:{await port}") as http:

            async def until(status: int, **expected: bool) -> None:
                async with asyncio.timeout(SECONDS_MAX):
                    while True:
                        async with http.get("/readyz") as answer:
                            conditions = (await answer.json())["conditions"]
                            if answer.status == status and conditions | expected == conditions:
                                return
                        await asyncio.wait([task], timeout=0.05)

            await until(200, partitions_assigned=True, brokers_answer=True, caught_up=True)
            broker.close()
            await until(503, brokers_answer=False)
        stop.set()
        # It cannot leave its group any more, and may say so. That nothing is left open is seen by the test's warnings.
        await asyncio.wait([task], timeout=SECONDS_MAX)
        assert isinstance(task.exception(), KafkaError | UncleanStopError | None)

    asyncio.run(scene())


def test_a_process_whose_broker_is_gone_still_stops_when_told() -> None:
    environment = {
        **os.environ,
        "SUNLIGHT_LOG_LEVEL": "info",
        "SUNLIGHT_DELIVER_PORT": "0",
        "SUNLIGHT_CHECK_CHECKSUMS": "false",
    }
    broker = EmbeddedBroker((ALERTS, *DERIVED))
    command = [sys.executable, "-m", "engine.cli.main", "deliver", "--bootstrap", broker.address]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        # It says so once it has a partition.
        assert any(f"{ALERTS}[0] from" in line for line in process.stderr)
        broker.close()
        process.send_signal(signal.SIGTERM)
        try:
            _, said = process.communicate(timeout=SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    assert process.returncode in {0, 1}, said
