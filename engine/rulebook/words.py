"""The words for natures and kinds of items in both languages."""

from typing import Final

from engine.core.catalogue import KINDS, NATURES

NATURE_WORDS: Final = dict(zip(NATURES, NATURES, strict=True)) | dict(
    zip(("许可", "备案", "确认", "给付", "奖励", "公共服务", "其他"), NATURES, strict=True)
)
"""Natures by the words that a catalogue may use for them."""

KIND_WORDS: Final = dict(zip(KINDS, KINDS, strict=True)) | dict(
    zip(("即办件", "承诺件", "上报件", "并联审批件"), KINDS, strict=True)
)
"""Kinds by the words that a catalogue may use for them."""
