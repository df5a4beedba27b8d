"""Which source reads a file of events: told by its name, and for tables and logs by a mapping."""

from pathlib import Path
from typing import Final

from connectors.mapping import MappingFile, load_mapping
from connectors.port import EventSource
from connectors.sources.csv import Table
from connectors.sources.jsonl import JsonLines
from connectors.sources.xes import EventLog
from engine.cli.command import argument, path_option
from engine.cli.failure import misused, plain
from engine.codec.yaml_file import YamlFault
from engine.core.text import Text

LINES: Final = frozenset({".jsonl", ".ndjson", ".json"})
TABLES: Final = frozenset({".csv"})
LOGS: Final = frozenset({".xes"})

FILE: Final = argument(
    "file",
    "FILE",
    Text(
        "事件文件：.jsonl、.csv 或 .xes，可用 gzip 压缩（.gz）",
        "file of events: .jsonl, .csv or .xes, or one of these in .gz",
    ),
    type=str,
)
MAPPING: Final = path_option(
    "--mapping",
    about=Text(
        "字段映射文件（CSV 和 XES 必需）",
        "how columns or attributes become fields of events; CSV and XES need it",
    ),
)


def event_source(file: str, mapping: Path | None) -> EventSource:
    """The source for `file`. Raises `Failure` where its name or the mapping is wrong, or it is not there."""
    path = Path(file)
    kind = _kind(path)
    if not path.is_file():
        raise misused(Text(f"文件不存在：{file}", f"there is no file {file!r}"))
    if kind in LINES:
        if mapping is not None:
            raise misused(
                Text(
                    "--mapping 只用于 CSV 和 XES，JSONL 已是事件",
                    "--mapping is for CSV and XES; JSONL holds events",
                )
            )
        return JsonLines(path)
    if mapping is None:
        raise misused(
            Text(
                f"{file}：CSV 和 XES 需要 --mapping，说明各列对应的事件字段",
                f"{file}: CSV and XES need --mapping FILE, which says what becomes which field of events",
            )
        )
    try:
        mapped: MappingFile = load_mapping(mapping)
    except YamlFault as fault:
        raise misused(plain(str(fault))) from fault
    return Table(path, mapped) if kind in TABLES else EventLog(path, mapped)


def _kind(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    kind = suffixes[-1] if suffixes else ""
    if kind not in LINES | TABLES | LOGS:
        raise misused(
            Text(
                f"{path.name}：文件名应以 .jsonl、.csv 或 .xes 结尾（可再加 .gz）",
                f"{path.name}: expected a name that ends in .jsonl, .csv or .xes, and perhaps .gz",
            )
        )
    return kind
