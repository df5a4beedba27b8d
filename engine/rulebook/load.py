"""Making a rulebook of a directory of YAML files, with everything that is wrong in them at once."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from engine.core.calendar import BusinessCalendar
from engine.core.catalogue import Item, Unit
from engine.core.clock import Clock
from engine.core.process import Process
from engine.core.rulebook import Rulebook, with_plans
from engine.rulebook.calendars import load_calendars
from engine.rulebook.catalogue_section import ReadItem, read_item, read_unit
from engine.rulebook.clock_section import ReadClock, read_clock
from engine.rulebook.finding import Finding
from engine.rulebook.item_units import refuse_uncountable
from engine.rulebook.locate import shipped_rules
from engine.rulebook.names import Names
from engine.rulebook.pack_files import CALENDARS, Pack, calendar_files, version_of
from engine.rulebook.process_section import read_process
from engine.rulebook.settings_section import Settings, read_settings
from engine.rulebook.yaml_nodes import Entry

_KEYS: Final = (
    "include", "calendar", "default_process", "limits", "process", "clocks", "units", "items",
)  # fmt: skip


def load_rulebook(directory: Path) -> tuple[Rulebook | None, tuple[Finding, ...]]:
    """The rulebook of `directory`, or None with every finding in the order of the files.

    Never raises for what a file holds.
    """
    findings: list[Finding] = []
    if not directory.is_dir():
        return None, (Finding(directory.as_posix(), 1, 1, "", "expected a directory of rules"),)
    rulebook = _Load(directory, findings).rulebook()
    if findings:
        return None, tuple(sorted(set(findings)))
    return rulebook, ()


class _Load:
    """One load: everything read so far."""

    def __init__(self, directory: Path, findings: list[Finding]) -> None:
        shipped = shipped_rules()
        self.directory = directory
        self.findings = findings
        self.pack = Pack(directory, shipped, findings)
        own = directory / CALENDARS
        folder = own if own.is_dir() else shipped / CALENDARS
        self.calendar_files = calendar_files(folder)
        self.calendars, faults = _calendars(folder, version_of(self.calendar_files))
        findings += faults
        # A calendar with a fault is known all the same: its own finding says enough.
        described = {path.stem for path in folder.glob("*.yaml")}
        self.names = Names(described | self.calendars.keys())
        self.processes: dict[str, Process] = {}
        self.clocks: list[ReadClock] = []
        self.units: dict[str, Unit] = {}
        self.items: list[ReadItem] = []

    def rulebook(self) -> Rulebook | None:
        """The rulebook; None where a finding was recorded."""
        self.pack.read_all()
        self.names.complete = all(file.top is not None for file in self.pack.files)
        tops = [(file.top.fields(_KEYS), file.own) for file in self.pack.files if file.top is not None]
        sections = [fields for fields, _ in tops]
        self._read_processes(sections)
        settings = read_settings(tops, self.names)
        self._read_units(sections)
        self._read_clocks(sections)
        self._read_items(sections, settings)
        refuse_uncountable(self.items, self.clocks)
        self._refuse_missing(sections, settings)
        return None if self.findings else self._made(settings)

    def _read_processes(self, sections: list[dict[str, Entry]]) -> None:
        for fields in sections:
            if "process" in fields:
                process = read_process(fields["process"], self.names)
                if process is not None:
                    self.processes[process.id] = process

    def _read_units(self, sections: list[dict[str, Entry]]) -> None:
        for element in _elements(sections, "units"):
            unit = read_unit(element, self.names)
            if unit is not None:
                self.units[unit.id] = unit

    def _read_clocks(self, sections: list[dict[str, Entry]]) -> None:
        for element in _elements(sections, "clocks"):
            clock = read_clock(element, self.names)
            if clock is not None:
                self.clocks.append(clock)

    def _read_items(self, sections: list[dict[str, Entry]], settings: Settings) -> None:
        general = settings.default_process or self.names.only_process()
        for fields in sections:
            # A pack that is included beside others keeps the process that its own files name for its items.
            own = (
                self.names.refer("process", fields["default_process"])
                if "default_process" in fields
                else None
            )
            for element in _elements([fields], "items"):
                item = read_item(element, self.names, own or general)
                if item is not None:
                    self.items.append(item)

    def _refuse_missing(self, sections: list[dict[str, Entry]], settings: Settings) -> None:
        if not self.names.complete:
            return
        processes = self.names.processes
        if not any("process" in fields for fields in sections):
            self._refuse("no process: expected a file with the key 'process', or 'include: [approval]'")
        elif len(processes) > 1 and settings.default_process is None and not settings.faulty:
            known = ", ".join(repr(name) for name in sorted(processes))
            self._refuse(f"missing key 'default_process': which of {known} is that of unlisted items?")
        if settings.calendar not in self.calendars and not self.findings:
            known = ", ".join(repr(name) for name in sorted(self.calendars)) or "none"
            self._refuse(
                f"missing key 'calendar': there is no calendar {settings.calendar!r}; known are {known}"
            )

    def _refuse(self, message: str) -> None:
        self.findings.append(Finding(self.directory.as_posix(), 1, 1, "", message))

    def _made(self, settings: Settings) -> Rulebook:
        default_process = settings.default_process or self.names.only_process()
        assert default_process is not None
        contents = [(file.name, file.content) for file in self.pack.files]
        clocks: dict[str, tuple[Clock, ...]] = {}
        for process, clock in self.clocks:
            clocks[process] = (*clocks.get(process, ()), clock)
        items: dict[str, Item] = {read.item.code: read.item for read in self.items}
        rulebook = Rulebook(
            version_of(contents + self.calendar_files),
            self.processes,
            clocks,
            items,
            self.units,
            self.calendars,
            settings.calendar,
            default_process,
            settings.limits,
        )
        return with_plans(rulebook)


@lru_cache(maxsize=4)
def _calendars(
    folder: Path,
    version: str,  # noqa: ARG001  Part of the key: the same contents are the same calendars.
) -> tuple[dict[str, BusinessCalendar], tuple[Finding, ...]]:
    """The calendars of `folder` with these contents: compiled once, however often rules are loaded again."""
    calendars, faults = load_calendars(folder)
    return calendars, tuple(faults)


def _elements(sections: list[dict[str, Entry]], key: str) -> list[Entry]:
    return [element for fields in sections if key in fields for element in fields[key].elements()]
