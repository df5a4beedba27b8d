"""What a delivery process needs to be told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.deliver.route import DerivedTopics


@dataclass(frozen=True, slots=True)
class DeliverSettings:
    """The settings of one delivery process."""

    client_options: Mapping[str, Any]
    """What every aiokafka client takes: addresses, client id, credentials."""
    alerts: str
    """The alert topic."""
    topics: DerivedTopics
    group: str = "sunlight-deliver"
    """Processes of one group share the partitions. Also the beginning of the transactional ids."""
    health_host: str = "127.0.0.1"
    health_port: int | None = 8710
    """Port of `/healthz`, `/readyz` and `/metrics`; 0 takes a free one, None serves none."""
    session_seconds: float = 10.0
    check_checksums: bool = True
    """False for the embedded broker, whose transaction markers carry none that hold."""
    on_ready: Callable[[int], None] | None = None
    """Called with the health port once it is listened on."""
    stop_seconds: float = 10.0
    """How long it may take to finish what is under way once it is told to stop."""
