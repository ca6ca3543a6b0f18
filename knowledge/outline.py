"""From a document's text to its outline: head, headings, and passages each of which can answer a question."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from domain.plans import PassageKind
from knowledge.drafts import LONGEST_PASSAGE, Draft, clipped, joined, passages_on
from knowledge.header import read_header
from knowledge.lines import Line, lines_of
from knowledge.markers import Marker, Style, marker_of, share_of_capitals
from knowledge.reading import ReadText, read_text
from knowledge.tables import begins_recipients, begins_table, end_of_table, read_table

_SHORT_ITEM = 90
_NOTE = re.compile(r"(?:\d{1,2}|[!|*’‘\"“'])\s?(?=[^\W\d_]|\()")
_NOTES_FROM = 0.4
_ENCLOSED = re.compile(r"\(\s?[kK].m theo\b")


@dataclass(frozen=True, slots=True)
class Outlined:
    """A document as it was read: what its head says, and its passages in order."""

    number: str
    issued_on: date | None
    issuer: str
    locality: str
    title: str
    pages: int
    passages: tuple[Draft, ...]


def read_document(path: Path) -> Outlined:
    """The outline of the file. Raises UnreadableFile."""
    return outline(read_text(path))


def outline(read: ReadText) -> Outlined:
    """The outline of a text. Every character that is not space, a page number or a stamp stands in some passage."""
    lines = lines_of(read)
    header = read_header(lines)
    drafts: list[Draft] = []
    if header.lines:
        drafts.extend(passages_on(read, lines[: header.lines], PassageKind.HEADER, ()))
    drafts.extend(_Walk(read, lines, header.lines).drafts())
    return Outlined(
        header.number, header.issued_on, header.issuer, header.locality, header.title, read.pages, tuple(drafts)
    )


@dataclass(slots=True)
class _Block:
    """Lines that belong together, and how the first of them announces itself."""

    lines: list[Line]
    marker: Marker | None
    kind: PassageKind | None = None

    @property
    def text(self) -> str:
        return joined(line.text for line in self.lines)

    @property
    def label(self) -> str:
        """What the block says as a heading."""
        return joined(line.shown for line in self.lines)

    @property
    def size(self) -> int:
        return sum(len(line.text) + 1 for line in self.lines)


@dataclass(slots=True)
class _Headings:
    """The path of headings above a place. A soft heading is a numbered paragraph: it covers its bullets only."""

    stack: list[tuple[float, str, bool]] = field(default_factory=list)
    ranks: dict[Style, float] = field(default_factory=dict)

    def rank(self, style: Style) -> float:
        """Capitals stand above roman figures in a paper that uses them first."""
        if style is Style.CAPITAL and Style.ROMAN not in self.ranks:
            self.ranks.setdefault(style, Style.ROMAN - 0.5)
        return self.ranks.setdefault(style, float(style))

    def push(self, style: Style, label: str, *, soft: bool = False) -> None:
        rank = self.rank(style)
        self.close(style)
        self.stack.append((rank, clipped(label), soft))

    def close(self, style: Style) -> None:
        rank = self.rank(style)
        while self.stack and self.stack[-1][0] >= rank:
            self.stack.pop()

    def leave_soft(self) -> None:
        while self.stack and self.stack[-1][2]:
            self.stack.pop()

    def clear(self) -> None:
        self.stack.clear()

    def path(self) -> tuple[str, ...]:
        return tuple(label for _, label, _ in self.stack)


class _Walk:
    """One way through the lines, from the end of the head to the last one."""

    def __init__(self, read: ReadText, lines: Sequence[Line], start: int) -> None:
        self._read = read
        self._lines = lines
        self._at = start
        self._headings = _Headings()
        self._last_roman = 0
        lengths = sorted(len(line.text) for line in lines) or [0]
        self._wrapped = lengths[int(len(lengths) * 0.95)] < 200
        self._width = lengths[int(len(lengths) * 0.85)]
        self._notes = _lines_of_notes(lines) if self._wrapped else {}

    def drafts(self) -> Iterator[Draft]:
        """The passages, in the order of the text."""
        blocks: list[_Block] = []
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if begins_table(line):
                yield from self._tell(blocks)
                blocks = []
                yield from self._table()
            elif begins_recipients(line.text):
                yield from self._tell(blocks)
                blocks = []
                yield from self._recipients()
            else:
                self._take(blocks, line)
                self._at += 1
        yield from self._tell(blocks)

    def _take(self, blocks: list[_Block], line: Line) -> None:
        """Put the line where it belongs: at the end of the block under way, or at the head of a new one."""
        if self._at in self._notes:
            if self._notes[self._at] or not blocks or blocks[-1].kind is not PassageKind.FOOTNOTE:
                blocks.append(_Block([line], None, PassageKind.FOOTNOTE))
            else:
                blocks[-1].lines.append(line)
            return
        # A sentence broken off above the footnotes goes on below them, but a span must stay whole: two passages.
        under_way = blocks[-1] if blocks and blocks[-1].kind is not PassageKind.FOOTNOTE else None
        marker = marker_of(line.text)
        if marker and under_way and not self._may_announce(under_way, line, marker):
            marker = None
        if marker is None and under_way is not None and self._continues(under_way, line):
            under_way.lines.append(line)
            return
        blocks.append(_Block([line], marker))

    def _may_announce(self, block: _Block, line: Line, marker: Marker) -> bool:
        """False for a number or a dash that only happens to stand at the head of a wrapped line."""
        if not self._wrapped:
            return True
        before = block.lines[-1].text
        ended = before[-1] in ".;:!?/”…," or share_of_capitals(before) > 0.8
        if marker.style in (Style.DASH, Style.PLUS):
            quoting = sum(part.text.count("\u201c") - part.text.count("\u201d") for part in block.lines) > 0
            return ended or (not quoting and not line.text[marker.length].islower())
        if marker.style in (Style.ANNEX, Style.ROMAN, Style.CAPITAL, Style.PART):
            return True
        return ended or line.gap or len(before) < self._width * 0.8

    def _continues(self, block: _Block, line: Line) -> bool:
        before = block.lines[-1]
        ended = before.text[-1] in ".;:!?…"
        small = line.text[0].islower() or line.text[0].isdigit()
        if block.marker and block.marker.style in (Style.ROMAN, Style.CAPITAL, Style.ANNEX, Style.PART):
            shouting = share_of_capitals(before.text) > 0.7
            return not line.gap and self._wrapped and (share_of_capitals(line.text) > 0.7) == shouting and not ended
        if not self._wrapped:
            return small and not ended
        if line.gap:
            return small and not ended and before.text[-1] != ":"
        return not (ended and len(before.text) < self._width * 0.7 and line.text[0].isupper())

    def _tell(self, blocks: list[_Block]) -> Iterator[Draft]:
        """The passages of some blocks, each under the headings above it."""
        merged = _with_short_lists(blocks)
        for i, block in enumerate(merged):
            following = merged[i + 1] if i + 1 < len(merged) else None
            yield from self._tell_one(block, following)

    def _tell_one(self, block: _Block, following: _Block | None) -> Iterator[Draft]:
        marker, kind = block.marker, block.kind
        if kind is PassageKind.FOOTNOTE:
            yield from passages_on(self._read, block.lines, kind, ())
            return
        if marker is None:
            if _is_question(block, following):
                self._headings.push(Style.NUMBER, block.label)
                yield from passages_on(self._read, block.lines, PassageKind.HEADING, self._headings.path()[:-1])
                return
            self._headings.leave_soft()
            kind = PassageKind.HEADING if _ENCLOSED.match(block.text[:40]) else PassageKind.PARAGRAPH
            yield from passages_on(self._read, block.lines, kind, self._headings.path())
            return
        if marker.style is Style.ROMAN and marker.value:
            self._last_roman = marker.value
        heading = _is_heading(block, following)
        self._headings.close(marker.style)
        path = self._headings.path()
        if marker.style is Style.ANNEX:
            self._last_roman = 0
        if heading or marker.style < Style.DASH or block.text.endswith(":"):
            self._headings.push(marker.style, block.label, soft=not heading)
        if heading:
            kind = PassageKind.HEADING
        else:
            kind = PassageKind.BULLET if marker.style >= Style.LETTER else PassageKind.PARAGRAPH
        yield from passages_on(self._read, block.lines, kind, path)

    def _recipients(self) -> Iterator[Draft]:
        """The list of recipients and the signature beside it, kept in one piece."""
        start = self._at
        self._headings.clear()
        self._at += 1
        while self._at < len(self._lines) and self._at - start < 60:
            line = self._lines[self._at]
            marker = marker_of(line.text)
            if line.opens_page or begins_table(line) or (marker and marker.style in (Style.ANNEX, Style.ROMAN)):
                break
            if len(line.text) > 200:
                break
            self._at += 1
        yield from passages_on(self._read, self._lines[start : self._at], PassageKind.PARAGRAPH, ())

    def _table(self) -> Iterator[Draft]:
        start = self._at
        self._at = end_of_table(self._lines, start, self._last_roman)
        lines = self._lines[start : self._at]
        table = read_table(lines)
        path = self._headings.path()
        between = " | " if table.one_cell_a_line else " "
        for row in table.rows:
            above = (*path, table.columns, row.group) if row.group else (*path, table.columns)
            kind = PassageKind.HEADING if row.is_head else PassageKind.ROW
            yield from passages_on(
                self._read, lines[row.first : row.last], kind, path if row.is_head else above, between, self._wrapped
            )


def _lines_of_notes(lines: Sequence[Line]) -> dict[int, bool]:
    """The lines that are footnotes, each with whether a note begins there: from the first note in the lower part of a
    page to the page's end."""
    found: dict[int, bool] = {}
    first = 0
    for i in range(1, len(lines) + 1):
        if i < len(lines) and not lines[i].opens_page:
            continue
        if lines[i - 1].page is not None:
            found.update(_notes_of_page(lines, first, i))
        first = i
    return found


def _notes_of_page(lines: Sequence[Line], first: int, end: int) -> dict[int, bool]:
    if any(begins_table(lines[i]) for i in range(first, end)):
        return {}
    from_line = first + int((end - first) * _NOTES_FROM)
    for i in range(from_line, end):
        if lines[i].gap and _begins_note(lines[i].text):
            rest = lines[i:end]
            if any(line.gap and marker_of(line.text) and not _begins_note(line.text) for line in rest[1:]):
                continue
            return {j: j == i or lines[j].gap or _begins_note(lines[j].text) for j in range(i, end)}
    return {}


def _begins_note(text: str) -> bool:
    found = _NOTE.match(text[:6])
    return bool(found) and marker_of(text) is None and text[found.end()].isupper() if found else False


def _is_heading(block: _Block, following: _Block | None) -> bool:
    marker = block.marker
    if marker is None:
        return False
    if marker.style <= Style.CAPITAL:
        return block.size < 400
    if marker.style >= Style.DASH or block.size > 260 or len(block.lines) > 5:
        return False
    if block.text[-1] in ".;,":
        return False
    inner = following is not None and (following.marker is None or following.marker.style > marker.style)
    return inner or block.text.endswith(":")


def _is_question(block: _Block, following: _Block | None) -> bool:
    return block.lines[-1].text.rstrip("*_ ").endswith("?") and block.size < 320 and following is not None


def _with_short_lists(blocks: list[_Block]) -> list[_Block]:
    """The blocks, with a list of a few words each drawn into the sentence that announces it."""
    found: list[_Block] = []
    for block in blocks:
        into = found[-1] if found else None
        item = block.marker is not None and block.marker.style >= Style.BRACKET and block.size < _SHORT_ITEM
        if item and into and _announces_list(into) and into.size + block.size < LONGEST_PASSAGE:
            into.lines.extend(block.lines)
        else:
            found.append(_Block(list(block.lines), block.marker, block.kind))
    return found


def _announces_list(block: _Block) -> bool:
    if block.kind is PassageKind.FOOTNOTE or (block.marker and block.marker.style <= Style.CAPITAL):
        return False
    first_item = next((i for i, line in enumerate(block.lines) if i and _is_item(line.text)), None)
    announcing = block.lines[: first_item or len(block.lines)]
    return announcing[-1].text.endswith(":") and len(announcing) < 8 and sum(len(x.text) for x in announcing) > 60


def _is_item(text: str) -> bool:
    marker = marker_of(text)
    return marker is not None and marker.style >= Style.BRACKET
