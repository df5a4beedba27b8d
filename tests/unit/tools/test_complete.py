"""Whether a run was complete."""

from pathlib import Path

import pytest

from tools import complete
from tools.complete import Ran, lacking, ran, uncollected

REPORT = """<testsuites><testsuite time="1.5">
<testcase classname="tests.unit.core.test_time" name="test_a" time="0.1"/>
<testcase classname="tests.laws.test_fold.TestFold" name="test_b" time="0"><failure message="no"/></testcase>
<testcase classname="tests.kafka.test_worker" name="test_c" time="0"><skipped type="pytest.xfail"/></testcase>
<testcase classname="tests.test_tidy" name="test_d" time="0"/>
</testsuite></testsuites>"""


def test_a_report_is_read_by_ring_and_outcome(tmp_path: Path) -> None:
    report = tmp_path / "fast.xml"
    report.write_text(REPORT)
    assert ran([report]) == [
        Ran("unit", "tests.unit.core.test_time::test_a", "passed"),
        Ran("laws", "tests.laws.test_fold.TestFold::test_b", "failed"),
        Ran("kafka", "tests.kafka.test_worker::test_c", "skipped"),
        Ran("test_tidy", "tests.test_tidy::test_d", "passed"),
    ]


@pytest.mark.parametrize(
    ("tests", "finding"),
    [
        pytest.param([], "tests/unit: no test of this ring ran", id="nothing-ran"),
        pytest.param(
            [Ran("unit", "a", "passed"), Ran("unit", "b", "skipped")],
            "b: skipped or expected to fail; every test must run and pass",
            id="skipped",
        ),
        pytest.param([Ran("unit", "a", "passed"), Ran("unit", "b", "failed")], "b: failed", id="failed"),
    ],
)
def test_a_run_that_left_something_out_is_told(tests: list[Ran], finding: str) -> None:
    assert lacking(tests, ["unit"]) == [finding]


def test_a_whole_run_lacks_nothing() -> None:
    assert lacking([Ran("unit", "a", "passed"), Ran("laws", "b", "passed")], ["unit", "laws"]) == []


def test_a_file_without_a_test_that_ran_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(complete, "TESTS", tmp_path / "tests")
    ring = tmp_path / "tests" / "unit" / "core"
    ring.mkdir(parents=True)
    (ring / "test_time.py").touch()
    (ring / "test_times.py").touch()
    shared = tmp_path / "tests" / "shared"
    shared.mkdir()
    (shared / "test_log.py").touch()
    tests = [Ran("unit", "tests.unit.core.test_times.TestAll::test_a", "passed")]
    missed = "tests/unit/core/test_time.py: no test of this file ran"
    assert uncollected(tests, ["unit"]) == [missed]
    assert uncollected(tests, ["unit", "shared"]) == [
        "tests/shared/test_log.py: no test of this file ran",
        missed,
    ]
