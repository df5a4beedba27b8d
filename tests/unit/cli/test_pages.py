"""What the pages tell a reader to type is what there is."""

import re
import shlex
from pathlib import Path
from typing import Final

import pytest

from tests.unit.cli.running import Program

ROOT: Final = Path(__file__).resolve().parents[3]
PAGES: Final = (
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md")),
    *sorted((ROOT / "docs").glob("*.md")),
)
SHELL: Final = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINES: Final = sorted(
    {
        line.strip()
        for page in PAGES
        for block in SHELL.findall(page.read_text(encoding="utf-8"))
        for line in block.replace("\\\n", " ").splitlines()
        if line.strip()
    }
)


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("sunlight ")])
def test_a_command_line_of_the_pages_is_understood(program: Program, line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    # Flags are read before help is given, so that one that does not exist is still refused.
    done = program("--lang", "en", *words, "--help")
    assert done.code == 0, done.said
    assert done.out.startswith(b"Usage: sunlight ")


def test_an_unknown_flag_would_be_refused_this_way(program: Program) -> None:
    assert program("worker", "--no-such-flag", "--help").code == 2


def test_readme_shows_commands() -> None:
    assert sum(line.startswith("sunlight ") for line in LINES) >= 5


def test_every_target_that_a_page_names_is_in_the_makefile() -> None:
    targets = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8")))
    named = {
        target
        for page in PAGES
        for target in re.findall(r"(?:`|^)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert {"demo", "test"} <= named <= targets
