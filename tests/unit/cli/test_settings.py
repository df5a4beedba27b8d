"""Settings: who overrides whom, where each value came from, and what is refused."""

from pathlib import Path

import pytest

from engine.cli.settings import SETTINGS
from tests.unit.cli.running import Done, Program


def row(done: Done, name: str) -> list[str]:
    """Value and origin of a setting, as `sunlight config` prints them."""
    line = next(line for line in done.out.decode().splitlines() if line.split()[0] == name)
    return line.split()[1:]


@pytest.mark.parametrize(
    ("file", "variable", "flag", "value", "origin"),
    [
        pytest.param(None, None, None, "127.0.0.1:9092", "default", id="nobody"),
        pytest.param("f:1", None, None, "f:1", "file sunlight.yaml:1:1", id="file"),
        pytest.param("f:1", "e:1", None, "e:1", "environment SUNLIGHT_BOOTSTRAP", id="environment"),
        pytest.param("f:1", "e:1", "g:1", "g:1", "flag --bootstrap", id="flag"),
        pytest.param("f:1", None, "g:1", "g:1", "flag --bootstrap", id="flag-over-file"),
    ],
)
def test_flag_goes_before_environment_before_file_before_default(
    program: Program, file: str | None, variable: str | None, flag: str | None, value: str, origin: str
) -> None:
    if file:
        program.write("sunlight.yaml", f"bootstrap: {file}\n")
    environment = {"SUNLIGHT_BOOTSTRAP": variable} if variable else {}
    done = program("config", *(["--bootstrap", flag] if flag else []), environment=environment)
    assert done.code == 0
    assert row(done, "bootstrap") == [value, *origin.split()]


def test_every_setting_is_shown_once(program: Program) -> None:
    done = program("config")
    assert [line.split()[0] for line in done.out.decode().splitlines()] == [
        setting.name for setting in SETTINGS
    ]


def test_names_flags_and_variables_are_unique() -> None:
    assert len({setting.name for setting in SETTINGS}) == len(SETTINGS)
    assert len({setting.variable for setting in SETTINGS}) == len(SETTINGS)


def test_every_default_is_a_value_of_its_kind() -> None:
    for setting in SETTINGS:
        if setting.default is None:
            assert setting.unset is not None, setting.name
        else:
            text = (
                "true"
                if setting.default is True
                else "false"
                if setting.default is False
                else str(setting.default)
            )
            assert setting.kind.read(text, Path()) == setting.default, setting.name


def test_a_secret_is_masked_wherever_it_came_from(program: Program) -> None:
    program.write("sunlight.yaml", "sasl_password: from-the-file\n")
    from_file = program("config")
    from_environment = program("config", environment={"SUNLIGHT_SASL_PASSWORD": "from-outside"})
    from_flag = program("config", "--sasl-password", "from-the-flag")
    for done in (from_file, from_environment, from_flag):
        assert row(done, "sasl_password")[0] == "********"
        assert b"from-" not in done.out


def test_a_path_in_a_file_is_below_the_directory_of_the_file(program: Program) -> None:
    (program.directory / "etc").mkdir()
    program.write("etc/settings.yaml", "state: here\n")
    done = program("--config", "etc/settings.yaml", "config")
    assert row(done, "state")[0] == "etc/here"


@pytest.mark.parametrize("place", ["before", "after", "variable"])
def test_the_file_may_be_named_before_the_command_after_it_and_by_a_variable(
    program: Program, place: str
) -> None:
    program.write("other.yaml", "group: theirs\n")
    program.write("sunlight.yaml", "group: ours\n")
    done = {
        "before": lambda: program("--config", "other.yaml", "config"),
        "after": lambda: program("config", "--config", "other.yaml"),
        "variable": lambda: program("config", environment={"SUNLIGHT_CONFIG": "other.yaml"}),
    }[place]()
    assert row(done, "group") == ["theirs", "file", "other.yaml:1:1"]


def test_an_empty_file_sets_nothing(program: Program) -> None:
    program.write("sunlight.yaml", "\n")
    assert row(program("config"), "group") == ["sunlight", "default"]


@pytest.mark.parametrize(
    ("content", "environment", "flags", "said"),
    [
        pytest.param(
            "log_level: info\nbootstrp: a:1\n",
            {},
            [],
            "sunlight.yaml:2:1: bootstrp: unknown setting; is bootstrap meant?",
            id="unknown-key",
        ),
        pytest.param(
            "batch_records: many\n",
            {},
            [],
            "sunlight.yaml:1:1: batch_records: expected a whole number from 1 to 100000, got 'many'",
            id="bad-value-in-the-file",
        ),
        pytest.param(
            "- group\n", {}, [], "sunlight.yaml:1:1: expected a mapping, got a list", id="no-mapping"
        ),
        pytest.param(
            "group: [a]\n",
            {},
            [],
            "sunlight.yaml:1:1: group: expected one value, got a list or a mapping",
            id="list-as-a-value",
        ),
        pytest.param("group: a\ngroup: b\n", {}, [], "sunlight.yaml:2:1: group: duplicate key 'group'", id="twice"),
        pytest.param(
            None,
            {"SUNLIGHT_BOOTSTRAPS": "a:1"},
            [],
            "SUNLIGHT_BOOTSTRAPS: unknown variable; is SUNLIGHT_BOOTSTRAP meant?",
            id="unknown-variable",
        ),
        pytest.param(
            None,
            {"SUNLIGHT_TLS": "yes"},
            [],
            "SUNLIGHT_TLS: expected true or false, got 'yes'",
            id="bad-value-in-the-environment",
        ),
        pytest.param(
            None, {}, ["--worker-port", "70000"], "--worker-port: expected a whole number from 0 to 65535, got '70000'",
            id="bad-value-in-a-flag",
        ),
        pytest.param(
            None, {}, ["--session-seconds", "nan"], "--session-seconds: expected a number from 1 to 300, got 'nan'",
            id="not-a-number",
        ),
        pytest.param(
            None, {}, ["--log-level", "loud"], "--log-level: expected one of debug, info, warning, error, got 'loud'",
            id="no-such-choice",
        ),
        pytest.param(None, {}, ["--group", " "], "--group: expected text, got ' '", id="blank"),
        pytest.param(
            None, {}, ["--config", "x.yaml"], "x.yaml: cannot be read: No such file or directory", id="no-file"
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_line_with_its_place(
    program: Program, content: str | None, environment: dict[str, str], flags: list[str], said: str
) -> None:
    if content is not None:
        program.write("sunlight.yaml", content)
    done = program("config", *flags, environment=environment)
    assert (done.code, done.out) == (2, b"")
    assert done.said == f"sunlight: error: {said}\n"


def test_everything_that_is_wrong_is_said_at_once(program: Program) -> None:
    program.write("sunlight.yaml", "grup: a\ntls: maybe\n")
    done = program("config", "--worker-port", "x", environment={"SUNLIGHT_X": "1"})
    assert done.code == 2
    assert len(done.said.splitlines()) == 4


def test_a_secret_that_is_no_value_is_not_shown(program: Program) -> None:
    done = program("config", "--sasl-password", "  ")
    assert done.said == "sunlight: error: --sasl-password: expected text, got ***\n"


def test_the_variable_that_names_the_shared_data_of_the_tests_is_let_be(program: Program) -> None:
    assert program("config", environment={"SUNLIGHT_SHARED": "somewhere"}).code == 0
