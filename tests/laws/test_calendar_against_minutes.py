"""The compiled calendar and its measures agree with counting minutes one by one."""

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.instant import MINUTE, civil
from engine.core.measure import NaturalDays, WorkingDayInstants, WorkingDays, WorkingTime
from tests.laws.calendar_offices import Office, minutes_at, offices
from tests.laws.naive_calendar import ONE_DAY

# Each example walks thousands of minutes.
few = settings(max_examples=40)


@few
@given(office=offices, data=st.data())
def test_working_time_between_two_instants_is_the_minutes_worked_between_them(
    office: Office, data: st.DataObject
) -> None:
    start = data.draw(minutes_at(office.naive))
    end = start + data.draw(st.integers(0, 6 * 24 * 60)) * MINUTE
    measure = WorkingTime(office.compiled)
    assert measure.at(end) - measure.at(start) == office.naive.minutes_worked(start, end) * MINUTE


@few
@given(office=offices, data=st.data())
def test_working_time_ends_at_the_minute_by_which_so_much_was_worked(
    office: Office, data: st.DataObject
) -> None:
    start = data.draw(minutes_at(office.naive))
    minutes = data.draw(st.integers(1, 30 * 60))
    measure = WorkingTime(office.compiled)
    due = measure.when(measure.at(start) + minutes * MINUTE)
    assert due == office.naive.after_minutes_worked(start, minutes)


@few
@given(office=offices, data=st.data())
def test_the_nth_working_day_ends_where_counting_days_on_the_calendar_ends(
    office: Office, data: st.DataObject
) -> None:
    naive = office.naive
    start = data.draw(minutes_at(naive))
    count = data.draw(st.integers(1, 30))
    last = naive.next_working_day(civil(start, naive.zone).date(), count)
    close = WorkingDays(office.compiled, expires="close")
    midnight = WorkingDays(office.compiled, expires="midnight")
    assert close.when(close.at(start) + count) == naive.close(last)
    assert midnight.when(midnight.at(start) + count) == naive.midnight(last + ONE_DAY)


@few
@given(office=offices, data=st.data())
def test_what_comes_late_counts_as_received_on_the_next_working_day(
    office: Office, data: st.DataObject
) -> None:
    naive = office.naive
    start = data.draw(minutes_at(naive))
    count = data.draw(st.integers(1, 10))
    day = civil(start, naive.zone).date()
    if not naive.is_worked(day) or start > naive.close(day):
        day = naive.next_working_day(day, 1)
    measure = WorkingDays(office.compiled, late="next_workday")
    assert measure.when(measure.at(start) + count) == naive.close(naive.next_working_day(day, count))


@few
@given(office=offices, data=st.data())
def test_natural_days_end_on_the_civil_day_or_the_working_day_after_it(
    office: Office, data: st.DataObject
) -> None:
    naive = office.naive
    start = data.draw(minutes_at(naive))
    count = data.draw(st.integers(1, 40))
    day = civil(start, naive.zone).date() + count * ONE_DAY
    if not naive.is_worked(day):
        day = naive.next_working_day(day, 1)
    close, midnight = NaturalDays(office.compiled, expires="close"), NaturalDays(office.compiled)
    assert close.when(close.at(start) + count) == naive.close(day)
    assert midnight.when(midnight.at(start) + count) == naive.midnight(day + ONE_DAY)


@few
@given(office=offices, data=st.data())
def test_a_day_counted_from_the_instant_ends_after_the_same_part_of_the_last_day(
    office: Office, data: st.DataObject
) -> None:
    naive = office.naive
    start = data.draw(minutes_at(naive))
    count = data.draw(st.integers(1, 10))
    first = naive.last_working_day(civil(start, naive.zone).date())
    used = sum(naive.is_open(minute) for minute in naive.minutes_of(first) if minute < start)
    if used == 0:
        # Nothing of the day is used: it is the end of the working day before.
        first = naive.last_working_day(first - ONE_DAY)
        used = sum(naive.is_open(minute) for minute in naive.minutes_of(first))
    length = sum(naive.is_open(minute) for minute in naive.minutes_of(first))
    last = naive.next_working_day(first, count)
    last_length = sum(naive.is_open(minute) for minute in naive.minutes_of(last))
    needed = -(-used * last_length // length)
    latest = naive.after_minutes_worked(naive.midnight(last), needed)
    measure = WorkingDayInstants(office.compiled)
    due = measure.when(measure.at(start) + measure.of(count, "working_days"))
    # The engine knows the microsecond, the oracle the minute that is full.
    assert latest - MINUTE < due <= latest
