"""Delivery on the embedded broker, as in the demo. What takes transactions is tested on a real one."""

import asyncio
import os
import signal
import subprocess
import sys

import aiohttp

from engine.deliver.run import deliver
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
