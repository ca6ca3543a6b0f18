"""The paragraphs of a plan with their words, their number and the headings above them."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.plans import PassageKind
from knowledge.drafting.wording import Word, wording, words_on
from knowledge.drafts import Draft
from knowledge.lines import Line
from knowledge.markers import Style, marker_on
from knowledge.outline import Outlined

_FIGURE = re.compile(r"\(?([IVX]{1,5}|[A-H]|\d{1,3}(?:\.\d{1,2})*|[a-z\u0111])\s?[.)]")
_MARK = re.compile(r"\s*(?:[-–—+•*]|\(?(?:[IVX]{1,5}|[A-H]|\d{1,3}(?:\.\d{1,2})*|[a-z\u0111])\s?[.)\-])+\Z")
_LONGEST_MARK = 8
_KINDS = (PassageKind.HEADING, PassageKind.PARAGRAPH, PassageKind.BULLET)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: its words without its number or dash, that number, and the headings above it, outermost first.

    `style` is how it announces itself, None where it does not.
    """

    words: tuple[Word, ...]
    lines: tuple[Line, ...]
    kind: PassageKind
    heading: tuple[str, ...]
    figure: str
    style: Style | None

    @property
    def text(self) -> str:
        """What it says, without its number."""
        return wording(self.words)


def paragraphs_of(outlined: Outlined) -> list[Paragraph]:
    """The headings, paragraphs and bullets of the plan in order, long ones whole."""
    starts = [line.start for line in outlined.lines]
    found: list[Paragraph] = []
    for group in _whole(outlined, starts):
        lines = _lines_of(outlined.lines, starts, group[0].start, group[-1].end)
        first = lines[0]
        marker = marker_on(first) if first.start == group[0].start else None
        words = [word for line in lines for word in words_on(line) if group[0].start <= word.start < group[-1].end]
        figure, body = _without_mark(_without_closing(words))
        style = marker.style if marker else None
        found.append(Paragraph(tuple(body), tuple(lines), group[0].kind, group[0].heading, figure, style))
    return found


def figure_of(label: str) -> str:
    """The number with which a heading begins; empty for none."""
    found = _FIGURE.match(label)
    return found.group(1) if found else ""


def path_of(heading: Sequence[str], figure: str) -> str:
    """The numbers of the headings above and one's own, as people say them: II.1.2; a decimal number holds its own."""
    parts: list[str] = []
    for one in (*map(figure_of, heading), figure):
        if not one:
            continue
        if parts and "." in one:
            parts = [part for part in parts if not part.isdigit() and "." not in part]
        parts.append(one)
    return ".".join(parts)


def _whole(outlined: Outlined, starts: list[int]) -> Iterator[list[Draft]]:
    """The passages of text, those cut from one paragraph together."""
    group: list[Draft] = []
    for draft in outlined.passages:
        if draft.kind not in _KINDS:
            if group:
                yield group
            group = []
            continue
        if group and draft.kind is group[-1].kind and _goes_on(outlined.lines, starts, draft, group[-1]):
            group.append(draft)
            continue
        if group:
            yield group
        group = [draft]
    if group:
        yield group


def _goes_on(lines: Sequence[Line], starts: list[int], draft: Draft, before: Draft) -> bool:
    """True for a passage that only the length of its paragraph parted from the one before."""
    if draft.heading != before.heading:
        return False
    at = bisect_left(starts, draft.start)
    if at >= len(starts) or starts[at] != draft.start:
        return True
    line = lines[at]
    return len(before.source) > 350 and not line.gap and marker_on(line) is None and draft.start - before.end < 3


def _lines_of(lines: Sequence[Line], starts: list[int], start: int, end: int) -> list[Line]:
    first = bisect_left(starts, start)
    if first and lines[first - 1].end > start:
        first -= 1
    last = bisect_left(starts, end)
    return list(lines[first : max(last, first + 1)])


def _without_mark(words: Sequence[Word]) -> tuple[str, Sequence[Word]]:
    """The number of a paragraph and the words after it."""
    figure = ""
    at = 0
    while at < min(3, len(words)) and len(words[at].text) <= _LONGEST_MARK and _MARK.match(words[at].text):
        figure = figure or figure_of(words[at].text)
        at += 1
    return figure, words[at:]


def _without_closing(words: Sequence[Word]) -> Sequence[Word]:
    """The words before those that close a plan, where they were read on with its last item."""
    for at in range(1, len(words) - 2):
        if words[at - 1].text[-1] in "./;" and [word.folded for word in words[at : at + 3]] == ["tren", "day", "la"]:
            return words[:at]
    return words
