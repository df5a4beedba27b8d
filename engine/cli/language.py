"""In which of the two languages the program speaks, and how it is chosen."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from engine.core.text import Text

Language = Literal["zh", "en"]

LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
VARIABLE: Final = "SUNLIGHT_LANG"
_FLAG: Final = "--lang"
_LOCALE: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
"""In the order in which a C library asks them; the first that is set decides."""


def pick(text: Text, language: Language) -> str:
    """`text` in `language`."""
    return text.zh if language == "zh" else text.en


def language_from(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """The language of the `--lang` flag, else of `SUNLIGHT_LANG`, else of the locale; English where none says.

    Help and errors of the command line need a language before the command line is parsed, so a wrong value is
    passed over here: the parser refuses it.
    """
    for place, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == _FLAG and place + 1 < len(arguments):
            chosen = _named(arguments[place + 1])
        elif argument.startswith(f"{_FLAG}="):
            chosen = _named(argument.partition("=")[2])
        else:
            continue
        if chosen is not None:
            return chosen
    return _named(environment.get(VARIABLE, "")) or locale_language(environment)


def locale_language(environment: Mapping[str, str]) -> Language:
    """The language of the locale; English where it is neither of the two."""
    locale = next((environment[name] for name in _LOCALE if environment.get(name)), "")
    return "zh" if locale.lower().startswith("zh") else "en"


def _named(word: str) -> Language | None:
    return next((language for language in LANGUAGES if language == word), None)
