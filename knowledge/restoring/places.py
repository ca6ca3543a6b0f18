"""Names of places, put right where a repaired text says their kind before them ("tinh", "xa") or has said it before."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

import yaml

from knowledge.restoring.letters import composed, folded

_SIGNS = " .,;:()[]{}|\"'“”‘’*-–/?!"
_LOOKS = str.maketrans("0164&¢€$", "oolaeees")
_VOWELS = frozenset("aeiouy")
_LONGEST_NAME = 4
_VOWEL_FOR_VOWEL, _LETTER = 0.5, 1.0
_ALLOWED_A_SYLLABLE, _APART = 0.5, 0.9
_SKIPPED = 0.9


@dataclass(frozen=True, slots=True)
class _Named:
    """A name found: its words in the line read and the words of its right spelling."""

    start: int
    end: int
    name: tuple[str, ...]


@dataclass
class _Known:
    """The names of one kind of place, by how many words they have: each folded, with its spellings."""

    by_length: dict[int, dict[tuple[str, ...], set[tuple[str, ...]]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(set))
    )

    def add(self, name: str) -> None:
        words = tuple(composed(name).split())
        if 0 < len(words) <= _LONGEST_NAME:
            self.by_length[len(words)][tuple(folded(word) for word in words)].add(words)


@cache
def _gazetteer() -> dict[tuple[str, ...], _Known]:
    """The places of the country by their kind, folded ("xa", "dac khu")."""
    text = files("knowledge.restoring").joinpath("places.yaml").read_text(encoding="utf-8")
    kinds: dict[tuple[str, ...], _Known] = defaultdict(_Known)
    units = (("thanh", "pho"), ("tinh",))
    for province, below in yaml.safe_load(text).items():
        unit = next(unit for unit in units if folded(province).split()[: len(unit)] == list(unit))
        kinds[unit].add(" ".join(province.split()[len(unit) :]))
        for kind, names in (below or {}).items():
            for name in str(names).split(","):
                kinds[tuple(folded(kind).split())].add(name.strip())
    return dict(kinds)


def with_places(read: Sequence[str], repaired: Sequence[str]) -> list[str]:
    """The repaired lines of one document with the names of places as the official list spells them.

    A name is put right where its kind stands before it and one name of that kind alone is near to what was read; the
    same name is then known elsewhere in the document too, where only its letters were misread. `read` are the lines as
    the scanner left them.
    """
    found: dict[int, list[_Named]] = defaultdict(list)
    said: dict[tuple[str, ...], set[tuple[str, ...]]] = defaultdict(set)
    for number, (raw, line) in enumerate(zip(read, repaired, strict=True)):
        # A sign after a word parts it from the next: no name follows it.
        words, clear = raw.split(), [folded(word.lstrip(_SIGNS)) for word in line.split()]
        if not any(kind[-1] in clear for kind in _gazetteer()):
            continue
        for named in _after_kinds(words, clear):
            found[number].append(named)
            said[tuple(_letters(word) for word in words[named.start : named.end])].add(named.name)
    names = {name for spellings in said.values() if len(spellings) == 1 for name in spellings if len(name) > 1}
    result = list(repaired)
    for number, (raw, line) in enumerate(zip(read, repaired, strict=True)):
        places = [*found[number], *_again(raw.split(), names)] if names else found[number]
        if places and raw != line:
            result[number] = _put(raw.split(), line, places)
    return result


def _after_kinds(words: Sequence[str], clear: Sequence[str]) -> list[_Named]:
    """The names that follow the words for their kind; `clear` is the repaired line, folded."""
    at_read = _aligned(tuple(_letters(word) for word in words), tuple(word.strip(_SIGNS) for word in clear))
    found = []
    for kind, known in _gazetteer().items():
        for i in range(len(clear) - len(kind)):
            if tuple(clear[i : i + len(kind)]) != kind:
                continue
            start = at_read.get(i + len(kind))
            if start is not None and _begins_name(words[start]):
                named = _nearest(words, start, known)
                if named:
                    found.append(named)
    return found


def _nearest(words: Sequence[str], start: int, known: _Known) -> _Named | None:
    """The one name that what stands here was read from; the longest where several fit."""
    for length in range(_LONGEST_NAME, 0, -1):
        piece = tuple(_letters(word) for word in words[start : start + length])
        if len(piece) < length or not all(piece) or any(_ends(word) for word in words[start : start + length - 1]):
            continue
        names = known.by_length.get(length, {})
        ranked = sorted((_apart(piece, name), name) for name in names if _may_be(piece, name))
        if not ranked or ranked[0][0] > _ALLOWED_A_SYLLABLE * length * (length > 1):
            continue
        if len(ranked) > 1 and ranked[1][0] < ranked[0][0] + _APART:
            continue
        spellings = names[ranked[0][1]]
        if len(spellings) == 1:
            return _Named(start, start + length, next(iter(spellings)))
    return None


def _again(words: Sequence[str], names: Collection[tuple[str, ...]]) -> list[_Named]:
    """Where a line holds names that the document says with their kind elsewhere, however they were read here."""
    letters = [_letters(word) for word in words]
    found = []
    for name in names:
        plain = tuple(folded(word) for word in name)
        for start in range(len(words) - len(name) + 1):
            piece = letters[start : start + len(name)]
            if not all(_begins_name(word) for word in words[start : start + len(name)]):
                continue
            if _may_be(piece, plain) and _apart(piece, plain) <= _ALLOWED_A_SYLLABLE * len(name):
                found.append(_Named(start, start + len(name), name))
    return found


def _put(words: Sequence[str], line: str, places: Sequence[_Named]) -> str:
    """The repaired line with the names in place of what the repair made of them."""
    clear = line.split(" ")
    filled = [i for i, word in enumerate(clear) if word.strip()]
    at_clear = {
        read: repaired
        for repaired, read in _aligned(
            tuple(_letters(word) for word in words), tuple(folded(clear[i].strip(_SIGNS)) for i in filled)
        ).items()
    }
    for named in places:
        wanted = [at_clear.get(i) for i in range(named.start, named.end)]
        if any(spot is None for spot in wanted) or any(
            b != a + 1 for a, b in pairwise(s for s in wanted if s is not None)
        ):
            continue
        for spot, read, name in zip(wanted, words[named.start : named.end], named.name, strict=True):
            old = clear[filled[spot or 0]]
            core = old.strip(_SIGNS)
            cased = name.upper() if core.isupper() and len(core) > 1 and read.strip(_SIGNS)[-1:].isupper() else name
            clear[filled[spot or 0]] = old.replace(core, cased, 1) if core else cased
    return " ".join(clear)


@lru_cache(maxsize=4096)
def _aligned(read: tuple[str, ...], clear: tuple[str, ...]) -> dict[int, int]:
    """For each word of the repaired line the word of the line read that it was made of, where they pair off."""
    rows, columns = len(clear) + 1, len(read) + 1
    cost = [[0.0] * columns for _ in range(rows)]
    for i in range(rows):
        for j in range(columns):
            if i and j:
                pair = cost[i - 1][j - 1] + _unlike(clear[i - 1], read[j - 1])
                cost[i][j] = min(pair, cost[i - 1][j] + _SKIPPED, cost[i][j - 1] + _SKIPPED)
            else:
                cost[i][j] = (i + j) * _SKIPPED
    found: dict[int, int] = {}
    i, j = rows - 1, columns - 1
    while i and j:
        if cost[i][j] == cost[i - 1][j - 1] + _unlike(clear[i - 1], read[j - 1]):
            i, j = i - 1, j - 1
            found[i] = j
        elif cost[i][j] == cost[i - 1][j] + _SKIPPED:
            i -= 1
        else:
            j -= 1
    return found


@lru_cache(maxsize=1 << 16)
def _unlike(one: str, other: str) -> float:
    """How little two words have in common, from 0 to 1."""
    longest = max(len(one), len(other))
    return min(1.0, _edits(one, other) / longest) if longest else 0.0


def _apart(piece: Sequence[str], name: Sequence[str]) -> float:
    return sum(_edits(read, written) for read, written in zip(piece, name, strict=True))


def _may_be(piece: Sequence[str], name: Sequence[str]) -> bool:
    return all(abs(len(read) - len(written)) < 2 for read, written in zip(piece, name, strict=True))


@lru_cache(maxsize=1 << 16)
def _edits(one: str, other: str) -> float:
    """How many letters differ; a vowel read for another, which scanners do most, counts half."""
    row = [float(i) for i in range(len(other) + 1)]
    for letter in one:
        before, row[0] = row[0], row[0] + _LETTER
        for at, wanted in enumerate(other, 1):
            swap = 0.0 if letter == wanted else _LETTER
            if swap and letter in _VOWELS and wanted in _VOWELS:
                swap = _VOWEL_FOR_VOWEL
            before, row[at] = row[at], min(before + swap, row[at] + _LETTER, row[at - 1] + _LETTER)
    return row[-1]


@lru_cache(maxsize=1 << 16)
def _letters(word: str) -> str:
    """A word as it was read, folded, with signs that look like letters made letters."""
    return folded(word.strip(_SIGNS).translate(_LOOKS))


def _begins_name(word: str) -> bool:
    """Whether a word is written with a capital, or with a figure that a scanner reads for one."""
    first = word.lstrip(_SIGNS)[:1]
    return first.isupper() or (first.isdigit() and not word.strip(_SIGNS).isdigit())


def _ends(word: str) -> bool:
    """Whether a sign after the word parts it from the next."""
    return word[-1:] in ",;:.)"
