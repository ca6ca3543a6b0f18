"""From a document's text to its outline: head, headings, and passages each of which can answer a question."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from domain.plans import PassageKind
from domain.vietnamese import fold
from knowledge.drafts import LONGEST_PASSAGE, Draft, clipped, joined, passages_on
from knowledge.footnotes import lines_of_notes, marked_words
from knowledge.header import read_header
from knowledge.headings import Headings
from knowledge.lines import Line, lines_of
from knowledge.markers import Marker, Style, announced, marker_of, marker_on, share_of_capitals
from knowledge.reading import ReadText, read_text
from knowledge.tables import Table, begins_recipients, begins_table, end_of_table, read_table

_SHORT_ITEM = 90
_SHORT_LEAD = 160
_SHORT_TITLE = 60
_LEAD_END = 66
_BARE_NUMBER = re.compile(r"(\d{1,2})\s+(?=[^\W\d_a-z])")
_DASHES = "-–• "
_LONGEST_HEADING = 400
_HEADS_A_PARAGRAPH = 160
_ENCLOSED = "kem theo"
_UNNAMED_ANNEX = Marker(Style.ANNEX, None, 0)
_OUTER = (Style.PART, Style.CHAPTER, Style.SECTION, Style.ROMAN, Style.CAPITAL, Style.ANNEX)


@dataclass(frozen=True, slots=True)
class TableAt:
    """A table with the lines it stands on, and the headings above it."""

    lines: tuple[Line, ...]
    table: Table
    heading: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outlined:
    """A document as it was read: what its head says, its passages in order, its lines and its tables."""

    number: str
    issued_on: date | None
    issuer: str
    locality: str
    title: str
    pages: int
    passages: tuple[Draft, ...]
    lines: tuple[Line, ...] = ()
    tables: tuple[TableAt, ...] = ()


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
    walk = _Walk(read, lines, header.lines)
    drafts.extend(walk.drafts())
    return Outlined(
        header.number,
        header.issued_on,
        header.issuer,
        header.locality,
        header.title,
        read.pages,
        tuple(drafts),
        tuple(lines),
        tuple(walk.tables),
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
        return joined([announced(self.lines[0], self.marker), *(line.shown for line in self.lines[1:])])

    @property
    def size(self) -> int:
        return sum(len(line.text) + 1 for line in self.lines)


class _Walk:
    """One way through the lines, from the end of the head to the last one."""

    def __init__(self, read: ReadText, lines: Sequence[Line], start: int) -> None:
        self._read = read
        self._lines = lines
        self._at = start
        self._headings = Headings()
        self._last_roman = 0
        self._last_number = 0
        self._told: list[tuple[int | None, str, tuple[str, ...]]] = []
        self.tables: list[TableAt] = []
        lengths = sorted(len(line.text) for line in lines) or [0]
        self._wrapped = lengths[int(len(lengths) * 0.95)] < 200
        self._width = lengths[int(len(lengths) * 0.85)]
        self._spaced = _dashes_stand_apart(lines)
        self._notes = lines_of_notes(lines) if self._wrapped else {}

    def drafts(self) -> Iterator[Draft]:
        """The passages, in the order of the text."""
        blocks: list[_Block] = []
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if begins_table(self._lines, self._at):
                yield from self._tell(blocks)
                blocks = []
                yield from sorted(self._table(), key=lambda draft: draft.start)
            elif begins_recipients(line):
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
        marker = marker_on(line) or self._counted_on(line)
        if marker and under_way and not self._may_announce(under_way, line, marker):
            marker = None
        if marker is None and under_way is not None and self._continues(under_way, line):
            under_way.lines.append(line)
            return
        blocks.append(_Block([line], marker))
        if marker and (marker.style in _OUTER or marker.style is Style.ARTICLE):
            self._last_number = 0
        elif marker and marker.style is Style.NUMBER:
            self._last_number = marker.value or 0

    def _counted_on(self, line: Line) -> Marker | None:
        """A heading whose point the scan lost: it goes on counting, in a paragraph of its own."""
        found = _BARE_NUMBER.match(line.text[:8]) if line.gap and self._last_number else None
        if found and int(found.group(1)) == self._last_number + 1:
            return Marker(Style.NUMBER, int(found.group(1)), found.end())
        return None

    def _may_announce(self, block: _Block, line: Line, marker: Marker) -> bool:
        """False for a number or a dash that only happens to stand at the head of a wrapped line."""
        if not self._wrapped:
            return True
        before = block.lines[-1].text
        ended = before[-1] in ".;:!?/”…," or share_of_capitals(before) > 0.8
        if marker.style in (Style.DASH, Style.PLUS):
            quoting = sum(part.text.count("\u201c") - part.text.count("\u201d") for part in block.lines) > 0
            if line.text[marker.length].islower() or (self._spaced and not line.gap):
                return ended
            return ended or line.gap or not quoting
        if marker.style in _OUTER and share_of_capitals(line.text) > 0.6:
            return True
        if marker.style in (Style.ROMAN, Style.CAPITAL) or marker.level:
            return True
        if marker.style is Style.NUMBER and marker.value and line.text[marker.length].isupper():
            counts_on = marker.value == self._last_number + 1
            if counts_on and (self._last_number or (block.marker and block.marker.style is Style.ARTICLE)):
                return True
        return ended or line.gap or len(before) < self._width * 0.8

    def _continues(self, block: _Block, line: Line) -> bool:
        before = block.lines[-1]
        ended = before.text[-1] in ".;:!?…"
        opening = (line.text.lstrip(_DASHES) or line.text)[0]
        small = opening.islower() or opening.isdigit()
        style = block.marker.style if block.marker else None
        if (block.marker and block.marker.level) or _says_enclosed(line.text):
            return False
        if _encloses(block):
            return ")" not in block.text
        if style in _OUTER:
            return self._names_on(block, line)
        if not self._wrapped:
            return small and not ended
        if line.gap:
            return small and not ended and before.text[-1] != ":"
        if style is not None and Style.ARTICLE <= style <= Style.SUBDECIMAL and len(block.lines) < 3:
            ended = True
        if style is Style.ARTICLE and len(before.text) < _SHORT_TITLE and line.text[0].isupper():
            return False
        return not (ended and len(before.text) < self._width * 0.7 and line.text[0].isupper())

    def _names_on(self, block: _Block, line: Line) -> bool:
        """True where a part, a chapter or an annex is named on: under its bare number, or in the same capitals."""
        before = block.lines[-1]
        if block.size + len(line.text) > _LONGEST_HEADING:
            return False
        shouting = share_of_capitals(line.text) > 0.7
        bare = len(block.lines) == 1 and len(before.text) < 24 and block.marker is not None
        if bare and before.text[-1] not in ";!?":
            return shouting or (not line.gap and len(line.text) < 200)
        ended = before.text[-1] in ".;:!?…"
        return (
            not line.gap
            and shouting == (share_of_capitals(before.text) > 0.7)
            and not ended
            and (self._wrapped or shouting)
        )

    def _tell(self, blocks: list[_Block]) -> Iterator[Draft]:
        """The passages of some blocks, each under the headings above it."""
        merged = _with_short_lists(blocks)
        worded = [block for block in merged if block.kind is not PassageKind.FOOTNOTE]
        followed = dict(zip(map(id, worded), [*worded[1:], None], strict=True)) if worded else {}
        for block in merged:
            if block.kind is PassageKind.FOOTNOTE:
                yield from passages_on(self._read, block.lines, block.kind, self._noted(block))
                continue
            following = followed[id(block)]
            yield from self._tell_one(block, following, followed[id(following)] if following else None)

    def _tell_one(self, block: _Block, following: _Block | None, after: _Block | None) -> Iterator[Draft]:
        if _is_question(block, following):
            kind = PassageKind.HEADING
            self._headings.leave_announced()
            self._ask(block)
            path = self._headings.path()[:-1]
        elif block.marker is None:
            kind, path = self._tell_plain(block, following, after)
        else:
            kind, path = self._tell_marked(block, block.marker, following)
        self._told.append((block.lines[-1].page, block.label, path))
        yield from passages_on(self._read, block.lines, kind, path, block.label)

    def _ask(self, block: _Block) -> None:
        if block.marker and block.marker.level:
            self._headings.push(block.marker, block.label)
        else:
            self._headings.ask(block.label)

    def _tell_plain(
        self, block: _Block, following: _Block | None, after: _Block | None
    ) -> tuple[PassageKind, tuple[str, ...]]:
        if _encloses(block):
            return PassageKind.HEADING, self._headings.path()
        if following and _encloses(following) and block.size < _LONGEST_HEADING:
            self._begin_annex()
            self._headings.push(_UNNAMED_ANNEX, block.label)
            return PassageKind.HEADING, ()
        self._headings.leave_soft()
        if not block.text.endswith(":"):
            return PassageKind.PARAGRAPH, self._headings.path()
        self._headings.leave_announced()
        path = self._headings.path()
        if following and self._announces(block, following, after):
            self._headings.announce(lead_in(block.label), following.marker)
        return PassageKind.PARAGRAPH, path

    def _announces(self, block: _Block, following: _Block, after: _Block | None) -> bool:
        if following.marker is None:
            return block.size < _SHORT_LEAD and not following.text.endswith(":")
        return following.marker.style > Style.CAPITAL and not _is_heading(following, after)

    def _tell_marked(
        self, block: _Block, marker: Marker, following: _Block | None
    ) -> tuple[PassageKind, tuple[str, ...]]:
        if marker.style is Style.ANNEX:
            self._begin_annex()
        if marker.style is Style.ROMAN and marker.value:
            self._last_roman = marker.value
        heading = _is_heading(block, following)
        self._headings.close(marker)
        path = self._headings.path()
        if heading or marker.style < Style.DASH or block.text.endswith(":"):
            label = lead_in(block.label) if block.text.endswith(":") else block.label
            self._headings.push(marker, label, soft=not heading)
        if heading:
            return PassageKind.HEADING, path
        return PassageKind.BULLET if marker.style >= Style.LETTER else PassageKind.PARAGRAPH, path

    def _begin_annex(self) -> None:
        self._headings.clear()
        self._last_roman = 0

    def _noted(self, block: _Block) -> tuple[str, ...]:
        """The path of a footnote: that of the passage on its page where its mark stands, and the words it explains."""
        note, page = block.text, block.lines[0].page
        for told_page, text, path in reversed(self._told):
            if page is None or told_page not in (page, page - 1):
                break
            if words := marked_words(note, text):
                return (*path, clipped(words))
        return ()

    def _recipients(self) -> Iterator[Draft]:
        """The list of recipients and the signature beside it, kept in one piece."""
        start = self._at
        self._begin_annex()
        self._at += 1
        while self._at < len(self._lines) and self._at - start < 60:
            line = self._lines[self._at]
            marker = marker_on(line)
            if line.opens_page or self._at in self._notes or len(line.text) > 200:
                break
            if begins_table(self._lines, self._at) or (marker and marker.style in (Style.ANNEX, Style.ROMAN)):
                break
            self._at += 1
        yield from passages_on(self._read, self._lines[start : self._at], PassageKind.PARAGRAPH, ())

    def _table(self) -> Iterator[Draft]:
        start = self._at
        self._at = end_of_table(self._lines, start, self._last_roman)
        lines = self._lines[start : self._at]
        table = read_table(lines)
        path = self._headings.path()
        self.tables.append(TableAt(tuple(lines), table, path))
        for row in table.rows:
            above = (*path, table.columns, row.group) if row.group else (*path, table.columns)
            rows = lines[row.first : row.last]
            if row.is_head:
                yield from passages_on(self._read, rows, PassageKind.HEADING, path)
            else:
                yield from passages_on(self._read, rows, PassageKind.ROW, above, row.text)


def _dashes_stand_apart(lines: Sequence[Line]) -> bool:
    """True for a paper that leaves a blank line before its bullets; a dash elsewhere only joins words."""
    dashes = [line.gap for line in lines if line.text.startswith("- ") and line.text[2:3].isupper()]
    return len(dashes) > 5 and sum(dashes) > len(dashes) * 0.7


def lead_in(label: str) -> str:
    """The last sentence of what announces a list, shortened in the middle: its end holds the year as often as its
    beginning."""
    last = re.split(r"(?<=[^\W\d][.;!?])\s+(?=[^\W\d_])", label.rstrip())[-1]
    return (
        last if len(last) <= 2 * _LEAD_END else f"{clipped(last[:_LEAD_END])} … {last[-_LEAD_END:].split(' ', 1)[-1]}"
    )


def _says_enclosed(text: str) -> bool:
    return text.startswith("(") and fold(text[:24]).lstrip("( ").startswith(_ENCLOSED)


def _encloses(block: _Block) -> bool:
    """True for the line in brackets that says to which paper an annex belongs."""
    return _says_enclosed(block.lines[0].text)


def _is_heading(block: _Block, following: _Block | None) -> bool:
    marker = block.marker
    if marker is None:
        return False
    if marker.style <= Style.CAPITAL:
        return block.size < _LONGEST_HEADING
    if marker.style >= Style.DASH or block.size > 260 or len(block.lines) > 5:
        return False
    if block.text[-1] in ".;,":
        return False
    if following is None or block.text.endswith(":"):
        return block.text.endswith(":")
    if following.marker is None:
        return block.size < _HEADS_A_PARAGRAPH
    return following.marker.style > marker.style


def _is_question(block: _Block, following: _Block | None) -> bool:
    asked = block.lines[-1].text.rstrip("*_ ").endswith("?") and block.size < 320 and following is not None
    return asked and (block.marker is None or block.marker.style is Style.NUMBER or block.marker.level > 0)


def _with_short_lists(blocks: list[_Block]) -> list[_Block]:
    """The blocks, with a list of a few words each drawn into the sentence that announces it."""
    found: list[_Block] = []
    for block in blocks:
        into = found[-1] if found else None
        item = block.marker is not None and block.marker.style >= Style.BRACKET and block.size < _SHORT_ITEM
        item = item and not any(c.isdigit() for c in block.text[block.marker.length if block.marker else 0 :])
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
