"""The pages on commands and settings are those that the program makes of itself."""

from pathlib import Path
from typing import Final

from engine.cli.main import COMMANDS
from engine.cli.settings import SETTINGS
from tests.unit.cli.running import Program

DOCS: Final = Path(__file__).resolve().parents[3] / "docs"


def test_the_pages_are_fresh(program: Program) -> None:
    done = program("reference", str(program.directory))
    assert done.code == 0
    for name in ("commands.md", "settings.md"):
        fresh = (program.directory / name).read_bytes()
        assert fresh == (DOCS / name).read_bytes(), f"run `sunlight reference docs` and commit docs/{name}"


def test_every_setting_and_every_command_is_documented() -> None:
    settings, commands = (DOCS / "settings.md").read_text(), (DOCS / "commands.md").read_text()
    assert [setting.name for setting in SETTINGS if f"| `{setting.name}` |" not in settings] == []
    assert [name for name in COMMANDS if f"## sunlight {name}" not in commands] == []


def test_a_directory_that_is_not_there_is_one_line(program: Program) -> None:
    done = program("reference", "nowhere")
    said = "nowhere/commands.md: cannot be written: No such file or directory"
    assert (done.code, done.said) == (1, f"sunlight: error: {said}\n")
