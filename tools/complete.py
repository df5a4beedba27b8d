"""Whether a run of `make test` was complete: no ring missing, no test skipped or expected to fail."""

import os
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from tools.rings import REPORTS, SHARED, TESTS, SharedDataError, expected


class Ran(NamedTuple):
    """One test of a report."""

    ring: str
    """The directory under `tests/`, or the module where the test lies directly in it."""
    name: str
    outcome: str
    """`passed`, `failed` or `skipped`; a test that was expected to fail counts as skipped."""


def ran(reports: Iterable[Path]) -> list[Ran]:
    """Every test of JUnit `reports`, as pytest writes them."""
    return [_ran(case) for report in reports for case in _parsed(report).iter("testcase")]


def _parsed(report: Path) -> "ET.ElementTree[ET.Element]":
    return ET.parse(report)  # noqa: S314  # Written by our own pytest.


def _ran(case: ET.Element) -> Ran:
    dotted = case.get("classname", "")
    parts = dotted.split(".")
    tags = {child.tag for child in case}
    outcome = "skipped" if "skipped" in tags else "passed"
    if tags & {"failure", "error"}:
        outcome = "failed"
    ring = parts[1] if len(parts) > 1 else dotted
    return Ran(ring, f"{dotted}::{case.get('name', '')}", outcome)


def lacking(tests: Iterable[Ran], rings: Iterable[str]) -> list[str]:
    """What keeps a run from being complete, a sentence each; nothing where it is."""
    passed = Counter[str]()
    findings = []
    for test in tests:
        passed[test.ring] += test.outcome == "passed"
        if test.outcome == "skipped":
            findings.append(f"{test.name}: skipped or expected to fail; every test must run and pass")
        if test.outcome == "failed":
            findings.append(f"{test.name}: failed")
    findings.extend(f"tests/{ring}: no test of this ring ran" for ring in rings if not passed[ring])
    return findings


def uncollected(tests: Iterable[Ran], rings: Collection[str]) -> list[str]:
    """Test files from which no test ran. Those of the shared ring count where it is one of `rings`."""
    seen = {test.name.split("::")[0] for test in tests}
    findings = []
    for file in sorted(TESTS.rglob("test_*.py")):
        if file.is_relative_to(TESTS / SHARED) and SHARED not in rings:
            continue
        relative = file.relative_to(TESTS.parent)
        dotted = ".".join(relative.with_suffix("").parts)
        if not any(name == dotted or name.startswith(f"{dotted}.") for name in seen):
            findings.append(f"{relative}: no test of this file ran")
    return findings


def main(environment: Mapping[str, str]) -> int:
    """Print what is lacking, then a closing line as pytest prints it; return 1 where anything is."""
    try:
        rings = expected(environment)
    except SharedDataError as error:
        print(error)
        return 2
    reports = sorted(REPORTS.glob("*.xml"))
    tests = ran(reports)
    findings = lacking(tests, rings) + uncollected(tests, rings)
    for finding in findings:
        print(finding)
    by_ring = Counter(test.ring for test in tests)
    print(", ".join(f"{ring}: {count}" for ring, count in sorted(by_ring.items())))
    outcomes = Counter(test.outcome for test in tests)
    counts = [f"{outcomes[kind]} {kind}" for kind in ("failed", "passed", "skipped") if outcomes[kind]]
    suites = [suite for report in reports for suite in _parsed(report).iter("testsuite")]
    seconds = sum(float(suite.get("time", "0")) for suite in suites)
    print(f"===== {', '.join(counts) or 'no tests ran'} in {seconds:.2f}s =====")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(os.environ))
