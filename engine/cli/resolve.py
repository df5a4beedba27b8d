"""Which value each setting has and where it came from: flag, else environment, else file, else default."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from engine.cli.failure import misused, plain
from engine.cli.setting import PREFIX, Setting, Unfit
from engine.core.text import Text

Value = TypeVar("Value")

DEFAULT_FILE: Final = Path("sunlight.yaml")
"""In the working directory; read where no other file is named."""

READ_ELSEWHERE: Final = frozenset({"SUNLIGHT_SHARED", "SUNLIGHT_CONFIG"})
"""Variables of our prefix that are no settings: the tests' data, and the file of settings."""


@dataclass(frozen=True)
class Origin:
    """Where a value came from."""

    kind: Text
    place: str = ""
    """The flag, the variable, or `file:line:column`."""


@dataclass(frozen=True)
class Held:
    """A value and its origin."""

    value: object
    origin: Origin


class Settings:
    """Every setting with its value."""

    def __init__(self, held: Mapping[str, Held]) -> None:
        self._held = held

    def __getitem__(self, setting: Setting[Value]) -> Value:
        """The value of `setting`."""
        return cast("Value", self._held[setting.name].value)

    def origin(self, setting: Setting[Any]) -> Origin:
        """Where the value of `setting` came from."""
        return self._held[setting.name].origin


@dataclass(frozen=True)
class Sources:
    """Where settings are looked for."""

    flags: Mapping[str, tuple[str, str]]
    """By the name of the setting: the flag that was used, and its text."""
    environment: Mapping[str, str]
    file: Path | None
    """The file that was named; None: `DEFAULT_FILE`, where there is one."""


def resolve(known: Iterable[Setting[Any]], sources: Sources) -> Settings:
    """The value of every setting in `known`. Raises `Failure` with all that is wrong, one line each."""
    settings = {setting.name: setting for setting in known}
    faults: list[Text] = []
    filed = _filed(settings, sources, faults)
    faults += _unknown_variables(settings, sources.environment)
    held = {}
    for name, setting in settings.items():
        if name in sources.flags:
            place, given = sources.flags[name]
            origin, below = Origin(Text("命令行", "flag"), place), Path()
        elif setting.variable in sources.environment:
            origin = Origin(Text("环境变量", "environment"), setting.variable)
            given, below, place = sources.environment[setting.variable], Path(), setting.variable
        elif name in filed:
            given, at = filed[name]
            origin = Origin(Text("文件", "file"), at)
            below, place = Path(at.rsplit(":", 2)[0]).parent, f"{at}: {name}"
        else:
            held[name] = Held(setting.default, Origin(Text("默认", "default")))
            continue
        try:
            held[name] = Held(setting.kind.read(given, below), origin)
        except Unfit as unfit:
            faults.append(_unfit(place, unfit.expected, "***" if setting.secret else repr(given)))
    if faults:
        raise misused(*faults)
    return Settings(held)


def _unfit(place: str, expected: Text, given: str) -> Text:
    return Text(f"{place}：应为{expected.zh}，实为 {given}", f"{place}: expected {expected.en}, got {given}")


def _filed(
    known: Mapping[str, Setting[Any]], sources: Sources, faults: list[Text]
) -> dict[str, tuple[str, str]]:
    """What the file says by name, each with its `file:line:column`; unknown keys are faults."""
    path = sources.file or (DEFAULT_FILE if DEFAULT_FILE.is_file() else None)
    if path is None:
        return {}
    # Reading YAML takes longer than everything else that a command does before its work.
    from engine.codec.yaml_file import YamlFault, read_yaml  # noqa: PLC0415

    try:
        content = path.read_bytes()
    except OSError as error:
        name = path.as_posix()
        raise misused(
            Text(f"无法读取设置文件 {name}：{error.strerror}", f"{name}: cannot be read: {error.strerror}")
        ) from error
    if not content.strip():
        return {}
    try:
        file = read_yaml(content, path.as_posix(), dict[str, Any])
    except YamlFault as fault:
        raise misused(plain(str(fault))) from fault
    filed = {}
    for name, value in file.value.items():
        at = file.fault(f"{name}#key", "")
        place = f"{at.file}:{at.line}:{at.column}"
        if name not in known:
            near = nearest(name, known)
            faults.append(
                Text(f"{place}: {name}：未知的设置{near.zh}", f"{place}: {name}: unknown setting{near.en}")
            )
        elif isinstance(value, dict | list):
            faults.append(
                Text(
                    f"{place}: {name}：应为单个值",
                    f"{place}: {name}: expected one value, got a list or a mapping",
                )
            )
        elif value is not None:
            filed[name] = (str(value).lower() if isinstance(value, bool) else str(value), place)
    return filed


def _unknown_variables(known: Mapping[str, Setting[Any]], environment: Mapping[str, str]) -> list[Text]:
    variables = {setting.variable for setting in known.values()} | READ_ELSEWHERE
    faults = []
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in variables:
            near = nearest(name, variables)
            faults.append(Text(f"{name}：未知的环境变量{near.zh}", f"{name}: unknown variable{near.en}"))
    return faults


def nearest(word: str, known: Iterable[str]) -> Text:
    """The end of a sentence about an unknown `word`: whether a known one was meant; else nothing."""
    close = get_close_matches(word, sorted(known), n=1)
    return Text(f"；是否指 {close[0]}？", f"; is {close[0]} meant?") if close else Text("", "")
