"""The careful way from a JSON object to an event: takes numbers for codes, and finds the reason of a refusal."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any, Final, Literal, NoReturn

import msgspec

from engine.codec.rejection import Rejected, bad_field, bad_time, missing, shown
from engine.codec.rfc3339 import TimeFault, instant_from
from engine.codec.wire import ATTRIBUTE_LENGTH, LENGTH_VALUE, SPECVERSION, WireEvent
from engine.core.event import CORRECTION
from engine.core.text import Text

Required = Literal["id", "source", "subject", "type", "time"]
REQUIRED: Final[tuple[Required, ...]] = ("id", "source", "subject", "type", "time")

_UNSAID: Final = (None, "")
"""An optional time that is empty says as little as one that is absent."""
_CODES: Final = frozenset(
    (
        "item",
        "unit",
        "window",
        "person",
        "decision",
        "kind",
        "legal_basis",
        "approver",
        "reason",
        "to",
        "amount",
    )
)
_PATH: Final = re.compile(r"`\$\.?(.*)`$", re.DOTALL)
_LONGEST: Final = re.compile(r"length <= ([0-9]+)")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f]")
_SMALL: Final = re.compile(r"\d{1,9}", re.ASCII)


class _Number(str):
    """A JSON number as it was written; `12.50` stays so."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class Refusal(Exception):
    """Carries the reason out of the depth at which it was found."""

    def __init__(self, rejected: Rejected) -> None:
        super().__init__(rejected.detail.en)
        self.rejected: Final = rejected


def json_object(value: bytes, what: str) -> dict[str, Any]:
    """The JSON object that `value` is, numbers as they were written. Raises `Refusal`."""
    try:
        value.decode()
    except UnicodeDecodeError as fault:
        raise Refusal(_not_utf8(what, fault)) from None
    try:
        msgspec.json.decode(value)
        tree = json.loads(value, parse_int=_Number, parse_float=_Number)
    except (msgspec.DecodeError, ValueError) as fault:
        detail = Text(zh=f"{what} 不是 JSON:{fault}", en=f"{what}: expected JSON, {_lower(str(fault))}")
        raise Refusal(Rejected("not-json", detail)) from None
    except RecursionError:
        detail = Text(zh=f"{what} 不是可读的 JSON:嵌套过深", en=f"{what}: expected JSON, nested too deeply")
        raise Refusal(Rejected("not-json", detail)) from None
    if not isinstance(tree, dict):
        got = shown(tree)
        detail = Text(
            zh=f"{what} 应为一个 JSON 对象,实为 {got}", en=f"{what}: expected a JSON object, got {got}"
        )
        raise Refusal(Rejected("not-an-object", detail))
    return tree


def wire_event(tree: Mapping[str, Any]) -> WireEvent:
    """The event that the object `tree` says, every field checked. Raises `Refusal`."""
    version = tree.get("specversion")
    if isinstance(version, _Number) or version != SPECVERSION:
        got = shown(version)
        detail = Text(
            zh=f"specversion 应为 '{SPECVERSION}',实为 {got}",
            en=f"specversion: expected '{SPECVERSION}', got {got}",
        )
        raise Refusal(Rejected("bad-specversion", detail))
    for name in REQUIRED:
        _check_attribute(tree, name)
    if tree.get("recordedtime") not in _UNSAID:
        _check_time("recordedtime", tree["recordedtime"])
    attributes = {name: tree[name] for name in (*REQUIRED, "specversion")}
    attributes["recordedtime"] = tree.get("recordedtime") or None
    data = _data(tree)
    if tree["type"] == CORRECTION and not (data and data.get("supersedes")):
        raise Refusal(
            bad_field(
                "data.supersedes", "被更正事件的 source 与 id", "source and id of the corrected event", None
            )
        )
    return _convert({**attributes, "data": data})


def _check_attribute(tree: Mapping[str, Any], name: Required) -> None:
    value = tree.get(name)
    if value is None or value == "":
        raise Refusal(missing(name))
    if name == "time":
        _check_time(name, value)
        return
    if not isinstance(value, str) or isinstance(value, _Number):
        raise Refusal(bad_field(name, "文本", "text", value))
    if len(value) > ATTRIBUTE_LENGTH:
        raise Refusal(_too_long(name, value, ATTRIBUTE_LENGTH))
    if _CONTROL.search(value):
        raise Refusal(bad_field(name, "不含控制字符的文本", "text without control characters", value))


def _check_time(path: str, value: object) -> None:
    if not isinstance(value, str) or isinstance(value, _Number):
        raise Refusal(bad_field(path, "RFC 3339 时间文本", "an RFC 3339 time", value))
    try:
        instant_from(value)
    except TimeFault as fault:
        raise Refusal(bad_time(path, fault)) from None


def _data(tree: Mapping[str, Any]) -> dict[str, Any] | None:
    data = tree.get("data")
    if tree.get("data_base64") is not None:
        if data is not None:
            raise Refusal(
                bad_field(
                    "data_base64", "不与 data 同时出现", "either data or data_base64", tree["data_base64"]
                )
            )
        data = _from_base64(tree["data_base64"])
    if data is None:
        return None
    if not isinstance(data, dict):
        raise Refusal(bad_field("data", "一个 JSON 对象", "a JSON object", data))
    return _tolerant(data, "data")


def _from_base64(value: object) -> dict[str, Any]:
    if not isinstance(value, str):
        raise Refusal(bad_field("data_base64", "Base64 文本", "Base64 text", value))
    try:
        content = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise Refusal(bad_field("data_base64", "Base64 文本", "Base64 text", value)) from None
    return json_object(content, "data_base64")


def _tolerant(data: dict[str, Any], path: str) -> dict[str, Any]:
    """`data` with numbers for codes as text and number texts in lengths as numbers; times and lengths checked."""
    fields = {
        name: str(value) if name in _CODES and isinstance(value, _Number) else value
        for name, value in data.items()
    }
    for name in ("length", "granted"):
        length = fields.get(name)
        if isinstance(length, dict) and _SMALL.fullmatch(str(length.get("value"))):
            fields[name] = {**length, "value": int(length["value"])}
    if fields.get("length") and fields.get("granted"):
        raise Refusal(
            bad_field(f"{path}.granted", "不与 length 同时出现", "either length or granted", data["granted"])
        )
    if fields.get("deadline") not in _UNSAID:
        _check_time(f"{path}.deadline", fields["deadline"])
    replacement = fields.get("replacement")
    if isinstance(replacement, dict) and path == "data":
        replacement = dict(replacement)
        if replacement.get("type") == CORRECTION:
            raise Refusal(
                bad_field(
                    f"{path}.replacement.type",
                    f" {CORRECTION} 以外的类型(更正中的更正一概不读)",
                    f"another type than {CORRECTION} (a correction inside a replacement is not read)",
                    replacement["type"],
                )
            )
        _check_time(f"{path}.replacement.time", replacement.get("time"))
        if isinstance(replacement.get("data"), dict):
            replacement["data"] = _tolerant(replacement["data"], f"{path}.replacement.data")
        fields["replacement"] = replacement
    return fields


def _convert(tree: dict[str, Any]) -> WireEvent:
    try:
        return msgspec.convert(tree, WireEvent)
    except msgspec.ValidationError as fault:
        match = _PATH.search(str(fault))
        path = match[1] if match else ""
        _refuse(tree, path, str(fault))


def _refuse(tree: dict[str, Any], path: str, fault: str) -> NoReturn:
    value: Any = tree
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else value
    longest = _LONGEST.search(fault)
    if longest is not None and isinstance(value, str):
        raise Refusal(_too_long(path, value, int(longest[1])))
    for ending, (zh, en) in _EXPECTED.items():
        if path.endswith(ending):
            raise Refusal(bad_field(path, zh, en, value))
    raise Refusal(bad_field(path, "文本", "text", value))


_EXPECTED: Final = {
    ".value": (f"0 至 {LENGTH_VALUE} 的整数", f"a whole number from 0 to {LENGTH_VALUE}"),
    ".unit": (
        "working_days、working_hours、days、hours 或 minutes",
        "working_days, working_hours, days, hours or minutes",
    ),
    "length": ("含 value 与 unit 的对象", "an object with value and unit"),
    "granted": ("含 value 与 unit 的对象", "an object with value and unit"),
    "supersedes": ("含 source 与 id 的对象", "an object with source and id"),
    "replacement": ("含 type 与 time 的对象", "an object with type and time"),
    "replacement.data": ("一个 JSON 对象", "a JSON object"),
}
"""What stands at the end of a path, most to the point first."""


def _too_long(path: str, value: str, most: int) -> Rejected:
    return bad_field(
        path,
        f"最多 {most} 个字符(此处 {len(value)} 个)",
        f"at most {most} characters, not {len(value)}",
        value,
    )


def _not_utf8(what: str, fault: UnicodeDecodeError) -> Rejected:
    byte = f"0x{fault.object[fault.start]:02x}"
    return Rejected(
        "not-utf-8",
        Text(
            zh=f"{what} 不是 UTF-8:第 {fault.start} 字节为 {byte},请查来源是否使用 GB18030 编码",
            en=f"{what}: expected UTF-8, got byte {byte} at {fault.start}; does the source write GB18030?",
        ),
    )


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:] if not text.startswith("JSON") else text
