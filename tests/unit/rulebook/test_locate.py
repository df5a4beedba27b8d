"""Where the shipped rules lie."""

from pathlib import Path

import pytest

from engine.rulebook import locate


def test_the_checkouts_rules_lie_beside_the_packages() -> None:
    assert (locate.shipped_rules() / "approval" / "process.yaml").is_file()


def test_an_installed_wheel_carries_them_in_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rules").mkdir()
    carried = tmp_path / "engine" / "_shipped" / "rules"
    carried.mkdir(parents=True)
    monkeypatch.setattr(locate, "_ENGINE", tmp_path / "engine")

    assert locate.shipped_rules() == carried


def test_where_they_are_in_neither_place_the_error_names_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locate, "_ENGINE", tmp_path / "engine")

    with pytest.raises(FileNotFoundError, match=r"_shipped/rules or .*/rules, found neither"):
        locate.shipped_rules()
