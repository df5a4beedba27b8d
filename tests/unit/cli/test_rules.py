"""`sunlight rules check`."""

from pathlib import Path
from typing import Final

from tests.unit.cli.running import Program

RULES: Final = Path(__file__).resolve().parents[3] / "rules"


def test_the_shipped_rules_are_sound(program: Program) -> None:
    done = program("rules", "check", str(RULES))
    assert (done.code, done.said) == (0, "")


def test_all_findings_are_listed_at_their_places_and_the_exit_code_is_1(program: Program) -> None:
    (program.directory / "bad").mkdir()
    program.write("bad/pack.yaml", "include: [approval]\nlimits:\n  events_per_case: lots\ncalender: cn\n")
    done = program("rules", "check", "bad")
    lines = done.out.decode().splitlines()
    assert done.code == 1
    assert lines[0].startswith("bad/pack.yaml:3:20: limits.events_per_case: expected a whole number")
    assert lines[1].startswith("bad/pack.yaml:4:1: calender: unknown key 'calender'")


def test_a_directory_that_is_not_there_is_a_finding(program: Program) -> None:
    done = program("rules", "check", "nowhere")
    assert done.code == 1
    assert done.out.decode().startswith("nowhere:1:1: expected a directory of rules")
