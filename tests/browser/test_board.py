"""The page in a real Chromium: live, explained, in two languages, at two sizes."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import pytest

from tests.integration.board.district import INSTANT_ITEM, District, at, life
from tests.integration.board.served import NOON, ServedBoard, a_district, served
from tests.servers.chromium import Browser, Page

SIZES: Final = [pytest.param(1440, 900, id="desk"), pytest.param(390, 844, id="phone")]
LOADED: Final = "document.body.dataset.state === 'ready' && document.body.dataset.connection === 'live'"
TOKEN: Final = "a token that is long enough"  # noqa: S105
NEW: Final = "HB-NEW"
NEW_CARD: Final = (
    f"[...document.querySelectorAll('.card')].find((card) => card.textContent.includes('{NEW}'))"
)
LONG: Final = "某某自治区某某市某某区" * 12

Scene = Callable[[ServedBoard, District, Page], Awaitable[None]]


def play(path: Path, scene: Scene, width: int = 1440, height: int = 900, *, cases: int = 120, language: str = "zh-CN",
         token: str | None = None) -> None:  # fmt: skip
    """Play `scene` with a page that shows a month of `cases` cases. Fails on anything the console complains of."""

    async def run() -> None:
        async with served(path / "board.sqlite", token) as board, Browser(language) as browser:
            district = District()
            if cases:
                await a_district(board, district, cases, NOON)
            page = await browser.page(width, height)
            await page.open(board.address)
            if token is None:
                await page.wait_for(LOADED)
            await scene(board, district, page)
            assert page.errors == []
            assert all(address.startswith((board.address, "data:")) for address in page.requests)

    asyncio.run(run())


async def fits(page: Page) -> None:
    """Nothing reaches beyond the window's width."""
    wide = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_new_card_appears_by_itself_and_is_explained(tmp_path: Path, width: int, height: int) -> None:
    async def scene(board: ServedBoard, district: District, page: Page) -> None:
        await page.evaluate("window.same = true")
        await board.feed(
            district.live(life(NEW, INSTANT_ITEM, at("2026-09-21 13:30"), []), at("2026-09-21 16:00"))
        )
        await page.wait_for(f"{NEW_CARD}?.dataset.level === 'warning'")
        await board.feed(district.live([], at("2026-09-21 18:00")))
        await page.wait_for(f"{NEW_CARD}?.dataset.level === 'yellow'")
        assert await page.evaluate(f"{NEW_CARD} === document.querySelector('.card')")
        await fits(page)
        await page.evaluate(f"{NEW_CARD}.querySelector('a').click()")
        await page.wait_for("document.getElementById('detail').open")
        told = await page.evaluate("document.getElementById('detail').innerText")
        for words in (
            "黄牌",
            f"办件{NEW}",
            "应发",
            "发现",
            "发布",
            "受理",
            "依据",
            "INST-LATE",
            "规则库版本",
        ):
            assert words in told
        await fits(page)
        await page.send(
            "Input.dispatchKeyEvent", {"type": "keyDown", "key": "Escape", "windowsVirtualKeyCode": 27}
        )
        await page.wait_for("!document.getElementById('detail').open && location.hash === ''")
        assert await page.evaluate("window.same")

    play(tmp_path, scene, width, height)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_language_is_switched_and_kept(tmp_path: Path, width: int, height: int) -> None:
    async def scene(board: ServedBoard, district: District, page: Page) -> None:
        del district
        assert await page.evaluate("document.documentElement.lang") == "zh-CN"
        assert "预警与发牌" in await page.evaluate("document.body.innerText")
        await page.evaluate("document.getElementById('language').click()")
        await page.wait_for("document.body.innerText.includes('Warnings and cards')")
        assert await page.evaluate("document.documentElement.lang") == "en"
        assert "Market Supervision Administration" in await page.evaluate("document.body.textContent")
        await fits(page)
        await page.open(board.address)
        await page.wait_for(LOADED)
        assert await page.evaluate("document.documentElement.lang") == "en"

    play(tmp_path, scene, width, height)


def test_the_first_language_is_the_browsers(tmp_path: Path) -> None:
    async def scene(board: ServedBoard, district: District, page: Page) -> None:
        del board, district
        assert await page.evaluate("document.documentElement.lang") == "en"

    play(tmp_path, scene, cases=0, language="en-US")


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_an_empty_board_says_that_all_is_well(tmp_path: Path, width: int, height: int) -> None:
    async def scene(board: ServedBoard, district: District, page: Page) -> None:
        del board, district
        assert "暂无预警和发牌" in await page.evaluate("document.body.innerText")
        await fits(page)

    play(tmp_path, scene, width, height, cases=0)


def test_a_lost_connection_is_told_and_made_good(tmp_path: Path) -> None:
    async def scene(board: ServedBoard, district: District, page: Page) -> None:
        await board.stop()
        await page.wait_for("document.body.dataset.connection === 'lost'")
        assert "连接已中断" in await page.evaluate("document.getElementById('notice').innerText")
        await board.feed(
            district.live(life(NEW, INSTANT_ITEM, at("2026-09-21 13:30"), []), at("2026-09-21 16:00"))
        )
        await board.start()
        await page.wait_for(f"{LOADED} && {NEW_CARD}", seconds=20)
        assert await page.evaluate("document.getElementById('notice').hidden")
        # The broken connection itself is what the console may complain of.
        page.errors = [error for error in page.errors if "ERR_" not in error]

    play(tmp_path, scene, cases=20)


def test_cards_are_filtered_by_level_and_unit(tmp_path: Path) -> None:
    async def scene(board: ServedBoard, district: District, page: Page) -> None:
        await page.evaluate("document.querySelector('#filters [data-level=yellow]').click()")
        await page.wait_for(
            "[...document.querySelectorAll('.card')].every((card) => card.dataset.level === 'yellow')"
        )
        await page.evaluate(
            "[...document.querySelectorAll('button.unit-name')]"
            ".find((row) => row.textContent.includes('市场监督')).click()"
        )
        await page.wait_for(
            "[...document.querySelectorAll('.card')].every((card) => card.textContent.includes('市场监督'))"
        )
        assert await page.evaluate("document.querySelector('tr.chosen').textContent.includes('市场监督')")
        # What does not match stays out.
        warnings = "document.querySelector('[data-figure=warnings] .value').textContent"
        before = await page.evaluate(warnings)
        await board.feed(
            district.live(life(NEW, INSTANT_ITEM, at("2026-09-21 13:30"), []), at("2026-09-21 16:00"))
        )
        await page.wait_for(f"{warnings} !== '{before}'")
        assert not await page.evaluate(f"Boolean({NEW_CARD})")

    play(tmp_path, scene)


def test_units_are_sorted_by_the_column_that_is_pressed(tmp_path: Path) -> None:
    async def scene(board: ServedBoard, district: District, page: Page) -> None:
        del board, district
        figures = "[...document.querySelectorAll('#units-body tr')].map((row) => Number(row.children[2].textContent))"
        press = "document.querySelectorAll('#units-head button')[2].click()"
        await page.evaluate(press)
        down = await page.evaluate(figures)
        assert down == sorted(down, reverse=True)
        await page.evaluate(press)
        assert await page.evaluate(figures) == sorted(down)
        assert await page.evaluate("document.querySelectorAll('#units-head th')[2].ariaSort") == "ascending"

    play(tmp_path, scene)


def test_the_time_left_counts_down(tmp_path: Path) -> None:
    async def scene(board: ServedBoard, district: District, page: Page) -> None:
        del board, district
        left = "document.querySelector('.deadline-left').textContent"
        before = await page.evaluate(left)
        await page.wait_for(f"{left} !== '{before}'")

    play(tmp_path, scene)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_moves_when_figures_grow_and_names_are_long(tmp_path: Path, width: int, height: int) -> None:
    async def scene(board: ServedBoard, district: District, page: Page) -> None:
        del district
        names = board.board.names
        names.units["U02"] = type(names.units["U02"])(LONG, LONG)
        names.items["I04"] = type(names.items["I04"])(LONG, LONG)
        await page.open(board.address)
        await page.wait_for(LOADED)
        box = "document.getElementById(id).getBoundingClientRect()"
        tops = f"['totals', 'stream'].map((id) => [{box}.top, {box}.height])"
        before = await page.evaluate(tops)
        figures = ("open", "accepted", "closed", "on_time", "findings", "warnings", "yellow", "red")
        board.hub.show("totals", dict.fromkeys(figures, 1_234_567))
        await page.wait_for("document.querySelector('[data-figure=open] .value').textContent === '1,234,567'")
        assert await page.evaluate(tops) == before
        await fits(page)
        for view in range(3):
            await page.evaluate(f"document.querySelectorAll('#views button')[{view}].click()")
            await fits(page)

    play(tmp_path, scene, width, height)


def test_a_stranger_gets_in_with_the_token_only(tmp_path: Path) -> None:
    async def scene(board: ServedBoard, district: District, page: Page) -> None:
        del board, district
        assert await page.evaluate("location.pathname") == "/login"
        shown = "document.getElementById('wrong').checkVisibility()"
        assert not await page.evaluate(shown)
        for token in ("not the token at all", TOKEN):
            page._loaded.clear()
            await page.evaluate(
                f"document.getElementById('token').value = '{token}'; document.forms[0].submit()"
            )
            await asyncio.wait_for(page._loaded.wait(), 20)
            if token != TOKEN:
                assert await page.evaluate(shown)
        await page.wait_for(LOADED)
        assert await page.evaluate("location.pathname") == "/"
        assert TOKEN not in await page.evaluate("document.cookie + location.href")

    play(tmp_path, scene, token=TOKEN, cases=20)


CONTRAST: Final = """(() => {
    const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const linear = (c) => (c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4);
    const light = ([r, g, b]) => .2126 * linear(r / 255) + .7152 * linear(g / 255) + .0722 * linear(b / 255);
    const behind = (node) => {
        for (; node; node = node.parentElement) {
            const colour = parse(getComputedStyle(node).backgroundColor);
            if (colour.length < 4 || colour[3] === 1) return colour;
        }
        return [255, 255, 255];
    };
    const weak = new Set();
    for (const node of document.querySelectorAll('body *')) {
        const says = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
        if (!says || !node.checkVisibility() || node.closest('.unseen, .skip, script, noscript')) continue;
        const text = light(parse(getComputedStyle(node).color)), ground = light(behind(node));
        const contrast = (Math.max(text, ground) + .05) / (Math.min(text, ground) + .05);
        if (contrast < 4.5) weak.add(`${node.className || node.tagName} ${contrast.toFixed(2)} ${node.textContent}`);
    }
    return [...weak];
})()"""
"""Every shown text whose contrast against what is behind it is under 4.5 (WCAG AA)."""


def test_every_text_can_be_read_in_the_light_and_in_the_dark(tmp_path: Path) -> None:
    async def scene(board: ServedBoard, district: District, page: Page) -> None:
        del board, district
        still = {"name": "prefers-reduced-motion", "value": "reduce"}
        for scheme in ("light", "dark"):
            await page.send(
                "Emulation.setEmulatedMedia",
                {"features": [{"name": "prefers-color-scheme", "value": scheme}, still]},
            )  # fmt: skip
            await page.evaluate("location.hash = ''")
            assert await page.evaluate(CONTRAST) == [], scheme
            await page.evaluate("location.hash = document.querySelector('.card a').getAttribute('href')")
            await page.wait_for("document.getElementById('detail').open")
            assert await page.evaluate(CONTRAST) == [], scheme

    play(tmp_path, scene)
