"""Phrases as people may type them: written properly in data, met with their diacritics or without."""

import re
import unicodedata
from functools import cache

from domain.vietnamese import fold
from knowledge.words import word_list

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_WORD = re.compile(r"<\|?\w+|\w+", re.UNICODE)
_GAP = r"(?:[^\s|]+ ){0,4}?"


def spoken(text: str) -> str:
    """The words of a text, each with a blank behind it, in lower case and with its tone at its end.

    Where a tone is set ("h\u00f2a", "ho\u00e0") is a matter of schooling, not of meaning.
    """
    return "".join(f"{_toned(word)} " for word in _WORD.findall(unicodedata.normalize("NFC", text).lower()))


@cache
def phrases(name: str, kind: str = "", file: str = "screening") -> re.Pattern[str]:
    """A list of a word file, or one kind of it, as one pattern over what `spoken` returns."""
    listed = word_list(file)[name]
    written = listed[kind] if kind else listed
    return re.compile(r"(?<!\S)(?:" + "|".join(_pattern(str(phrase)) for phrase in written) + ")")


def _pattern(phrase: str) -> str:
    return "".join(_unit(unit) for unit in phrase.split())


def _unit(unit: str) -> str:
    if unit == "*":
        return _GAP
    if unit.startswith("{"):
        name = unit.strip("{?}")
        return _part(name) + ("?" if unit.endswith("?}") else "")
    written, exact = unit.rstrip("!"), unit.endswith("!")
    forms = {_toned(written.lower())} | (set() if exact else {fold(written)})
    return "(?:" + "|".join(re.escape(form) for form in sorted(forms)) + ") "


@cache
def _part(name: str) -> str:
    listed = sorted((str(phrase) for phrase in word_list("screening")["parts"][name]), key=len, reverse=True)
    return "(?:" + "|".join(_pattern(phrase) for phrase in listed) + ")"


def _toned(word: str) -> str:
    parted = unicodedata.normalize("NFD", word)
    tones = "".join(c for c in parted if c in _TONES)
    return unicodedata.normalize("NFC", "".join(c for c in parted if c not in _TONES)) + tones
