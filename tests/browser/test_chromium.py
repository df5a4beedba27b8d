"""The Chromium driver: what the tests of the board rely on."""

import asyncio
import struct

import pytest
from aiohttp import web

from tests.servers.chromium import Browser, PageFailedError

PAGE = """<!doctype html><meta charset="utf-8"><title>阳光</title><body><p id="shown">等待</p><script>
setTimeout(() => { document.getElementById("shown").textContent = "红牌"; }, 100);
</script></body>"""


async def _served(page: str) -> tuple[web.AppRunner, str]:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text=page, content_type="text/html")

    application = web.Application()
    application.router.add_get("/", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    return runner, f"http://{host}:{port}/"


def test_a_page_is_loaded_waited_for_measured_and_pictured() -> None:
    async def drive() -> None:
        runner, address = await _served(PAGE)
        try:
            async with Browser() as browser:
                page = await browser.page(640, 480)
                await page.open(address)
                await page.wait_for("document.getElementById('shown').textContent === '红牌'")
                assert await page.evaluate("document.title") == "阳光"
                assert await page.evaluate("Promise.resolve([innerWidth, innerHeight])") == [640, 480]
                assert await page.evaluate("navigator.language") == "zh-CN"
                assert address in page.requests
                await page.resize(360, 700)
                assert _size(await page.screenshot()) == (360, 700)
        finally:
            await runner.cleanup()

    asyncio.run(drive())


def test_what_goes_wrong_in_a_page_is_kept_and_told() -> None:
    async def drive() -> None:
        runner, address = await _served("<body><script>nowhere();</script><p>here</p></body>")
        try:
            async with Browser() as browser:
                page = await browser.page()
                await page.open(address)
                assert any("nowhere is not defined" in error for error in page.errors)
                with pytest.raises(PageFailedError, match=r"not true after .* the page says: here"):
                    await page.wait_for("false", seconds=0.1)
                with pytest.raises(PageFailedError, match="lost is not defined"):
                    await page.evaluate("lost")
                with pytest.raises(PageFailedError, match="ERR_NAME_NOT_RESOLVED"):
                    await page.open("http://elsewhere.example/")
        finally:
            await runner.cleanup()

    asyncio.run(drive())


def _size(png: bytes) -> tuple[int, int]:
    """Width and height as the header of `png` says."""
    width, height = struct.unpack(">II", png[16:24])
    return width, height
