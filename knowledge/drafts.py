"""Passages before they are stored: lines put together, long ones cut at sentences, each with what it was read from."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from domain.plans import PassageKind
from domain.vietnamese import nfc
from knowledge.lines import Aligned, Line
from knowledge.reading import ReadText

LONGEST_PASSAGE = 1_000
"""Characters; a longer paragraph is cut at sentences, so that a passage fits a phone and an embedding."""

_PIECE = 700
_SHORT_LINE = 200
_LABEL = 140
_SENTENCE_END = re.compile(r"[.;:!?…”\"]\s+")
_BROKEN_CODE = re.compile(r"(?<=[\w/])-\s+(?=[^\W\d_]{2,}[/-]|CP\b|TW\b|TU\b)")


@dataclass(frozen=True, slots=True)
class Draft:
    """A passage before it is stored; the fields are those of `domain.plans.Passage`."""

    kind: PassageKind
    heading: tuple[str, ...]
    text: str
    source: str
    start: int
    end: int
    page: int | None
    damage: float = 0.0
    sureness: float = 1.0


def passages_on(
    read: ReadText,
    lines: Sequence[Line],
    kind: PassageKind,
    heading: tuple[str, ...],
    text: str = "",
) -> Iterator[Draft]:
    """The passages on these lines: one, or several when they are too long for one.

    `text` is what one passage shows where it is not simply its lines.
    """
    for group in _groups(lines):
        start, end = group[0].start, group[-1].end
        if end - start <= LONGEST_PASSAGE * 1.3:
            shown = text if text and len(group) == len(lines) else joined(line.shown for line in group)
            yield _draft(read, group, start, end, kind, heading, shown)
            continue
        first, aligned = 0, [Aligned(line) for line in group]
        for cut_start, cut_end in _pieces(read.text, start, end):
            while first < len(group) - 1 and group[first].end <= cut_start:
                first += 1
            last = first
            while last < len(group) and group[last].start < cut_end:
                last += 1
            words = joined(line.between(cut_start, cut_end) for line in aligned[first:last])
            # A short line stays whole in the source, so that whoever looks for it finds it in one passage.
            whole = group[last - 1].end if len(group[last - 1].text) < _SHORT_LINE else cut_end
            yield _draft(read, group[first:last], cut_start, max(cut_end, whole), kind, heading, words)


def joined(lines: Iterable[str]) -> str:
    """Lines as one line of text in NFC, codes broken at a line's end made whole (57- NQ/TW)."""
    return _BROKEN_CODE.sub("-", " ".join(nfc(" ".join(lines)).split()))


def clipped(label: str) -> str:
    """A heading short enough to show in a path."""
    if len(label) <= _LABEL:
        return label
    return label[:_LABEL].rsplit(" ", 1)[0] + "…"


def _draft(
    read: ReadText,
    lines: Sequence[Line],
    start: int,
    end: int,
    kind: PassageKind,
    heading: tuple[str, ...],
    text: str,
) -> Draft:
    source = read.text[start:end]
    if not len(source) / 3 <= len(text) <= len(source) * 3:
        text = joined([source])
    weight = sum(len(line.text) for line in lines) or 1
    damage = sum(line.restored.damage * len(line.text) for line in lines) / weight
    sureness = sum(line.restored.sureness * len(line.text) for line in lines) / weight
    page = read.page_at(start)
    return Draft(kind, heading, text, source, start, end, page, round(damage, 3), round(sureness, 3))


def _groups(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """Lines that are cut apart where something left out (a page number, a stamp) would make the span far too long."""
    first = 0
    for i in range(1, len(lines) + 1):
        if i == len(lines) or lines[i].start - lines[i - 1].end > 200:
            yield lines[first:i]
            first = i


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > LONGEST_PASSAGE:
        window = text[start + _PIECE // 2 : start + LONGEST_PASSAGE]
        ends = [m.end() for m in _SENTENCE_END.finditer(window)]
        near = [e for e in ends if e <= _PIECE // 2] or ends[:1]
        cut = start + _PIECE // 2 + near[-1] if near else _space_before(text, start, start + _PIECE)
        stop = cut
        while stop > start and text[stop - 1].isspace():
            stop -= 1
        yield start, stop
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end


def _space_before(text: str, start: int, at: int) -> int:
    space = max(text.rfind(" ", start + 1, at), text.rfind("\n", start + 1, at))
    return space if space > start + _PIECE // 4 else at
