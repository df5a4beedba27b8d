"""Typed reading of YAML nodes that collects findings with their places and never raises."""

import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Final, TypeVar

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from engine.core.text import Text
from engine.rulebook.finding import Finding

Value = TypeVar("Value")

_TAG: Final = "tag:yaml.org,2002:"
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,18}")
_PLAIN_KEY: Final = re.compile(r"[^\W\d][\w -]*")
_HALF: Final = re.compile("[\ud800-\udfff]")
_SHOWN: Final = 60
"""Longer values are cut in messages."""


class Entry:
    """One value of a file, with its place; what is wrong with it goes to the findings of the whole load."""

    __slots__ = ("_findings", "file", "key", "node", "path")

    def __init__(
        self, node: Node, file: str, path: str, findings: list[Finding], key: Node | None = None
    ) -> None:
        self.node = node
        self.file = file
        self.path = path
        self.key = key
        """The key that the value stands under; None in a sequence."""
        self._findings = findings

    @property
    def place(self) -> str:
        """`file:line:column` of the value."""
        line, column = self._position
        return f"{self.file}:{line}:{column}"

    @property
    def _position(self) -> tuple[int, int]:
        # YAML places an empty value where the next one begins, often on another line; its key is where to look.
        empty = isinstance(self.node, ScalarNode) and self.node.tag == f"{_TAG}null" and not self.node.value
        mark = (self.key if empty and self.key is not None else self.node).start_mark
        return mark.line + 1, mark.column + 1

    @property
    def key_place(self) -> str:
        """`file:line:column` of the key that the value stands under, else of the value."""
        return Entry(self.key or self.node, self.file, self.path, self._findings).place

    def refuse(self, message: str) -> None:
        """Record that something is wrong with the value."""
        line, column = self._position
        self._findings.append(Finding(self.file, line, column, self.path, message))

    def refuse_key(self, message: str) -> None:
        """Record that something is wrong with the key that the value stands under."""
        Entry(self.key or self.node, self.file, self.path, self._findings).refuse(message)

    def members(self, what: str = "a mapping") -> list[tuple[str, "Entry"]]:
        """The keys of a mapping, each once, with their values; empty, with a finding, for anything else."""
        if not isinstance(self.node, MappingNode):
            self.refuse(f"expected {what}, got {self.shown}")
            return []
        found: dict[str, Entry] = {}
        for key, value in self.node.value:
            if not isinstance(key, ScalarNode):
                self._below(key, self.path).refuse("expected text as a key, got a list or a mapping")
            elif key.value not in found:
                found[key.value] = self._below(value, _joined(self.path, key.value), key)
        return list(found.items())

    def fields(self, known: Collection[str], required: Collection[str] = ()) -> dict[str, "Entry"]:
        """The values of a mapping by its keys; keys that are not known or that are missing are findings."""
        found = dict(self.members(f"a mapping with {_listed(known)}"))
        if not isinstance(self.node, MappingNode):
            return found
        for key, _ in self.node.value:
            if isinstance(key, ScalarNode) and key.value not in known:
                hint = nearest(key.value, known)
                self._below(key, _joined(self.path, key.value)).refuse(f"unknown key {key.value!r}; {hint}")
        for name in required:
            if name not in found:
                self.refuse(f"missing key {name!r}")
        return {name: entry for name, entry in found.items() if name in known}

    def elements(self, what: str = "a list") -> list["Entry"]:
        """The elements of a sequence; empty, with a finding, for anything else."""
        if not isinstance(self.node, SequenceNode):
            self.refuse(f"expected {what}, got {self.shown}")
            return []
        return [self._below(node, f"{self.path}[{place}]") for place, node in enumerate(self.node.value)]

    def one_or_more(self) -> list["Entry"]:
        """The elements of a sequence, or the value itself where it is a scalar."""
        return [self] if isinstance(self.node, ScalarNode) else self.elements("text or a list of texts")

    @property
    def is_mapping(self) -> bool:
        """Whether the value is a mapping."""
        return isinstance(self.node, MappingNode)

    @property
    def is_sequence(self) -> bool:
        """Whether the value is a sequence."""
        return isinstance(self.node, SequenceNode)

    def string(self, what: str = "text", *, quotable: bool = True) -> str | None:
        """Text that is not blank, without surrounding space; None, with a finding, for anything else.

        `quotable` says that a number or a date would do if it were put in quotes.
        """
        if isinstance(self.node, ScalarNode) and self.node.tag == f"{_TAG}str":
            text = str(self.node.value).strip()
            if text:
                return text
            self.refuse(f"expected {what}, got blank text")
            return None
        quoting = "; put it in quotes" if quotable and self._is_bare_scalar else ""
        self.refuse(f"expected {what}, got {self.shown}{quoting}")
        return None

    def whole(self, least: int, most: int) -> int | None:
        """A whole number from `least` to `most`; None, with a finding, for anything else."""
        if isinstance(self.node, ScalarNode) and self.node.tag == f"{_TAG}int":
            text = str(self.node.value)
            if _WHOLE.fullmatch(text) and least <= int(text) <= most:
                return int(text)
        self.refuse(f"expected a whole number from {least} to {most}, got {self.shown}")
        return None

    def flag(self) -> bool | None:
        """True or false; None, with a finding, for anything else."""
        if isinstance(self.node, ScalarNode) and self.node.tag == f"{_TAG}bool":
            text = str(self.node.value).lower()
            if text in ("true", "false"):
                return text == "true"
        self.refuse(f"expected true or false, got {self.shown}")
        return None

    def choice(self, words: Mapping[str, Value], what: str) -> Value | None:
        """What the value's word means; None, with a finding that lists the words, for any other."""
        text = self.string(f"{what}, one of {_listed(words)}", quotable=False)
        if text is None:
            return None
        if text in words:
            return words[text]
        self.refuse(f"expected {what}, one of {_listed(words)}, got {text!r}")
        return None

    def text(self) -> Text | None:
        """Text in both languages."""
        fields = self.fields(("zh", "en"), ("zh", "en"))
        chinese = fields["zh"].string() if "zh" in fields else None
        english = fields["en"].string() if "en" in fields else None
        return Text(chinese, english) if chinese is not None and english is not None else None

    @property
    def shown(self) -> str:
        """What stands here, in words."""
        if isinstance(self.node, MappingNode):
            return "a mapping"
        if isinstance(self.node, SequenceNode):
            return "a list"
        value = str(self.node.value)
        if self.node.tag == f"{_TAG}null":
            return "nothing"
        cut = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
        return cut if self._is_bare_scalar and cut.isprintable() else repr(cut)

    @property
    def _is_bare_scalar(self) -> bool:
        """Whether YAML takes the value for a number, a date or a truth value."""
        return isinstance(self.node, ScalarNode) and self.node.tag not in (f"{_TAG}str", f"{_TAG}null")

    def _below(self, node: Node, path: str, key: Node | None = None) -> "Entry":
        return Entry(node, self.file, path, self._findings, key)


def refuse_unsound(top: Entry) -> None:
    """Record duplicate keys at and below `top`, with the place of the first, and text that cannot be written."""
    seen: set[int] = set()
    waiting = [top]
    while waiting:
        entry = waiting.pop()
        # An alias is the node of its anchor, and may even hold itself.
        if id(entry.node) in seen:
            continue
        seen.add(id(entry.node))
        if isinstance(entry.node, MappingNode):
            waiting.extend(_once(entry))
        elif isinstance(entry.node, SequenceNode):
            waiting.extend(entry.elements())
        else:
            _refuse_halves(entry)


def nearest(word: str, known: Collection[str]) -> str:
    """The question whether a known word was meant, or the known words where none is near."""
    close = get_close_matches(word, sorted(known), n=1)
    return f"is {close[0]!r} meant?" if close else f"known are {_listed(known)}"


def _once(entry: Entry) -> Iterator[Entry]:
    first: dict[str, Entry] = {}
    for key, value in entry.node.value:
        if not isinstance(key, ScalarNode):
            continue
        path = _joined(entry.path, key.value)
        here = entry._below(key, path)  # noqa: SLF001  One idea, told in a function for its length.
        _refuse_halves(here)
        if key.value in first:
            here.refuse(f"duplicate key {key.value!r}; the first is at {first[key.value].place}")
        else:
            first[key.value] = here
        yield entry._below(value, path)  # noqa: SLF001  As above.


def _refuse_halves(entry: Entry) -> None:
    """An escape can make half of a surrogate pair, which no encoding can write to a topic or a terminal."""
    if _HALF.search(str(entry.node.value)):
        entry.refuse(f"expected whole characters, got half of a surrogate pair in {str(entry.node.value)!r}")


def _joined(path: str, key: str) -> str:
    if not _PLAIN_KEY.fullmatch(key):
        return f"{path}[{key!r}]"
    return f"{path}.{key}" if path else key


def _listed(words: Collection[str]) -> str:
    return ", ".join(repr(word) for word in words) if words else "none"
