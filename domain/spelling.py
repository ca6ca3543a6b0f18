"""Words as a scanner may have damaged them: how far a printed form is from the word that was meant."""

import math
from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache

_LOOK_ALIKE = (
    "aeiouyw",
    "aodb",
    "ceo6",
    "o0",
    "a4",
    "il1tfj|!",
    "dpb8",
    "yvw",
    "nmhru",
    "gq9",
    "s5",
    "z2",
)
"""Letters a scanner takes for one another. A vowel with two marks is read as nearly any round or upright shape."""

_SPECKS = frozenset("il1tr|!'`.,")
"""Shapes that a mark above or below a letter leaves as a letter of its own."""

_ALIKE = 0.5
_MARK = 0.3
"""A blank gained or lost: cheaper than any letter, since scanners guess word gaps."""

_ASTRAY = 3
"""By how many letters a damaged beginning may be longer or shorter than what was meant."""


@cache
def _swap(seen: str, meant: str) -> float:
    if seen == meant:
        return 0.0
    if not seen.isascii() or not seen.isalnum():
        return _ALIKE if seen != " " and meant != " " else 1.0
    return _ALIKE if any(seen in group and meant in group for group in _LOOK_ALIKE) else 1.0


def _extra(character: str) -> float:
    if character == " ":
        return _MARK
    return _ALIKE if character in _SPECKS else 1.0


@lru_cache(maxsize=65536)
def distance(seen: str, meant: str, enough: float = math.inf) -> float:
    """How much damage would turn `meant` into `seen`: 1 for each foreign letter, less for look-alikes and specks.

    Once it is more than `enough` it is measured no further.
    """
    row = [0.0]
    for letter in meant:
        row.append(row[-1] + (_MARK if letter == " " else 1.0))
    for shape in seen:
        diagonal, row[0] = row[0], row[0] + _extra(shape)
        for at, letter in enumerate(meant, 1):
            best = min(
                row[at] + _extra(shape),
                row[at - 1] + (_MARK if letter == " " else 1.0),
                diagonal + _swap(shape, letter),
            )
            diagonal, row[at] = row[at], best
        if (least := min(row)) > enough:
            return least
    return row[-1]


def distance_as_cut(seen: str, meant: str, enough: float = math.inf) -> float:
    """How much damage would turn `meant`, or the beginning of it, into `seen`; that an end was lost is damage too."""
    least = distance(seen, meant, enough)
    for end in range(max(1, len(seen) - _ASTRAY), min(len(meant), len(seen) + _ASTRAY)):
        least = min(least, distance(seen, meant[:end], min(least, enough) - _ALIKE) + _ALIKE)
    return least


def is_near(seen: str, meant: str, allowed: float) -> bool:
    """True where `distance` is at most `allowed`; far words, which most are, are told without measuring."""
    return seen == meant or (_least(seen, meant) <= allowed and distance(seen, meant, allowed) <= allowed)


def _least(seen: str, meant: str) -> float:
    """What damage must at least have been done: each letter that was meant and is not seen was swapped or lost."""
    lost = strange = 0
    was, is_seen = _letters(meant), _letters(seen)
    for letter, count in was.items():
        lost += max(0, count - is_seen.get(letter, 0))
    for letter, count in is_seen.items():
        strange += max(0, count - was.get(letter, 0))
    return _ALIKE * min(lost, strange) + max(float(lost - strange), _ALIKE * (strange - lost))


@lru_cache(maxsize=16384)
def _letters(word: str) -> dict[str, int]:
    return dict(Counter(word.replace(" ", "")))


def nearest(seen: str, vocabulary: Iterable[str], allowed: float) -> str | None:
    """The one word of the vocabulary within `allowed` of what was seen; None when there is none or a tie."""
    found = sorted((distance(seen, word), word) for word in vocabulary if abs(len(word) - len(seen)) <= 2 * allowed + 1)
    within = [pair for pair in found if pair[0] <= allowed]
    if not within or (len(within) > 1 and within[0][0] == within[1][0]):
        return None
    return within[0][1]
