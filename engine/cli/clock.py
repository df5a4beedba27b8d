"""Which clock a process takes its time from."""

from engine.cli.failure import misused
from engine.cli.resolve import Settings
from engine.cli.settings import CLOCK
from engine.core.rulebook import Rulebook
from engine.core.text import Text
from engine.embedded.workday_clock import Pace, WorkdayClock
from engine.worker.clock import Clock, SystemClock, elapsed_reading


def clock_of(settings: Settings, rulebook: Rulebook) -> Clock:
    """The machine's clock, or the simulated one that the settings name. Raises `Failure`."""
    pace = pace_of(settings)
    if pace is None:
        return SystemClock()
    return WorkdayClock(pace, rulebook.calendars[rulebook.calendar], elapsed=elapsed_reading)


def pace_of(settings: Settings) -> Pace | None:
    """How simulated time passes; None where time is not simulated. Raises `Failure`."""
    text = settings[CLOCK]
    if text is None:
        return None
    try:
        return Pace.from_text(text)
    except ValueError as error:
        raise misused(
            Text(
                f"clock：应为 START@ORIGINxFACTOR，实为 {text!r}",
                f"clock: expected START@ORIGINxFACTOR, got {text!r}",
            )
        ) from error
