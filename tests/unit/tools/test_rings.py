"""Which rings run where."""

import re
from pathlib import Path

import pytest

from tools.rings import FAST, ROOT, SERIAL, SHARED, SharedDataError, expected, said_of_shared, shared_data


def test_the_shared_ring_is_expected_where_its_data_are_named(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    environment = {"SUNLIGHT_SHARED": str(tmp_path)}
    assert shared_data(environment) == tmp_path
    assert expected(environment) == (*FAST, *SERIAL, SHARED)
    assert said_of_shared(environment).startswith("The ring on the shared data runs")


def test_a_wrong_name_for_the_shared_data_is_an_error_and_not_a_ring_left_out(tmp_path: Path) -> None:
    with pytest.raises(SharedDataError, match=r"SUNLIGHT_SHARED: expected a directory with data/ in it"):
        shared_data({"SUNLIGHT_SHARED": str(tmp_path / "nowhere")})


def test_without_a_name_the_directory_beside_the_checkout_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.rings.ROOT", tmp_path / "checkout")
    assert shared_data({}) is None
    assert SHARED not in expected({})
    assert said_of_shared({}).startswith("The ring on the shared data is not collected")
    (tmp_path / "shared" / "data").mkdir(parents=True)
    assert shared_data({}) == tmp_path / "shared"


def test_contributing_names_every_ring_in_the_order_in_which_they_run() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert tuple(re.findall(r"(?m)^\| `tests/(\w+)` \|", page)) == (*FAST, *SERIAL, SHARED)
