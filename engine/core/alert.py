"""An alert as it is said: what was raised, ended or withdrawn, of which case, by which rule, and why."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from operator import itemgetter
from typing import Final, Literal

from msgspec import Struct

from engine.core.clock import Level
from engine.core.instant import Instant
from engine.core.text import Text

Saying = Literal["raised", "ended", "withdrawn", "withdrawal_proposed"]


class Fact(Struct, frozen=True):
    """An event on which an alert rests."""

    type: str
    source: str
    id: str
    time: Instant
    recorded: Instant | None = None
    unit: str | None = None
    person: str | None = None


class Day(Struct, frozen=True):
    """A civil day between start and due instant, and why it counted or not."""

    date: str
    counted: bool
    reason: Text


class Excluded(Struct, frozen=True):
    """A suspension that moved the due instant."""

    since: Instant
    until: Instant | None
    """None while it lasts."""
    kind: str | None
    basis: str | None


class Explanation(Struct, frozen=True):
    """Why an alert was raised, complete in itself."""

    facts: tuple[Fact, ...]
    limit: str
    """The allowance in words of the rule; `deadline` where the source gave the end."""
    counting: str
    days: tuple[Day, ...]
    """Of limits in working days: every day after the start up to the due day."""
    excluded: tuple[Excluded, ...]
    extensions: tuple[Fact, ...]
    basis: Text
    text: Text


class Alert(Struct, frozen=True):
    """One message about one alert."""

    saying: Saying
    alert: str
    """The alert's id."""
    revision: int
    level: Level
    case: str
    item: str | None
    unit: str | None
    window: str | None
    person: str | None
    area: tuple[str, ...]
    process: str
    stage: str
    clock: str
    rung: str
    rule: str
    rulebook: str
    due: Instant
    justified_from: Instant
    detected: Instant
    as_of: Instant
    """The instant on whose facts it was decided: `detected`, or earlier where a decision caught up in steps."""
    time: Instant
    """When it fell due; of an end or a withdrawal: when that came about."""
    known: int
    """How many events the case had when the alert was raised."""
    provisional: bool = False
    """The due instant lies past the days that the calendar's notices cover."""
    behind: bool = False
    """The stream was behind when this was decided."""
    explanation: Explanation | None = None

    @property
    def message_id(self) -> str:
        """The id of this message: the alert, its revision, and what is said."""
        said = f"{self.alert}\x1f{self.revision}\x1f{self.saying}"
        return blake2b(said.encode(), digest_size=16).hexdigest()


PublicationKey = tuple[Instant, Instant, str]


def in_publication_order(said: Iterable[Sequence[Alert]]) -> list[Alert]:
    """The messages of several cases by (justified from, due, id); those of one case keep their order.

    What is published of a case is therefore always a beginning of what was to be said of it.
    """
    keyed: list[tuple[PublicationKey, Alert]] = []
    for alerts in said:
        latest: PublicationKey = (0, 0, "")
        for alert in alerts:
            latest = max(latest, spoken_order(alert)[:3])
            keyed.append((latest, alert))
    keyed.sort(key=itemgetter(0))
    return [alert for _, alert in keyed]


def spoken_order(alert: Alert) -> tuple[Instant, Instant, str, int, int]:
    """The order of what is said of one case at one step: by (justified from, due, id), a raise before its end."""
    said_at = alert.justified_from if alert.saying == "raised" else max(alert.justified_from, alert.time)
    return (said_at, alert.due, alert.alert, alert.revision, _SAID_AFTER[alert.saying])


_SAID_AFTER: Final = {"raised": 0, "ended": 1, "withdrawal_proposed": 2, "withdrawn": 3}
