"""Which cases of the receipt log are overdue at an instant, told without the engine."""

import gzip
import sys
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree as ET


def overdue_cases(log: Path, at: datetime) -> tuple[set[str], set[str]]:
    """Cases that ended after their deadline, and cases without an end whose deadline has passed, both by `at`."""
    late, open_cases = set(), set()
    with gzip.open(log) as stream:
        for trace in ET.parse(stream).getroot().iterfind("{*}trace"):  # noqa: S314  A known file.
            values = {child.get("key"): str(child.get("value")) for child in trace}
            deadline = datetime.fromisoformat(values["deadline"])
            if "enddate" not in values:
                if deadline < at:
                    open_cases.add(values["concept:name"])
            elif datetime.fromisoformat(values["enddate"]) > deadline:
                late.add(values["concept:name"])
    return late, open_cases


if __name__ == "__main__":
    for case in sorted(set.union(*overdue_cases(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2])))):
        sys.stdout.write(f"{case}\n")
