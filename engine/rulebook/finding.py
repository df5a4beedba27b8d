"""What is wrong with a rules directory, and exactly where."""

from collections.abc import Iterable

from msgspec import Struct


class Finding(Struct, frozen=True, order=True):
    """One fault of a file of rules; the order of findings is that of the places in the files."""

    file: str
    line: int
    """From 1."""
    column: int
    """From 1, in characters."""
    path: str
    """The value's place in the structure, such as `clocks[0].rungs[1].at`; empty for the file as a whole."""
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}"
        return f"{place}: {self.path}: {self.message}" if self.path else f"{place}: {self.message}"


class RulebookError(Exception):
    """A rules directory could not be loaded."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        """Everything that is wrong, in the order of the files."""
        super().__init__("\n".join(str(finding) for finding in self.findings))
