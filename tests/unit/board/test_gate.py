"""Who is let in."""

from types import SimpleNamespace
from typing import cast

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from engine.board.gate import COOKIE, Gate

TOKEN = "a token that is long enough"  # noqa: S105


def request(**headers: str) -> web.Request:
    return make_mocked_request("GET", "/api/totals", headers={"Host": "127.0.0.1:8600", **headers})


def test_without_a_token_everybody_on_this_machine_is_let_in() -> None:
    assert Gate(None).lets_in(request())


def test_the_token_lets_in_by_header_and_its_proof_by_cookie() -> None:
    gate = Gate(TOKEN)
    assert gate.lets_in(request(Authorization=f"Bearer {TOKEN}"))
    assert gate.lets_in(request(Authorization=f"bearer {TOKEN}"))
    assert gate.lets_in(request(Cookie=f"{COOKIE}={gate.session}"))
    assert TOKEN not in gate.session


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"Authorization": "Bearer "}, id="empty"),
        pytest.param({"Authorization": "Bearer wrong"}, id="wrong"),
        pytest.param({"Authorization": "Bearer 错"}, id="not-ascii"),
        pytest.param({"Authorization": f"Basic {TOKEN}"}, id="other-scheme"),
        pytest.param({"Cookie": f"{COOKIE}={TOKEN}"}, id="the-token-is-no-cookie"),
        pytest.param({"Cookie": f"{COOKIE}="}, id="empty-cookie"),
    ],
)
def test_anything_else_does_not(headers: dict[str, str]) -> None:
    assert not Gate(TOKEN).lets_in(request(**headers))


def test_what_is_not_utf_8_is_a_wrong_token_and_no_failure() -> None:
    assert not Gate(TOKEN).knows("\udcff")


def test_no_token_is_known_where_there_is_none() -> None:
    assert not Gate(None).knows("")


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        pytest.param("127.0.0.1:8600", True, id="ipv4"),
        pytest.param("localhost", True, id="name"),
        pytest.param("[::1]:8600", True, id="ipv6"),
        pytest.param("evil.example:8600", False, id="another-name-for-this-machine"),
        pytest.param("127.0.0.1.evil.example", False, id="look-alike"),
    ],
)
def test_without_a_token_only_loopback_names_are_answered(host: str, *, is_ours: bool) -> None:
    asked = cast("web.Request", SimpleNamespace(host=host))
    assert Gate(None).is_addressed(asked) is is_ours
    assert Gate(TOKEN).is_addressed(asked)
