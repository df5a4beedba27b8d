"""Reading one YAML file into nodes; what cannot be read is a finding at its place."""

from pathlib import Path
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node
from ruamel.yaml.reader import ReaderError

from engine.rulebook.finding import Finding
from engine.rulebook.yaml_nodes import Entry, refuse_unsound

_BYTE_ORDER_MARK: Final = "\ufeff"


def read_bytes(path: Path, findings: list[Finding]) -> bytes | None:
    """The content of the file; None, with a finding, where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        findings.append(Finding(path.as_posix(), 1, 1, "", f"cannot be read: {error.strerror or error}"))
        return None


def read_mapping(content: bytes, file: str, findings: list[Finding]) -> Entry | None:
    """The one mapping that `content` holds as YAML; None, with a finding, where it holds none."""
    text = _decoded(content, file, findings)
    if text is None:
        return None
    composed = _composed(text, file)
    if isinstance(composed, Finding):
        findings.append(composed)
        return None
    if not isinstance(composed, MappingNode):
        if composed is None:
            findings.append(Finding(file, 1, 1, "", "expected a mapping of rules, got an empty file"))
        else:
            entry = Entry(composed, file, "", findings)
            entry.refuse(f"expected a mapping of rules, got {entry.shown}")
        return None
    top = Entry(composed, file, "", findings)
    refuse_unsound(top)
    return top


def _decoded(content: bytes, file: str, findings: list[Finding]) -> str | None:
    try:
        return content.decode().removeprefix(_BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        before = content[: error.start].decode()
        line, column = _position(before, len(before))
        wrong = content[error.start]
        message = f"expected UTF-8, got the byte 0x{wrong:02x}; is the file stored in GB18030?"
        findings.append(Finding(file, line, column, "", message))
        return None


def _composed(text: str, file: str) -> Node | Finding | None:
    yaml = YAML(typ="safe", pure=True)
    # Anchors may be used again; the library would write a warning to the terminal.
    yaml.composer.warn_double_anchors = False
    try:
        node: Node | None = yaml.compose(text)
    except ReaderError as error:
        line, column = _position(text, error.position)
        character = f"U+{ord(text[error.position]):04X}"
        return Finding(file, line, column, "", f"not YAML: the character {character} is not allowed")
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        said = ", ".join(part for part in (error.context, error.problem) if part)
        return Finding(file, line, column, "", f"not YAML: {said}")
    except RecursionError:
        return Finding(file, 1, 1, "", "not YAML that can be read: nested too deeply")
    except (YAMLError, ValueError, OverflowError) as error:
        # An escape beyond the last character: the library passes on what `chr` says, without a place.
        return Finding(file, 1, 1, "", f"not YAML: {error}; is it an escape such as \\U in double quotes?")
    return node


def _position(text: str, index: int) -> tuple[int, int]:
    """Line and column of a character, both from 1."""
    line_start = text.rfind("\n", 0, index) + 1
    return text.count("\n", 0, index) + 1, index - line_start + 1
