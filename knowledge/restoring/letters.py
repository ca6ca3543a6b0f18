"""The letters of Vietnamese: their bases and marks, the parts of a syllable, and how tones are written."""

import re
import unicodedata
from functools import lru_cache

TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
_STEMS = ("a", "a\u0306", "a\u0302", "e", "e\u0302", "i", "o", "o\u0302", "o\u031b", "u", "u\u031b", "y")
D_STROKE = "\u0111"
VOWELS = frozenset(unicodedata.normalize("NFC", stem + tone) for stem in _STEMS for tone in TONES)
CONSONANTS = frozenset("bcdghklmnpqrstvx" + D_STROKE)
# Letters that no scanner without Vietnamese writes: where they are many, marks can be trusted.
OWN = frozenset(letter for letter in VOWELS if unicodedata.normalize("NFD", letter)[1:] not in ("", "\u0300", "\u0301"))

_FORM = re.compile(
    "([bcdghklmnpqrstvx\u0111]{0,3})([" + "".join(sorted(VOWELS)) + "]{1,3})(ch|ng|nh|[cmnpt])?",
)
_FREE_GLIDES = ("oa", "oe", "uy")


def composed(text: str) -> str:
    """The text with each letter and its marks as one character."""
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=1 << 16)
def folded(word: str) -> str:
    """The word in lower case without any mark."""
    word = word.lower().replace(D_STROKE, "d")
    return "".join(sign for sign in unicodedata.normalize("NFD", word) if not unicodedata.combining(sign))


def is_syllable(word: str) -> bool:
    """Whether the lower-case word is built as a Vietnamese syllable, with at most one tone."""
    if not _FORM.fullmatch(word):
        return False
    marks = unicodedata.normalize("NFD", word)
    return sum(marks.count(tone) for tone in TONES[1:]) <= 1


def cut(word: str) -> tuple[str, str]:
    """The consonants a syllable begins with, and the rest."""
    end = 0
    while end < len(word) and word[end] in CONSONANTS:
        end += 1
    return word[:end], word[end:]


@lru_cache(maxsize=1 << 16)
def usual(word: str) -> str:
    """The lower-case word with its tone on the first vowel of an open oa, oe, uy: the two ways of writing made one."""
    if len(word) < 2 or word[-1] not in VOWELS or word[-2] not in VOWELS:
        return word
    bare = unicodedata.normalize("NFD", word[-1])
    tone = next((mark for mark in bare[1:] if mark in TONES[1:]), "")
    if not tone or bare.replace(tone, "") not in ("a", "e", "y") or word[:-1].endswith("qu"):
        return word
    if word[-2] + bare[0] not in _FREE_GLIDES or (len(word) > 2 and word[-3] in VOWELS):
        return word
    return (
        word[:-2] + unicodedata.normalize("NFC", word[-2] + tone) + unicodedata.normalize("NFC", bare.replace(tone, ""))
    )
