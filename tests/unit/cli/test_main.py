"""The program as a whole: help in two languages, errors as one line, exit codes."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from engine.cli.language import language_from
from engine.cli.main import COMMANDS
from tests.unit.cli.running import Program

SUNLIGHT: Final = str(Path(sys.executable).with_name("sunlight"))


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize(("lang", "heading"), [("en", "Usage: "), ("zh", "用法：")])
def test_every_command_has_help_in_both_languages(
    program: Program, name: str, lang: str, heading: str
) -> None:
    done = program("--lang", lang, name, "--help")
    assert done.code == 0
    assert done.out.decode().startswith(f"{heading}sunlight {name}")


def test_help_is_wholly_in_one_language(program: Program) -> None:
    english, chinese = program("--help").out.decode(), program("--lang", "zh", "--help").out.decode()
    assert english.isascii()
    for word in ("Usage", "Options", "Commands", "Show this"):
        assert word not in chinese


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        pytest.param(["--lang", "zh", "x"], {}, "zh", id="flag"),
        pytest.param(["x", "--lang=zh"], {"SUNLIGHT_LANG": "en"}, "zh", id="flag-after-the-command"),
        pytest.param(["x"], {"SUNLIGHT_LANG": "zh", "LANG": "en_GB.UTF-8"}, "zh", id="variable"),
        pytest.param(["x"], {"LANG": "zh_CN.UTF-8"}, "zh", id="locale"),
        pytest.param(["x"], {"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en", id="stronger-locale"),
        pytest.param(["--lang", "fr"], {}, "en", id="no-such-language"),
        pytest.param(["--", "--lang", "zh"], {}, "en", id="after-two-hyphens"),
        pytest.param(["x"], {}, "en", id="nothing"),
    ],
)
def test_the_language_is_that_of_the_flag_the_variable_or_the_locale(
    arguments: list[str], environment: dict[str, str], language: str
) -> None:
    assert language_from(arguments, environment) == language


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["rplay"], "there is no command 'rplay'; is replay meant?", id="command"),
        pytest.param(["replay", "--utnil"], "there is no option --utnil; is --until meant?", id="option"),
        pytest.param(["replay"], "missing 'FILE'", id="argument"),
        pytest.param(["config", "--group"], "option '--group' requires an argument", id="value"),
        pytest.param(["config", "x"], "got unexpected extra argument (x)", id="extra"),
        pytest.param(["rules", "chek"], "no such command 'chek'", id="subcommand"),
    ],
)
def test_a_wrong_call_is_one_line_and_exit_code_2(program: Program, arguments: list[str], said: str) -> None:
    done = program(*arguments)
    assert (done.code, done.out) == (2, b"")
    assert done.said == f"sunlight: error: {said}\n"


def test_a_wrong_call_is_told_in_chinese(program: Program) -> None:
    done = program("--lang", "zh", "replay", "--utnil")
    assert done.said == "sunlight：错误：没有选项 --utnil；是否指 --until？\n"


def test_without_a_command_there_is_help_and_exit_code_2(program: Program) -> None:
    done = program()
    assert done.code == 2
    assert "Commands:" in done.said


def test_help_is_quick_because_no_command_is_loaded() -> None:
    loaded = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "engine.cli.main", "--help"],
        capture_output=True,
        text=True,
        check=False,
    ).stderr
    for heavy in (
        "faust",
        "aiokafka",
        "confluent_kafka",
        "ruamel",
        "rich",
        "engine.cli.replay",
    ):
        assert f" {heavy}\n" not in loaded, heavy
    quickest = min(_seconds_of_help() for _ in range(5))
    assert quickest < 0.3


def test_a_reader_that_has_seen_enough_is_no_error_to_tell_of() -> None:
    log = Path(__file__).resolve().parents[2] / "golden" / "replay" / "log.jsonl"
    with subprocess.Popen(
        [SUNLIGHT, "replay", str(log), "--rejected", "/dev/null"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 1


def _seconds_of_help() -> float:
    began = time.perf_counter()
    done = subprocess.run([SUNLIGHT, "--help"], capture_output=True, check=False)
    assert done.returncode == 0
    return time.perf_counter() - began
