"""Sentences read by classes of words: which classes one is made of, and which words belong to none."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

FILLING = "filling"
"""The class of words that change nothing."""
OTHER = "other"
"""The class of phrases that belong to none, though a word of theirs would."""
_JOINED = frozenset({"cac", "nhung", "anh", "chi", "em", "toan", "moi", "ca", "ong", "ba", "co", "dong"})
"""Words that belong to a name that follows them."""

POLITE = """
    a; ah; oi; nhe; nha; nhen; ha; di; vay; the; nhi; day; luon; voi; giup; gium; ho; dum; lam on; vui long; xin; hay;
    em; anh; chi; ban; bot; ad; tro ly; thoi; ma; la; thi; dang; van; cho hoi; hoi; so; cai; can; muon
"""
"""Words around any request."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The classes of a sentence in their order, and the words from the first to the last that none of them holds."""

    classes: tuple[str, ...]
    rest: str = ""

    def has(self, *names: str) -> bool:
        """True when every one of these classes occurs."""
        return set(names) <= set(self.classes)

    def has_any(self, *names: str) -> bool:
        """True when one of these classes occurs."""
        return not set(names).isdisjoint(self.classes)


class WordClasses:
    """Phrases by class, each written in folded words and set apart by semicolons; the longest that fits is read."""

    def __init__(self, classes: Mapping[str, str]) -> None:
        self._class_of = {
            " ".join(phrase.split()): name for name, phrases in classes.items() for phrase in phrases.split(";")
        }
        self._longest = max(len(phrase.split()) for phrase in self._class_of)

    def read(self, said: str) -> Reading:
        """The classes of folded words. A phrase that is written in two classes belongs to the later one."""
        words = re.sub(r"[^\w/<>%.]+|\.(?!\d)", " ", said).split()
        classes: list[str] = []
        unknown: list[int] = []
        at = 0
        while at < len(words):
            length = next((n for n in range(self._longest, 0, -1) if " ".join(words[at : at + n]) in self._class_of), 0)
            name = self._class_of[" ".join(words[at : at + length])] if length else OTHER
            if name == OTHER:
                unknown += range(at, at + (length or 1))
            elif name != FILLING:
                classes.append(name)
            at += length or 1
        return Reading(tuple(classes), _stretch(words, unknown))


def _stretch(words: list[str], unknown: list[int]) -> str:
    """The words from the first to the last of these places, with what belongs to the first."""
    if not unknown:
        return ""
    start = unknown[0]
    while start and words[start - 1] in _JOINED:
        start -= 1
    return " ".join(words[start : unknown[-1] + 1])
