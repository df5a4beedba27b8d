"""Writes the published schemas and the page of examples from their descriptions."""

from pathlib import Path
from typing import Final

from tools.published.files import published

PROJECT: Final = Path(__file__).resolve().parent.parent


def main() -> None:
    """Write every published file; running it again changes nothing."""
    for name, text in published().items():
        path = PROJECT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"wrote {name}")


if __name__ == "__main__":
    main()
