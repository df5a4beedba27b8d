"""What became no event of a case: listed line by line, and counted by reason. Nothing is dropped unseen."""

from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, Final

import click

from connectors.port import SourceRejection
from engine.cli.command import Session, path_option
from engine.cli.failure import Failure
from engine.cli.language import Language, pick
from engine.core.text import Text

REJECTED: Final = path_option(
    "--rejected",
    about=Text(
        "把未能采用的行写入此文件 [默认：标准错误]",
        "write what could not be taken to this file [default: standard error]",
    ),
)

REFUSED: Final = {
    "too-far-ahead": Text(
        "发生时间比接收时间晚一年以上", "it occurred more than a year ahead of its receipt"
    ),
    "too-many-events": Text("该办件的事件数已达上限", "its case holds as many events as a case may have"),
}
"""Why an event was not taken by its case."""


class Rejections:
    """The list of what was rejected."""

    def __init__(self, stream: IO[str] | None, language: Language) -> None:
        self._stream = stream
        self._language = language
        self.by_reason: Counter[str] = Counter()

    def row(self, rejection: SourceRejection) -> None:
        """List what a file holds that is no event."""
        rejected = rejection.rejected
        self._list(f"{rejection.place}", rejected.reason, rejected.detail)

    def event(self, case: str, identity: str, reason: str) -> None:
        """List an event that its case did not take."""
        self._list(f"{case}: {identity}", reason, REFUSED[reason])

    def _list(self, place: str, reason: str, detail: Text) -> None:
        self.by_reason[reason] += 1
        line = f"{place}: {reason}: {pick(detail, self._language)}"
        click.echo(
            line.encode(errors="backslashreplace").decode(), file=self._stream, err=self._stream is None
        )


def rejected_to(path: Path | None) -> AbstractContextManager[IO[str] | None]:
    """The file for rejections, truncated; None for the standard error. Raises `Failure`."""
    if path is None:
        return nullcontext()
    try:
        return path.open("w", encoding="utf-8", newline="\n")
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> Failure:
    """The file cannot be written."""
    return Failure(Text(f"无法写入 {path}：{error.strerror}", f"{path}: cannot be written: {error.strerror}"))


def tell_rejected(session: Session, rejections: Rejections, where: Path | None) -> None:
    """Say how many were rejected, by reason, and where they are listed."""
    total = sum(rejections.by_reason.values())
    if total == 0:
        session.say(Text("未采用  0", "rejected  0"))
        return
    reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(rejections.by_reason.items()))
    listed = (
        Text(f"（见 {where}）", f" (listed in {where})") if where else Text("（见上）", " (listed above)")
    )
    session.say(Text(f"未采用  {total}：{reasons}{listed.zh}", f"rejected  {total}: {reasons}{listed.en}"))
