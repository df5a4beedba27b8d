"""Why a record is no event: a closed set of reasons, and the sentence that tells people."""

from typing import Final, Literal

from msgspec import Struct

from engine.codec.rfc3339 import TimeFault
from engine.core.text import Text

Reason = Literal[
    "no-value",
    "too-large",
    "not-utf-8",
    "not-json",
    "not-an-object",
    "bad-specversion",
    "no-id",
    "no-source",
    "no-subject",
    "no-type",
    "no-time",
    "bad-time",
    "time-without-zone",
    "time-out-of-range",
    "bad-field",
    # Told by the pipeline, which knows now, the case table and the partitions.
    "too-far-ahead",
    "beyond-retention",
    "too-many-events",
    # Told by the sources that read tables and logs through a mapping.
    "bad-row",
]
"""Reason codes of dead letters and of rejected rows."""

SHOWN: Final = 80
"""So many characters of an offending value are shown."""


class Rejected(Struct, frozen=True):
    """What was read is no event, and why."""

    reason: Reason
    detail: Text
    """Names the offending value."""


def shown(value: object) -> str:
    """`value` as an error names it, cut where it is long."""
    text = repr(str(value)) if isinstance(value, str) else repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def missing(attribute: Literal["id", "source", "subject", "type", "time"]) -> Rejected:
    """A required attribute is absent, null or empty."""
    reasons: dict[str, Reason] = {
        "id": "no-id",
        "source": "no-source",
        "subject": "no-subject",
        "type": "no-type",
        "time": "no-time",
    }
    return Rejected(
        reasons[attribute],
        Text(zh=f"缺少必填属性 {attribute}", en=f"{attribute}: required attribute is missing or empty"),
    )


def bad_field(path: str, zh: str, en: str, value: object) -> Rejected:
    """A field cannot be taken; `zh` and `en` say what was expected."""
    return Rejected(
        "bad-field",
        Text(
            zh=f"字段 {path} 无效:应为{zh},实为 {shown(value)}",
            en=f"{path}: expected {en}, got {shown(value)}",
        ),
    )


def bad_time(path: str, fault: TimeFault) -> Rejected:
    """The time at `path` names no instant that the engine can take."""
    value = shown(fault.text)
    match fault.reason:
        case "time-without-zone":
            zh = f"时间 {value} 没有时区,请写明偏移,例如 +08:00"
            en = f"time {value} has no zone; is '+08:00' missing at its end?"
        case "time-out-of-range":
            zh = f"时间 {value} 超出范围(1970 年至 9999 年)"
            en = f"time {value} is out of range, expected the years 1970 to 9999"
        case "bad-time" if ":60" in fault.text:
            zh = f"时间 {value} 是闰秒,请改写为相邻的一秒"
            en = f"time {value} is a leap second, expected the second beside it"
        case _:
            zh = f"时间 {value} 不是 RFC 3339 格式,例如 2024-03-05T09:00:00+08:00"
            en = f"expected an RFC 3339 time such as '2024-03-05T09:00:00+08:00', got {value}"
    return Rejected(fault.reason, Text(zh=f"{path}:{zh}", en=f"{path}: {en}"))
