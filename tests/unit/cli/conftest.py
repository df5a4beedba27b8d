"""What the tests of the command line share."""

from pathlib import Path

import pytest

from tests.unit.cli.running import Program


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Program:
    """`sunlight` in an empty directory."""
    return Program(monkeypatch, tmp_path)
