"""A YAML file as one typed value, and the place of each of its parts."""

import re
from typing import Any, Final, Generic, NoReturn, TypeVar

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Value = TypeVar("Value")

_TAG: Final = "tag:yaml.org,2002:"
_PATH: Final = re.compile(r"(?: - at `(?P<path>[^`]*)`)$")
_UNKNOWN: Final = re.compile(r"Object contains unknown field `(?P<name>.*)`")
_MISSING: Final = re.compile(r"Object missing required field `(?P<name>.*)`")
_KINDS: Final = re.compile("`([^`]*)`")
_WORDS: Final = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "null": "nothing",
    "object": "a mapping",
    "array": "a list",
}
_STEP: Final = re.compile(r"\.[^.\[]+|\[\d+\]")


class YamlFault(Exception):
    """A file says something that cannot be taken; the text is `file:line:column: path: message`."""

    def __init__(self, file: str, place: tuple[int, int], path: str, message: str) -> None:
        self.file: Final = file
        self.line, self.column = place
        self.path: Final = path
        self.message: Final = message
        where = f"{file}:{self.line}:{self.column}"
        super().__init__(f"{where}: {path}: {message}" if path else f"{where}: {message}")


class YamlFile(Generic[Value]):
    """The value of a file. Paths are written as in `topics[0].partitions`."""

    def __init__(self, file: str, value: Value, places: dict[str, tuple[int, int]]) -> None:
        self.file: Final = file
        self.value: Final = value
        self._places: Final = places

    def fault(self, path: str, message: str) -> YamlFault:
        """A fault of the part at `path`."""
        return YamlFault(self.file, _nearest(self._places, path), path, message)


def read_yaml(content: bytes, file: str, kind: type[Value]) -> YamlFile[Value]:
    """`content` as a value of `kind`, of which unknown keys are refused. Raises `YamlFault`."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = f"0x{content[error.start]:02x}"
        message = f"expected UTF-8, got byte {byte}; is the file stored in GB18030?"
        raise YamlFault(file, (line, 1), "", message) from None
    places: dict[str, tuple[int, int]] = {}
    tree = _plain(_composed(text, file), "", file, places)
    try:
        return YamlFile(file, msgspec.convert(tree, kind), places)
    except msgspec.ValidationError as error:
        _refuse(str(error), file, places)


def _composed(text: str, file: str) -> Node:
    try:
        node: Node | None = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        said = ", ".join(part for part in (error.context, error.problem) if part)
        raise YamlFault(file, place, "", f"not YAML: {said}") from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise YamlFault(file, (1, 1), "", f"not YAML: {error}") from None
    if node is None:
        raise YamlFault(file, (1, 1), "", "expected a mapping, got an empty file")
    return node


def _plain(node: Node, path: str, file: str, places: dict[str, tuple[int, int]]) -> Any:  # noqa: ANN401 # A tree.
    places[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, MappingNode):
        return _plain_mapping(node, path, file, places)
    if isinstance(node, SequenceNode):
        return [_plain(part, f"{path}[{index}]", file, places) for index, part in enumerate(node.value)]
    assert isinstance(node, ScalarNode), node
    return _scalar(node)


def _plain_mapping(
    node: MappingNode, path: str, file: str, places: dict[str, tuple[int, int]]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, part in node.value:
        place = (key.start_mark.line + 1, key.start_mark.column + 1)
        if not isinstance(key, ScalarNode):
            raise YamlFault(file, place, path, "expected text as a key, got a list or a mapping")
        below = f"{path}.{key.value}" if path else key.value
        if key.value in found:
            raise YamlFault(file, place, below, f"duplicate key {key.value!r}")
        found[key.value] = _plain(part, below, file, places)
        # A fault of a whole entry is shown at its key.
        places[f"{below}#key"] = place
    return found


def _scalar(node: ScalarNode) -> str | int | float | bool | None:
    text = str(node.value)
    match str(node.tag).removeprefix(_TAG):
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int" if re.fullmatch(r"[+-]?\d{1,18}", text, re.ASCII):
            return int(text)
        case "float" if re.fullmatch(r"[+-]?\d+\.\d*", text, re.ASCII):
            return float(text)
        case _:
            return text


def _refuse(said: str, file: str, places: dict[str, tuple[int, int]]) -> NoReturn:
    match = _PATH.search(said)
    path = match["path"].removeprefix("$").removeprefix(".") if match else ""
    said = said[: match.start()] if match else said
    if unknown := _UNKNOWN.fullmatch(said):
        below = f"{path}.{unknown['name']}" if path else unknown["name"]
        place = places.get(f"{below}#key") or _nearest(places, path)
        raise YamlFault(file, place, below, f"unknown key {unknown['name']!r}")
    if missing := _MISSING.fullmatch(said):
        raise YamlFault(file, _nearest(places, path), path, f"missing key {missing['name']!r}")
    message = _KINDS.sub(
        lambda kinds: " or ".join(map(_kind, kinds[1].split(" | "))), said[:1].lower() + said[1:]
    )
    raise YamlFault(file, _nearest(places, path), path, message)


def _kind(name: str) -> str:
    return _WORDS.get(name, repr(name))


def _nearest(places: dict[str, tuple[int, int]], path: str) -> tuple[int, int]:
    """The place of `path`, else of the nearest part around it that has one."""
    if path in places:
        return places[path]
    known = ""
    for step in _STEP.findall(f".{path}"):
        longer = f"{known}{step}" if known else step.removeprefix(".")
        if longer not in places:
            break
        known = longer
    return places[known]
