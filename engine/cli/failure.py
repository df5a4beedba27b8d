"""What ends a command without a traceback: the sentence that people read, and the exit code."""

from collections.abc import Sequence
from typing import Final

from engine.core.text import Text

SUCCESS: Final = 0
FAILED: Final = 1
USAGE: Final = 2
INTERRUPTED: Final = 130


class Failure(Exception):
    """A command cannot go on. What it says is one line, or one line for each thing that is wrong."""

    def __init__(self, *lines: Text, code: int = FAILED) -> None:
        super().__init__("; ".join(line.en for line in lines))
        self.lines: Final = lines
        self.code: Final = code


def plain(message: str) -> Text:
    """A message that has one wording only, such as a place in a file and what stands there."""
    return Text(message, message)


def misused(*lines: Text) -> Failure:
    """The command line or a setting is wrong."""
    return Failure(*lines, code=USAGE)


def found(lines: Sequence[str], code: int = FAILED) -> Failure:
    """Findings, each a line of its own."""
    return Failure(*(plain(line) for line in lines), code=code)
