"""How a text is damaged: which lines a scanner without Vietnamese has ruined, and what specks it read as signs."""

import re
from collections.abc import Sequence
from functools import lru_cache

from knowledge.restoring.letters import D_STROKE, OWN, composed

_ENOUGH_WORDS = 40
_TRUSTED_SHARE = 0.3
_DIRT = r"\s|!_`^~=.,:;*'\"\u00a1\u00a6\u00a7\u00ab\u00ac\u00ad\u00af\u00b0\u00b4\u00b7\u00bb\u02c6\u02dc\u2013\u2014\u2018\u2019\u201a\u201c\u201d\u201e\u2022\u2026\u00ef-"
_LEFT = re.compile(rf"[{_DIRT}]+")
_RIGHT = re.compile(rf"\s[{_DIRT}]+$|[_\u00ac\u02c6`|\\s]+$")
_BULLET = re.compile(r"\s*[-+\u2013\u2022*]\s+(?=[^\W\d_])(?!\w[.)])")
# A table rule read as a letter before a list marker; a comma read for its point.
_STROKE = re.compile(rf"^[{_DIRT}]*[a-zA-Z]\s+(?=\d{{1,2}}[.,]\s+[^\W\d_])")
_POINT = re.compile(rf"^([{_DIRT}]*\d{{1,2}}),(?=\s+[^\W\d_])")
_CLOSED = {"\u201c": "\u201d", '"': '"', "\u2018": "\u2019", "'": "'"}


@lru_cache(maxsize=1 << 16)
def _weighed(piece: str) -> tuple[int, int]:
    letters = [sign for sign in composed(piece).lower() if sign.isalpha()]
    if len(letters) < 1:
        return 0, 0
    return 1, int(any(sign in OWN or sign == D_STROKE for sign in letters))


def is_ruined(lines: Sequence[str]) -> list[bool]:
    """For each line whether the words around it lack the letters that two words in three of clean text have."""
    counts = [[sum(part) for part in zip(*map(_weighed, line.split()), strict=True)] or [0, 0] for line in lines]
    ruined = []
    for at in range(len(lines)):
        words, own = counts[at]
        low, high = at, at
        while words < _ENOUGH_WORDS and (low > 0 or high < len(lines) - 1) and high - low < 60:
            if low > 0:
                low -= 1
                words, own = words + counts[low][0], own + counts[low][1]
            if high < len(lines) - 1:
                high += 1
                words, own = words + counts[high][0], own + counts[high][1]
        ruined.append(words > 0 and own < _TRUSTED_SHARE * words)
    return ruined


def without_specks(line: str) -> str:
    """The line without the signs that dirt and table rules left at its ends; a bullet and an opening quote stay."""
    line = _POINT.sub(r"\1.", _STROKE.sub("", _RIGHT.sub("", line)))
    left = _LEFT.match(line)
    if not left or not left[0].strip():
        return line
    rest = line[left.end() :]
    bullet = _BULLET.match(line)
    if bullet and bullet.end() == left.end() and rest[:1].isupper():
        return line
    quote = left[0][-1]
    return quote + rest if quote in _CLOSED and _CLOSED[quote] in rest else rest


def is_specked(line: str) -> bool:
    """Whether dirt stands at an end of the line that no one types."""
    found = line[: len(line) - len(_LEFT.sub("", line, count=1))] + (match[0] if (match := _RIGHT.search(line)) else "")
    return any(sign in "|_`^~\u00a1\u00ac\u02c6\u00a6" for sign in found)
