"""Every part of the benchmarks runs and checks what it measures, at sizes too small to mean anything."""

from pathlib import Path

import pytest

from benchmarks.__main__ import PARTS, main
from benchmarks.district_cases import copies, templates
from benchmarks.stream import STEPS, stream
from engine.codec.case_record import encode_case
from engine.core.decide import decide
from engine.core.instant import DAY
from engine.core.rulebook import Rulebook
from engine.ports import Change, Meta
from engine.rulebook.load import load_rulebook
from engine.rulebook.locate import shipped_rules
from engine.testing.store import MemoryStore

NOW = 1_763_000_000_000_000
SIZES = ["--repeat", "1", "--cases", "600", "--open-cases", "300", "--due", "50", "--recovered-cases", "300"]
HEADINGS = {
    "throughput": "## Throughput",
    "tick": "## A tick",
    "recovery": "## Recovery",
    "pure": "## The pure parts",
}


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    loaded, findings = load_rulebook(shipped_rules())
    assert loaded is not None, findings
    return loaded


def test_the_same_seed_gives_the_same_events(rulebook: Rulebook) -> None:
    assert stream(40, rulebook, NOW) == stream(40, rulebook, NOW)
    assert stream(40, rulebook, NOW, seed=2) != stream(40, rulebook, NOW)


def test_the_events_of_a_case_come_in_their_order_and_on_one_partition(rulebook: Rulebook) -> None:
    made = stream(200, rulebook, NOW)
    by_case: dict[bytes, list[bytes]] = {}
    partitions: dict[bytes, set[int]] = {}
    for partition, key, value, _ in made.events:
        by_case.setdefault(key, []).append(value)
        partitions.setdefault(key, set()).add(partition)
    assert len(by_case) == made.cases == 200
    assert all(len(places) == 1 for places in partitions.values())
    for values in by_case.values():
        assert all(step.encode() in value for step, value in zip(STEPS, values, strict=False))


def test_a_copy_of_a_case_waits_for_the_same_instant_and_falls_due_then(rulebook: Rulebook) -> None:
    (template,) = templates(rulebook, NOW - 60 * DAY, 1)
    store = MemoryStore()
    store.write(
        [Change(case.id.encode(), encode_case(case), None) for case in copies([template], "c", 3)], Meta()
    )
    wake = store.next_wake()
    assert wake == template.case.wake
    assert wake is not None
    assert decide(template.case, rulebook, wake + 1).alerts


@pytest.mark.timeout(300)
@pytest.mark.parametrize("part", PARTS)
def test_a_part_measures_and_reports(part: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "results.md"
    main([*SIZES, "--parts", part, "--out", str(out)])
    text = out.read_text(encoding="utf-8")
    assert [heading for heading in HEADINGS.values() if heading in text] == [HEADINGS[part]]
    assert text in capsys.readouterr().out
