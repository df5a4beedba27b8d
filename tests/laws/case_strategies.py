"""Random histories of cases: every event type, suspensions and corrections, on a grid of quarter hours."""

from hypothesis import strategies as st

from engine.core.event import Event, Facts, Length, Reference, Replacement
from engine.core.instant import DAY, MINUTE, Instant
from tests.small import at

START = at("2025-09-15 00:00")
END = at("2025-11-20 00:00")
EARLY = at("2025-09-01 00:00")
"""When everything was received, where the order of arrival is not what is tested."""

_GRID = 15 * MINUTE
_PLAIN = (
    "received",
    "accepted",
    "reviewed",
    "approved",
    "closed",
    "returned",
    "withdrawn",
    "voided",
    "delivered",
)


def instants(first: Instant = START, last: Instant = END) -> st.SearchStrategy[Instant]:
    """Instants of the span, mostly on a coarse grid so that events coincide."""
    return st.integers(first // _GRID, last // _GRID).map(lambda step: step * _GRID)


def facts(kind: str) -> st.SearchStrategy[Facts]:
    """Facts that fit an event of `kind`, sometimes badly."""
    if kind in ("suspended", "resumed"):
        kinds = st.sampled_from(["hearing", "testing", "site_survey", "lunch", None])
        lengths = st.one_of(st.none(), st.integers(1, 8).map(lambda days: Length(days, "working_days")))
        return st.builds(Facts, kind=kinds, basis=st.sampled_from(["许可法45条", None]), length=lengths)
    if kind == "extended":
        lengths = st.integers(1, 12).map(lambda days: Length(days, "working_days"))
        return st.builds(Facts, length=lengths, approver=st.sampled_from(["局长", None]))
    if kind == "returned":
        return st.builds(Facts, to=st.sampled_from(["review", "accept", None]))
    return st.builds(
        Facts,
        item=st.sampled_from(["seven", "five", "filing", "now", "unheard-of", None]),
        unit=st.sampled_from(["housing", None]),
    )


@st.composite
def plain_events(draw: st.DrawFn) -> Event:
    """One event that is no correction; its identity is given by `numbered`."""
    kind = draw(
        st.sampled_from([*_PLAIN, "suspended", "resumed", "extended", "accepted", "suspended", "resumed"])
    )
    occurred = draw(instants())
    recorded = draw(st.one_of(st.none(), st.integers(0, 5).map(lambda days: occurred + days * DAY)))
    return Event(f"case.{kind}", "/test", "", occurred, EARLY, recorded, draw(facts(kind)))


@st.composite
def histories(draw: st.DrawFn, *, corrections: bool = True) -> list[Event]:
    """Events of one case with an acceptance among them, each with its own identity."""
    events = draw(st.lists(plain_events(), min_size=1, max_size=9))
    item = draw(st.sampled_from(["seven", "five", "twenty", "filing", "now"]))
    events.append(
        Event(
            "case.accepted",
            "/test",
            "",
            draw(instants(START, START + 20 * DAY)),
            EARLY,
            None,
            Facts(item=item),
        )
    )
    numbered = [_with_id(event, f"e{place}") for place, event in enumerate(events)]
    if corrections:
        for place in range(draw(st.integers(0, 2))):
            numbered.append(draw(corrections_of(numbered, f"k{place}")))
    return draw(st.permutations(numbered))


@st.composite
def corrections_of(draw: st.DrawFn, events: list[Event], identity: str) -> Event:
    """A correction of one of `events`, or of an event that is not known."""
    target = draw(st.sampled_from([*[event.id for event in events], "missing"]))
    replacement = draw(
        st.one_of(
            st.none(), plain_events().map(lambda said: Replacement(said.type, said.occurred, said.facts))
        )
    )
    return Event(
        "case.corrected",
        "/test",
        identity,
        draw(instants()),
        EARLY,
        None,
        Facts(supersedes=Reference("/test", target), replacement=replacement),
    )


def _with_id(event: Event, identity: str) -> Event:
    return Event(
        event.type, event.source, identity, event.occurred, event.received, event.recorded, event.facts
    )
