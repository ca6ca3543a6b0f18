"""The lines of a document, with where they stand, freed of what only belongs to the paper."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace

from domain.vietnamese import fold
from knowledge.reading import ReadText
from knowledge.restoring import Restored, restorer

_LINE = re.compile(r"[^\n\f\v\r]+")
_PAGE_NUMBER = re.compile(r"[-–/\s]*\d{1,3}[-–/\s]*\Z")
_SIGNING_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*\Z")
_WORD = re.compile(r"\S+")
_ASTRAY = 3
_SEEN_OF_A_WORD = 40
_ADDRESS = re.compile(r"https?://\S+\Z")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank, without the space around it: text[start:end], as it stands in the file.

    `gap` is true after a blank line; `opens_page` is true for the first line of a page. `restored` is the same line
    repaired.
    """

    start: int
    end: int
    text: str
    page: int | None
    gap: bool
    opens_page: bool
    restored: Restored

    @property
    def shown(self) -> str:
        """The repaired line, which is what people and the index read."""
        return self.restored.text


class Aligned:
    """A line that may be cut between words, its repaired words beside those of the file."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._starts: list[int] = []
        self._shown: list[str] = []

    def between(self, start: int, end: int) -> str:
        """The repaired words of the part of the document from `start` to `end` that stands on this line."""
        line = self._line
        if start <= line.start and line.end <= end:
            return line.shown
        if not self._starts:
            self._starts = [line.start + found.start() for found in _WORD.finditer(line.text)]
            self._shown = line.shown.split()
        return " ".join(self._shown[self._index(start) : self._index(end)])

    def _index(self, at: int) -> int:
        """Which repaired word begins where the file's text is cut; repair may join or part words."""
        before, all_of_them, shown = self._words_before(at), len(self._starts), len(self._shown)
        if all_of_them == shown or before in (0, all_of_them):
            return shown if before == all_of_them else before
        guess = round(before * shown / all_of_them)
        left, right = self._word(before - 1), self._word(before)
        near = range(max(1, guess - _ASTRAY), min(shown, guess + _ASTRAY + 1))
        fits = {n: _likeness(left, self._shown[n - 1]) + _likeness(right, self._shown[n]) for n in near if n < shown}
        return max(fits, key=lambda n: (fits[n], -abs(n - guess)), default=guess)

    def _word(self, n: int) -> str:
        start = self._starts[n] - self._line.start
        found = _WORD.match(self._line.text, start, start + _SEEN_OF_A_WORD)
        return found.group() if found else ""

    def _words_before(self, at: int) -> int:
        """How many words stand before a place; a word that the cut goes through goes where most of its letters are."""
        before, text, cut = bisect_left(self._starts, at), self._line.text, at - self._line.start
        if before == 0 or cut >= len(text) or text[cut].isspace() or text[cut - 1].isspace():
            return before
        start = max(self._starts[before - 1] - self._line.start, cut - _SEEN_OF_A_WORD)
        rest = _WORD.match(text, cut, cut + _SEEN_OF_A_WORD)
        left, right = text[start:cut], rest.group() if rest else ""
        return before - 1 if sum(map(str.isalnum, right)) > sum(map(str.isalnum, left)) else before


def _likeness(read: str, repaired: str) -> int:
    """How surely two words are the same one, from what repair leaves as it is: figures and closing signs."""
    figures, others = [c for c in read if c.isdigit()], [c for c in repaired if c.isdigit()]
    same = 2 if figures and figures == others else 0
    return same + (read[-1:] == repaired[-1:]) + (fold(read[:1]) == fold(repaired[:1]))


def lines_of(read: ReadText) -> list[Line]:
    """The document's lines in order. Page numbers, signing times and bare web addresses are left out."""
    found = [line for line in _all(read) if not _is_stamp(line.text)]
    kept = [line for i, line in enumerate(found) if not _is_page_number(found, i)]
    repaired = restorer().lines([line.text for line in kept])
    return [replace(line, restored=restored) for line, restored in zip(kept, repaired, strict=True)]


def _all(read: ReadText) -> Iterator[Line]:
    text, last_end, last_page = read.text, 0, None
    for match in _LINE.finditer(text):
        raw = match.group()
        stripped = raw.strip()
        if not stripped:
            continue
        start = match.start() + len(raw) - len(raw.lstrip())
        page = read.page_at(start)
        gap = text.count("\n", last_end, start) > 1
        yield Line(start, start + len(stripped), stripped, page, gap, page != last_page, Restored(stripped))
        last_end, last_page = start + len(stripped), page


def _is_stamp(text: str) -> bool:
    return bool(_SIGNING_TIME.match(text[:40]) or (text.startswith("http") and _ADDRESS.match(text)))


def _is_page_number(lines: list[Line], i: int) -> bool:
    """A number alone at the very top or foot of a page; anywhere else it may be the number of a table row."""
    if lines[i].page is None or not _PAGE_NUMBER.match(lines[i].text[:12]):
        return False
    at_foot = i + 1 == len(lines) or lines[i + 1].opens_page
    return lines[i].opens_page or at_foot
