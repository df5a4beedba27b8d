"""The page on mapping files: its example is a mapping, and it names every key."""

import re
from pathlib import Path
from typing import Final

from connectors.mapping import EventRule, MappingFile, read_mapping

PAGE: Final = (Path(__file__).resolve().parents[3] / "docs" / "mapping.md").read_text(encoding="utf-8")


def test_the_example_is_a_mapping() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert read_mapping(example.encode(), "mapping.md").case == "concept:name"


def test_every_key_is_on_the_page() -> None:
    keys = (*MappingFile.__struct_fields__, *EventRule.__struct_fields__)
    assert [key for key in keys if f"`{key}`" not in PAGE] == []
