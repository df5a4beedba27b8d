"""Which files make up a rules directory, the shipped packs that it includes among them."""

from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from engine.rulebook.finding import Finding
from engine.rulebook.yaml_file import read_bytes, read_mapping
from engine.rulebook.yaml_nodes import Entry, nearest

CALENDARS: Final = "calendars"
_TESTS: Final = ".test.yaml"
_VERSION_LENGTH: Final = 12


class PackFile(NamedTuple):
    """One file of rules."""

    name: str
    """Path below its rules directory; the same on every machine."""
    content: bytes
    top: Entry | None
    """None where the file could not be read, which is a finding."""
    own: bool
    """Whether it lies in the directory itself and not in an included pack."""


class Pack:
    """The files read so far, each once, included packs after the files that include them."""

    def __init__(self, directory: Path, shipped: Path, findings: list[Finding]) -> None:
        self.directory = directory
        self.shipped = shipped
        self.files: list[PackFile] = []
        self._findings = findings
        self._read: set[Path] = set()

    def read_all(self) -> None:
        """Read the directory and, as long as there are any, what its files include."""
        self._take(self.directory, self.directory, own=True)
        place = 0
        while place < len(self.files):
            top = self.files[place].top
            if top is not None:
                self._include(top)
            place += 1

    def _take(self, folder: Path, root: Path, *, own: bool) -> None:
        for path in rule_files(folder, self._findings):
            resolved = path.resolve()
            if resolved in self._read:
                continue
            self._read.add(resolved)
            content = read_bytes(path, self._findings)
            name = path.relative_to(root).as_posix()
            top = None if content is None else read_mapping(content, path.as_posix(), self._findings)
            self.files.append(PackFile(name, content or b"", top, own))

    def _include(self, top: Entry) -> None:
        for key, entry in top.members():
            if key != "include":
                continue
            for element in entry.one_or_more():
                name = element.string("the name of a shipped pack")
                if name is None:
                    continue
                # A directory that has a pack of this name has read it with its other files.
                if _plain(name) and (self.directory / name).is_dir():
                    continue
                packs = shipped_packs(self.shipped)
                if name in packs:
                    self._take(self.shipped / name, self.shipped, own=False)
                else:
                    element.refuse(f"unknown pack {name!r}; {nearest(name, packs)}")


def rule_files(folder: Path, findings: list[Finding]) -> list[Path]:
    """The files of rules below `folder`, sorted by their path; a `.yml` file is a finding."""
    found = []
    # Every name that may have been meant for a file of rules; `.yml` is the usual slip.
    for path in sorted(folder.rglob("*.y*")):
        below = path.relative_to(folder)
        if CALENDARS in below.parts[:-1] or path.is_dir() or path.name.endswith(_TESTS):
            continue
        message = None
        if path.suffix == ".yml":
            message = "not read: expected a name that ends in .yaml"
        elif path.suffix == ".yaml" and not path.is_file():
            message = "cannot be read: expected a file; is it a link to one that is gone?"
        elif path.suffix == ".yaml":
            found.append(path)
        if message is not None:
            findings.append(Finding(path.as_posix(), 1, 1, "", message))
    return found


def shipped_packs(shipped: Path) -> list[str]:
    """The names of the packs that a rules directory may include."""
    return sorted(path.name for path in shipped.iterdir() if path.is_dir() and path.name != CALENDARS)


def calendar_files(folder: Path) -> list[tuple[str, bytes]]:
    """Names and contents of the readable files of a folder of calendars."""
    unread: list[Finding] = []
    found = []
    for path in sorted(folder.rglob("*.yaml")):
        # What cannot be read is a finding of whoever reads the calendars.
        content = read_bytes(path, unread)
        if content is not None:
            found.append((f"{CALENDARS}/{path.relative_to(folder).as_posix()}", content))
    return found


def version_of(contents: list[tuple[str, bytes]]) -> str:
    """A hash of names and contents, whatever their order."""
    digest = sha256()
    for name, content in sorted(contents):
        for part in (name.encode(), content):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()[:_VERSION_LENGTH]


def _plain(name: str) -> bool:
    return name not in (".", "..") and "/" not in name and "\0" not in name
