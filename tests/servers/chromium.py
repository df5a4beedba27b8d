"""A real Chromium without a window, driven over its remote debugging protocol."""

import asyncio
import base64
import itertools
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import aiohttp

PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome")
START_SECONDS_MAX: Final = 60.0
REPLY_SECONDS_MAX: Final = 60.0
STOP_SECONDS_MAX: Final = 10.0
LOOK_SECONDS: Final = 0.02
FLAGS: Final = (
    "--headless",
    # The tests may run as root, where Chromium's own sandbox cannot.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    # Nothing but this machine can be reached, so a page that needs the internet fails here.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--remote-debugging-port=0",
)

Reply = dict[str, Any]


class BrowserFailedError(Exception):
    """Chromium did not start, ended, or refused a command."""


class PageFailedError(Exception):
    """A script raised in the page, the page did not load, or a condition did not come true in time."""


class Browser:
    """One Chromium with a fresh profile; leaving its context ends it and removes the profile."""

    def __init__(self, language: str = "zh-CN") -> None:
        self._language = language
        self._profile = Path(tempfile.mkdtemp(prefix="sunlight-chromium-"))
        self._process: asyncio.subprocess.Process | None = None
        self._http: aiohttp.ClientSession | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None
        self._numbers = itertools.count(1)
        self._replies: dict[int, asyncio.Future[Reply]] = {}
        self._listeners: dict[str, Callable[[str, Reply], None]] = {}

    async def page(self, width: int = 1280, height: int = 800) -> "Page":
        """A new empty page whose window is `width` × `height` CSS pixels."""
        target = (await self.send("Target.createTarget", {"url": "about:blank"}))["targetId"]
        session: str = (await self.send("Target.attachToTarget", {"targetId": target, "flatten": True}))[
            "sessionId"
        ]
        page = Page(self, session)
        self._listeners[session] = page.heard
        for domain in ("Page", "Runtime", "Log", "Network"):
            await page.send(f"{domain}.enable")
        await page.resize(width, height)
        return page

    async def send(self, method: str, parameters: Reply | None = None, session: str = "") -> Reply:
        """The result of one command. Raises `BrowserFailedError` where Chromium refuses it or is gone."""
        assert self._socket is not None, "the browser is not started"
        number = next(self._numbers)
        reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._replies[number] = reply
        command = {"id": number, "method": method, "params": parameters or {}}
        try:
            await self._socket.send_json(command | ({"sessionId": session} if session else {}))
            async with asyncio.timeout(REPLY_SECONDS_MAX):
                answer = await reply
        finally:
            self._replies.pop(number, None)
        if "error" in answer:
            msg = f"{method}: {answer['error']['message']}"
            raise BrowserFailedError(msg)
        result: Reply = answer["result"]
        return result

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()

    async def _start(self) -> None:
        program = next(filter(None, map(shutil.which, PROGRAMS)), None)
        if program is None:
            msg = f"expected one of {', '.join(PROGRAMS)} on the path; make test installs chromium"
            raise BrowserFailedError(msg)
        with (self._profile / "chromium.log").open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                program,
                *FLAGS,
                f"--user-data-dir={self._profile}",
                f"--accept-lang={self._language}",
                "about:blank",
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._http = aiohttp.ClientSession()
        self._socket = await self._http.ws_connect(await self._address(), max_msg_size=0)
        self._reader = asyncio.create_task(self._read(self._socket))

    async def _address(self) -> str:
        """The debugging address, once Chromium has written it into its profile."""
        assert self._process is not None
        written = self._profile / "DevToolsActivePort"
        ended = asyncio.create_task(self._process.wait())
        try:
            async with asyncio.timeout(START_SECONDS_MAX):
                while not ended.done():
                    lines = written.read_text().splitlines() if written.exists() else []
                    if len(lines) == len(("port", "path")):
                        return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
                    # The file is Chromium's only sign, so it is looked for again, or until Chromium has ended.
                    await asyncio.wait({ended}, timeout=LOOK_SECONDS)
        except TimeoutError:
            pass
        finally:
            ended.cancel()
        log = (self._profile / "chromium.log").read_text(errors="replace")
        msg = f"Chromium gave no debugging address within {START_SECONDS_MAX:.0f} s: {log[-2000:]}"
        raise BrowserFailedError(msg)

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            heard: Reply = json.loads(message.data)
            if "id" in heard:
                reply = self._replies.get(heard["id"])
                if reply is not None and not reply.done():
                    reply.set_result(heard)
            elif listener := self._listeners.get(heard.get("sessionId", "")):
                listener(heard["method"], heard["params"])
        for reply in self._replies.values():
            if not reply.done():
                reply.set_exception(BrowserFailedError("Chromium closed its debugging connection"))

    async def _stop(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        if self._socket is not None:
            await self._socket.close()
        if self._http is not None:
            await self._http.close()
        if self._process is not None and self._process.returncode is None:
            await self._end(self._process)
        shutil.rmtree(self._profile, ignore_errors=True)

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        """End Chromium and its children: they are one session, which only we have started."""
        for how in (signal.SIGTERM, signal.SIGKILL):
            os.killpg(process.pid, how)
            try:
                async with asyncio.timeout(STOP_SECONDS_MAX):
                    await process.wait()
            except TimeoutError:
                continue
            return


class Page:
    """One tab. What went wrong in it and what it asked for are kept for the test to look at."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self._session = session
        self._loaded = asyncio.Event()
        self.errors: list[str] = []
        """Uncaught exceptions, failed requests and `console.error`, in order."""
        self.requests: list[str] = []
        """Every address that the page asked for, in order."""

    async def send(self, method: str, parameters: Reply | None = None) -> Reply:
        """The result of one command for this page."""
        return await self._browser.send(method, parameters, self._session)

    def heard(self, method: str, parameters: Reply) -> None:
        """Take in one event of this page."""
        match method:
            case "Page.loadEventFired":
                self._loaded.set()
            case "Network.requestWillBeSent":
                self.requests.append(parameters["request"]["url"])
            case "Runtime.exceptionThrown":
                details = parameters["exceptionDetails"]
                self.errors.append(details.get("exception", {}).get("description") or details["text"])
            case "Runtime.consoleAPICalled" if parameters["type"] == "error":
                self.errors.append(" ".join(str(each.get("value", each)) for each in parameters["args"]))
            case "Log.entryAdded" if parameters["entry"]["level"] == "error":
                entry = parameters["entry"]
                self.errors.append(f"{entry['text']} {entry.get('url', '')}".rstrip())

    async def open(self, address: str, seconds: float = 30.0) -> None:
        """Go to `address` and return once the page and what it names have loaded."""
        self._loaded.clear()
        answer = await self.send("Page.navigate", {"url": address})
        if answer.get("errorText"):
            msg = f"{address}: {answer['errorText']}"
            raise PageFailedError(msg)
        try:
            async with asyncio.timeout(seconds):
                await self._loaded.wait()
        except TimeoutError:
            msg = f"{address}: not loaded after {seconds:g} s; errors: {self.errors}"
            raise PageFailedError(msg) from None

    async def evaluate(self, script: str) -> Any:  # noqa: ANN401  # A script returns whatever it likes.
        """The JSON value of the expression `script`; of a promise, what it resolves to."""
        answer = await self.send(
            "Runtime.evaluate", {"expression": script, "awaitPromise": True, "returnByValue": True}
        )
        if details := answer.get("exceptionDetails"):
            msg = f"{script}: {details.get('exception', {}).get('description') or details['text']}"
            raise PageFailedError(msg)
        return answer["result"].get("value")

    async def wait_for(self, condition: str, seconds: float = 10.0) -> None:
        """Return once the expression `condition` is true in the page; it is looked at every 20 ms."""
        script = f"""new Promise((resolve) => {{
            const end = performance.now() + {seconds * 1000};
            const look = () => {{
                if ({condition}) resolve(true);
                else if (performance.now() > end) resolve(false);
                else setTimeout(look, 20);
            }};
            look();
        }})"""
        if not await self.evaluate(script):
            text = await self.evaluate("document.body ? document.body.innerText : ''")
            late = f"not true after {seconds:g} s: {condition}"
            msg = f"{late}; errors: {self.errors}; the page says: {text[:2000]}"
            raise PageFailedError(msg)

    async def resize(self, width: int, height: int) -> None:
        """Make the window `width` × `height` CSS pixels."""
        await self.send(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )

    async def screenshot(self, *, whole: bool = False) -> bytes:
        """A PNG of the window, or of the `whole` page however long it is."""
        answer = await self.send(
            "Page.captureScreenshot",
            {"format": "png", "captureBeyondViewport": whole} | await self._clip(whole=whole),
        )
        return base64.b64decode(answer["data"])

    async def _clip(self, *, whole: bool) -> Reply:
        if not whole:
            return {}
        size = (await self.send("Page.getLayoutMetrics"))["cssContentSize"]
        return {"clip": {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}}
