"""Mapping files: each fault at its file, line and column."""

from pathlib import Path

import pytest

from connectors.mapping import load_mapping, read_mapping
from engine.codec.yaml_file import YamlFault

GOOD = "source: /s\ncase: id\nevents: {time: t, type: case.closed}\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", "m.yaml:1:1: expected a mapping, got an empty file", id="empty"),
        pytest.param("- a", "m.yaml:1:1: expected a mapping, got a list", id="a list"),
        pytest.param("source: [", "m.yaml:1:10: not YAML: while parsing a flow node", id="not yaml"),
        pytest.param(
            "case: id\nevents: {time: t, type: x}\n", "m.yaml:1:1: missing key 'source'", id="no source"
        ),
        pytest.param(GOOD + "zoen: x\n", "m.yaml:4:1: zoen: unknown key 'zoen'", id="unknown key"),
        pytest.param(GOOD + "source: /t\n", "m.yaml:4:1: source: duplicate key 'source'", id="duplicate key"),
        pytest.param(
            GOOD + "zone: 8\n",
            "m.yaml:4:7: zone: expected text or nothing, got a whole number",
            id="zone as a number",
        ),
        pytest.param(
            GOOD + "zone: Mars/Base\n",
            "m.yaml:4:7: zone: expected a time zone such as 'Asia/Shanghai', got 'Mars/Base'",
            id="unknown zone",
        ),
        pytest.param(
            GOOD + "encoding: gbx\n",
            "m.yaml:4:11: encoding: expected an encoding such as 'gb18030', got 'gbx'",
            id="unknown encoding",
        ),
        pytest.param(
            GOOD + "delimiter: ''\n",
            "m.yaml:4:12: delimiter: expected one character, got ''",
            id="no delimiter",
        ),
        pytest.param(
            "source: /s\ncase: id\n",
            "m.yaml:1:1: expected 'events', 'case_events' or both, got neither; no event would be made",
            id="no events",
        ),
        pytest.param(
            "source: /s\ncase: id\nevents:\n  time: t\n",
            "m.yaml:4:3: events: missing key 'type'",
            id="event without type",
        ),
        pytest.param(
            GOOD + "facts: {phone: tel}\n",
            "m.yaml:4:16: facts.phone: unknown field 'phone'; known are amount, approver, deadline, decision, granted, "
            "item, kind, legal_basis, length, person, reason, to, unit, window",
            id="unknown field",
        ),
        pytest.param(
            GOOD + "facts:\n  granted: days\n",
            "m.yaml:5:12: facts.granted: 'granted' needs a unit, as in {attribute: days, unit: working_days}",
            id="length without unit",
        ),
        pytest.param(
            GOOD + "facts:\n  item: {attribute: a, unit: days}\n",
            "m.yaml:5:9: facts.item: 'item' takes no unit",
            id="unit on a text",
        ),
        pytest.param(
            GOOD + "facts:\n  item: {attribute: a, value: b}\n",
            "m.yaml:5:9: facts.item: expected either 'attribute' or 'value'",
            id="attribute and value",
        ),
        pytest.param(
            "source: /s\ncase: id\nevents:\n  time: t\n  type:\n    attribute: a\n    table: {x: y}\n    drop: [x]\n",
            "m.yaml:8:11: events.type.drop: 'x' is in the table as well; which is meant?",
            id="dropped and mapped",
        ),
        pytest.param(
            "source: /s\ncase: id\ncase_events:\n  - {time: t, type: x}\n  - {time: t, typ: x}\n",
            "m.yaml:5:15: case_events[1].typ: unknown key 'typ'",
            id="in a list",
        ),
    ],
)
def test_a_fault_is_told_at_its_place(text: str, message: str) -> None:
    with pytest.raises(YamlFault) as caught:
        read_mapping(text.encode(), "m.yaml")
    assert str(caught.value).startswith(message)


def test_a_mapping_that_is_not_utf_8_is_told() -> None:
    with pytest.raises(YamlFault) as caught:
        read_mapping(GOOD.encode() + "zone: 上海\n".encode("gb18030"), "m.yaml")
    assert str(caught.value) == "m.yaml:4:1: expected UTF-8, got byte 0xc9; is the file stored in GB18030?"


def test_a_mapping_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(YamlFault, match=r"none\.yaml:1:1: cannot be read: No such file or directory$"):
        load_mapping(tmp_path / "none.yaml")


def test_a_bare_scalar_of_another_kind_stays_text_in_tables() -> None:
    mapping = read_mapping(GOOD.encode() + b"empty: ['0', 1900-01-01]\n", "m.yaml")
    assert mapping.empty == ("0", "1900-01-01")
