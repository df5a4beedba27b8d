"""Findings as people read them in the terminal."""

from engine.rulebook.finding import Finding, RulebookError
from engine.rulebook.report import report_lines

ONE = Finding("rules/a.yaml", 7, 16, "clocks[0].rungs[1].at", "expected a rung; got 'soon'")
TWO = Finding("rules/b.yaml", 1, 1, "", "expected a mapping of rules, got an empty file")


def test_a_finding_is_a_line_with_its_place_its_path_and_its_message() -> None:
    assert str(ONE) == "rules/a.yaml:7:16: clocks[0].rungs[1].at: expected a rung; got 'soon'"


def test_a_finding_about_a_whole_file_has_no_path() -> None:
    assert str(TWO) == "rules/b.yaml:1:1: expected a mapping of rules, got an empty file"


def test_the_last_line_counts_the_findings_in_both_languages() -> None:
    assert report_lines([ONE, TWO]) == (
        str(ONE),
        str(TWO),
        "2 个文件共 2 处错误 / 2 findings in 2 files",
    )
    assert report_lines([ONE])[-1] == "1 个文件共 1 处错误 / 1 finding in 1 file"


def test_sound_rules_are_said_to_be_sound() -> None:
    assert report_lines([]) == ("规则检查通过 / the rules are sound",)


def test_the_error_holds_every_finding_and_says_them_all() -> None:
    error = RulebookError([ONE, TWO])

    assert error.findings == (ONE, TWO)
    assert str(error) == f"{ONE}\n{TWO}"
