"""The program run in this process, with an environment and a directory of its own."""

import io
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.cli.main import main


@dataclass(frozen=True)
class Done:
    """What a run left."""

    code: int
    out: bytes
    said: str
    """What was written to the standard error."""


class Program:
    """Runs `sunlight` with only the variables it is given."""

    def __init__(self, patch: pytest.MonkeyPatch, directory: Path) -> None:
        self._patch = patch
        self.directory = directory
        patch.chdir(directory)

    def __call__(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Done:
        """Run it with `arguments`."""
        out, said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
        with self._patch.context() as patch:
            patch.setattr("engine.cli.main.environment", lambda: {"LANG": "C.UTF-8", **(environment or {})})
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", said)
            code = main(arguments)
            out.flush()
        raw = out.buffer
        assert isinstance(raw, io.BytesIO)
        return Done(code, raw.getvalue(), said.getvalue())

    def write(self, name: str, content: str) -> Path:
        """A file in the directory."""
        path = self.directory / name
        path.write_text(content, encoding="utf-8")
        return path
