"""Telling all who watch."""

from engine.board.hub import QUEUE_EVENTS, Hub, Told, Watcher, event
from engine.board.meters import BoardMeters


def waiting(watcher: Watcher) -> list[Told | None]:
    return [watcher.told.get_nowait() for _ in range(watcher.told.qsize())]


def test_an_event_is_written_as_the_protocol_has_it() -> None:
    assert event("alert", {"a": 1}, "g", 7).data == b'id: g-7\nevent: alert\ndata: {"a":1}\n\n'
    assert event("tick", {"now": 5}).data == b'event: tick\ndata: {"now":5}\n\n'


def test_text_with_line_ends_stays_one_line_of_data() -> None:
    assert event("alert", {"a": "x\n\ny"}).data.count(b"\n") == 3


def test_a_state_is_told_once_and_to_those_who_come_later() -> None:
    hub = Hub(BoardMeters())
    early = hub.join()
    hub.show("totals", {"open": 1})
    hub.show("totals", {"open": 1})
    hub.show("totals", {"open": 2})
    assert waiting(early) == [event("totals", {"open": 1}), event("totals", {"open": 2})]
    assert waiting(hub.join()) == [event("totals", {"open": 2})]


def test_who_does_not_read_is_let_go_and_the_others_hear_on() -> None:
    meters = BoardMeters()
    hub = Hub(meters)
    slow, quick = hub.join(), hub.join()
    for number in range(1, QUEUE_EVENTS + 2):
        hub.tell(event("alert", {}, "g", number))
        waiting(quick)
    assert slow.is_gone
    assert waiting(slow)[-1] is None
    assert not quick.is_gone
    assert len(hub) == 1
    assert b"sunlight_board_watchers_let_go_total 1.0" in meters.exposition()


def test_who_left_is_told_nothing() -> None:
    hub = Hub(BoardMeters())
    watcher = hub.join()
    hub.leave(watcher)
    hub.tell(event("tick", {}))
    assert waiting(watcher) == []
    assert len(hub) == 0


def test_closing_lets_everybody_go() -> None:
    hub = Hub(BoardMeters())
    watcher = hub.join()
    hub.close()
    assert waiting(watcher) == [None]
