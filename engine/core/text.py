"""Text that people read, in Chinese and in English."""

from msgspec import Struct


class Text(Struct, frozen=True):
    """One text in both languages."""

    zh: str
    en: str
