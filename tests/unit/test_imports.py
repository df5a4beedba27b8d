"""Importing: every module by itself, and nothing heavy behind the pure ones."""

import importlib
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
PURE: Final = ("engine.core", "engine.ports", "engine.codec", "engine.rulebook", "engine.pipeline")
HEAVY: Final = {
    "faust",
    "mode",
    "aiokafka",
    "aiohttp",
    "confluent_kafka",
    "kafka",
    "prometheus_client",
    "rocksdict",
}


def modules(name: str) -> Iterator[str]:
    """`name` and every module below it, without those that run on import."""
    yield name
    package = importlib.import_module(name)
    for found in pkgutil.walk_packages(getattr(package, "__path__", ()), f"{name}."):
        if not found.name.endswith("__main__"):
            yield found.name


@pytest.mark.parametrize("package", ["engine", "connectors", "dashboards"])
def test_every_module_can_be_imported(package: str) -> None:
    for name in modules(package):
        importlib.import_module(name)


def test_the_pure_packages_bring_in_no_client_no_store_and_no_server() -> None:
    names = sorted(name for package in PURE for name in modules(package))
    script = (
        f"import importlib, sys\nfor name in {names!r}: importlib.import_module(name)\nprint(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not HEAVY & set(done.stdout.split())
