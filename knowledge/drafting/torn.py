"""Which cell each word of a torn table row belongs to: read along the lines, by how words go on from one another.

A scan writes a row line by line across all its columns. On each line the words of one column follow those of the
column before it; a cell goes on below on the next line. So a word belongs where it goes on best from what its column
already holds, where a rule stands before it, and where the words are those of which such cells are made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter

from domain.deadlines import DeadlineKind, parse_deadline
from domain.vietnamese import fold
from knowledge.drafting.people import people_told
from knowledge.drafting.wording import Word, wording
from knowledge.restoring import restorer
from knowledge.words import word_list

_KEPT = 12
"""Readings of a row kept from line to line; more change nothing."""

_WAYS = 3
_UNRULED = 1.5
_RULED = 2.0
_OVER_RULE = 3.0
_HOLE = 1.5
_SMALL_BEGINS = 3.0
_STRANGE = {"time": 2.2, "lead": 1.1, "support": 1.1, "direct": 0.7, "product": 0.9, "note": 0.6, "measure": 1.0}
_KNOWN = {"time": 0.9, "lead": 0.1, "support": 0.1, "direct": 0.3, "product": 0.3}
_MISSING = {"name": 3.0, "lead": 2.5, "time": 2.5, "product": 1.0, "direct": 1.0, "support": 1.0}
_BOND = 4.0
_CUT_SHORT = 2.0
_COMPOUND = 1.2
_BEFORE_INITIALS = ("phong", "va")
_INITIALS = 2.0
_RESUMED = 1.0
_TIME_RESUMED = 0.3
_UNIT_IN_NAME = 2.5
_UNIT_IN_UNITS = 1.0
_BEGINS = 0.8
_HEAD = 1.0
_NARROW, _WIDE = 0.72, 1.25
_OUT_OF_TURN = 2.0
_SCORE = itemgetter(0)
_DASHES = ("-", "–", "—")
_HEADS = {
    "lead": "heads_of_units",
    "support": "heads_of_units",
    "direct": "heads_of_people",
    "product": "heads_of_products",
    "time": "heads_of_times",
}


@dataclass(frozen=True, slots=True)
class TornLine:
    """A line of a torn row; `gap` is true after a blank line."""

    words: tuple[Word, ...]
    gap: bool = False


@dataclass(frozen=True, slots=True)
class _Reading:
    """Some lines read: the last word of each column, on which line it stood, and where every word went."""

    score: float
    lasts: tuple[str, ...]
    seen_on: tuple[int, ...]
    name_end: int
    places: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class TornCells:
    """The words of each column in reading order, and how well they fit; higher is better, per word."""

    cells: tuple[tuple[Word, ...], ...]
    score: float


class TornRows:
    """Reads the torn rows of one table, whose name column is `width` letters wide where that is known."""

    def __init__(self, kinds: Sequence[str], width: int | None) -> None:
        self.kinds = tuple(kinds)
        self.width = width
        self._name = self.kinds.index("name") if "name" in self.kinds else -1

    def cells(self, lines: Sequence[TornLine]) -> TornCells:
        """The words of each column of the row on these lines."""
        count = len(self.kinds)
        if "direct" in self.kinds:
            lines = [TornLine(people_told(line.words), line.gap) for line in lines]
        beam = [_Reading(0.0, ("",) * count, (-1,) * count, 0, ())]
        for at, line in enumerate(lines):
            if line.words:
                stays = self._stays(line.words)
                beam = _best([found for reading in beam for found in self._on_line(reading, line, at, stays)])
            else:
                beam = [_Reading(r.score, r.lasts, r.seen_on, r.name_end, (*r.places, ())) for r in beam]
        words = [line.words for line in lines]
        ranked = [(reading.score + self._as_a_whole(reading, words), reading) for reading in beam]
        score, best = max(ranked, key=lambda pair: pair[0])
        return TornCells(tuple(map(tuple, _cells(best, words, count))), score)

    def name_widths(self, lines: Sequence[TornLine]) -> list[int]:
        """How many letters of a name stand on each line below which the name goes on."""
        name = {(word.start, word.text) for word in self.cells(lines).cells[self._name]} if self._name >= 0 else set()
        widths = [sum(len(word.text) + 1 for word in line.words if (word.start, word.text) in name) for line in lines]
        last = max((at for at, width in enumerate(widths) if width), default=0)
        return [width for width in widths[:last] if width]

    def _as_a_whole(self, reading: _Reading, words: Sequence[tuple[Word, ...]]) -> float:
        """What speaks for and against a whole row: cells missing, cells cut short, a time that can be read."""
        score = 0.0
        for kind, cell in zip(self.kinds, _cells(reading, words, len(self.kinds)), strict=True):
            if not cell:
                score -= _MISSING.get(kind, 0.0)
            elif cell[-1].text[-1] in ",(-–—" or cell[-1].folded == "va":
                score -= _CUT_SHORT
            if cell and kind == "time":
                score += 1.0 if parse_deadline(wording(cell)).kind is not DeadlineKind.UNKNOWN else -1.0
        return score

    def _on_line(
        self, reading: _Reading, line: TornLine, at: int, stays: Sequence[tuple[float, ...]]
    ) -> list[_Reading]:
        """The best ways to go on with this line, some for each column it may end in."""
        words, kinds = line.words, self.kinds
        trails: list[list[tuple[float, tuple[int, ...]]]] = []
        for column, kind in enumerate(kinds):
            score = self._entry(reading, column, words[0], at) + fit(kind, words[0])
            if line.gap and reading.places and set(reading.places[-1]) == {column}:
                score -= 1.5
            trails.append([(score, (column,))])
        for word, staying in zip(words[1:], stays, strict=True):
            grown: list[list[tuple[float, tuple[int, ...]]]] = []
            for column, kind in enumerate(kinds):
                stay = staying[column]
                options = [(score + stay, (*trail, column)) for score, trail in trails[column]]
                if column:
                    entry = fit(kind, word) + self._entry(reading, column, word, at) + self._cut(reading, column, word)
                    for left in trails[:column]:
                        options += [(score + entry, (*trail, column)) for score, trail in left[:2]]
                    options.sort(key=_SCORE, reverse=True)
                grown.append(options[:_WAYS])
            trails = grown
        return [self._after(reading, score, trail, words, at) for ways in trails for score, trail in ways]

    def _stays(self, words: Sequence[Word]) -> list[tuple[float, ...]]:
        """What speaks for each word but the first to stand in each column, where the word before it stands there."""
        return [tuple(self._stay(kind, before, word) for kind in self.kinds) for before, word in pairwise(words)]

    @staticmethod
    def _stay(kind: str, before: Word, word: Word) -> float:
        score = fit(kind, word) + bond(before.text, word.text) - (_OVER_RULE if word.ruled else 0.0)
        score -= 1.0 if kind == "time" and word.text[:1].isupper() and word.text[1:2].islower() else 0.0
        return score - _begins_another(kind, before.text, word)

    def _cut(self, reading: _Reading, column: int, word: Word) -> float:
        """What speaks for the line's going over to another column here; a cell that goes on needs no rule to do so."""
        if word.ruled:
            return _RULED
        return -_RESUMED if reading.lasts[column] else -_UNRULED

    def _after(
        self, reading: _Reading, score: float, trail: tuple[int, ...], words: Sequence[Word], at: int
    ) -> _Reading:
        lasts, seen_on, name_end = list(reading.lasts), list(reading.seen_on), reading.name_end
        named = sum(len(word.text) + 1 for column, word in zip(trail, words, strict=True) if column == self._name)
        if named and self.width:
            resumed = bool(reading.lasts[self._name]) and 0 < name_end < self.width * _NARROW
            score -= 2.0 if resumed else 0.0
            score -= 2.0 if named > self.width * _WIDE else 0.0
            name_end = named
        for column, word in zip(trail, words, strict=True):
            lasts[column], seen_on[column] = word.text, at
        return _Reading(reading.score + score, tuple(lasts), tuple(seen_on), name_end, (*reading.places, trail))

    def _entry(self, reading: _Reading, column: int, word: Word, at: int) -> float:
        """What speaks for a column going on, or beginning, with this word on a new line."""
        last, kind = reading.lasts[column], self.kinds[column]
        if last:
            score = bond(last, word.text) - (_HOLE if at - reading.seen_on[column] > 1 else 0.0)
            score -= _TIME_RESUMED if kind == "time" else 0.0
            score -= _begins_another(kind, last, word)
            if last[-1] not in ".;:!?," and word.text[0].isupper() and kind == "name":
                score -= 0.5
            return score
        score = -_SMALL_BEGINS if word.text[0].islower() else _BEGINS
        if any(reading.seen_on[right] < at for right in range(column + 1, len(self.kinds)) if reading.lasts[right]):
            score -= _OUT_OF_TURN
        return score + is_head_of(kind, word)


def _cells(reading: _Reading, lines: Sequence[tuple[Word, ...]], count: int) -> list[list[Word]]:
    cells: list[list[Word]] = [[] for _ in range(count)]
    for words, places in zip(lines, reading.places, strict=True):
        for word, place in zip(words, places, strict=True):
            cells[place].append(word)
    return cells


def _best(readings: list[_Reading]) -> list[_Reading]:
    """The best readings, of those that can only go on alike just the best one."""
    kept: dict[tuple[object, ...], _Reading] = {}
    for reading in sorted(readings, key=lambda each: -each.score):
        kept.setdefault((reading.lasts, reading.seen_on, reading.name_end), reading)
        if len(kept) >= _KEPT:
            break
    return list(kept.values())


def _begins_another(kind: str, before: str, word: Word) -> float:
    """What speaks against a word's going on in a cell of units: it begins another one and no comma parts them."""
    if not word.text[0].isupper() or before[-1] in ",;:" or before in _DASHES:
        return 0.0
    lists = word_list("drafting/words")
    initials = word.text.isupper() and fold(before) in _BEFORE_INITIALS
    if initials or word.folded not in lists["heads_of_units"] or bond(before, word.text) >= _COMPOUND:
        return 0.0
    if kind == "name":
        return 0.0 if fold(before) in lists["before_units"] or before[0].isupper() else _UNIT_IN_NAME
    return _UNIT_IN_UNITS if kind in ("lead", "support") else 0.0


def is_head_of(kind: str, word: Word) -> float:
    """What speaks for, or against, a word's being the first of a cell of this kind."""
    heads = _HEADS.get(kind)
    if heads is None:
        return 0.0
    return _HEAD if word.folded in word_list("drafting/words")[heads] else -_HEAD


@lru_cache(maxsize=65536)
def fit(kind: str, word: Word) -> float:
    """How well a word fits a kind of cell."""
    if kind == "name" or kind.startswith("other"):
        return 0.0
    parts = word_list("drafting/words")["parts"]
    known = parts.get("unit" if kind in ("lead", "support") else kind, ())
    folded = word.folded
    if not folded:
        return 0.0
    if folded in known or (kind == "time" and any(c.isdigit() for c in folded)):
        return _KNOWN.get(kind, 0.0)
    return -_STRANGE.get(kind, 0.0)


@lru_cache(maxsize=65536)
def bond(before: str, word: str) -> float:
    """How well a word goes on from another one; across a full stop or a comma that says little."""
    if before in _DASHES or word in _DASHES:
        return 1.0
    if before[-1] in ".;:!?":
        return 0.3 if word[0].isupper() else -1.0
    if word.isupper() and len(word) > 2 and fold(before) in _BEFORE_INITIALS:
        return _INITIALS
    first, second = before.strip(',()"“”').lower(), word.strip(',.;:()"“”').lower()
    if not first or not second:
        return 0.0
    bond = restorer().bond(first, second)
    return min(bond, 1.0) if before[-1] == "," else max(-1.0, min(bond, _BOND))
