"""`sunlight demo`: the whole system on this machine, with a simulated district."""

import sys
from pathlib import Path
from typing import Final

from engine.cli.command import Command, Session, option, path_option
from engine.cli.failure import Failure, misused
from engine.cli.loaded import rulebook_of, topics_of
from engine.cli.settings import (
    DEMO,
    DEMO_CASES,
    DEMO_FACTOR,
    DEMO_LIVELINESS,
    DEMO_PORT,
    DEMO_SEED,
    LANG,
    RULES,
    TOPICS,
)
from engine.core.text import Text
from engine.embedded.demo import DemoSettings, run_demo
from engine.embedded.demo_process import DemoFailure
from engine.rulebook.locate import shipped_rules
from engine.worker.clock import elapsed_reading

PROGRAM: Final = (sys.executable, "-m", "engine.cli.main")


def run(session: Session, *, duration: float | None, keep: Path | None) -> int:
    """Run until Ctrl-C, or for `duration` seconds."""
    settings = session.settings()
    if duration is not None and not duration > 0:
        raise misused(
            Text(
                f"--duration：应大于 0，实为 {duration:g}",
                f"--duration: expected more than 0, got {duration:g}",
            )
        )
    told = DemoSettings(
        PROGRAM,
        rulebook_of(settings),
        settings[RULES] or shipped_rules(),
        topics_of(settings),
        settings[LANG] or session.language,
        settings[DEMO_SEED],
        settings[DEMO_FACTOR],
        settings[DEMO_CASES],
        settings[DEMO_LIVELINESS],
        settings[DEMO_PORT],
        duration,
        keep,
    )
    try:
        return run_demo(told, elapsed_reading)
    except DemoFailure as failure:
        raise Failure(failure.text) from failure


COMMAND: Final = Command(
    "demo",
    Text(
        "在本机演示整个系统：内置 Kafka、模拟的区县审批系统、真实的工作进程和监察大屏。"
        "不需要 Java 或 Docker；Ctrl-C 结束，不留痕迹。",
        "Show the whole system on this machine: an embedded broker, a simulated district, the real worker and the "
        "real board. It needs neither Java nor Docker; Ctrl-C ends it and leaves nothing behind.",
    ),
    run,
    [
        option(
            "--duration",
            type=float,
            metavar="SECONDS",
            about=Text(
                "若干秒后自行结束 [默认：直到 Ctrl-C]", "end after so many seconds [default: on Ctrl-C]"
            ),
        ),
        path_option(
            "--keep",
            metavar="DIR",
            about=Text(
                "保留状态和日志的目录 [默认：临时目录]",
                "keep state and logs in this directory [default: nowhere]",
            ),
        ),
    ],
    (*DEMO, RULES, TOPICS),
)
