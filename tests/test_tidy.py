"""Tidiness that a reader feels and a linter does not check: sizes, names, dead modules, words left behind."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent
PRODUCTION: Final = ("engine", "connectors", "dashboards")
PYTHON: Final = (*PRODUCTION, "tests", "benchmarks", "tools")

CORE_LINES_MAX: Final = 300
FILE_LINES_MAX: Final = 500
FUNCTION_LINES_MAX: Final = 60

BANNED_NAMES: Final = {"utils", "util", "common", "helpers", "helper", "manager", "base", "impl", "misc"}

ENTRY_POINTS: Final = {"engine.cli.main", "engine.__main__"}
"""Modules that are run and not imported."""

LEFT_BEHIND: Final = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
MACHINE_PATH: Final = re.compile(r"(?<![\w.~}$)-])/(?:home|root|Users|work)/\w")
"""A directory of one machine. The look-behind leaves addresses and longer paths alone."""
REGISTRY_HOST: Final = re.compile(
    r"pypi\.org|pythonhosted\.org|repo1?\.maven\.(?:apache\.)?org|registry\.npmjs|deb\.debian\.org|proxy\.golang"
)
TEXT_SUFFIXES_NOT: Final = {".png", ".gz", ".woff2", ".ico", ".jpg"}


class Source(NamedTuple):
    """A Python file of the project."""

    path: Path
    """Relative to the checkout."""
    text: str
    tree: ast.Module

    @property
    def module(self) -> str:
        """Its dotted name."""
        parts = self.path.with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that git tracks and that is there, relative to the checkout."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    paths = (Path(name) for name in listed.decode().split("\0") if name)
    return tuple(path for path in paths if (ROOT / path).is_file())


@cache
def sources() -> tuple[Source, ...]:
    """Every tracked Python file."""
    found = []
    for path in tracked():
        if path.suffix == ".py" and path.parts[0] in PYTHON:
            text = (ROOT / path).read_text()
            found.append(Source(path, text, ast.parse(text, str(path))))
    return tuple(found)


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method in `tree`."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_files_stay_within_their_budget() -> None:
    over = []
    for source in sources():
        lines = source.text.count("\n")
        allowed = CORE_LINES_MAX if source.path.is_relative_to("engine/core") else FILE_LINES_MAX
        if lines > allowed:
            over.append(f"{source.path}: {lines} lines, at most {allowed}: which idea could leave?")
    assert not over, "\n".join(over)


def test_functions_stay_within_their_budget() -> None:
    over = []
    for source in sources():
        for function in functions(source.tree):
            lines = (function.end_lineno or function.lineno) - function.lineno + 1
            if lines > FUNCTION_LINES_MAX:
                place = f"{source.path}:{function.lineno}"
                over.append(f"{place}: {function.name} has {lines} lines, at most {FUNCTION_LINES_MAX}")
    assert not over, "\n".join(over)


def test_every_module_says_what_it_knows() -> None:
    silent = [
        str(source.path)
        for source in sources()
        if not ast.get_docstring(source.tree)
        and source.tree.body  # An empty package marker has nothing to say.
    ]
    assert not silent, f"no module docstring: {silent}"


def test_modules_are_named_for_what_they_know() -> None:
    banned = [
        f"{source.path}: the name says nothing; name it for what it knows"
        for source in sources()
        if BANNED_NAMES & {part for dotted in source.path.with_suffix("").parts for part in dotted.split("_")}
    ]
    assert not banned, "\n".join(banned)


def mentions(tree: ast.Module, module: str) -> Iterator[str]:
    """Dotted names that `module` imports, relative imports resolved, and those it names in strings.

    A command that is loaded only when it is called is named in a string.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = module.split(".")[: -node.level] if node.level else []
            origin = ".".join([*package, *([node.module] if node.module else [])])
            yield origin
            yield from (f"{origin}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value:
            yield node.value.partition(":")[0]


def test_every_module_is_used() -> None:
    by_production, by_anyone = set[str](), set[str]()
    for source in sources():
        named = {name for name in mentions(source.tree, source.module) if name != source.module}
        by_anyone |= named
        if source.path.parts[0] in PRODUCTION and not source.module.startswith("engine.testing"):
            by_production |= named
    dead = []
    for source in sources():
        kit = source.module.startswith("engine.testing")
        used = by_anyone if kit or source.path.parts[0] == "dashboards" else by_production
        package = source.path.name == "__init__.py"
        production = source.path.parts[0] in PRODUCTION
        if production and not package and source.module not in used | ENTRY_POINTS:
            dead.append(f"{source.path}: no production module imports it")
    assert not dead, "\n".join(dead)


def offences(pattern: re.Pattern[str]) -> list[str]:
    """Where `pattern` stands in tracked text, as `file:line: line`; this file names what it looks for."""
    found = []
    for path in tracked():
        if path.suffix in TEXT_SUFFIXES_NOT or (ROOT / path) == Path(__file__).resolve():
            continue
        text = (ROOT / path).read_text(errors="replace")
        found += [
            f"{path}:{number}: {line.strip()[:100]}"
            for number, line in enumerate(text.splitlines(), 1)
            if pattern.search(line)
        ]
    return found


@pytest.mark.parametrize(
    ("pattern", "instead"),
    [
        pytest.param(LEFT_BEHIND, "finish it, or say why it is as it is", id="left-behind"),
        pytest.param(MACHINE_PATH, "name it relative to the checkout", id="machine-path"),
        pytest.param(REGISTRY_HOST, "leave the registry to the user's own configuration", id="registry-host"),
    ],
)
def test_nothing_is_left_in_tracked_files(pattern: re.Pattern[str], instead: str) -> None:
    found = offences(pattern)
    assert not found, "\n".join([f"{instead}:", *found])


@pytest.mark.parametrize(
    ("line", "is_machine_path"),
    [
        pytest.param("log_dir = '/home/someone/sunlight'", True, id="home"),
        pytest.param("/root/x", True, id="line-start"),
        pytest.param("https://example.org/home/page", False, id="address"),
        pytest.param("docs/work/plan.md", False, id="relative"),
        pytest.param("GET /homework/1", False, id="longer-word"),
    ],
)
def test_a_machine_path_is_told_from_other_paths(line: str, is_machine_path: bool) -> None:
    assert bool(MACHINE_PATH.search(line)) is is_machine_path
