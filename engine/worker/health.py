"""What a worker says of itself over HTTP: alive, ready, and in figures."""

import json
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Final, Self

from aiohttp import web

from engine.worker.meters import Meters

Condition = Callable[[], bool]

TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"


class HealthServer:
    """Serves `/healthz`, `/readyz` and `/metrics`, and nothing else."""

    def __init__(
        self,
        host: str,
        port: int,
        conditions: Mapping[str, Condition],
        meters: Meters,
        refresh: Callable[[], None],
    ) -> None:
        self._host = host
        self._port = port
        self._conditions = conditions
        self._meters = meters
        self._refresh = refresh
        application = web.Application()
        application.router.add_get("/healthz", self._healthz)
        application.router.add_get("/readyz", self._readyz)
        application.router.add_get("/metrics", self._metrics)
        self._runner = web.AppRunner(application, access_log=None)

    @property
    def port(self) -> int:
        """The port that is listened on."""
        address: tuple[str, int] = self._runner.addresses[0]
        return address[1]

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    async def _healthz(self, request: web.Request) -> web.Response:
        """200 as long as the event loop runs."""
        del request
        return web.json_response({"alive": True})

    async def _readyz(self, request: web.Request) -> web.Response:
        """200 where every condition holds, else 503; each is named."""
        del request
        states = {name: condition() for name, condition in self._conditions.items()}
        is_ready = all(states.values())
        body = json.dumps({"ready": is_ready, "conditions": states})
        return web.Response(text=body, status=200 if is_ready else 503, content_type="application/json")

    async def _metrics(self, request: web.Request) -> web.Response:
        del request
        self._refresh()
        return web.Response(body=self._meters.exposition(), headers={"Content-Type": TEXT})
