"""What the tests need of a machine is asked for in one sentence where it cannot be installed."""

import shutil
import subprocess
from pathlib import Path

from tools.rings import ROOT

PACKAGES = ("chromium", "default-jre-headless", "maven", "prometheus")


def run_on_a_bare_machine(directory: Path, **programs: str) -> subprocess.CompletedProcess[str]:
    """Run the script where nothing is installed but a shell, and `programs`, which are shell scripts."""
    for name in ("bash", "env", "find", "grep", "sort"):
        found = shutil.which(name)
        assert found is not None
        (directory / name).symlink_to(found)
    for name, script in programs.items():
        program = directory / name.replace("_", "-")
        program.write_text(f"#!{directory}/bash\n{script}\n")
        program.chmod(0o755)
    return subprocess.run(
        [ROOT / "tools" / "system.sh"],
        env={"PATH": str(directory)},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_a_user_who_may_not_install_is_told_what_to_ask_for(tmp_path: Path) -> None:
    done = run_on_a_bare_machine(tmp_path, id="echo 1000", apt_get="exit 1")
    assert done.returncode == 1
    assert done.stderr.startswith("Sunlight: the tests need ")
    assert "ask an administrator for: apt-get install" in done.stderr
    assert all(package in done.stderr for package in PACKAGES)


def test_a_system_without_apt_is_told_the_names_that_debian_has_for_it(tmp_path: Path) -> None:
    done = run_on_a_bare_machine(tmp_path, id="echo 1000")
    assert done.returncode == 1
    assert "install these with this system's package manager" in done.stderr
    assert all(package in done.stderr for package in PACKAGES)
