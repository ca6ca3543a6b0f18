"""Vietnamese text as the office types it: with, without or with half of its diacritics."""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+(?:[-/.,][^\W_]+)*", re.UNICODE)


def nfc(text: str) -> str:
    """The same text in Unicode NFC, which every stored and compared text uses."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """The text in lower case without diacritics and with single spaces, so that typed and printed forms meet.

    The letters d and đ fold to "d"; marks of every kind disappear; punctuation stays.
    """
    lowered = text.lower().replace("đ", "d")
    bare = "".join(c for c in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(c))
    return " ".join(bare.split())


def words(text: str) -> list[str]:
    """The words of a text in order, without surrounding punctuation; a code such as 57-NQ/TW stays one word."""
    return _WORD.findall(text)
