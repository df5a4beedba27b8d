"""The shipped rules: sound, complete and quick to load."""

from collections import Counter
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.core.event import Length
from engine.core.rulebook import Rulebook
from engine.rulebook.load import load_rulebook
from engine.rulebook.locate import shipped_rules

EVENT_TYPES: Final = {
    "case.received", "case.supplement_requested", "case.supplemented", "case.accepted", "case.refused",
    "case.reviewed", "case.approved", "case.closed", "case.delivered", "case.returned", "case.withdrawn",
    "case.voided", "case.suspended", "case.resumed", "case.extended", "fee.charged", "case.corrected",
}  # fmt: skip


@pytest.fixture(scope="module")
def district() -> Rulebook:
    rulebook, findings = load_rulebook(shipped_rules() / "district")
    assert findings == ()
    assert rulebook is not None
    return rulebook


@pytest.mark.parametrize("pack", ["", "approval", "district"])
def test_every_shipped_pack_is_without_findings(pack: str) -> None:
    rulebook, findings = load_rulebook(shipped_rules() / pack)

    assert findings == ()
    assert rulebook is not None


def test_the_approval_process_knows_every_event_type_and_no_other(district: Rulebook) -> None:
    assert set(district.processes["approval"].events) == EVENT_TYPES


def test_the_stages_follow_each_other(district: Rulebook) -> None:
    process = district.processes["approval"]
    stage, passed = process.initial, []
    for event_type in ("case.received", "case.accepted", "case.reviewed", "case.approved", "case.closed"):
        (move,) = process.transitions[event_type]
        assert stage in move.sources
        stage = move.target
        passed.append(stage)
    assert passed == ["accept", "review", "approve", "close", "closed"]


def test_a_return_goes_back_only_where_it_says_to_what(district: Rulebook) -> None:
    moves = district.processes["approval"].transitions["case.returned"]

    assert [move.target for move in moves if move.back] == ["accept", "review", "approve"]
    assert [move.target for move in moves if not move.back] == ["returned"]


def test_a_delivery_moves_nothing(district: Rulebook) -> None:
    assert "case.delivered" not in district.processes["approval"].transitions


def test_the_district_has_the_figures_of_the_system_that_it_follows(district: Rulebook) -> None:
    assert len(district.units) == 37
    assert Counter(code[0] for code in district.items) == {"A": 118, "S": 23}
    assert {len(unit.area) for unit in district.units.values()} == {2, 3, 4}


def test_only_licences_have_statutory_clocks(district: Rulebook) -> None:
    for code, item in district.items.items():
        statutory = [
            plan for plan in district.plan(code).clocks if plan.clock.allowance.origin == "statutory"
        ]
        assert len(statutory) == (1 if item.nature == "licence" else 0), code


def test_the_eight_kinds_of_the_law_stop_the_statutory_clock_and_local_kinds_do_not(
    district: Rulebook,
) -> None:
    pauses = {clock.id: clock.pause for clock in district.clocks["approval"]}
    promise, statutory = pauses["promise"], pauses["statutory"]

    assert promise is not None
    assert statutory is not None
    assert promise.kinds == statutory.kinds
    assert len(statutory.kinds) == 8
    assert promise.local_kinds == {"site_survey", "publicity", "instruction", "rectification"}
    assert statutory.local_kinds == set()


@pytest.mark.parametrize(
    ("promised", "rungs"),
    [(7, ["warning", "yellow"]), (5, ["warning-half", "yellow"])],
)
def test_the_warning_of_a_promise_depends_on_its_length(
    district: Rulebook, promised: int, rungs: list[str]
) -> None:
    length = Length(promised, "working_days")
    code = next(
        code for code, item in district.items.items() if item.promised == length and item.kind == "promised"
    )
    plan = next(plan for plan in district.plan(code).clocks if plan.clock.id == "promise")

    assert [rung.id for rung in plan.rungs] == rungs


def test_an_instant_item_is_due_on_the_day_of_its_acceptance(district: Rulebook) -> None:
    code = next(code for code, item in district.items.items() if item.kind == "instant")
    plan = next(plan for plan in district.plan(code).clocks if plan.clock.id == "instant")

    assert plan.amount == 0
    assert [rung.level for rung in plan.rungs] == ["warning", "yellow", "red"]
    assert not any(other.clock.id.startswith("promise") for other in district.plan(code).clocks)


def test_every_item_has_a_clock_and_every_clock_names_its_basis(district: Rulebook) -> None:
    assert all(len(district.plan(code).clocks) >= 2 for code in district.items)
    assert all(clock.basis.zh and clock.basis.en for clock in district.clocks["approval"])


def _small_pack() -> dict[str, bytes]:
    """The approval pack as one sound directory of its own, with the units and the first items of the district."""
    approval, district = shipped_rules() / "approval", shipped_rules() / "district"
    items = (district / "catalogue.yaml").read_bytes().replace(b"include: [approval]\n", b"")
    return {
        "process.yaml": (approval / "process.yaml").read_bytes(),
        "clocks.yaml": (approval / "clocks.yaml").read_bytes(),
        "units.yaml": (district / "units.yaml").read_bytes(),
        "catalogue.yaml": items[: items.index(b"  - {code: A-012")],
    }


_FILES: Final = _small_pack()
_SCRAPS: Final = st.sampled_from(
    [b"", b"\n", b"  ", b"-", b"- ", b": ", b"{", b"}", b"[", b"]", b"&a ", b"*a", b"!!int ", b"'", b'"', b"|\n",
     b"\t", b"\xff", b"\xe4", b"#", b"%", b"---\n", b"<<: *a", b"null", b"0", b"1e9", b"? ", b"\x00", b"\xc2\x85",
     b"999999999999999999999 days"],
)  # fmt: skip


def test_the_pack_to_be_corrupted_is_sound(tmp_path: Path) -> None:
    for name, content in _FILES.items():
        (tmp_path / name).write_bytes(content)

    rulebook, findings = load_rulebook(tmp_path)

    assert findings == ()
    assert rulebook is not None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_corruption_of_a_pack_makes_loading_raise(data: st.DataObject, tmp_path: Path) -> None:
    """Bytes are cut out and put in and lines are moved: whatever comes of it is a rulebook or findings."""
    for name, content in _FILES.items():
        changed = bytearray(content)
        for _ in range(data.draw(st.integers(0, 3))):
            at = data.draw(st.integers(0, len(changed)))
            changed[at : at + data.draw(st.integers(0, 40))] = data.draw(_SCRAPS | st.binary(max_size=4))
        lines = bytes(changed).split(b"\n")
        if data.draw(st.booleans()):
            lines.insert(
                data.draw(st.integers(0, len(lines) - 1)),
                lines.pop(data.draw(st.integers(0, len(lines) - 1))),
            )
        (tmp_path / name).write_bytes(b"\n".join(lines))

    rulebook, findings = load_rulebook(tmp_path)

    assert (rulebook is None) == bool(findings)
    assert all(finding.line >= 1 and finding.column >= 1 for finding in findings)
