"""The board over HTTP, on a real read-model."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest
from yarl import URL

from engine.board.announce import ALERTS_MAX
from engine.board.app import WATCHERS_MAX
from engine.board.gate import COOKIE
from engine.board.wrong_tokens import FROM_ONE_MAX
from tests.integration.board.district import INSTANT_ITEM, District, at, busy_month, life
from tests.integration.board.served import NOON, ServedBoard, served

TOKEN: Final = "a token that is long enough"  # noqa: S105
LATE: Final = "HB-LATE"

Scene = Callable[[ServedBoard, aiohttp.ClientSession], Awaitable[None]]


def play(
    path: Path, scene: Scene, *, token: str | None = None, cases: int = 60, is_ready: bool = True
) -> None:
    """Play `scene` with a board that knows a month of `cases` cases and one instant case that is late."""

    async def run() -> None:
        async with served(path / "board.sqlite", token, is_ready=is_ready) as board:
            if cases:
                district = District()
                events = [*busy_month(cases, NOON), *life(LATE, INSTANT_ITEM, at("2026-09-14 09:30"), [])]
                await board.feed(district.live(events, NOON))
            async with aiohttp.ClientSession(board.address) as http:
                await scene(board, http)

    asyncio.run(run())


async def got(http: aiohttp.ClientSession, path: str, status: int = 200) -> Any:  # noqa: ANN401
    async with http.get(path) as answer:
        assert answer.status == status, await answer.text()
        return await answer.json()


def test_totals_are_the_sums_of_the_units(tmp_path: Path) -> None:
    async def scene(board: ServedBoard, http: aiohttp.ClientSession) -> None:
        del board
        totals, units = await got(http, "/api/totals"), (await got(http, "/api/units"))["units"]
        assert (totals["now"], totals["rate"]) == (NOON, 1.0)
        for name in ("open", "accepted", "closed", "on_time", "findings", "warnings", "yellow", "red"):
            assert totals[name] == sum(unit[name] for unit in units)
        assert totals["accepted"] > 50
        assert totals["red"] >= 1

    play(tmp_path, scene)


def test_alerts_are_paged_and_chosen(tmp_path: Path) -> None:
    async def scene(board: ServedBoard, http: aiohttp.ClientSession) -> None:
        del board
        first = await got(http, "/api/alerts?limit=3")
        second = await got(http, f"/api/alerts?limit=3&after={first['next']}")
        together = await got(http, "/api/alerts?limit=6")
        assert first["alerts"] + second["alerts"] == together["alerts"]
        red = await got(http, "/api/alerts?level=red&unit=U02")
        assert {(each["level"], each["unit"]) for each in red["alerts"]} == {("red", "U02")}
        assert red["next"] is None

    play(tmp_path, scene)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        pytest.param("level=black", "level: expected one of warning, yellow, red, got 'black'", id="level"),
        pytest.param("limit=0", "limit: expected a number from 1 to 500, got '0'", id="limit-0"),
        pytest.param("limit=501", "limit: expected a number from 1 to 500, got '501'", id="limit-501"),
        pytest.param("limit=-1", "limit: expected a number from 1 to 500, got '-1'", id="limit-negative"),
        pytest.param(
            "limit=9" + "9" * 5, "limit: expected a number from 1 to 500, got '999999'", id="limit-huge"
        ),
        pytest.param(
            "after=1.99999999999999999999.x",
            "after: expected the `next` of an earlier answer, got '1.99999999999999999999.x'",
            id="after-huge",
        ),
        pytest.param("after=x", "after: expected the `next` of an earlier answer, got 'x'", id="after"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_in_words(tmp_path: Path, query: str, words: str) -> None:
    async def scene(board: ServedBoard, http: aiohttp.ClientSession) -> None:
        del board
        assert (await got(http, f"/api/alerts?{query}", 400))["error"] == words

    play(tmp_path, scene, cases=0)


def test_an_alert_is_explained_by_its_own_messages(tmp_path: Path) -> None:
    async def scene(board: ServedBoard, http: aiohttp.ClientSession) -> None:
        del board
        alert = (await got(http, "/api/alerts?level=red"))["alerts"][0]
        found = await got(http, f"/api/alerts/{alert['id']}")
        message = found["messages"][0]["message"]
        assert (message["type"], message["subject"]) == ("sunlight.alert.raised", alert["case_id"])
        assert "红牌" in message["data"]["explanation"]["text"]["zh"]
        assert (await got(http, "/api/alerts/none", 404))["error"] == "no alert 'none' is known"

    play(tmp_path, scene)


def test_a_case_is_told_with_events_findings_and_alerts(tmp_path: Path) -> None:
    async def scene(board: ServedBoard, http: aiohttp.ClientSession) -> None:
        del board
        found = await got(http, f"/api/cases/{LATE}")
        assert [event["type"] for event in found["events"]] == ["case.received", "case.accepted"]
        assert {alert["level"] for alert in found["alerts"]} == {"warning", "yellow", "red"}
        await got(http, "/api/cases/no/such/case", 404)

    play(tmp_path, scene)


def test_the_nearest_deadlines_come_first(tmp_path: Path) -> None:
    async def scene(board: ServedBoard, http: aiohttp.ClientSession) -> None:
        del board
        answer = await got(http, "/api/cases/nearest?limit=3")
        dues = [case["next_due"] for case in answer["cases"]]
        assert len(dues) == 3
        assert dues == sorted(dues)
        assert dues[0] >= answer["now"] == NOON
        await got(http, "/api/cases/nearest?limit=x", 400)

    play(tmp_path, scene)


def test_names_are_told_in_both_languages(tmp_path: Path) -> None:
    async def scene(board: ServedBoard, http: aiohttp.ClientSession) -> None:
        del board
        names = await got(http, "/api/names")
        assert names["units"]["U02"]["en"] == "Market Supervision Administration"
        assert names["stages"]["approval/review"] == {"zh": "审核", "en": "Review"}
        assert names["clocks"]["approval/promise"]["zh"] == "承诺时限"
        assert names["findings"]["no-item"]["zh"]
        assert names["zone"] == "Asia/Shanghai"

    play(tmp_path, scene, cases=0)


@pytest.mark.parametrize(
    "path", ["/", "/api/totals", "/static/main.js", "/healthz", "/nowhere", "/api/alerts?limit=0"]
)
def test_every_answer_tells_the_browser_what_to_forbid(tmp_path: Path, path: str) -> None:
    async def scene(board: ServedBoard, http: aiohttp.ClientSession) -> None:
        del board
        async with http.get(path) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "script-src 'self'" in policy
            assert "unsafe" not in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["Server"] == "sunlight"

    play(tmp_path, scene, cases=0)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/app.py", "/static/..%252fapp.py",
        "/static//etc/passwd", "/static/%2fetc%2fpasswd", "/static/..%5capp.py", "/static/", "/static/none.js",
    ],
)  # fmt: skip
def test_nothing_but_the_page_is_sent(tmp_path: Path, path: str) -> None:
    async def scene(board: ServedBoard, http: aiohttp.ClientSession) -> None:
        del http
        # A raw request, since a client would tidy the path.
        reader, writer = await asyncio.open_connection("127.0.0.1", board.port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 404")
        assert b"import" not in answer
        writer.close()
        await writer.wait_closed()

    play(tmp_path, scene, cases=0)


def test_an_asset_that_has_not_changed_is_not_sent_again(tmp_path: Path) -> None:
    async def scene(board: ServedBoard, http: aiohttp.ClientSession) -> None:
        del board
        async with http.get("/static/board.css") as first:
            tag = first.headers["ETag"]
            assert first.content_type == "text/css"
        async with http.get("/static/board.css", headers={"If-None-Match": tag}) as second:
            assert second.status == 304

    play(tmp_path, scene, cases=0)


def test_another_host_name_for_this_machine_is_not_answered(tmp_path: Path) -> None:
    async def scene(board: ServedBoard, http: aiohttp.ClientSession) -> None:
        del board
        async with http.get("/api/totals", headers={"Host": "evil.example"}) as answer:
            assert answer.status == 421

    play(tmp_path, scene, cases=0)


def test_with_a_token_nothing_is_told_without_it(tmp_path: Path) -> None:
    async def scene(board: ServedBoard, http: aiohttp.ClientSession) -> None:
        del board
        for path in ("/api/totals", "/api/stream", "/static/main.js", "/metrics", "/api/cases/x", "/nowhere"):
            async with http.get(path) as answer:
                assert answer.status == 401, path
                assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        async with http.get("/", allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/login")
        for path in ("/healthz", "/readyz", "/login", "/static/login.css"):
            async with http.get(path) as answer:
                assert answer.status == 200, path
        async with http.get("/api/totals", headers={"Authorization": f"Bearer {TOKEN}"}) as answer:
            assert answer.status == 200

    play(tmp_path, scene, token=TOKEN, cases=0)


def test_the_form_gives_a_session_for_the_token_and_for_nothing_else(tmp_path: Path) -> None:
    async def scene(board: ServedBoard, http: aiohttp.ClientSession) -> None:
        del board
        async with http.post("/login", data={"token": "wrong"}, allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/login#wrong"
            assert COOKIE not in answer.cookies
        async with http.post("/login", data={"token": TOKEN}, allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/"
            cookie = answer.cookies[COOKIE]
            assert (cookie["httponly"], cookie["samesite"]) == (True, "Strict")
            assert TOKEN not in cookie.value
        http.cookie_jar.update_cookies({COOKIE: cookie.value}, URL(str(http._base_url)))
        async with http.get("/api/totals", cookies={COOKIE: cookie.value}) as answer:
            assert answer.status == 200
        async with http.post("/login", data={"token": "x" * 10_000}, allow_redirects=False) as answer:
            assert answer.status == 413

    play(tmp_path, scene, token=TOKEN, cases=0)


def test_who_tries_tokens_has_to_wait_and_who_is_in_goes_on(tmp_path: Path) -> None:
    async def scene(board: ServedBoard, http: aiohttp.ClientSession) -> None:
        del board

        def bearer(token: str) -> dict[str, str]:
            return {"Authorization": f"Bearer {token}"}

        async with http.post("/login", data={"token": TOKEN}, allow_redirects=False) as answer:
            session = f"{COOKIE}={answer.cookies[COOKIE].value}"
        http.cookie_jar.clear()
        for number in range(FROM_ONE_MAX):
            if number % 2:
                async with http.get("/api/totals", headers=bearer("wrong")) as answer:
                    assert answer.status == 401
            else:
                async with http.post("/login", data={"token": "wrong"}, allow_redirects=False) as answer:
                    assert answer.status == 303
        for token in ("wrong", TOKEN):
            async with http.get("/api/totals", headers=bearer(token)) as answer:
                assert answer.status == 429
                assert 1 <= int(answer.headers["Retry-After"]) <= 60
            async with http.post("/login", data={"token": token}, allow_redirects=False) as answer:
                assert answer.status == 429
                assert COOKIE not in answer.cookies
        for path, headers in (("/api/totals", {"Cookie": session}), ("/healthz", {}), ("/login", {})):
            async with http.get(path, headers=headers) as answer:
                assert answer.status == 200, path

    play(tmp_path, scene, token=TOKEN, cases=0)


@pytest.mark.parametrize(("is_ready", "status"), [(True, 200), (False, 503)])
def test_readiness_names_its_conditions(tmp_path: Path, status: int, *, is_ready: bool) -> None:
    async def scene(board: ServedBoard, http: aiohttp.ClientSession) -> None:
        del board
        assert await got(http, "/readyz", status) == {"ready": is_ready, "conditions": {"fed": is_ready}}

    play(tmp_path, scene, cases=0, is_ready=is_ready)


def test_figures_are_shown_to_prometheus(tmp_path: Path) -> None:
    async def scene(board: ServedBoard, http: aiohttp.ClientSession) -> None:
        del board
        async with http.get("/metrics") as answer:
            assert "sunlight_board_watchers 0.0" in await answer.text()

    play(tmp_path, scene, cases=0)


class Told:
    """The server-sent events of one answer."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def until(self, name: str) -> tuple[str, Any]:
        """Id and data of the next event called `name`."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(10):
            while line := (await self._answer.content.readline()).decode():
                if line == "\n":
                    if fields.get("event") == name:
                        return fields.get("id", ""), json.loads(fields["data"])
                    fields = {}
                else:
                    key, _, value = line.rstrip("\n").partition(": ")
                    fields[key] = value
        raise AssertionError(name)


def test_the_stream_tells_of_alerts_and_figures_as_they_come(tmp_path: Path) -> None:
    async def scene(board: ServedBoard, http: aiohttp.ClientSession) -> None:
        async with http.get("/api/stream") as answer:
            told = Told(answer)
            assert await told.until("tick") == ("", {"now": NOON, "rate": 1.0})
            district = District()
            await board.feed(
                district.live(life("HB-1", INSTANT_ITEM, at("2026-09-17 09:30"), []), at("2026-09-17 16:00"))
            )
            identity, alert = await told.until("alert")
            assert (alert["case_id"], alert["level"], alert["status"]) == ("HB-1", "warning", "raised")
            assert identity.rpartition("-")[2] == "1"
            _, totals = await told.until("totals")
            assert (totals["open"], totals["warnings"]) == (1, 1)

    play(tmp_path, scene, cases=0)


def test_who_returns_is_told_what_was_missed_and_nothing_twice(tmp_path: Path) -> None:
    async def scene(board: ServedBoard, http: aiohttp.ClientSession) -> None:
        district = District()
        rest = iter(("2026-09-17 16:00", "2026-09-17 18:00", "2026-09-18 18:00"))
        await board.feed(
            district.live(life("HB-1", INSTANT_ITEM, at("2026-09-17 09:30"), []), at(next(rest)))
        )
        identity = place = (await got(http, "/api/alerts"))["stream"]
        await board.feed(district.live([], at(next(rest))))
        for headers, query in (({"Last-Event-ID": place}, ""), ({}, f"?after={place}")):
            async with http.get(f"/api/stream{query}", headers=headers) as answer:
                identity, alert = await Told(answer).until("alert")
                assert alert["level"] == "yellow"
        async with http.get("/api/stream", headers={"Last-Event-ID": identity}) as answer:
            told = Told(answer)
            await told.until("tick")
            await board.feed(district.live([], at(next(rest))))
            _, alert = await told.until("alert")
            assert alert["level"] == "red"

    play(tmp_path, scene, cases=0)


@pytest.mark.parametrize("place", ["another-7", "nonsense", "-", f"x-{'9' * 40}"])
def test_who_comes_from_another_content_is_asked_to_load_anew(tmp_path: Path, place: str) -> None:
    async def scene(board: ServedBoard, http: aiohttp.ClientSession) -> None:
        del board
        async with http.get("/api/stream", headers={"Last-Event-ID": place}) as answer:
            assert await Told(answer).until("reset") == ("", {})

    play(tmp_path, scene, cases=0)


def test_a_flood_of_alerts_is_told_as_one_request_to_load_anew(tmp_path: Path) -> None:
    async def scene(board: ServedBoard, http: aiohttp.ClientSession) -> None:
        async with http.get("/api/stream") as answer:
            told = Told(answer)
            await told.until("tick")
            moment = at("2026-09-17 09:30")
            events = [
                event
                for number in range(ALERTS_MAX)
                for event in life(f"HB-{number}", INSTANT_ITEM, moment, [])
            ]
            await board.feed(District().live(events, at("2026-09-17 18:00")))
            assert await told.until("reset") == ("", {})

    play(tmp_path, scene, cases=0)


def test_one_watcher_more_than_there_may_be_is_told_to_try_later(tmp_path: Path) -> None:
    async def scene(board: ServedBoard, http: aiohttp.ClientSession) -> None:
        watchers = [board.hub.join() for _ in range(WATCHERS_MAX)]
        async with http.get("/api/stream") as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
        board.hub.leave(watchers[0])
        async with http.get("/api/stream") as answer:
            assert answer.status == 200
            await Told(answer).until("tick")

    play(tmp_path, scene, cases=0)


def test_a_stop_does_not_wait_for_those_who_watch(tmp_path: Path) -> None:
    async def scene(board: ServedBoard, http: aiohttp.ClientSession) -> None:
        async with http.get("/api/stream") as answer:
            await Told(answer).until("tick")
            async with asyncio.timeout(5):
                await board.stop()
            assert len(board.hub) == 0

    play(tmp_path, scene, cases=0)
