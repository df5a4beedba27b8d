"""What the wheel carries."""

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[3]


def test_the_wheel_carries_the_packages_the_rules_and_the_topics_and_no_tests(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    built = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (declared,) = (name for name in names if name.endswith("entry_points.txt"))
        entry_points = archive.read(declared).decode()
    rules = {str(path.relative_to(ROOT)) for path in (ROOT / "rules").rglob("*.yaml")}
    assert {f"engine/_shipped/{path}" for path in rules} <= names
    assert "engine/_shipped/topics.yaml" in names
    tops = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert tops == {"engine", "connectors", "dashboards"}
    assert "sunlight = engine.cli.main:main" in entry_points
