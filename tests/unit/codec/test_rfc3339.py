"""RFC 3339 text to instants."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.codec.rfc3339 import TimeFault, instant_from
from engine.core.instant import instant_of, rfc3339

NINE = instant_of(datetime(2024, 3, 5, 1, 0, tzinfo=UTC))

GRAMMAR = re.compile(
    r"\d{4}-(0\d|1[0-2])-[0-3]\d[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        pytest.param("2024-03-05T01:00:00Z", NINE, id="utc"),
        pytest.param("2024-03-05T09:00:00+08:00", NINE, id="offset"),
        pytest.param("2024-03-04T19:30:00-05:30", NINE, id="negative offset"),
        pytest.param("2024-03-05t01:00:00z", NINE, id="lower case"),
        pytest.param("2024-03-05T01:00:00-00:00", NINE, id="unknown local offset"),
        pytest.param("2024-03-06T00:59:00+23:59", NINE, id="widest offset"),
        pytest.param("2024-03-05T09:00:00.5+08:00", NINE + 500_000, id="a tenth"),
        pytest.param("2024-03-05T01:00:00.120Z", NINE + 120_000, id="milliseconds"),
        pytest.param("2024-03-05T01:00:00.123456Z", NINE + 123_456, id="microseconds"),
        pytest.param(
            "2024-03-05T01:00:00.999999999Z", NINE + 999_999, id="nanoseconds are cut off, not rounded"
        ),
        pytest.param("1970-01-01T00:00:00Z", 0, id="the first instant"),
        pytest.param("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999, id="the last instant"),
    ],
)
def test_a_time_with_a_zone_is_an_instant(text: str, instant: int) -> None:
    assert instant_from(text) == instant


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("2024-03-05T09:00:00", "time-without-zone", id="no zone"),
        pytest.param("2024-03-05T09:00:00.25", "time-without-zone", id="fraction and no zone"),
        pytest.param("2016-12-31T23:59:60Z", "bad-time", id="leap second"),
        pytest.param("2024-03-05T24:00:00Z", "bad-time", id="hour 24"),
        pytest.param("2023-02-29T00:00:00Z", "bad-time", id="no such day"),
        pytest.param("2024-03-05 09:00:00Z", "bad-time", id="space for T"),
        pytest.param("2024-03-05", "bad-time", id="date only"),
        pytest.param("2024-03-05T09:00Z", "bad-time", id="no seconds"),
        pytest.param("2024-03-05T09:00:00+0800", "bad-time", id="offset without colon"),
        pytest.param("2024-03-05T09:00:00+08:60", "bad-time", id="offset of sixty minutes"),
        pytest.param("2024-03-05T09:00:00+24:00", "bad-time", id="offset of a day"),
        pytest.param("2024-03-05T090000.0Z", "bad-time", id="basic form of the same length"),
        pytest.param("20240305T090000Z", "bad-time", id="basic form"),
        pytest.param("2024-W10-2T09:00:00Z", "bad-time", id="week date"),
        pytest.param("2024-03-05T09:00:00.Z", "bad-time", id="point without digits"),
        pytest.param("2024-03-05T09:00:00,5Z", "bad-time", id="decimal comma"),
        pytest.param("2024-03-05T09:00:00.1234567x+08:00", "bad-time", id="rubbish behind the microseconds"),
        pytest.param("٢٠٢٤-03-05T09:00:00Z", "bad-time", id="digits of another script"),
        pytest.param(" 2024-03-05T09:00:00Z", "bad-time", id="surrounding space"),
        pytest.param("", "bad-time", id="empty"),
        pytest.param("1969-12-31T23:59:59Z", "time-out-of-range", id="before 1970"),
        pytest.param("1970-01-01T07:59:59+08:00", "time-out-of-range", id="before 1970 by its offset"),
        pytest.param("9999-12-31T23:59:59-00:01", "time-out-of-range", id="after 9999 by its offset"),
    ],
)
def test_what_names_no_instant_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(TimeFault) as caught:
        instant_from(text)
    assert (caught.value.reason, caught.value.text) == (reason, text)


@given(st.integers(0, 253_402_300_799_999_999))
def test_what_the_core_writes_is_read_back(instant: int) -> None:
    assert instant_from(rfc3339(instant)) == instant


@given(
    st.from_regex(
        re.compile(r"\d{4}-\d\d-\d\d[Tt _]\d\d[:.]?\d\d[:.]?\d\d([.,]\d{0,9})?([Zz]|[+-]\d\d:?\d\d)?"),
        fullmatch=True,
    )
)
@example("2024-03-05T09:00:00.1234567+08:00")
def test_nothing_but_the_grammar_is_read(text: str) -> None:
    try:
        instant = instant_from(text)
    except TimeFault:
        return
    assert GRAMMAR.fullmatch(text)
    cut = re.sub(r"(\.\d{6})\d+", r"\1", text.upper())
    assert instant == instant_of(datetime.fromisoformat(cut))
