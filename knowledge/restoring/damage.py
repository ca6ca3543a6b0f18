"""How a text is damaged: which lines a scanner without Vietnamese has ruined, and what specks it read as signs."""

import re
from collections.abc import Sequence
from functools import lru_cache

from knowledge.restoring.letters import D_STROKE, OWN, composed, folded, is_syllable

_ENOUGH_WORDS = 40
_WIDEST_WINDOW = 60
_TRUSTED_SHARE = 0.3
_SPEAKS_FOR_ITSELF = 6
_ALIKE_SHARE = 0.65
_LONGEST_WORD = 40
_EDGE = 80
_AROUND = "().,;:!?\"'\u2018\u2019\u201c\u201d-+/*|"
_LOOKS = str.maketrans("0614&\u00a2\u20ac", "oolaeee")
_UNTYPED = "|_`^~\u00a1\u00ac\u02c6\u00a6"
_DIRT = (
    r"\s|!_`^~=.,:;*'\"\u00a1\u00a6\u00a7\u00ab\u00ac\u00ad\u00af\u00b0\u00b4\u00b7\u00bb\u02c6\u02dc"
    r"\u2013\u2014\u2018\u2019\u201a\u201c\u201d\u201e\u2022\u2026\u00ef-"
)
_LEFT = re.compile(rf"[{_DIRT}]+")
_RIGHT = re.compile(rf"\s[{_DIRT}]+$|[_\u00ac\u02c6`|\\s]+$")
_BULLET = re.compile(r"\s*[-+\u2013\u2022*]\s+(?=[^\W\d_])(?!\w[.)])")
# A table rule read as a letter before a list marker; a comma read for its point.
_STROKE = re.compile(rf"^[{_DIRT}]*[a-zA-Z]\s+(?=\d{{1,2}}[.,]\s+[^\W\d_])")
_POINT = re.compile(rf"^([{_DIRT}]*\d{{1,2}}),(?=\s+[^\W\d_])")
_CLOSED = {"\u201c": "\u201d", '"': '"', "\u2018": "\u2019", "'": "'"}


@lru_cache(maxsize=1 << 16)
def _weighed(piece: str) -> tuple[int, int, int]:
    """Whether a piece is a word, has a letter of Vietnamese only, and may be a syllable that lost such letters."""
    word = composed(piece).lower().strip(_AROUND)
    if not any(sign.isalpha() for sign in word):
        return 0, 0, 0
    return (
        1,
        int(any(sign in OWN or sign == D_STROKE for sign in word)),
        int(is_syllable(folded(word.translate(_LOOKS)))),
    )


def is_ruined(lines: Sequence[str]) -> list[bool]:
    """For each line whether the words around it lack the letters that two words in three of clean text have.

    Words of another language are not ruined: some of them must look like syllables that lost their marks.
    """
    counts = []
    for line in lines:
        weighed = [_weighed(piece[:_LONGEST_WORD]) for piece in line.split()]
        counts.append(tuple(sum(part) for part in zip(*weighed, strict=True)) or (0, 0, 0))
    ruined = []
    for at in range(len(lines)):
        words, own, alike = counts[at]
        if words >= _SPEAKS_FOR_ITSELF and not _TRUSTED_SHARE / 3 < own / words < _TRUSTED_SHARE:
            ruined.append(own < _TRUSTED_SHARE * words and alike >= _ALIKE_SHARE * words)
            continue
        low, high = at, at
        while words < _ENOUGH_WORDS and (low > 0 or high < len(lines) - 1) and high - low < _WIDEST_WINDOW:
            for beside in (low - 1, high + 1):
                if 0 <= beside < len(lines):
                    words, own, alike = words + counts[beside][0], own + counts[beside][1], alike + counts[beside][2]
            low, high = max(low - 1, 0), min(high + 1, len(lines) - 1)
        ruined.append(words > 0 and own < _TRUSTED_SHARE * words and alike >= _ALIKE_SHARE * words)
    return ruined


def without_specks(line: str) -> str:
    """The line without the signs that dirt and table rules left at its ends; a bullet and an opening quote stay."""
    line = _POINT.sub(r"\1.", _STROKE.sub("", line[:-_EDGE] + _RIGHT.sub("", line[-_EDGE:])))
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
    left, right = _LEFT.match(line), _RIGHT.search(line[-_EDGE:])
    return any(sign in _UNTYPED for found in (left, right) if found for sign in found[0])
