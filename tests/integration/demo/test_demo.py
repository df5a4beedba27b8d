"""`sunlight demo` as a newcomer runs it: cards within a minute, a live board, and nothing left behind."""

import os
import re
import signal
import time
from pathlib import Path

import pytest

from tests.integration.demo.watching import SECONDS, Board, Exits, demo

pytestmark = pytest.mark.timeout(240)

QUICK = ("--cases-per-day", "60", "--factor", "1200")


def test_cards_appear_within_a_minute_and_the_board_updates_by_itself(tmp_path: Path) -> None:
    began = time.monotonic()
    with demo(tmp_path, *QUICK) as running:
        address = running.line("board: ").split()[1]
        assert time.monotonic() - began < SECONDS
        board = Board(address)
        cards = board.answer("/api/alerts?limit=5")["alerts"]
        assert len(cards) == 5
        messages = board.answer(f"/api/alerts/{cards[0]['id']}")["messages"]
        said = messages[0]["message"]["data"]["explanation"]["text"]
        assert cards[0]["case_id"] in said["zh"]
        assert cards[0]["case_id"] in said["en"]
        before = board.answer("/api/totals")["accepted"]
        with board.stream() as events:
            assert any(name == "totals" and value["accepted"] > before for name, value in events)
        with board.stream() as events:
            assert any(name == "alert" for name, _ in events)
        children = running.children()
        assert children.keys() == {"serve", "deliver", "worker"}
        exits = Exits(children)
        code, errors = running.ended(signal.SIGINT)
        assert (code, errors) == (0, "")
        assert exits.left() == []
        assert list(running.temporary.iterdir()) == []


def test_it_ends_by_itself_after_its_duration_ready_or_not(tmp_path: Path) -> None:
    with demo(tmp_path, "--duration", "2", *QUICK) as running:
        running.line("starting")
        assert running.ended() == (0, "")
        assert list(running.temporary.iterdir()) == []


def test_sigterm_stops_it_like_ctrl_c(tmp_path: Path) -> None:
    with demo(tmp_path, *QUICK) as running:
        running.line("board: ")
        exits = Exits(running.children())
        assert running.ended(signal.SIGTERM) == (0, "")
        assert exits.left() == []


def test_a_process_that_dies_ends_the_demo_with_its_last_words(tmp_path: Path) -> None:
    with demo(tmp_path, *QUICK) as running:
        running.line("board: ")
        children = running.children()
        exits = Exits(children)
        os.kill(children["worker"], signal.SIGKILL)
        code, errors = running.ended()
        assert code == 1
        assert "sunlight worker ended by itself with code -9" in errors
        assert re.search(r"taken over in|Worker ready|Starting", errors)
        assert exits.left() == []


def test_state_and_logs_stay_where_they_are_asked_to(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    with demo(tmp_path, "--keep", str(kept), *QUICK) as running:
        running.line("board: ")
        assert running.ended(signal.SIGINT)[0] == 0
    assert {path.name for path in kept.glob("*.log")} == {"serve.log", "deliver.log", "worker.log"}


def test_nothing_goes_on_when_the_demo_is_killed(tmp_path: Path) -> None:
    with demo(tmp_path, *QUICK) as running:
        running.line("board: ")
        exits = Exits(running.children())
        running.process.kill()
        assert exits.left() == []
