"""Which business calendars a directory of YAML files describes, and every fault in them.

`<id>.yaml` gives zone, weekend and office hours; `<id>/<year>.yaml` what the notices of a year say. All years
of a calendar are merged before it is compiled, because a notice can change days of the December before.
"""

from pathlib import Path
from typing import Final, NamedTuple

from engine.core.calendar import BusinessCalendar
from engine.core.calendar_compile import SATURDAY_AND_SUNDAY, compile_years, zone_named
from engine.core.calendar_data import CalendarYear, OfficeHours, Season
from engine.rulebook.calendar_values import day_of_year, interval_of
from engine.rulebook.calendar_year import WEEKDAYS, read_year
from engine.rulebook.finding import Finding
from engine.rulebook.yaml_file import read_bytes, read_mapping
from engine.rulebook.yaml_nodes import Entry

_WEEKDAYS: Final = {name: number for number, name in enumerate(WEEKDAYS)}
_FIELDS: Final = ("id", "zone", "weekend", "hours")


class _Definition(NamedTuple):
    zone: str
    weekend: frozenset[int]
    hours: OfficeHours


def load_calendars(directory: Path) -> tuple[dict[str, BusinessCalendar], list[Finding]]:
    """The calendars of `directory` by id, and every fault found; a calendar with a fault is left out."""
    calendars: dict[str, BusinessCalendar] = {}
    findings: list[Finding] = []
    files = sorted(directory.glob("*.yaml"))
    for file in files:
        calendar = _load(file, findings)
        if calendar is not None:
            calendars[calendar.id] = calendar
    described = {file.stem for file in files}
    for year_file in sorted(directory.glob("*/*.yaml")):
        name = year_file.parent.name
        if name not in described:
            message = f"a year without a calendar, expected {name}.yaml beside the directory {name}"
            findings.append(Finding(year_file.as_posix(), 1, 1, "", message))
    return calendars, findings


def _load(file: Path, findings: list[Finding]) -> BusinessCalendar | None:
    faults: list[Finding] = []
    top = _read(file, faults)
    definition = _definition(top, file.stem) if top is not None else None
    weekend = definition.weekend if definition is not None else SATURDAY_AND_SUNDAY
    years: list[CalendarYear] = []
    for year_file in sorted((file.parent / file.stem).glob("*.yaml")):
        entry = _read(year_file, faults)
        year = read_year(entry, year_file.stem, weekend) if entry is not None else None
        if year is not None:
            years.append(year)
    calendar = None
    if top is not None and definition is not None and not faults:
        try:
            calendar = compile_years(
                file.stem, definition.zone, definition.hours, years, weekend=definition.weekend
            )
        except ValueError as error:
            top.refuse(str(error))
    findings += faults
    return calendar


def _read(file: Path, findings: list[Finding]) -> Entry | None:
    content = read_bytes(file, findings)
    return read_mapping(content, file.as_posix(), findings) if content is not None else None


def _definition(top: Entry, name: str) -> _Definition | None:
    fields = top.fields(_FIELDS, ("id", "zone", "hours"))
    if "id" in fields:
        given = fields["id"].string()
        if given not in {None, name}:
            fields["id"].refuse(f"expected {name!r} as the file is named, got {given!r}")
    zone = _zone(fields["zone"]) if "zone" in fields else None
    weekend = _weekend(fields["weekend"]) if "weekend" in fields else SATURDAY_AND_SUNDAY
    hours = _hours(fields["hours"]) if "hours" in fields else None
    if zone is None or weekend is None or hours is None:
        return None
    return _Definition(zone, weekend, hours)


def _zone(entry: Entry) -> str | None:
    name = entry.string("a time zone such as 'Asia/Shanghai'")
    if name is None:
        return None
    try:
        zone_named(name)
    except ValueError as error:
        entry.refuse(str(error))
        return None
    return name


def _weekend(entry: Entry) -> frozenset[int] | None:
    days = [
        element.choice(_WEEKDAYS, "a day of the week") for element in entry.elements("a list of weekdays")
    ]
    found = frozenset(day for day in days if day is not None)
    return found if len(found) == len(days) else None


def _hours(entry: Entry) -> OfficeHours | None:
    seasons: list[Season | None] = [_season(element) for element in entry.elements("a list of seasons")]
    found = tuple(season for season in seasons if season is not None)
    if len(found) != len(seasons):
        return None
    try:
        return OfficeHours(found)
    except ValueError as error:
        entry.refuse(str(error))
        return None


def _season(entry: Entry) -> Season | None:
    fields = entry.fields(("from", "open"), ("from", "open"))
    if "from" not in fields or "open" not in fields:
        return None
    beginning = day_of_year(fields["from"])
    intervals = [interval_of(element) for element in fields["open"].elements("a list of working hours")]
    found = tuple(interval for interval in intervals if interval is not None)
    if beginning is None or len(found) != len(intervals):
        return None
    return Season(*beginning, found)
