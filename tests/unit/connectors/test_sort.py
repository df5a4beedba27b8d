"""Sorting a source by when its events were recorded."""

from collections.abc import Iterator
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from connectors.port import EventSource, Place, SourceEvent, SourceItem, SourceRejection
from connectors.sort import RUNS_MAX, SortedEvents
from engine.codec.rejection import missing
from engine.core.event import Event, Facts, Length

REJECTION = missing("subject")


class Listed:
    """A source that holds what it is given."""

    def __init__(self, items: list[SourceItem]) -> None:
        self._items = items

    def __iter__(self) -> Iterator[SourceItem]:
        return iter(self._items)


def item(row: int, occurred: int, recorded: int | None) -> SourceItem:
    facts = Facts(item="A-001", length=Length(3, "days"))
    received = occurred if recorded is None else recorded
    event = Event("case.closed", "/s", str(row), occurred, received, recorded, facts)
    return SourceEvent(f"C-{row % 3}", event, Place("f", row))


def recorded_of(found: SourceItem) -> int:
    assert isinstance(found, SourceEvent)
    return found.event.recorded_at


times = st.integers(0, 20)


@given(st.lists(st.none() | st.tuples(times, st.none() | times), max_size=60), st.integers(1, 10))
def test_every_event_comes_once_by_recorded_time_and_input_order(
    rows: list[tuple[int, int | None] | None], run_events: int
) -> None:
    items = [
        SourceRejection(REJECTION, Place("f", row)) if times is None else item(row, *times)
        for row, times in enumerate(rows)
    ]
    events = [found for found in items if isinstance(found, SourceEvent)]
    rejected = [found for found in items if isinstance(found, SourceRejection)]
    assert list(SortedEvents(Listed(items), run_events)) == [*rejected, *sorted(events, key=recorded_of)]


def test_more_runs_than_files_may_be_open_are_merged(tmp_path: Path) -> None:
    items = [item(row, (row * 7919) % 1000, None) for row in range(RUNS_MAX * 2 + 5)]
    sorted_events = SortedEvents(Listed(items), run_events=1, folder=tmp_path)
    assert list(sorted_events) == sorted(items, key=recorded_of)


def test_nothing_is_left_in_the_folder_even_where_reading_stops_half_way(tmp_path: Path) -> None:
    items = [item(row, 1000 - row, None) for row in range(50)]
    reading = iter(SortedEvents(Listed(items), run_events=10, folder=tmp_path))
    next(reading)
    assert list(tmp_path.iterdir()) == []


def test_a_sorted_source_is_a_source_that_begins_anew() -> None:
    source: EventSource = SortedEvents(Listed([item(0, 5, None), item(1, 3, None)]))
    assert list(source) == list(source)
