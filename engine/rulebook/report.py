"""Findings as lines of text for the terminal."""

from collections.abc import Sequence

from engine.rulebook.finding import Finding


def report_lines(findings: Sequence[Finding]) -> tuple[str, ...]:
    """One line a finding, in the order given, and a last line with their number in Chinese and English."""
    count = len(findings)
    if count == 0:
        return ("规则检查通过 / the rules are sound",)
    files = len({finding.file for finding in findings})
    total = f"{files} 个文件共 {count} 处错误 / {_counted(count, 'finding')} in {_counted(files, 'file')}"
    return (*(str(finding) for finding in findings), total)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
