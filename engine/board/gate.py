"""Who is let in, and what every answer tells a browser to forbid."""

import hmac
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from engine.board.settings import is_loopback
from engine.board.wrong_tokens import TooManyWrongError, WrongTokens

COOKIE: Final = "sunlight_session"
OPEN_PATHS: Final = frozenset({"/login", "/healthz", "/readyz", "/static/login.css", "/static/sun.svg"})
"""What anyone may ask for: the form itself, and whether the process lives."""

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    # In place of aiohttp's own, which tells its version and Python's.
    "Server": "sunlight",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Gate:
    """Lets in who knows the token; where there is none, whoever speaks to this machine by its loopback name."""

    def __init__(self, token: str | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._token = token
        self._wrong = WrongTokens(clock)
        # The cookie proves that its bearer knew the token, and does not tell it.
        self._session = "" if token is None else hmac.digest(token.encode(), b"sunlight board", sha256).hex()

    @property
    def session(self) -> str:
        """The value of the cookie of those who logged in."""
        return self._session

    def knows(self, token: str) -> bool:
        """Whether `token` is the token; takes as long for a wrong one."""
        return self._token is not None and _is_same(token, self._token)

    def takes(self, token: str, request: web.Request) -> bool:
        """Whether the `token` that `request` offers is the token.

        Raises `TooManyWrongError` where too many wrong ones came before, so that none can be found by trying.
        """
        address = request.remote or ""
        self._wrong.check(address)
        is_known = self.knows(token)
        if not is_known:
            self._wrong.count(address)
        return is_known

    def lets_in(self, request: web.Request) -> bool:
        """Whether `request` may see what is not open to all. Raises `TooManyWrongError` as `takes` does."""
        if self._token is None or _is_same(request.cookies.get(COOKIE, ""), self._session):
            return True
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return scheme.lower() == "bearer" and self.takes(token.strip(), request)

    def is_addressed(self, request: web.Request) -> bool:
        """Whether `request` names this server.

        Without a token, a page from elsewhere could point its own host name here and read the board; its name is
        in the request.
        """
        return self._token is not None or is_loopback(_host_of(request.host))

    @property
    def middleware(self) -> Middleware:
        """The gate before every handler."""

        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            if not self.is_addressed(request):
                return web.Response(
                    status=421, text=f"this server is not {request.host!r}; ask for 127.0.0.1\n"
                )
            try:
                if request.path not in OPEN_PATHS and not self.lets_in(request):
                    return _refusal(request)
                return await handler(request)
            except TooManyWrongError as error:
                return web.Response(
                    status=429,
                    text=f"令牌错误次数过多，请 {error.seconds} 秒后再试。\n{error}\n",
                    headers={"Retry-After": str(error.seconds)},
                )

        return guard


def _is_same(one: str, other: str) -> bool:
    """Whether both are the same text, told in a time that says nothing of where they differ."""
    # What a client sends need not be UTF-8.
    return hmac.compare_digest(one.encode(errors="surrogateescape"), other.encode())


def _host_of(authority: str) -> str:
    """The host of `host:port`, where the host may be an IPv6 address in brackets."""
    if authority.startswith("["):
        return authority.partition("]")[0] + "]"
    return authority.partition(":")[0]


def _refusal(request: web.Request) -> web.Response:
    if request.path == "/":
        return web.Response(status=303, headers={"Location": "/login"})
    return web.Response(
        status=401,
        text="a token is needed: Authorization: Bearer …, or /login\n",
        headers={"WWW-Authenticate": 'Bearer realm="sunlight"'},
    )


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Put what a browser must forbid on every answer."""
    response.headers.update(HEADERS)
    if not request.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
