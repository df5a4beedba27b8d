"""The board over HTTP: the page, the interface, the stream of events, health and metrics."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from aiohttp import web

from engine.board.announce import NEAREST, Answers
from engine.board.gate import COOKIE, Gate, add_headers
from engine.board.hub import Hub
from engine.board.meters import BoardMeters
from engine.board.names import Names
from engine.board.pages import Asset, load_assets, sent
from engine.board.queries import Cursor
from engine.board.stream import Streaming
from engine.core.clock import LEVELS
from engine.core.instant import Instant

LIMIT_MAX: Final = 500
DIGITS_MAX: Final = 18
"""A longer number is none that SQLite could hold."""
ALERTS_LIMIT: Final = 50
BODY_BYTES_MAX: Final = 4096
WATCHERS_MAX: Final = 500
"""So many pages may be connected; each holds a connection, of which a process has about a thousand."""
RETRY_SECONDS: Final = "30"
EXPOSITION: Final = "text/plain; version=0.0.4; charset=utf-8"

_encode: Final = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Board:
    """What the handlers answer from."""

    answers: Answers
    hub: Hub
    meters: BoardMeters
    names: Names
    now: Callable[[], Instant]
    rate: float = 1.0
    """How many seconds of that clock pass in one second."""
    conditions: Mapping[str, Callable[[], bool]] = field(default_factory=dict)
    """What must hold for the board to be ready, by name."""


def build_app(board: Board, token: str | None = None) -> web.Application:
    """The application that answers from `board`; with a `token` it asks for it."""
    gate = Gate(token)
    application = web.Application(middlewares=[gate.middleware], client_max_size=BODY_BYTES_MAX)
    application.on_response_prepare.append(add_headers)
    handlers = _Handlers(board, gate, load_assets())
    routes = {
        "/": handlers.page,
        "/login": handlers.form,
        "/static/{name}": handlers.asset,
        "/api/names": handlers.names,
        "/api/totals": handlers.totals,
        "/api/alerts": handlers.alerts,
        "/api/alerts/{id}": handlers.alert,
        "/api/cases/nearest": handlers.nearest,
        "/api/cases/{id:.+}": handlers.case,
        "/api/units": handlers.units,
        "/api/stream": handlers.stream,
        "/healthz": handlers.healthz,
        "/readyz": handlers.readyz,
        "/metrics": handlers.metrics,
    }
    for path, handler in routes.items():
        application.router.add_get(path, handler)
    application.router.add_post("/login", handlers.log_in)

    async def let_go(_application: web.Application) -> None:
        board.hub.close()

    # Streams end by themselves; without this a stop would wait for each of them.
    application.on_shutdown.append(let_go)
    return application


class _Handlers:
    """One method a route."""

    def __init__(self, board: Board, gate: Gate, assets: Mapping[str, Asset]) -> None:
        self._board = board
        self._gate = gate
        self._assets = assets
        self._streaming = Streaming(board.answers, board.hub, board.now, board.rate)

    async def page(self, request: web.Request) -> web.Response:
        """The page."""
        return sent(self._assets["index.html"], request)

    async def form(self, request: web.Request) -> web.Response:
        """The form that asks for the token."""
        return sent(self._assets["login.html"], request)

    async def asset(self, request: web.Request) -> web.Response:
        """A part of the page."""
        asset = self._assets.get(request.match_info["name"])
        return web.Response(status=404, text="no such file\n") if asset is None else sent(asset, request)

    async def log_in(self, request: web.Request) -> web.Response:
        """A session for who knows the token."""
        form = await request.post()
        token = form.get("token", "")
        if not isinstance(token, str) or not self._gate.takes(token.strip(), request):
            return web.Response(status=303, headers={"Location": "/login#wrong"})
        response = web.Response(status=303, headers={"Location": "/"})
        response.set_cookie(
            COOKIE, self._gate.session, httponly=True, samesite="Strict", secure=request.secure, path="/"
        )
        return response

    async def names(self, request: web.Request) -> web.Response:
        """What ids are called."""
        del request
        return _json(self._board.names.as_json())

    async def totals(self, request: web.Request) -> web.Response:
        """The figures of all units together, and what time it is."""
        del request
        totals = await self._board.answers.ask(lambda queries: queries.totals())
        return _json({"now": self._board.now(), "rate": self._board.rate} | totals)

    async def units(self, request: web.Request) -> web.Response:
        """The figures of each unit."""
        del request
        return _json({"units": await self._board.answers.ask(lambda queries: queries.units())})

    async def alerts(self, request: web.Request) -> web.Response:
        """Alerts, the last published first, and the place in the stream at which they were read."""
        query = request.query
        level = query.get("level") or None
        if level is not None and level not in LEVELS:
            return _refused("level", level, f"one of {', '.join(LEVELS)}")
        cursor = None
        if after := query.get("after"):
            cursor = _cursor(after)
            if cursor is None:
                return _refused("after", after, "the `next` of an earlier answer")
        limit = _limit(request, ALERTS_LIMIT)
        if limit is None:
            return _refused("limit", query["limit"], f"a number from 1 to {LIMIT_MAX}")
        unit = query.get("unit") or None
        (generation, last), alerts = await self._board.answers.ask(
            lambda queries: (queries.head(), queries.alerts(level, unit, cursor, limit))
        )
        following = None
        if len(alerts) == limit:
            following = str(Cursor(*(alerts[-1][name] for name in ("listed", "due", "id"))))
        return _json({"alerts": alerts, "next": following, "stream": f"{generation}-{last}"})

    async def alert(self, request: web.Request) -> web.Response:
        """One alert with every message about it."""
        alert_id = request.match_info["id"]
        found = await self._board.answers.ask(lambda queries: queries.alert(alert_id))
        return _missing("alert", alert_id) if found is None else _json(found)

    async def nearest(self, request: web.Request) -> web.Response:
        """Open cases nearest to their deadlines."""
        limit = _limit(request, NEAREST)
        if limit is None:
            return _refused("limit", request.query["limit"], f"a number from 1 to {LIMIT_MAX}")
        now = self._board.now()
        cases = await self._board.answers.ask(lambda queries: queries.nearest(now, limit))
        return _json({"now": now, "cases": cases})

    async def case(self, request: web.Request) -> web.Response:
        """One case with its events, findings and alerts."""
        case_id = request.match_info["id"]
        found = await self._board.answers.ask(lambda queries: queries.case(case_id))
        return _missing("case", case_id) if found is None else _json(found)

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """The stream of events; 503 for one watcher more than there may be."""
        if len(self._board.hub) >= WATCHERS_MAX:
            refused = _json(
                {"error": f"{WATCHERS_MAX} pages are connected, as many as may be; try later"}, 503
            )
            refused.headers["Retry-After"] = RETRY_SECONDS
            return refused
        return await self._streaming.stream(request)

    async def healthz(self, request: web.Request) -> web.Response:
        """200 as long as the event loop runs."""
        del request
        return web.json_response({"alive": True})

    async def readyz(self, request: web.Request) -> web.Response:
        """200 where every condition holds, else 503; each is named."""
        del request
        states = {name: condition() for name, condition in self._board.conditions.items()}
        is_ready = all(states.values())
        body = json.dumps({"ready": is_ready, "conditions": states})
        return web.Response(text=body, status=200 if is_ready else 503, content_type="application/json")

    async def metrics(self, request: web.Request) -> web.Response:
        """Prometheus' text format."""
        del request
        body = await asyncio.to_thread(self._board.meters.exposition)
        return web.Response(body=body, headers={"Content-Type": EXPOSITION})


def _json(value: Any, status: int = 200) -> web.Response:  # noqa: ANN401  # Whatever JSON can say.
    return web.Response(body=_encode(value), status=status, content_type="application/json")


def _refused(name: str, value: str, expected: str) -> web.Response:
    return _json({"error": f"{name}: expected {expected}, got {value!r}"}, 400)


def _missing(kind: str, name: str) -> web.Response:
    return _json({"error": f"no {kind} {name!r} is known"}, 404)


def _cursor(text: str) -> Cursor | None:
    """The place that `text` names; None where it names none."""
    listed, due, alert = (*text.split(".", 2), "", "")[:3]
    if not alert or any(not number.isdecimal() or len(number) > DIGITS_MAX for number in (listed, due)):
        return None
    return Cursor(int(listed), int(due), alert)


def _limit(request: web.Request, default: int) -> int | None:
    """The limit that is asked for; None where it is none."""
    text = request.query.get("limit", str(default))
    if not text.isdecimal() or len(text) > DIGITS_MAX or not 1 <= int(text) <= LIMIT_MAX:
        return None
    return int(text)
