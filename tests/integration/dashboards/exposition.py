"""A worker's metrics as they are while it works, served for scraping: each scrape finds that more has happened."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from engine.ports import Change, Commit, Meta, OutRecord
from engine.worker.health import TEXT
from engine.worker.meters import Meters

UNITS = ("housing", "health")
STAGES = ("accept", "review", "approve", "close")
PARTITIONS = 4
EVENTS = "events"


def _alert(level: str, unit: str) -> OutRecord:
    return OutRecord("alerts", 0, b"c-1", b"{}", (("level", level.encode()), ("unit", unit.encode())))


class Worker:
    """The meters of a worker that is told what a worker does, by the methods that a worker calls."""

    def __init__(self) -> None:
        self.meters = Meters()
        self._turns = 0
        for partition in range(PARTITIONS):
            self.meters.recovered(partition, 0.25, 1_000)
            self.meters.behind(partition, behind=False)

    def work(self, now: float) -> None:
        """Apply a batch and a tick on every partition at `now`, in seconds since the epoch."""
        side = (
            OutRecord("dead-letters", 0, None, b"{", (("reason", b"not-json"),)),
            OutRecord(EVENTS, 1, b"c-2", b"{}"),
        )
        self._turns += 1
        for unit in UNITS:
            alerts = tuple(_alert(level, unit) for level in ("warning", "yellow", "red"))
            change = Change(b"c-1", b"\x00" * 9, None)
            self.meters.committed(Commit(side, alerts, (change,), Meta()), EVENTS)
        census = {f"{unit}\t{stage}": self._turns for unit in UNITS for stage in STAGES}
        self.meters.open_cases([census] * PARTITIONS)
        for partition in range(PARTITIONS):
            self.meters.applied(partition, 40 * (partition + 1), 0.01 * (partition + 1))
            self.meters.recovered(partition, 0.25, 100)
        self.meters.lagged(0.012)
        self.meters.found("unknown-item")
        wake = int((now + 60) * 1_000_000)
        self.meters.observe([(partition, wake) for partition in range(PARTITIONS)], clock_sane=True)


class Exposition:
    """Serves the meters on a free port of loopback inside the context, and counts the scrapes."""

    def __init__(self) -> None:
        self.worker = Worker()
        self._scraped = threading.Condition()
        self._scrapes = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever)

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self._server.server_port}"

    def wait_for_scrapes(self, count: int, seconds: float) -> bool:
        """Wait until there were `count`; False where there were fewer after `seconds`.

        A scrape is stored before the next one begins, so all but the last are there to be asked for.
        """
        with self._scraped:
            return self._scraped.wait_for(lambda: self._scrapes >= count, seconds)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _scrape(self) -> bytes:
        with self._scraped:
            self.worker.work(time.time())
            self._scrapes += 1
            self._scraped.notify_all()
            return self.worker.meters.exposition()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        scrape = self._scrape

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = scrape()
                self.send_response(200)
                self.send_header("Content-Type", TEXT)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  The parent names it so.
                """Say nothing: the tests' output is not a server's log."""

        return Handler
