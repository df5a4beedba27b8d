"""How notices and office hours become the sorted boundaries of a business calendar, in any time zone."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from math import lcm
from types import MappingProxyType
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from engine.core.calendar import FIRST_DATE, FIRST_ORDINAL, LAST_DATE, LAST_DAY, BusinessCalendar
from engine.core.calendar_data import CalendarYear, DayName, Interval, Notice, OfficeHours
from engine.core.instant import DAY, MINUTE, SECOND, Instant

SATURDAY_AND_SUNDAY: Final = frozenset({5, 6})
"""As `date.weekday` counts: Monday is 0."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ONE_SECOND: Final = timedelta(seconds=1)
_ONE_DAY: Final = timedelta(days=1)


class _Piece(NamedTuple):
    """A stretch of a civil day in which the clocks are not changed."""

    start: Instant
    end: Instant
    clock_zero: Instant
    """The instant at which the clocks would have read 00:00 of the day."""


def compile_calendar(  # noqa: PLR0913  A calendar has this many parts.
    id: str,  # noqa: A002  The field of the data has this name.
    zone: str,
    hours: OfficeHours,
    holidays: Mapping[date, DayName],
    workdays: Mapping[date, DayName],
    *,
    first_year: int,
    last_year: int,
    weekend: AbstractSet[int] = SATURDAY_AND_SUNDAY,
    notices: Sequence[Notice] = (),
) -> BusinessCalendar:
    """The calendar of an office in `zone` whose notices cover `first_year` to `last_year`.

    Days that no notice names are worked unless they fall on the `weekend` (Monday is 0). Raises `ValueError`
    for years or dates outside of the window, for a date both off and worked, and for an unknown zone.
    """
    _check_dates(id, holidays, workdays, first_year, last_year)
    clock = zone_named(zone)
    midnights = _midnights(clock)
    intervals = dict(_intervals(midnights, _worked(holidays, workdays, weekend), hours, clock))
    if not intervals:
        msg = f"calendar {id!r}: expected at least one day of the week that is worked, got none"
        raise ValueError(msg)
    worked = bytes(day in intervals for day in range(LAST_DAY + 1))
    spans = [span for day in intervals.values() for span in day]
    day_lengths = [sum(end - start for start, end in day) for day in intervals.values()]
    day_scale = lcm(*set(day_lengths))
    first_date, horizon = date(first_year, 1, 1), date(last_year, 12, 31)
    return BusinessCalendar(
        id=id,
        zone=zone,
        first_date=first_date,
        horizon=horizon,
        notices=tuple(notices),
        holidays=MappingProxyType(dict(holidays)),
        workdays=MappingProxyType(dict(workdays)),
        midnights=tuple(midnights),
        worked=worked,
        ranks=tuple(accumulate(worked)),
        working_days=tuple(intervals),
        opens=tuple(day[0][0] for day in intervals.values()),
        closes=tuple(day[-1][1] for day in intervals.values()),
        worked_before=tuple(accumulate(day_lengths, initial=0)),
        day_scale=day_scale,
        day_factors=tuple(day_scale // length for length in day_lengths),
        starts=tuple(start for start, _ in spans),
        time_before=tuple(accumulate((end - start for start, end in spans), initial=0)),
        covered=(
            midnights[first_date.toordinal() - FIRST_ORDINAL],
            midnights[horizon.toordinal() - FIRST_ORDINAL + 1],
        ),
    )


def compile_years(
    id: str,  # noqa: A002  The field of the data has this name.
    zone: str,
    hours: OfficeHours,
    years: Sequence[CalendarYear],
    *,
    weekend: AbstractSet[int] = SATURDAY_AND_SUNDAY,
) -> BusinessCalendar:
    """The calendar of all `years` merged, since a year's notice can change the December before.

    Where two years name the same date, the later year holds. Raises `ValueError` where there is no year or
    one is missing in between, and as `compile_calendar` does.
    """
    ordered = sorted(years, key=lambda year: year.year)
    covered = [year.year for year in ordered]
    if not covered or covered != list(range(covered[0], covered[-1] + 1)):
        msg = f"calendar {id!r}: expected one file for each year without a gap, got {covered!r}"
        raise ValueError(msg)
    holidays: dict[date, DayName] = {}
    workdays: dict[date, DayName] = {}
    for year in ordered:
        for day in year.holidays:
            workdays.pop(day, None)
        for day in year.workdays:
            holidays.pop(day, None)
        holidays.update(year.holidays)
        workdays.update(year.workdays)
    notices = [notice for year in ordered for notice in year.notices]
    return compile_calendar(
        id,
        zone,
        hours,
        holidays,
        workdays,
        first_year=covered[0],
        last_year=covered[-1],
        weekend=weekend,
        notices=notices,
    )


def zone_named(name: str) -> ZoneInfo:
    """The time zone of this name. Raises `ValueError` where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError) as error:
        msg = f"expected a time zone such as 'Asia/Shanghai', got {name!r}"
        raise ValueError(msg) from error


def _check_dates(
    calendar: str, holidays: Mapping[date, DayName], workdays: Mapping[date, DayName], first: int, last: int
) -> None:
    if not FIRST_DATE.year <= first <= last <= LAST_DATE.year:
        window = f"{FIRST_DATE.year} to {LAST_DATE.year}"
        msg = f"calendar {calendar!r}: expected years from {window}, got {first} to {last}"
        raise ValueError(msg)
    for day in (*holidays, *workdays):
        if not FIRST_DATE <= day <= LAST_DATE:
            msg = f"calendar {calendar!r}: expected dates from {FIRST_DATE} to {LAST_DATE}, got {day}"
            raise ValueError(msg)
    both = sorted(set(holidays) & set(workdays))
    if both:
        msg = f"calendar {calendar!r}: {both[0]} is both a holiday and a day worked; which is it?"
        raise ValueError(msg)


def _midnights(zone: ZoneInfo) -> list[Instant]:
    midnights: list[Instant] = []
    # Where the clocks jump over midnight, fold 0 gives the instant of the jump: the first of the civil day.
    moment = datetime(FIRST_DATE.year, FIRST_DATE.month, FIRST_DATE.day, tzinfo=zone)
    for day in range(LAST_DAY + 2):
        midnights.append(day * DAY - _microseconds(moment.utcoffset()))
        # Arithmetic within a zone is by the clocks on the wall.
        moment += _ONE_DAY
    return midnights


def _microseconds(offset: timedelta | None) -> int:
    # A `ZoneInfo` knows the offset of every moment that has a date.
    assert offset is not None
    return (offset.days * 86_400 + offset.seconds) * SECOND


def _worked(
    holidays: Mapping[date, DayName],
    workdays: Mapping[date, DayName],
    weekend: AbstractSet[int],
) -> bytearray:
    week = bytes(0 if weekday in weekend else 1 for weekday in range(7))
    first = FIRST_DATE.weekday()
    pattern = week[first:] + week[:first]
    worked = bytearray((pattern * (LAST_DAY // 7 + 1))[: LAST_DAY + 1])
    for day in workdays:
        worked[day.toordinal() - FIRST_ORDINAL] = 1
    for day in holidays:
        worked[day.toordinal() - FIRST_ORDINAL] = 0
    return worked


def _intervals(
    midnights: Sequence[Instant], worked: Sequence[int], hours: OfficeHours, zone: ZoneInfo
) -> Iterator[tuple[int, list[tuple[Instant, Instant]]]]:
    """For every working day its working intervals as instants."""
    hours_of: dict[tuple[int, int], list[Interval]] = {}
    for day, is_worked in enumerate(worked):
        if not is_worked:
            continue
        civil = date.fromordinal(FIRST_ORDINAL + day)
        key = (civil.month, civil.day)
        spans = hours_of.get(key)
        if spans is None:
            spans = [(a * MINUTE, b * MINUTE) for a, b in hours.intervals_on(*key)]
            hours_of[key] = spans
        start, end = midnights[day], midnights[day + 1]
        if end - start == DAY:
            yield day, [(start + a, start + b) for a, b in spans]
            continue
        intervals = _on_changed_clocks(_pieces(day, start, end, zone), spans)
        # Where the clocks jumped over all the office hours of a day, nobody can work on it.
        if intervals:
            yield day, intervals


def _pieces(day: int, start: Instant, end: Instant, zone: ZoneInfo) -> list[_Piece]:
    if start >= end:
        return []
    before, after = _offset(start, zone), _offset(end - SECOND, zone)
    low, high = start, end - SECOND
    while high - low > SECOND:
        middle = low + (high - low) // SECOND // 2 * SECOND
        if _offset(middle, zone) == before:
            low = middle
        else:
            high = middle
    change = high if before != after else end
    pieces = [_Piece(start, change, day * DAY - before), _Piece(change, end, day * DAY - after)]
    return [piece for piece in pieces if piece.start < piece.end]


def _offset(instant: Instant, zone: ZoneInfo) -> int:
    moment = (_EPOCH + instant // SECOND * _ONE_SECOND).astimezone(zone)
    return _microseconds(moment.utcoffset())


def _on_changed_clocks(pieces: Sequence[_Piece], spans: Sequence[Interval]) -> list[tuple[Instant, Instant]]:
    """All instants at which the clocks read office hours: an hour that they show twice counts twice."""
    found: list[tuple[Instant, Instant]] = []
    for piece in pieces:
        for a, b in spans:
            start, end = max(piece.start, piece.clock_zero + a), min(piece.end, piece.clock_zero + b)
            if start >= end:
                continue
            if found and found[-1][1] == start:
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
    return found
