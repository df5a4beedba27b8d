"""Calendar files are read whole, and every fault in them is found with its place."""

from pathlib import Path

import pytest

from engine.core.calendar_data import DayName
from engine.rulebook.calendars import load_calendars

DEFINITION = """\
id: town
zone: Asia/Shanghai
hours:
  - from: 01-01
    open: ["09:00-12:00", "13:30-17:30"]
"""

YEAR = """\
year: 2025
notices:
  - number: 国办发明电〔2024〕12号
    published: 2024-11-12
    known_from: 2024-11-12
    title: 通知
    source: 公报
holidays:
  - name: {zh: 国庆节, en: National Day}
    from: 2025-10-01
    to: 2025-10-08
    worked: [2025-09-28, 2025-10-11]
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "town").mkdir()
    (tmp_path / "town.yaml").write_text(DEFINITION, encoding="utf-8")
    (tmp_path / "town" / "2025.yaml").write_text(YEAR, encoding="utf-8")
    return tmp_path


def faults(directory: Path) -> list[str]:
    """The findings, without the directory that they are in; no calendar comes of a faulty file."""
    calendars, findings = load_calendars(directory)
    assert "town" not in calendars
    return [str(finding).removeprefix(f"{directory.as_posix()}/") for finding in findings]


def change(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_a_calendar_is_its_definition_and_all_its_years(directory: Path) -> None:
    calendars, findings = load_calendars(directory)
    assert findings == []
    town = calendars["town"]
    days = sorted(day.isoformat() for day in town.holidays)
    assert days == [f"2025-10-0{day}" for day in range(1, 9)]
    assert sorted(day.isoformat() for day in town.workdays) == ["2025-09-28", "2025-10-11"]
    assert set(town.workdays.values()) == {DayName("国庆节", "National Day")}
    assert [notice.number for notice in town.notices] == ["国办发明电〔2024〕12号"]


def test_a_weekend_may_be_other_days(directory: Path) -> None:
    (directory / "town.yaml").write_text(DEFINITION + "weekend: [friday, saturday]\n", encoding="utf-8")
    change(directory / "town" / "2025.yaml", "[2025-09-28, 2025-10-11]", "[2025-10-11]")
    calendar = load_calendars(directory)[0]["town"]
    friday = calendar.day(1_754_611_200_000_000)
    assert calendar.date(friday).isoformat() == "2025-08-08"
    assert [calendar.is_working_day(friday + distance) for distance in range(3)] == [False, False, True]


def test_a_notice_whose_number_is_not_known_says_so(directory: Path) -> None:
    file = directory / "town" / "2025.yaml"
    change(file, "number: 国办发明电〔2024〕12号", "number: null\n    unconfirmed: true")
    calendar = load_calendars(directory)[0]["town"]
    assert (calendar.notices[0].number, calendar.notices[0].unconfirmed) == (None, True)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("id: town", "id: city", "1:5: id: expected 'town' as the file is named, got 'city'"),
        (
            "zone: Asia/Shanghai",
            "zone: Asia/Wuhai",
            "2:7: zone: expected a time zone such as 'Asia/Shanghai', got 'Asia/Wuhai'",
        ),
        (
            "09:00-12:00",
            "09:00-25:00",
            "5:12: hours[0].open[0]: expected hours of one day such as '09:00-12:00', got '09:00-25:00'",
        ),
        (
            "13:30-17:30",
            "11:30-17:30",
            (
                "4:3: hours: expected working intervals in order, apart and within 0 to 1440 minutes, "
                "got ((540, 720), (690, 1050))"
            ),
        ),
        (
            "from: 01-01",
            "from: 02-30",
            "4:11: hours[0].from: expected a day of the year such as 05-01, got '02-30'",
        ),
        ("    open: [", "    opens: [", "4:5: hours[0]: missing key 'open'"),
        ("zone: Asia/Shanghai\n", "", "1:1: missing key 'zone'"),
        ("zone: Asia/Shanghai", "zone: [Asia]", "2:7: zone: expected a time zone such as"),
        ("hours:", "weekend: [sun]\nhours:", "3:11: weekend[0]: expected a day of the week, one of 'monday'"),
    ],
)
def test_a_fault_of_the_definition_is_found_where_it_is(
    directory: Path, before: str, after: str, message: str
) -> None:
    change(directory / "town.yaml", before, after)
    assert any(fault.startswith(f"town.yaml:{message}") for fault in faults(directory)), faults(directory)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("year: 2025", "year: 2024", "1:7: year: expected 2025 as the file is named, got 2024"),
        ("year: 2025", "year: soon", "1:7: year: expected a whole number from 1970 to 2100, got 'soon'"),
        ("year: 2025\n", "", "1:1: missing key 'year'"),
        (
            "from: 2025-10-01",
            "from: 2025-10-32",
            "10:11: holidays[0].from: expected a date such as 2026-01-31, got 2025-10-32",
        ),
        (
            "from: 2025-10-01",
            "from: 1 October",
            "10:11: holidays[0].from: expected a date such as 2026-01-31, got '1 October'",
        ),
        (
            "to: 2025-10-08",
            "to: 2025-09-08",
            "11:9: holidays[0].to: expected 2025-10-01 or at most 30 days after it, got 2025-09-08",
        ),
        (
            "to: 2025-10-08",
            "to: 2026-10-08",
            (
                "11:9: holidays[0].to: expected a date from 2024-12-01 to 2025-12-31, got 2026-10-08; "
                "is it another year's?"
            ),
        ),
        (
            "2025-10-11]",
            "2025-10-10]",
            "12:26: holidays[0].worked[1]: expected a day of the weekend, got 2025-10-10, a friday",
        ),
        (
            "2025-10-11]",
            "2025-10-05]",
            "12:26: holidays[0].worked[1]: 2025-10-05 is already a day off for '国庆节'; which is it?",
        ),
        (
            "2025-10-11]",
            "2025-09-28]",
            "12:26: holidays[0].worked[1]: 2025-09-28 is already a make-up day for '国庆节'; which is it?",
        ),
        (
            "known_from: 2024-11-12",
            "known_from: 2024-11-11",
            "5:17: notices[0].known_from: expected 2024-11-12, the date of the notice, or later; got 2024-11-11",
        ),
        (
            "number: 国办发明电〔2024〕12号",
            "number: null",
            (
                "3:13: notices[0].number: expected the number of the notice, or null and `unconfirmed: true`, "
                "got nothing"
            ),
        ),
        ("    source: 公报\n", "", "3:5: notices[0]: missing key 'source'"),
        ("title: 通知", "title: 2024", "6:12: notices[0].title: expected text, got 2024; put it in quotes"),
        ("name: {zh: 国庆节, ", "name: {", "9:11: holidays[0].name: missing key 'zh'"),
        (
            "  - name: {zh: 国庆节, en: National Day}\n    from",
            "  - from",
            "9:5: holidays[0]: missing key 'name'",
        ),
    ],
)
def test_a_fault_of_a_year_is_found_where_it_is(
    directory: Path, before: str, after: str, message: str
) -> None:
    change(directory / "town" / "2025.yaml", before, after)
    assert faults(directory) == [f"town/2025.yaml:{message}"]


def test_all_faults_of_all_files_are_found_at_once(directory: Path) -> None:
    change(directory / "town.yaml", "zone: Asia/Shanghai", "zone: Mars")
    change(directory / "town" / "2025.yaml", "2025-10-01", "2025-13-01")
    change(directory / "town" / "2025.yaml", "2025-10-11", "2025-10-13")
    (directory / "town" / "2026.yaml").write_text("year: [", encoding="utf-8")
    found = faults(directory)
    assert [fault.split(":")[0] for fault in found] == [
        "town.yaml",
        *["town/2025.yaml"] * 2,
        "town/2026.yaml",
    ]


def test_a_year_without_notices_is_refused(directory: Path) -> None:
    text = YEAR[: YEAR.index("notices:")] + "notices: []\n" + YEAR[YEAR.index("holidays:") :]
    (directory / "town" / "2025.yaml").write_text(text, encoding="utf-8")
    assert faults(directory) == [
        "town/2025.yaml:2:10: notices: expected at least one notice; which one are the days from?"
    ]


def test_a_calendar_without_years_and_one_with_a_gap_are_refused(directory: Path) -> None:
    year = YEAR[: YEAR.index("holidays:")].replace("2025", "2027") + "holidays: []\n"
    (directory / "town" / "2027.yaml").write_text(year, encoding="utf-8")
    message = "town.yaml:1:1: calendar 'town': expected one file for each year without a gap, got"
    assert faults(directory) == [f"{message} [2025, 2027]"]
    for file in (directory / "town").iterdir():
        file.unlink()
    assert faults(directory) == [f"{message} []"]


def test_years_without_a_calendar_are_found(directory: Path) -> None:
    (directory / "city").mkdir()
    (directory / "city" / "2025.yaml").write_text(YEAR, encoding="utf-8")
    calendars, findings = load_calendars(directory)
    assert list(calendars) == ["town"]
    place = (directory / "city" / "2025.yaml").as_posix()
    assert [str(finding) for finding in findings] == [
        f"{place}:1:1: a year without a calendar, expected city.yaml beside the directory city"
    ]


def test_a_file_that_is_not_utf_8_is_a_finding(directory: Path) -> None:
    (directory / "town" / "2025.yaml").write_bytes(YEAR.encode("gb18030"))
    found = faults(directory)
    assert len(found) == 1
    assert found[0].startswith("town/2025.yaml:3:")
