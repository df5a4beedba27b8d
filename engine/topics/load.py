"""Reads `topics.yaml`; what is wrong with it is told at file, line and column."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct

from engine.codec.yaml_file import YamlFault, YamlFile, read_yaml
from engine.core.text import Text
from engine.topics.model import FOREVER_MS, ROLES, Topic, Topics, renamed

_NAME: Final = re.compile(r"[a-zA-Z0-9._-]{1,200}")
_RETENTION: Final = re.compile(r"(\d{1,5}) (day|hour|minute)s?")
_UNIT_MS: Final = {"day": 86_400_000, "hour": 3_600_000, "minute": 60_000}
_ENGINE: Final = Path(__file__).resolve().parent.parent

_SAME_COUNT: Final = ("events", "alerts", "cases")
"""What belongs to one case lies in partitions of one number."""


class TopicsError(Exception):
    """The list of topics cannot be used; the text has one line for each fault."""

    def __init__(self, faults: Iterable[YamlFault]) -> None:
        self.faults: Final = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


class _Entry(Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    about: Text
    key: str
    value: str
    cleanup: Literal["delete", "compact"]
    retention: str
    writers: tuple[str, ...]
    readers: tuple[str, ...]
    partitions: int | None = None
    config: dict[str, str | int] = {}


class _Entries(Struct, frozen=True, forbid_unknown_fields=True):
    events: _Entry
    alerts: _Entry
    alerts_warning: _Entry
    alerts_yellow: _Entry
    alerts_red: _Entry
    alerts_current: _Entry
    cases: _Entry
    dead_letters: _Entry


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    prefix: str
    partitions: int
    topics: _Entries
    replication: int = 1
    min_insync: int = 1


def shipped_topics() -> Path:
    """The `topics.yaml` that comes with the software: in an installed wheel, else at the top of the checkout."""
    shipped = _ENGINE / "_shipped" / "topics.yaml"
    return shipped if shipped.is_file() else _ENGINE.parent / "topics.yaml"


def load_topics(path: Path, prefix: str | None = None) -> Topics:
    """The topics that the file lists, under `prefix` where it is given. Raises `TopicsError`."""
    try:
        content = path.read_bytes()
    except OSError as error:
        fault = YamlFault(path.as_posix(), (1, 1), "", f"cannot be read: {error.strerror}")
        raise TopicsError([fault]) from error
    topics = read_topics(content, path.as_posix())
    return topics if prefix is None else renamed(topics, prefix)


def read_topics(content: bytes, file: str) -> Topics:
    """The topics that `content` of `file` lists. Raises `TopicsError` with every fault."""
    try:
        listed = read_yaml(content, file, _File)
    except YamlFault as fault:
        raise TopicsError([fault]) from fault
    faults = [*_faults(listed)]
    if faults:
        raise TopicsError(faults)
    value = listed.value
    return Topics(value.prefix, **{role: _topic(value, getattr(value.topics, role)) for role in ROLES})


def _faults(listed: YamlFile[_File]) -> Iterable[YamlFault]:
    value = listed.value
    if not _NAME.fullmatch(value.prefix):
        yield listed.fault("prefix", f"expected letters, digits, '.', '_' or '-', got {value.prefix!r}")
    for name in ("partitions", "replication", "min_insync"):
        if getattr(value, name) < 1:
            yield listed.fault(name, f"expected at least 1, got {getattr(value, name)}")
    if value.min_insync > value.replication:
        yield listed.fault(
            "min_insync", f"expected at most replication {value.replication}, got {value.min_insync}"
        )
    names: dict[str, str] = {}
    for role in ROLES:
        entry: _Entry = getattr(value.topics, role)
        yield from _entry_faults(listed, role, entry)
        if entry.name in names:
            message = f"{entry.name!r} is the name of topics.{names[entry.name]} as well"
            yield listed.fault(f"topics.{role}.name", message)
        names.setdefault(entry.name, role)


def _entry_faults(listed: YamlFile[_File], role: str, entry: _Entry) -> Iterable[YamlFault]:
    path = f"topics.{role}"
    events = _partitions(listed.value, listed.value.topics.events)
    if not _NAME.fullmatch(entry.name):
        yield listed.fault(f"{path}.name", f"expected letters, digits, '.', '_' or '-', got {entry.name!r}")
    if entry.retention != "forever" and not _RETENTION.fullmatch(entry.retention):
        message = f"expected a span such as '30 days', or 'forever', got {entry.retention!r}"
        yield listed.fault(f"{path}.retention", message)
    if entry.partitions is not None and entry.partitions < 1:
        yield listed.fault(f"{path}.partitions", f"expected at least 1, got {entry.partitions}")
    elif role in _SAME_COUNT and _partitions(listed.value, entry) != events:
        message = f"expected {events}, as many as topics.events has, got {entry.partitions}"
        yield listed.fault(f"{path}.partitions", message)


def _partitions(listed: _File, entry: _Entry) -> int:
    return listed.partitions if entry.partitions is None else entry.partitions


def _topic(listed: _File, entry: _Entry) -> Topic:
    config = {
        "cleanup.policy": entry.cleanup,
        "retention.ms": str(_retention_ms(entry.retention)),
        "min.insync.replicas": str(listed.min_insync),
        **{name: str(value) for name, value in entry.config.items()},
    }
    return Topic(
        f"{listed.prefix}.{entry.name}",
        entry.about,
        entry.key,
        entry.value,
        _partitions(listed, entry),
        listed.replication,
        entry.cleanup,
        config,
        entry.writers,
        entry.readers,
    )


def _retention_ms(text: str) -> int:
    match = _RETENTION.fullmatch(text)
    return int(match[1]) * _UNIT_MS[match[2]] if match else FOREVER_MS
