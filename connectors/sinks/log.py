"""A sink that writes each alert as one line of JSON to a text stream."""

import errno
from typing import Final, TextIO

import msgspec

from connectors.port import Delivered, Delivery, Failed
from engine.ports import SourceRecord

_PASSING: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EAGAIN, errno.EINTR})
"""What may be over by the next attempt."""


class LogSink:
    """Writes to `stream` and flushes after each alert; the stream stays its owner's."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def deliver(self, alert: SourceRecord) -> Delivery:
        """Write the alert's JSON as one line."""
        place = f"{alert.topic}/{alert.partition}@{alert.offset}"
        try:
            line = msgspec.json.format(alert.value or b"", indent=-1).decode()
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            return Failed(retryable=False, reason=f"{place}: expected JSON, {error}")
        try:
            self._stream.write(line + "\n")
            self._stream.flush()
        except OSError as error:
            return Failed(
                retryable=error.errno in _PASSING, reason=f"{place}: cannot be written: {error.strerror}"
            )
        except ValueError as error:
            # A closed stream, or one whose encoding lacks a character.
            return Failed(retryable=False, reason=f"{place}: cannot be written: {error}")
        return Delivered()

    def close(self) -> None:
        """The stream is not this sink's to close."""
