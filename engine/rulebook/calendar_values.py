"""How dates, days of the year and hours of the day are written in a calendar file."""

import datetime as dt
import re
from typing import Final

from ruamel.yaml.nodes import ScalarNode

from engine.core.calendar_data import MINUTES_PER_DAY, Interval
from engine.rulebook.yaml_nodes import Entry

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH_DAY: Final = re.compile(r"\d{2}-\d{2}")
_CLOCK: Final = r"(\d{2}):([0-5]\d)"
_SPAN: Final = re.compile(f"{_CLOCK}-{_CLOCK}")


def date_of(entry: Entry) -> dt.date | None:
    """A date written as 2026-01-31; None, with a finding, for anything else."""
    day = _civil(_scalar(entry), _DATE, "")
    if day is None:
        entry.refuse(f"expected a date such as 2026-01-31, got {entry.shown}")
    return day


def day_of_year(entry: Entry) -> tuple[int, int] | None:
    """Month and day of what is written as 05-01; None, with a finding, for anything else."""
    # A leap year, so that 02-29 is a day.
    day = _civil(_scalar(entry), _MONTH_DAY, "2000-")
    if day is None:
        entry.refuse(f"expected a day of the year such as 05-01, got {entry.shown}")
        return None
    return day.month, day.day


def interval_of(entry: Entry) -> Interval | None:
    """Minutes of the day of what is written as 09:00-12:00; None, with a finding, for anything else."""
    match = _SPAN.fullmatch(_scalar(entry))
    if match is not None:
        start_hour, start_minute, end_hour, end_minute = (int(part) for part in match.groups())
        start, end = start_hour * 60 + start_minute, end_hour * 60 + end_minute
        if start < end <= MINUTES_PER_DAY:
            return start, end
    entry.refuse(f"expected hours of one day such as '09:00-12:00', got {entry.shown}")
    return None


def _scalar(entry: Entry) -> str:
    return str(entry.node.value) if isinstance(entry.node, ScalarNode) else ""


def _civil(text: str, form: re.Pattern[str], year: str) -> dt.date | None:
    if not form.fullmatch(text):
        return None
    try:
        return dt.date.fromisoformat(year + text)
    except ValueError:
        return None
