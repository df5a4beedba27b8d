"""Whether a partition has applied all that its source's log held when it was last looked at.

Positions count, not records: a log may end in markers that are no records, and may be empty.
"""

from engine.worker.transport import Place


class CatchUp:
    """How far one partition is, seen from the processing end."""

    def __init__(self, start: int, moment: float) -> None:
        self._applied = start
        self._handed = 0
        self._place: Place | None = None
        self._behind_since: float | None = moment
        self._was_caught_up = False

    @property
    def expected(self) -> int:
        """The position at which the next message must start."""
        return self._applied

    def applied(self, position: int) -> None:
        """All records before `position` were applied."""
        self._applied = position
        self._note_end()

    def seen(self, handed: int, place: Place, moment: float) -> None:
        """The consumer is at `place`, and hands out everything before `handed` (0: nothing yet)."""
        self._handed = handed
        self._place = place
        self._note_end()
        if not self.is_caught_up() and self._behind_since is None:
            self._behind_since = moment

    def is_caught_up(self) -> bool:
        """Whether nothing lay between what was applied and the end of the log as last seen."""
        place = self._place
        if place is None or place.highwater is None:
            return False
        return place.position >= place.highwater and self._applied >= self._handed

    def decides(self, moment: float, after_seconds: float) -> bool:
        """Whether deadlines are to be decided: at the end of the log, or behind it for longer than a bound."""
        return self.is_caught_up() or self.seconds_behind(moment) > after_seconds

    def keeps_up(self, moment: float, grace_seconds: float) -> bool:
        """Whether the end of the log was reached once and has not been out of reach for longer than a grace.

        A stream that flows is behind for the moment between a fetch and its commit, every time.
        """
        return self._was_caught_up and self.seconds_behind(moment) <= grace_seconds

    def seconds_behind(self, moment: float) -> float:
        """For how long the end has been out of reach; 0 where it is not."""
        return 0.0 if self._behind_since is None else moment - self._behind_since

    def _note_end(self) -> None:
        if self.is_caught_up():
            self._behind_since = None
            self._was_caught_up = True
