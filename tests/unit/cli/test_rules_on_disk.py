"""Whether the next start would be refused is known before it is."""

import shutil
from pathlib import Path
from threading import enumerate as running_threads

import pytest

from engine.cli.rules_on_disk import LOOK_SECONDS, RulesOnDisk
from engine.rulebook.locate import shipped_rules


class Watch:
    """Elapsed time that a test sets."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def looked(rules: RulesOnDisk) -> bool:
    """The answer after a look that was due, and is over."""
    rules.is_valid()
    for thread in running_threads():
        if thread.name == "rules-on-disk":
            thread.join(30)
    return rules.is_valid()


def test_it_turns_false_with_the_files_and_true_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    directory = tmp_path / "rules"
    shutil.copytree(shipped_rules(), directory)
    watch = Watch()
    rules = RulesOnDisk(directory, watch)
    assert looked(rules)
    file = next(directory.rglob("*.yaml"))
    content = file.read_text()
    file.write_text("items: [")
    assert looked(rules)
    watch.seconds += LOOK_SECONDS
    assert not looked(rules)
    assert "the next start would be refused" in caplog.text
    file.write_text(content)
    watch.seconds += LOOK_SECONDS
    assert looked(rules)
