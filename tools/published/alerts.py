"""An alert as an example: a yellow card that fell due, with the days that were counted."""

from typing import Final

from engine.codec.rfc3339 import instant_from
from engine.core.alert import Alert, Day, Explanation, Fact
from engine.core.text import Text

_WORKED: Final = Text("工作日", "working day")
_WEEKEND: Final = Text("周末", "weekend")
_ACCEPTED: Final = instant_from("2024-03-05T09:03:00+08:00")
_DUE: Final = instant_from("2024-03-12T18:00:00+08:00")

EXAMPLE: Final = Alert(
    saying="raised",
    alert="5f0c2f6e4b0d9a7713c8e2a1b4d6f890",
    revision=1,
    level="yellow",
    case="WH-2024-000042",
    item="A-001",
    unit="hbw-housing",
    window="W03",
    person="P-1021",
    area=("乌海市", "海勃湾区"),
    process="approval",
    stage="review",
    clock="promise",
    rung="yellow",
    rule="OT-CASE",
    rulebook="4c1d8e0f92ab",
    due=_DUE,
    justified_from=_DUE,
    detected=_DUE + 38_000,
    as_of=_DUE + 38_000,
    time=_DUE,
    known=3,
    explanation=Explanation(
        facts=(
            Fact(
                "case.accepted",
                "/wuhai/hbw/approval",
                "20240305-000121",
                _ACCEPTED,
                _ACCEPTED + 4_120_000,
                "hbw-housing",
                "P-1021",
            ),
        ),
        limit="5 working days",
        counting="day",
        days=(
            Day("2024-03-06", counted=True, reason=_WORKED),
            Day("2024-03-07", counted=True, reason=_WORKED),
            Day("2024-03-08", counted=True, reason=_WORKED),
            Day("2024-03-09", counted=False, reason=_WEEKEND),
            Day("2024-03-10", counted=False, reason=_WEEKEND),
            Day("2024-03-11", counted=True, reason=_WORKED),
            Day("2024-03-12", counted=True, reason=_WORKED),
        ),
        excluded=(),
        extensions=(),
        basis=Text("事项目录所载承诺时限", "The promised limit in the item catalogue"),
        text=Text(
            "2024-03-05 09:03 受理,承诺 5 个工作日,应于 2024-03-12 18:00 前办结,至今未办结。",
            "Accepted at 2024-03-05 09:03 with 5 working days promised: due by 2024-03-12 18:00 and not closed.",
        ),
    ),
)
