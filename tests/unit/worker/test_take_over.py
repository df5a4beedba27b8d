"""Which copies of a changelog can be completed, and where a source is read on."""

import pytest

from engine.core.instant import DAY, HOUR
from engine.ports import Meta
from engine.worker.log_reader import Bounds
from engine.worker.take_over import TakeOverError, oldest_useful, source_start, why_useless

NOW = 100 * DAY
FRESH = Meta(now=NOW - 39 * HOUR)
OLD = Meta(now=NOW - 41 * HOUR)
OLDEST = oldest_useful(NOW, 2 * DAY)


@pytest.mark.parametrize(
    ("meta", "position", "bounds"),
    [
        pytest.param(None, 0, Bounds(0, 0), id="nothing-anywhere"),
        pytest.param(None, 0, Bounds(0, 50), id="a-new-disk"),
        pytest.param(FRESH, 40, Bounds(0, 50), id="a-little-behind"),
        pytest.param(OLD, 50, Bounds(0, 50), id="old-but-complete"),
        pytest.param(FRESH, 10, Bounds(10, 50), id="at-the-log-s-start"),
    ],
)
def test_a_copy_that_can_be_completed_is_kept(meta: Meta | None, position: int, bounds: Bounds) -> None:
    assert why_useless(meta, position, bounds, OLDEST) is None


@pytest.mark.parametrize(
    ("meta", "position", "bounds", "reason"),
    [
        pytest.param(FRESH, 60, Bounds(0, 50), "ends at 50", id="ahead-of-the-changelog"),
        pytest.param(FRESH, 5, Bounds(10, 50), "starts at 10", id="before-the-log-s-start"),
        pytest.param(None, 20, Bounds(0, 50), "broken off", id="half-restored"),
        pytest.param(OLD, 40, Bounds(0, 50), "tombstones", id="older-than-the-tombstones"),
    ],
)
def test_a_copy_that_cannot_is_not(meta: Meta | None, position: int, bounds: Bounds, reason: str) -> None:
    assert reason in (why_useless(meta, position, bounds, OLDEST) or "")


def test_the_source_is_read_from_where_meta_says() -> None:
    assert source_start(0, Meta(source_position=30), Bounds(0, 50)) == 30


def test_what_retention_deleted_is_said_and_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    assert source_start(2, Meta(source_position=30), Bounds(40, 50)) == 40
    assert "records 30 to 39" in caplog.text


def test_a_source_that_is_shorter_than_what_was_applied_is_refused() -> None:
    with pytest.raises(TakeOverError, match=r"up to 30 were applied, but the event topic ends at 20"):
        source_start(1, Meta(source_position=30), Bounds(0, 20))
