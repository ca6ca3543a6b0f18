"""Reads a Word paper as it is printed: numbers of lists, tables, notes at their place, changes accepted."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from knowledge.markers import marker_of
from knowledge.reading.numbering import Numbering, W
from knowledge.reading.office import check_package
from knowledge.reading.old_letters import modern
from knowledge.reading.pages import ReadText
from knowledge.reading.refusals import UnreadableFile
from knowledge.reading.rows import table_text
from knowledge.reading.styles import Styles, has_lines, number_of

_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_GONE = {W + name for name in ("del", "moveFrom", "delText", "instrText", "delInstrText", "rPr", "pPr", "tblPr")}
_WITHIN = {W + name for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")}
_SIGNS = {W + "tab": " ", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}
_NOTES = {W + "footnoteReference": "footnotes", W + "endnoteReference": "endnotes"}
_CONTENT_FROM = 2


def read_word(path: Path) -> ReadText:
    """The text of the paper. Raises UnreadableFile."""
    check_package(path)
    try:
        return ReadText(_Paper(path).text())
    except UnreadableFile:
        raise
    except RecursionError:
        raise UnreadableFile("too_much_inside") from None
    except Exception:
        # A broken package shows itself as KeyError, ValueError or an XML error, wherever it is first looked at.
        raise UnreadableFile("damaged") from None


class _Paper:
    """The parts of one paper, and its lines as they are written down."""

    def __init__(self, path: Path) -> None:
        from docx.opc.package import OpcPackage

        self._main = OpcPackage.open(str(path)).main_document_part
        self._body = _parsed(self._main.blob)
        self._styles = Styles(self._part("styles"))
        self._numbering = Numbering(self._part("numbering"))
        self._notes = {kind: self._notes_of(kind) for kind in ("footnotes", "endnotes")}
        self._waiting: list[str] = []
        self._boxes: list[Any] = []
        self._noted = 0

    def text(self) -> str:
        """Letterhead, body, and what the foot of the page holds beyond a line."""
        body = self._body.find(W + "body")
        if body is None:
            raise UnreadableFile("damaged")
        lines = [*self._margins("header"), *self._blocks(body)]
        foot = self._margins("footer")
        return "\n".join([*lines, *([""] if foot else []), *foot]) + "\n"

    def _part(self, kind: str) -> Any | None:
        for relation in self._main.rels.values():
            if not relation.is_external and relation.reltype.rsplit("/", 1)[-1] == kind:
                return _parsed(relation.target_part.blob)
        return None

    def _notes_of(self, kind: str) -> dict[str, Any]:
        tree = self._part(kind)
        return {} if tree is None else {note.get(W + "id", ""): note for note in tree}

    def _margins(self, kind: str) -> list[str]:
        """The lines of the first section's headers or footers. A single line is furniture: a title, a page number."""
        section = next(self._body.iter(W + "sectPr"), None)
        if section is None:
            return []
        lines: list[str] = []
        for reference in section.iter(W + kind + "Reference"):
            relation = self._main.rels.get(reference.get(_RELATION, ""))
            if relation is None or relation.is_external:
                continue
            found = [line for line in self._blocks(_parsed(relation.target_part.blob)) if _says(line)]
            if len(found) >= _CONTENT_FROM:
                lines.extend(line for line in found if line not in lines)
        return lines

    def _blocks(self, parent: Any) -> Iterator[str]:
        """The lines of the paragraphs and tables below an element, in order."""
        for child in _children(parent):
            if child.tag == W + "p":
                yield from self._paragraph(child)
            elif child.tag == W + "tbl":
                yield from self._table(child)

    def _paragraph(self, paragraph: Any) -> Iterator[str]:
        properties = paragraph.find(W + "pPr")
        text = "".join(self._inline(paragraph))
        style = _style(properties, "pStyle")
        mark = self._mark(properties, style) if text.strip() else ""
        lines = [" ".join(line.split()) for line in text.split("\n")]
        if mark:
            lines[0] = f"{mark} {lines[0]}"
        level = self._styles.heading(style)
        if level and lines[0] and marker_of(lines[0]) is None:
            lines[0] = "#" * level + " " + lines[0]
        yield from lines
        notes, self._waiting = self._waiting, []
        yield from notes
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            yield from self._blocks(box)

    def _mark(self, properties: Any | None, style: str) -> str:
        """The number or bullet that stands before a paragraph without being written in it."""
        number = number_of(properties) or self._styles.number(style)
        tied = self._numbering.of_style(style)
        if tied and (number is None or (number[0] == tied[0] and not number[1])):
            number = tied
        if number is None or number[0] == "0":
            return ""
        return self._numbering.mark(*number)

    def _inline(self, parent: Any) -> Iterator[str]:
        """The text within a paragraph or a run, as it is read with all changes accepted."""
        for child in parent:
            tag = child.tag
            if not isinstance(tag, str) or tag in _GONE:
                continue
            if tag == W + "r":
                yield self._run(child)
            elif tag in (W + "t", _MATH):
                yield child.text or ""
            elif tag in _SIGNS:
                yield _SIGNS[tag]
            elif tag in _NOTES:
                yield self._note(_NOTES[tag], child.get(W + "id", ""))
            elif tag == W + "txbxContent":
                self._boxes.append(child)
            elif tag == _CHOICE + "AlternateContent":
                chosen = next((c for c in child if c.tag == _CHOICE + "Choice"), None)
                fallback = next((c for c in child if c.tag == _CHOICE + "Fallback"), None)
                yield from self._inline(chosen if chosen is not None else fallback if fallback is not None else ())
            else:
                yield from self._inline(child)

    def _run(self, run: Any) -> str:
        properties = run.find(W + "rPr")
        text = "".join(self._inline(run))
        if properties is None or not text:
            return text
        if _is_on(properties.find(W + "vanish")):
            return ""
        fonts = properties.find(W + "rFonts")
        if fonts is not None:
            text = modern(text, fonts.get(W + "ascii", "") or fonts.get(W + "hAnsi", ""))
        return text.upper() if _is_on(properties.find(W + "caps")) else text

    def _note(self, kind: str, number: str) -> str:
        """The mark of a note; the note itself is a line of its own after the paragraph."""
        note = self._notes[kind].get(number)
        if note is None:
            return ""
        self._noted += 1
        mark = f"[{self._noted}]"
        texts = ["".join(self._inline(p)) for p in note.iter(W + "p")]
        if text := " ".join(" ".join(texts).split()):
            self._waiting.append(f"{mark} {text}")
        return mark

    def _table(self, table: Any) -> Iterator[str]:
        rows = [self._row(row) for row in _children(table) if row.tag == W + "tr" and not _is_deleted(row)]
        if self._only_places(table, rows):
            for row in rows:
                for cell in row:
                    yield from (self._blocks(cell) if cell is not None else ())
            return
        yield ""
        told = [[" ".join(self._within(cell)) if cell is not None else "" for cell in row] for row in rows]
        yield from table_text(told).splitlines()
        yield ""
        notes, self._waiting = self._waiting, []
        yield from notes

    def _row(self, row: Any) -> list[Any | None]:
        """The cells of a row by column; None where a cell of the row above, or one further left, goes on."""
        before = row.find(f"{W}trPr/{W}gridBefore")
        cells: list[Any | None] = [None] * _count(before)
        for cell in _children(row):
            if cell.tag != W + "tc":
                continue
            properties = cell.find(W + "tcPr")
            merged = None if properties is None else properties.find(W + "vMerge")
            goes_on = merged is not None and merged.get(W + "val", "continue") != "restart"
            cells.append(None if goes_on else cell)
            span = None if properties is None else properties.find(W + "gridSpan")
            cells.extend([None] * (_count(span) - 1))
        return cells

    def _within(self, cell: Any) -> Iterator[str]:
        """The text of a cell; a table inside it as its rows, parted by semicolons."""
        for child in _children(cell):
            if child.tag == W + "p":
                waiting, self._waiting = self._waiting, []
                lines = list(self._paragraph(child))
                noted = [line for line in lines if line.startswith("[") and "] " in line[:6]]
                self._waiting = [*waiting, *noted]
                yield from (line for line in lines if line and line not in noted)
            elif child.tag == W + "tbl":
                rows = [self._row(row) for row in _children(child) if row.tag == W + "tr" and not _is_deleted(row)]
                told = ([" ".join(self._within(c)) for c in row if c is not None] for row in rows)
                yield "; ".join(", ".join(cell for cell in row if cell) for row in told if any(row))

    def _only_places(self, table: Any, rows: Sequence[Sequence[Any | None]]) -> bool:
        """True for a table that is no table: it only puts blocks side by side, as at the head and foot of a paper."""
        if len(rows) < 2:
            return True
        if len(rows) > 2 and max(map(len, rows), default=0) > 2:
            return False
        properties = table.find(W + "tblPr")
        borders = None if properties is None else properties.find(W + "tblBorders")
        if borders is not None and len(borders):
            drawn = has_lines(borders)
        else:
            drawn = self._styles.ruled(_style(properties, "tblStyle"))
        return not drawn and not any(has_lines(found) for found in table.iter(W + "tcBorders"))


def _parsed(raw: bytes) -> Any:
    from lxml import etree

    return etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))


def _children(parent: Any) -> Iterator[Any]:
    """What stands below an element, with the wrappers of controls and accepted changes opened."""
    for child in parent:
        if child.tag in _WITHIN:
            yield from _children(child)
        elif child.tag == _CHOICE + "AlternateContent":
            chosen = next((c for c in child if c.tag == _CHOICE + "Choice"), None)
            yield from _children(chosen) if chosen is not None else ()
        elif isinstance(child.tag, str):
            yield child


def _style(properties: Any | None, name: str) -> str:
    found = None if properties is None else properties.find(W + name)
    return "" if found is None else str(found.get(W + "val", ""))


def _count(element: Any | None) -> int:
    value = "" if element is None else element.get(W + "val", "")
    return min(int(value), 100) if value.isdigit() else (0 if element is None else 1)


def _is_on(element: Any | None) -> bool:
    return element is not None and element.get(W + "val", "1") not in ("0", "false", "off")


def _is_deleted(row: Any) -> bool:
    return row.find(f"{W}trPr/{W}del") is not None


def _says(line: str) -> bool:
    return sum(c.isalpha() for c in line) > 2
