"""Which lines of a text a scanner without Vietnamese has ruined, told from the letters only Vietnamese has."""

from collections.abc import Sequence
from functools import lru_cache

from knowledge.restoring.letters import D_STROKE, OWN, composed

_ENOUGH_WORDS = 40
_TRUSTED_SHARE = 0.3


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
