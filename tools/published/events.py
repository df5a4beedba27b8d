"""What events say, described once in words: the fields, the types, and an example of each type."""

from typing import Any, Final

from msgspec import Struct

from engine.core.text import Text


class EventDescription(Struct, frozen=True):
    """One type of event."""

    type: str
    title: Text
    about: Text
    fields: tuple[str, ...]
    """Fields of `data` that belong to this type, beside those that every event may have."""
    example: dict[str, Any]
    """`data` of the example."""
    required: tuple[str, ...] = ()
    """Fields of `data` without which the event says nothing."""


ATTRIBUTES: Final[dict[str, Text]] = {
    "specversion": Text("固定为 1.0", "Always 1.0"),
    "id": Text(
        "事件编号;与 source 一起唯一,重发时不变",
        "Unique within the source, and the same when the event is sent again",
    ),
    "source": Text("发出事件的系统", "The system that the event comes from"),
    "type": Text("事件类型", "What happened"),
    "subject": Text("案件编号;也是 Kafka 记录的键", "The case id; the key of the Kafka record as well"),
    "time": Text("发生时间,须带时区", "When it happened, with a zone"),
    "recordedtime": Text(
        "来源系统登记的时间;有则请给,补录即由此可见",
        "When the source system wrote it down; it shows what was entered late",
    ),
}

COMMON: Final = ("item", "unit", "window", "person")

FIELDS: Final[dict[str, Text]] = {
    "item": Text("事项编码", "Code of the item in the catalogue"),
    "unit": Text("办理单位", "The unit that acts"),
    "window": Text("窗口", "The window"),
    "person": Text("经办人(工号,不是申请人)", "The official who acts, by number; never the applicant"),
    "deadline": Text(
        "来源系统给出的截止时间,须带时区", "The end that the source itself gives the case, with a zone"
    ),
    "decision": Text("决定:granted 准予,denied 不予", "granted or denied"),
    "kind": Text(
        "挂起种类:hearing 听证、inspection 检验、appraisal 鉴定、expert_review 专家评审等",
        "Kind of suspension: hearing, bidding, auction, inspection, testing, quarantine, appraisal, expert_review, …",
    ),
    "legal_basis": Text("法律依据", "Legal basis"),
    "granted": Text("书面告知的时长", "The length told in writing"),
    "length": Text("延长的时长", "The length added"),
    "approver": Text("批准人", "Who approved it"),
    "reason": Text("理由;只保存前 200 个字符", "Why; the first 200 characters are kept"),
    "to": Text("退回到的环节", "The stage to which the case goes back"),
    "amount": Text("金额(元),十进制文本", "Yuan as decimal text"),
    "supersedes": Text("被更正事件的 source 与 id", "Source and id of the event that is corrected"),
    "replacement": Text(
        "更正后的内容:type、time、data;没有则原事件作废",
        "What stands in its place: type, time, data; without it the event is void",
    ),
}

_DESK: Final = {"item": "A-001", "unit": "hbw-housing", "window": "W03", "person": "P-1021"}

EVENTS: Final = (
    EventDescription(
        "case.received",
        Text("收件", "Received"),
        Text("窗口收到申请材料。", "The window has taken the application in."),
        (),
        _DESK,
    ),
    EventDescription(
        "case.supplement_requested",
        Text("告知补正", "Supplement requested"),
        Text("一次性告知需要补正的材料。", "The applicant is told, once and for all, what is missing."),
        ("reason",),
        {**_DESK, "reason": "材料不齐"},
    ),
    EventDescription(
        "case.supplemented",
        Text("补正完成", "Supplemented"),
        Text("申请人已补齐材料。", "What was missing has come."),
        (),
        _DESK,
    ),
    EventDescription(
        "case.accepted",
        Text("受理", "Accepted"),
        Text(
            "受理申请,时限开始计算;来源系统自有截止时间的写在 deadline。",
            "The application is accepted and its limits begin; a deadline of the source's own goes with it.",
        ),
        ("deadline",),
        {**_DESK, "deadline": "2024-03-14T18:00:00+08:00"},
    ),
    EventDescription(
        "case.refused",
        Text("不予受理", "Refused"),
        Text("不予受理,案件结束。", "The application is not accepted; the case ends."),
        ("reason", "legal_basis"),
        {**_DESK, "reason": "不属于本机关职权范围", "legal_basis": "行政许可法第三十二条第一款第二项"},
    ),
    EventDescription(
        "case.reviewed",
        Text("审核", "Reviewed"),
        Text("审核完毕,转审批。", "The review is done."),
        ("decision", "reason"),
        _DESK,
    ),
    EventDescription(
        "case.approved",
        Text("审批", "Approved"),
        Text(
            "作出决定:decision 为 granted 或 denied。",
            "The decision is made: `decision` says granted or denied.",
        ),
        ("decision", "approver", "reason"),
        {**_DESK, "decision": "granted", "approver": "P-0007"},
    ),
    EventDescription(
        "case.closed",
        Text("办结", "Closed"),
        Text("案件办结,时限停止。", "The case ends and its limits stop."),
        ("decision",),
        _DESK,
    ),
    EventDescription(
        "case.delivered",
        Text("送达", "Delivered"),
        Text("证照或决定书已送达。", "The document has reached the applicant."),
        (),
        _DESK,
    ),
    EventDescription(
        "case.returned",
        Text("退回", "Returned"),
        Text(
            "退回到 to 所指环节;没有 to 则退件,案件结束。",
            "The case goes back to the stage `to`; without it the application is sent back and the case ends.",
        ),
        ("to", "reason"),
        {**_DESK, "to": "review", "reason": "审核意见不明确"},
    ),
    EventDescription(
        "case.withdrawn",
        Text("撤回", "Withdrawn"),
        Text("申请人撤回申请,案件结束。", "The applicant withdraws; the case ends."),
        ("reason",),
        _DESK,
    ),
    EventDescription(
        "case.voided",
        Text("作废", "Voided"),
        Text("登记有误,案件作废。", "The case was entered by mistake and is void."),
        ("reason", "approver"),
        {**_DESK, "reason": "重复登记", "approver": "P-0007"},
    ),
    EventDescription(
        "case.suspended",
        Text("挂起", "Suspended"),
        Text(
            "依法不计入时限的期间开始:种类、法律依据、书面告知的时长。",
            "A time that the law does not count begins: its kind, its legal basis, the length told in writing.",
        ),
        ("kind", "legal_basis", "granted", "approver", "reason"),
        {
            **_DESK,
            "kind": "expert_review",
            "legal_basis": "行政许可法第四十五条",
            "granted": {"value": 10, "unit": "working_days"},
            "approver": "P-0007",
        },
    ),
    EventDescription(
        "case.resumed",
        Text("恢复", "Resumed"),
        Text("挂起结束,时限继续计算。", "The suspension is over and the limits run on."),
        (),
        _DESK,
    ),
    EventDescription(
        "case.extended",
        Text("延期", "Extended"),
        Text("经批准延长时限。", "A limit is extended, with whose approval."),
        ("length", "approver", "kind", "reason"),
        {
            **_DESK,
            "length": {"value": 10, "unit": "working_days"},
            "approver": "P-0007",
            "reason": "案情复杂",
        },
    ),
    EventDescription(
        "fee.charged",
        Text("收费", "Fee charged"),
        Text("向申请人收取费用。", "A fee was taken."),
        ("amount", "legal_basis"),
        {**_DESK, "amount": "120.00", "legal_basis": "价费字〔1992〕414号"},
    ),
    EventDescription(
        "case.corrected",
        Text("更正", "Corrected"),
        Text(
            "更正先前的事件;原事件仍留在记录中。更正可以先于原事件到达。",
            "An earlier event was wrong; it stays on record. A correction may come before what it corrects.",
        ),
        ("supersedes", "replacement", "reason", "approver"),
        {
            **_DESK,
            "supersedes": {"source": "/wuhai/hbw/approval", "id": "20240305-000117"},
            "replacement": {"type": "case.closed", "time": "2024-03-13T16:30:00+08:00", "data": _DESK},
            "reason": "办结日期登记错误",
            "approver": "P-0007",
        },
        required=("supersedes",),
    ),
)


def example(description: EventDescription) -> dict[str, Any]:
    """A whole event of the type, in structured mode."""
    ordinal = EVENTS.index(description)
    return {
        "specversion": "1.0",
        "id": f"20240305-{118 + ordinal:06}",
        "source": "/wuhai/hbw/approval",
        "type": description.type,
        "subject": "WH-2024-000042",
        "time": f"2024-03-05T09:{ordinal:02}:00+08:00",
        "recordedtime": f"2024-03-05T09:{ordinal:02}:04.120+08:00",
        "datacontenttype": "application/json",
        "data": description.example,
    }
