"""The phrases in which rules word lengths, limits, rungs and their conditions, in Chinese and in English.

| meaning | English | Chinese |
|---|---|---|
| length | `5 working days` | `5个工作日` |
| | `4 working hours` | `4个工作小时`, `4工时` |
| | `15 days`, `24 hours`, `30 minutes` (natural time) | `15天`, `15日`, `24小时`, `30分钟` |
| limit: the rule's own | `5 working days` | `5个工作日` |
| the item's promised limit | `promised of the item` | `承诺时限` |
| the item's statutory limit | `statutory of the item` | `法定时限` |
| the item's limit of the clock's stage | `stage of the item` | `环节时限` |
| these three with a default | `statutory of the item, else 20 working days` | `法定时限，否则20个工作日` |
| the length granted in the starting event | `granted in the event` | `事件给定时限` |
| the instant that the source gives | `deadline of the source` | `来源给定截止时间` |
| rung at the end | `due` | `届满` |
| before the end | `3 working days before` | `提前3个工作日` |
| after the end | `2 working days after` | `超过2个工作日` |
| at a part of the allowance | `50 % used` | `已用50%` |
| where the allowance is longer | `limit over 5` | `时限超过5` |
| where it is so long at most | `limit up to 5` | `时限不超过5` |
| both | `limit over 5 and up to 10` | `时限超过5且不超过10` |

Spaces between the words do not matter; numbers are whole and written in ASCII digits.
"""

import re
from typing import Final, Literal, NamedTuple

from engine.core.clock import Allowance
from engine.core.event import Length

LENGTH_EXPECTED: Final = "a length in whole units such as '5 working days' or '5个工作日'"
LIMIT_EXPECTED: Final = (
    "a limit: a length such as '5 working days', 'promised of the item', 'statutory of the item', "
    "'stage of the item' (each may end in ', else 20 working days'), 'granted in the event' or 'deadline of the source'"
)
RUNG_EXPECTED: Final = "a rung: 'due', '3 working days before', '2 working days after' or '50 % used'"
WHERE_EXPECTED: Final = "a condition: 'limit over 5', 'limit up to 5' or 'limit over 5 and up to 10'"

UNIT_WORDS: Final = {
    "working_days": ("working days", "working day", "个工作日", "工作日"),
    "working_hours": ("working hours", "working hour", "个工作小时", "工作小时", "个工时", "工时"),
    "days": ("days", "day", "个自然日", "自然日", "天", "日"),
    "hours": ("hours", "hour", "个小时", "小时"),
    "minutes": ("minutes", "minute", "分钟"),
}
"""The words of every unit of a length."""

_UNITS: Final = {word.replace(" ", ""): unit for unit, words in UNIT_WORDS.items() for word in words}
_LENGTH: Final = rf"([0-9]{{1,9}})({'|'.join(sorted(_UNITS, key=len, reverse=True))})"
_PLAIN_LENGTH: Final = re.compile(_LENGTH)
DAYS_MOST: Final = 3650
"""No rule allows longer, in days of the length's own kind."""
_PER_DAY: Final = {"working_days": 1, "working_hours": 24, "days": 1, "hours": 24, "minutes": 24 * 60}

_ORIGINS: Final[dict[str, Literal["promised", "statutory", "stage", "granted", "deadline"]]] = {
    "promisedoftheitem": "promised",
    "承诺时限": "promised",
    "statutoryoftheitem": "statutory",
    "法定时限": "statutory",
    "stageoftheitem": "stage",
    "环节时限": "stage",
    "grantedintheevent": "granted",
    "事件给定时限": "granted",
    "deadlineofthesource": "deadline",
    "来源给定截止时间": "deadline",
}
_DEFAULT: Final = re.compile(r"(.+?)[,，](?:else|否则)(.+)")
_DUE: Final = ("due", "届满")
_BEFORE: Final = re.compile(rf"{_LENGTH}before|提前{_LENGTH}")
_AFTER: Final = re.compile(rf"{_LENGTH}after|超过{_LENGTH}")
_USED: Final = re.compile(r"([0-9]{1,3})%used|已用([0-9]{1,3})%")
_OVER: Final = re.compile(r"limitover([0-9]{1,9})|时限超过([0-9]{1,9})")
_UP_TO: Final = re.compile(r"limitupto([0-9]{1,9})|时限不超过([0-9]{1,9})")
_BETWEEN: Final = re.compile(
    r"limitover([0-9]{1,9})andupto([0-9]{1,9})|时限超过([0-9]{1,9})且不超过([0-9]{1,9})"
)


class RungPhrase(NamedTuple):
    """When a rung falls due."""

    anchor: Literal["due", "before", "after", "used"]
    length: Length | None = None
    percent: int | None = None


class WherePhrase(NamedTuple):
    """For which allowances a rung is meant, in the clock's own unit."""

    over: int | None
    up_to: int | None


def read_length(phrase: str, *, most_days: int = DAYS_MOST) -> Length | None:
    """The length that `phrase` words, zero included; None where it words none, or over `most_days`."""
    return _length(_PLAIN_LENGTH.fullmatch(_packed(phrase)), most_days)


def read_limit(phrase: str) -> Allowance | None:
    """Where the limit comes from that `phrase` words; None where it words none."""
    packed = _packed(phrase)
    if packed in _ORIGINS:
        return Allowance(_ORIGINS[packed])
    fixed = read_length(packed)
    if fixed is not None:
        return Allowance("fixed", fixed)
    defaulted = _DEFAULT.fullmatch(packed)
    if defaulted is None:
        return None
    origin, default = _ORIGINS.get(defaulted[1]), read_length(defaulted[2])
    if origin in ("promised", "statutory", "stage") and default is not None and default.value > 0:
        return Allowance(origin, default)
    return None


def read_rung(phrase: str) -> RungPhrase | None:
    """When the rung that `phrase` words falls due; None where it words none."""
    packed = _packed(phrase)
    if packed in _DUE:
        return RungPhrase("due")
    used = _USED.fullmatch(packed)
    if used is not None:
        percent = int(used[1] or used[2])
        return RungPhrase("used", percent=percent) if 0 < percent < 100 else None  # noqa: PLR2004  Of a hundred.
    before = _length(_BEFORE.fullmatch(packed), DAYS_MOST)
    if before is not None and before.value > 0:
        return RungPhrase("before", before)
    after = _length(_AFTER.fullmatch(packed), DAYS_MOST)
    if after is not None and after.value > 0:
        return RungPhrase("after", after)
    return None


def read_where(phrase: str) -> WherePhrase | None:
    """The condition that `phrase` words; None where it words none, or one that can never hold."""
    packed = _packed(phrase)
    between = _BETWEEN.fullmatch(packed)
    if between is not None:
        over, up_to = (int(number) for number in between.groups() if number is not None)
        return WherePhrase(over, up_to) if over < up_to else None
    above = _OVER.fullmatch(packed)
    if above is not None:
        return WherePhrase(int(above[1] or above[2]), None)
    at_most = _UP_TO.fullmatch(packed)
    return None if at_most is None else WherePhrase(None, int(at_most[1] or at_most[2]))


def _packed(phrase: str) -> str:
    return "".join(phrase.split()).replace("％", "%").lower()


def _length(found: re.Match[str] | None, most_days: int) -> Length | None:
    if found is None:
        return None
    value, word = (group for group in found.groups() if group is not None)
    unit = _UNITS[word]
    if int(value) > most_days * _PER_DAY[unit]:
        return None
    return Length(int(value), unit)
