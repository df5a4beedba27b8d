"""One file for every fault that rules can have, and the whole message that it must bring about."""

import shutil
from pathlib import Path
from typing import Final

import pytest

from engine.rulebook.load import load_rulebook

_BAD: Final = Path(__file__).parents[2] / "golden" / "rulebook" / "bad"


def _expected() -> dict[str, str]:
    """Messages by the name of the file: a line with the name, then an indented one with the message."""
    lines = (_BAD / "messages.txt").read_text().splitlines()
    return {name: message.strip() for name, message in zip(lines[::2], lines[1::2], strict=True)}


_EXPECTED: Final = _expected()


def test_every_bad_file_has_an_expected_message() -> None:
    assert sorted(path.stem for path in _BAD.glob("*.yaml")) == sorted(_EXPECTED)


@pytest.mark.parametrize("fault", sorted(_EXPECTED))
def test_a_fault_is_one_finding_with_its_place_and_what_to_do(fault: str, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    shutil.copy(_BAD / f"{fault}.yaml", rules)

    rulebook, findings = load_rulebook(rules)

    assert rulebook is None
    assert [str(finding).replace(f"{tmp_path.as_posix()}/", "") for finding in findings] == [_EXPECTED[fault]]
