"""Writes every dashboard to `dashboards/generated`, for Grafana to provision: `python -m dashboards.generate`."""

from pathlib import Path
from typing import Final

from dashboards.grafana import rendered
from dashboards.panel import Dashboard
from dashboards.worker import WORKERS

DASHBOARDS: Final[tuple[Dashboard, ...]] = (WORKERS,)
GENERATED: Final = Path(__file__).parent / "generated"


def files() -> dict[str, str]:
    """The text of every generated file by its name."""
    return {f"{shown.name}.json": rendered(shown) for shown in DASHBOARDS}


def write(directory: Path) -> None:
    """Make `directory` hold exactly the generated files, JSON that is no longer made removed."""
    directory.mkdir(parents=True, exist_ok=True)
    made = files()
    for stale in directory.glob("*.json"):
        if stale.name not in made:
            stale.unlink()
    for name, text in made.items():
        (directory / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(GENERATED)
