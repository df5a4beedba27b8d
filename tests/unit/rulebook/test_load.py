"""Loading rules: merging, including, versions, and everything that is wrong at once."""

import shutil
from pathlib import Path
from typing import Final

import pytest

from engine.core.event import Length
from engine.core.instant import DAY
from engine.core.rulebook import Limits, Rulebook
from engine.rulebook.finding import Finding
from engine.rulebook.load import load_rulebook
from engine.rulebook.yaml_file import read_bytes

PROCESS: Final = """\
process:
  id: small
  title: {zh: 小流程, en: Small}
  initial: open
  stages:
    open: {zh: 在办, en: Open}
    wait: {zh: 等待, en: Wait}
    done: {zh: 办结, en: Done, final: true}
  events:
    - case.opened: {wait: [open]}
    - case.returned: {done: [open, wait], open: {from: [wait], back: true}}
    - case.done: {done: wait}
"""

CLOCKS: Final = """\
clocks:
  - id: work
    rule: OT-CASE
    title: {zh: 时限, en: Limit}
    basis: {zh: 本地规定, en: Local rule}
    items: {natures: [许可], kinds: [承诺件]}
    start: case.opened
    stop: [case.done, case.returned]
    limit: 承诺时限
    counting: day
    expires: midnight
    late_acceptance: next working day
    calendar: cn
    pause: {with_basis: [hearing], without_basis: [publicity]}
    extension: {bound: 10 working days, times: 2}
    rungs:
      - {id: early, level: warning, at: 提前3个工作日, where: limit over 5}
      - {id: late, level: red, at: 届满}
"""

CATALOGUE: Final = """\
units:
  - {id: housing, name: {zh: 住建局, en: Housing}, area: [乌海市, 海勃湾区]}
items:
  - {code: A-1, name: {zh: 甲, en: One}, nature: 许可, kind: 承诺件, unit: housing, promised: 7 工作日,
     statutory: 20个工作日, stages: {open: 2 working days, wait: 5 working days}}
"""


HOURS: Final = """\
id: own
zone: Asia/Shanghai
hours: [{from: 01-01, open: ["08:00-16:00"]}]
"""

YEAR: Final = """\
year: 2029
notices:
  - {number: 甲〔2028〕1号, published: 2028-11-01, known_from: 2028-11-01, title: 通知, source: 公报}
holidays:
  - {name: {zh: 元旦, en: New Year}, from: 2029-01-01}
"""


def write(directory: Path, **files: str) -> Path:
    for name, content in files.items():
        path = directory / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return directory


def sound(directory: Path) -> Rulebook:
    rulebook, findings = load_rulebook(directory)
    assert findings == ()
    assert rulebook is not None
    return rulebook


def messages(directory: Path) -> list[str]:
    """Findings with the directory left out of the places."""
    rulebook, findings = load_rulebook(directory)
    assert (rulebook is None) == bool(findings)
    return [str(finding).replace(f"{directory.as_posix()}/", "") for finding in findings]


def test_files_of_a_directory_and_its_folders_merge_into_one_rulebook(tmp_path: Path) -> None:
    rulebook = sound(write(tmp_path, z=PROCESS, deep__clocks=CLOCKS, catalogue=CATALOGUE))

    assert list(rulebook.processes) == ["small"]
    assert [clock.id for clock in rulebook.clocks["small"]] == ["work"]
    assert rulebook.items["A-1"].stages == {
        "open": Length(2, "working_days"),
        "wait": Length(5, "working_days"),
    }
    assert rulebook.units["housing"].area == ("乌海市", "海勃湾区")
    assert rulebook.default_process == "small"
    assert rulebook.calendar == "cn"


def test_every_field_of_a_clock_is_read(tmp_path: Path) -> None:
    clock = sound(write(tmp_path, one=PROCESS + CLOCKS)).clocks["small"][0]

    assert clock.natures == {"licence"}
    assert clock.kinds == {"promised"}
    assert clock.start == {"case.opened"}
    assert clock.stop == {"case.done", "case.returned"}
    assert clock.allowance.origin == "promised"
    assert (clock.counting, clock.expires, clock.late, clock.calendar) == (
        "day",
        "midnight",
        "next_workday",
        "cn",
    )
    assert clock.pause is not None
    assert clock.pause.kinds == {"hearing"}
    assert clock.pause.local_kinds == {"publicity"}
    assert clock.extension is not None
    assert (clock.extension.bound, clock.extension.times) == (Length(10, "working_days"), 2)
    assert [(rung.id, rung.level, rung.anchor, rung.allowance_over) for rung in clock.rungs] == [
        ("early", "warning", "before", 5),
        ("late", "red", "due", None),
    ]


def test_plans_are_made_for_items_and_for_cases_without_one(tmp_path: Path) -> None:
    rulebook = sound(write(tmp_path, one=PROCESS + CLOCKS + CATALOGUE))

    assert [plan.amount for plan in rulebook.plan("A-1").clocks] == [7]
    assert rulebook.plan(None).clocks == ()


def test_events_rank_in_the_order_in_which_the_process_lists_them(tmp_path: Path) -> None:
    process = sound(write(tmp_path, one=PROCESS)).processes["small"]

    assert process.events == {"case.opened": 0, "case.returned": 1, "case.done": 2}


def test_a_move_that_needs_to_comes_before_one_that_does_not(tmp_path: Path) -> None:
    process = sound(write(tmp_path, one=PROCESS)).processes["small"]

    returned = process.transitions["case.returned"]
    assert [(move.target, move.back) for move in returned] == [("open", True), ("done", False)]


def test_a_single_source_stage_needs_no_list(tmp_path: Path) -> None:
    process = sound(write(tmp_path, one=PROCESS)).processes["small"]

    assert process.transitions["case.done"][0].sources == {"wait"}


def test_limits_are_read_and_the_others_keep_their_defaults(tmp_path: Path) -> None:
    settings = "limits: {events_per_case: 9, closed_retention: 30 days, stub_retention: 3653 days}\n"

    assert sound(write(tmp_path, one=PROCESS, two=settings)).limits == Limits(
        events_per_case=9, closed_retention=30 * DAY, stub_retention=3653 * DAY
    )


def test_an_included_pack_is_loaded_once_however_often_it_is_named(tmp_path: Path) -> None:
    rulebook = sound(write(tmp_path, one="include: [approval, approval]\n", two="include: approval\n"))

    assert list(rulebook.processes) == ["approval"]


def test_a_folder_of_the_directory_itself_goes_before_the_shipped_pack(tmp_path: Path) -> None:
    rulebook = sound(write(tmp_path, approval__process=PROCESS, two="include: [approval]\n"))

    assert list(rulebook.processes) == ["small"]


def test_own_settings_go_before_those_of_an_included_pack_whose_items_keep_theirs(tmp_path: Path) -> None:
    settings = "include: [district]\ndefault_process: small\n"

    rulebook = sound(write(tmp_path, one=settings + PROCESS, two=CATALOGUE.replace("housing", "own-unit")))

    assert rulebook.default_process == "small"
    assert set(rulebook.processes) == {"approval", "small"}
    assert rulebook.items["A-001"].process == "approval"
    assert rulebook.items["A-1"].process == "small"


def test_a_setting_in_two_files_is_a_finding(tmp_path: Path) -> None:
    write(tmp_path, one=PROCESS + "calendar: cn\n", two="calendar: cn\n")

    assert messages(tmp_path) == [
        "two.yaml:1:1: calendar: duplicate key 'calendar'; the first is at one.yaml:13:1"
    ]


def test_a_process_in_two_files_is_a_finding_with_the_place_of_the_first(tmp_path: Path) -> None:
    write(tmp_path, one=PROCESS, two=PROCESS)

    assert messages(tmp_path) == [
        "two.yaml:2:7: process.id: duplicate process 'small'; the first is at one.yaml:2:7"
    ]


def test_of_several_processes_a_clock_must_name_its_own(tmp_path: Path) -> None:
    write(tmp_path, one=PROCESS + CLOCKS, two=PROCESS.replace("small", "other") + "default_process: other\n")

    assert messages(tmp_path) == [
        "one.yaml:14:5: clocks[0]: missing key 'process': there are several processes"
    ]


def test_of_several_processes_an_item_must_name_its_own(tmp_path: Path) -> None:
    write(tmp_path, one=PROCESS + CATALOGUE, two=PROCESS.replace("small", "other"))

    missing = "missing key 'default_process': which of 'other', 'small' is that of unlisted items?"
    assert messages(tmp_path) == [
        f"{tmp_path.as_posix()}:1:1: {missing}",
        "one.yaml:16:5: items[0]: missing key 'process': there are several processes and no default one",
    ]


def test_calendars_and_tests_are_no_rules(tmp_path: Path) -> None:
    write(tmp_path, one=PROCESS, scenario="x: 1\n", pack__calendars__xx="x: 1\n")
    (tmp_path / "scenario.yaml").rename(tmp_path / "scenario.test.yaml")

    assert list(sound(tmp_path).processes) == ["small"]


def test_the_directorys_own_calendars_replace_the_shipped_ones(tmp_path: Path) -> None:
    write(tmp_path, one=PROCESS, two="calendar: own\n", calendars__own=HOURS, calendars__own__2029=YEAR)

    assert set(sound(tmp_path).calendars) == {"own"}


def test_a_calendar_with_a_fault_brings_no_finding_about_references_to_it(tmp_path: Path) -> None:
    write(tmp_path, one=PROCESS + "calendar: own\n", calendars__own="id: own\n")

    found = messages(tmp_path)
    assert found
    assert all(message.startswith("calendars/own.yaml:") for message in found)


def test_without_the_default_calendar_the_directory_must_name_one(tmp_path: Path) -> None:
    write(tmp_path, one=PROCESS, calendars__own=HOURS, calendars__own__2029=YEAR)

    message = "missing key 'calendar': there is no calendar 'cn'; known are 'own'"
    assert messages(tmp_path) == [f"{tmp_path.as_posix()}:1:1: {message}"]


def test_a_file_that_cannot_be_read_hides_no_other_fault_and_brings_no_false_ones(tmp_path: Path) -> None:
    """The process may be in the file that cannot be read, so nothing is said about names that are missing."""
    write(tmp_path, bad="process: [\n", clocks=CLOCKS.replace("承诺时限", "soon"))

    assert [message.split(": ")[0] for message in messages(tmp_path)] == ["bad.yaml:2:1", "clocks.yaml:9:12"]


def test_a_file_named_yml_is_a_finding(tmp_path: Path) -> None:
    write(tmp_path, one=PROCESS)
    (tmp_path / "two.yml").write_text(CLOCKS)

    assert messages(tmp_path) == ["two.yml:1:1: not read: expected a name that ends in .yaml"]


@pytest.mark.parametrize("target", ["loop.yaml", "gone"])
def test_a_link_to_no_file_is_a_finding(tmp_path: Path, target: str) -> None:
    write(tmp_path, one=PROCESS)
    (tmp_path / "loop.yaml").symlink_to(target)

    message = "cannot be read: expected a file; is it a link to one that is gone?"
    assert messages(tmp_path) == [f"loop.yaml:1:1: {message}"]


def test_a_missing_directory_is_a_finding(tmp_path: Path) -> None:
    missing = tmp_path / "none"

    expected = Finding(missing.as_posix(), 1, 1, "", "expected a directory of rules")
    assert load_rulebook(missing) == (None, (expected,))


def test_a_file_that_the_system_refuses_is_a_finding(tmp_path: Path) -> None:
    findings: list[Finding] = []

    assert read_bytes(tmp_path, findings) is None
    assert findings == [Finding(tmp_path.as_posix(), 1, 1, "", "cannot be read: Is a directory")]


def test_a_byte_order_mark_is_no_part_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_bytes(b"\xef\xbb\xbf" + PROCESS.encode())

    assert sound(tmp_path).processes


def test_deep_nesting_is_a_finding(tmp_path: Path) -> None:
    write(tmp_path, one="[" * 2_000)

    assert messages(tmp_path) == ["one.yaml:1:1: not YAML that can be read: nested too deeply"]


def test_an_anchor_may_be_used_again(tmp_path: Path) -> None:
    write(tmp_path, one=PROCESS.replace("小流程", "&name 小流程").replace("等待", "&name 等待"))

    assert sound(tmp_path).processes


class TestVersion:
    def test_it_is_the_same_wherever_the_directory_lies(self, tmp_path: Path) -> None:
        one = write(tmp_path / "one", process=PROCESS, deep__clocks=CLOCKS)
        shutil.copytree(one, tmp_path / "two")

        assert sound(one).version == sound(tmp_path / "two").version

    def test_it_is_twelve_hexadecimal_digits(self, tmp_path: Path) -> None:
        version = sound(write(tmp_path, one=PROCESS)).version

        assert len(version) == 12
        assert int(version, 16) >= 0

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("one", PROCESS + "# more\n"),
            ("two", "units: []\n"),
            ("calendars__own__2030", YEAR.replace("2029", "2030")),
        ],
        ids=["another byte", "another file", "another year"],
    )
    def test_it_differs_where_anything_differs_that_was_read(
        self, tmp_path: Path, name: str, content: str
    ) -> None:
        write(tmp_path, one=PROCESS, own="calendar: own\n", calendars__own=HOURS, calendars__own__2029=YEAR)
        before = sound(tmp_path).version
        write(tmp_path, **{name: content})

        assert sound(tmp_path).version != before


def test_twenty_faults_in_five_files_are_twenty_findings_in_their_places(tmp_path: Path) -> None:
    """Whoever repairs rules must see everything at once, not one fault at a time."""
    faults = Path(__file__).parents[2] / "golden" / "rulebook" / "twenty"
    expected = (faults / "messages.txt").read_text().splitlines()
    rules = tmp_path / "rules"
    shutil.copytree(faults / "rules", rules)

    assert len(expected) == 20
    assert messages(rules) == expected


@pytest.mark.parametrize("limit", ["deadline of the source", "来源给定截止时间"])
@pytest.mark.parametrize("counting", ["", "counting: natural"])
def test_a_clock_with_the_deadline_of_the_source_counts_natural_time(
    limit: str, counting: str, tmp_path: Path
) -> None:
    clocks = f"""\
clocks:
  - id: given
    rule: OT-CASE
    title: {{zh: 时限, en: Limit}}
    basis: {{zh: 来源系统, en: The source}}
    start: case.opened
    stop: [case.done, case.returned]
    limit: {limit}
    rungs:
      - {{id: early, level: warning, at: 24 hours before}}
      - {{id: late, level: yellow, at: due}}
    {counting}
"""
    (clock,) = sound(write(tmp_path, one=PROCESS + clocks)).clocks["small"]

    assert (clock.allowance.origin, clock.counting) == ("deadline", "natural")
