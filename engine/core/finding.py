"""Findings: what is odd about a case, said on the case, never a reason to drop an event."""

from typing import Final

from msgspec import Struct

from engine.core.text import Text


class Finding(Struct, frozen=True, array_like=True):
    """Something odd, and the event that shows it."""

    kind: str
    """One of `FINDINGS`."""
    source: str = ""
    event: str = ""
    """Identity of the event; empty where the whole case is meant."""
    detail: str = ""
    """The offending value."""


FINDINGS: Final[dict[str, Text]] = {
    "unknown-type": Text("流程中没有的事件类型", "an event type that the process does not know"),
    "unknown-item": Text("目录中没有的事项", "an item that the catalogue does not hold"),
    "no-item": Text("没有事项编码", "no event names the item"),
    "item-changed": Text("事项编码前后不一", "a later event names another item"),
    "identity-conflict": Text("同一标识的事件内容不同", "differing events under one identity"),
    "unexpected-stage": Text("事件与所处环节不符", "an event that was not expected in this stage"),
    "event-after-end": Text("办结后仍有过程", "an event after the case had ended"),
    "start-after-end": Text("办结早于时钟起点", "the case ended before the clock's start"),
    "started-twice": Text("时钟重复启动", "a clock was started while it ran"),
    "resumed-without-suspension": Text("未挂起而恢复", "resumed without being suspended"),
    "ended-while-suspended": Text("挂起中办结", "the case ended while it was suspended"),
    "suspension-before-start": Text("受理前挂起", "suspended before the clock started"),
    "suspension-ineffective": Text(
        "挂起不停表：种类或依据不符", "a suspension whose kind or basis stops no clock"
    ),
    "suspension-without-length": Text("挂起未书面告知期限", "a suspension whose length was not told"),
    "prolongation-late": Text("挂起期满后续期", "a suspension prolonged after its granted end"),
    "prolongation-without-basis": Text("挂起续期无依据或期限", "a prolongation without basis or length"),
    "unknown-return-target": Text(
        "退回的目标环节不存在", "a return to a stage that the process does not know"
    ),
    "decision-unknown": Text("审批未载明准予或不予", "a decision that is neither granted nor denied"),
    "extension-late": Text("届满后延期", "extended after the limit had passed"),
    "extension-repeated": Text("再次延期", "extended more often than allowed"),
    "extension-over-bound": Text("延期超过上限", "extended beyond the bound"),
    "extension-unapproved": Text("延期无批准人", "an extension without approver or length"),
    "extension-unit": Text("延期单位不符", "an extension in a unit that the clock does not count in"),
    "correction-without-target": Text("更正的原事件不存在", "a correction of an event that is not known"),
    "deadline-missing": Text("来源未给出截止时间", "the source gave no deadline"),
    "ahead-of-receipt": Text("发生时间晚于接收时间", "an event ahead of its receipt"),
    "too-many-events": Text("事件数超过上限", "more events than a case may have"),
    "after-retention": Text("留存期后到达的事件", "an event after the retention of the case"),
}
"""Every kind, in words."""
