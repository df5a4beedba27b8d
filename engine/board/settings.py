"""What the board needs to be told."""

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from engine.board.names import Names
from engine.board.read_model import BoardTopics
from engine.core.instant import Instant

TOKEN_CHARACTERS: Final = 16
"""A shorter token could be guessed."""


class SettingError(ValueError):
    """Settings under which the board does not start."""


@dataclass(frozen=True, slots=True)
class BoardSettings:
    """The settings of one board."""

    client_options: Mapping[str, Any]
    """What every aiokafka client takes: addresses, client id, credentials."""
    topics: BoardTopics
    read_model: Path
    """The file of the read-model, of this process's own."""
    now: Callable[[], Instant]
    """The clock that deadlines are measured with."""
    rate: float = 1.0
    """How many seconds of that clock pass in one second; other than 1 in a simulation."""
    host: str = "127.0.0.1"
    port: int = 8600
    """0 takes a free one."""
    token: str | None = field(default=None, repr=False)
    """Without it nobody is let in who comes from elsewhere, and the board listens on loopback only."""
    names: Names = field(default_factory=Names)
    on_ready: Callable[[int], None] | None = None
    """Called with the port once the board is listened on."""


def check_access(host: str, token: str | None) -> None:
    """Raise `SettingError` where `host` can be reached from elsewhere and no good `token` guards it."""
    if token is not None and len(token) < TOKEN_CHARACTERS:
        msg = f"token: expected at least {TOKEN_CHARACTERS} characters, got {len(token)}"
        raise SettingError(msg)
    if token is None and not is_loopback(host):
        msg = (
            f"host: {host!r} can be reached from other machines, so a token is needed; "
            "set one, or listen on 127.0.0.1"
        )
        raise SettingError(msg)


def is_loopback(host: str) -> bool:
    """Whether `host` names this machine to itself only."""
    name = host.removeprefix("[").removesuffix("]")
    if name.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
