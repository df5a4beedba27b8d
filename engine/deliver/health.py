"""What a delivery process says of itself over HTTP: alive, ready, and in figures."""

import json
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from typing import Final

from aiohttp import web

from engine.deliver.meters import DeliverMeters

EXPOSITION: Final = "text/plain; version=0.0.4; charset=utf-8"


async def serve_health(
    stack: AsyncExitStack,
    place: tuple[str, int],
    conditions: Mapping[str, Callable[[], bool]],
    meters: DeliverMeters,
) -> int:
    """Serve `/healthz`, `/readyz` and `/metrics` at host and port `place` until `stack` closes; the port."""

    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def readyz(_request: web.Request) -> web.Response:
        states = {name: condition() for name, condition in conditions.items()}
        is_ready = all(states.values())
        body = json.dumps({"ready": is_ready, "conditions": states})
        return web.Response(text=body, status=200 if is_ready else 503, content_type="application/json")

    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(body=meters.exposition(), headers={"Content-Type": EXPOSITION})

    application = web.Application()
    for path, handler in (("/healthz", healthz), ("/readyz", readyz), ("/metrics", metrics)):
        application.router.add_get(path, handler)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, *place).start()
    port: int = runner.addresses[0][1]
    return port
