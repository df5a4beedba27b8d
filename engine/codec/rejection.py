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

REASONS: Final[dict[Reason, Text]] = {
    "no-value": Text("记录没有内容", "The record has no value"),
    "too-large": Text("记录超过最大字节数", "The record is too large"),
    "not-utf-8": Text("不是 UTF-8 编码", "Not UTF-8"),
    "not-json": Text("不是 JSON", "Not JSON"),
    "not-an-object": Text("是 JSON,但不是对象", "JSON, but no object"),
    "bad-specversion": Text("specversion 缺失或不是 1.0", "`specversion` is missing or not 1.0"),
    "no-id": Text("没有 id", "No `id`"),
    "no-source": Text("没有 source", "No `source`"),
    "no-subject": Text("没有 subject(案件编号)", "No `subject`, so no case"),
    "no-type": Text("没有 type", "No `type`"),
    "no-time": Text("没有 time", "No `time`"),
    "bad-time": Text("时间不是 RFC 3339 格式,或为闰秒", "A time that is not RFC 3339, or a leap second"),
    "time-without-zone": Text("时间没有时区", "A time without a zone"),
    "time-out-of-range": Text("时间早于 1970 年或晚于 9999 年", "A time before 1970 or after 9999"),
    "bad-field": Text(
        "某个字段类型不符、过长或含控制字符", "A field of another type, too long, or with control characters"
    ),
    "too-far-ahead": Text("发生时间晚于接收时间一年以上", "A time more than a year ahead of its receipt"),
    "beyond-retention": Text(
        "早于留存期且案件不存在", "Older than the retention, of a case that is not known"
    ),
    "too-many-events": Text("案件的事件数已达上限", "The case has as many events as a case may have"),
    "bad-row": Text("(文件)这一行不能按映射读取", "In files: a row that the mapping cannot read"),
}
"""Every reason, in words."""

SHOWN: Final = 80
"""So many characters of an offending value are shown."""


class Rejected(Struct, frozen=True):
    """What was read is no event, and why."""

    reason: Reason
    detail: Text
    """Names the offending value."""


def shown(value: object) -> str:
    """`value` as an error names it, cut where it is long."""
    text = repr(value)
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
