"""Builds the report templates of `bot/templates/`: Word files with tags, in the form of Decree 30/2020/ND-CP, annex I.

Run `python -m bot.document_template` after a change here; a test compares what it builds with what is kept.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt

import texts

if TYPE_CHECKING:
    from docx.document import Document as Paper
    from docx.section import Section
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

FOLDER = Path(__file__).with_name("templates")
FULL, SHORT = "bao-cao-dinh-ky.docx", "bao-cao-rut-gon.docx"

FONT = "Times New Roman"
PAGE = (Mm(210), Mm(297))
TOP, BOTTOM, LEFT, RIGHT = Mm(20), Mm(20), Mm(30), Mm(15)
BODY, SMALL_BODY, SMALL = 14, 13, 11
FIRST_LINE = Mm(12.7)
LEFT_HEAD, RIGHT_HEAD = Mm(67), Mm(98)

CENTRE, JUSTIFY, START = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.LEFT
Place = Any
"""A document or a cell: whatever holds paragraphs."""


def build(*, annexes: bool) -> bytes:
    """A report template: the paper with its annexes, or the paper alone."""
    paper = Document()
    _clear(paper)
    _styles(paper)
    _page(paper.sections[0])
    _head(paper)
    _title(paper)
    _results(paper, is_short=not annexes)
    _rest(paper, is_short=not annexes)
    _signature(paper)
    if annexes:
        _annexes(paper)
    else:
        _tighten(paper)
    held = BytesIO()
    paper.save(held)
    return held.getvalue()


def _tighten(paper: "Paper") -> None:
    """The letters and lines of the text as small and narrow as the decree allows, for two pages."""
    for paragraph in paper.paragraphs:
        if paragraph.alignment == JUSTIFY:
            paragraph.paragraph_format.line_spacing = 1.0
            for run in paragraph.runs:
                run.font.size = Pt(SMALL_BODY)


# --- what everything is made of --------------------------------------------------------------------------------------


def _clear(paper: "Paper") -> None:
    body = paper.element.body
    for element in list(body):
        if element.tag != qn("w:sectPr"):
            body.remove(element)
    properties = paper.core_properties
    properties.author, properties.title, properties.comments = "", "", ""


def _styles(paper: "Paper") -> None:
    normal: Any = paper.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(BODY)
    fonts = normal.element.rPr.rFonts
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), FONT)
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)


def _page(section: "Section", *, wide: bool = False) -> None:
    """A4 with the margins of the decree, its number centred above all pages but the first."""
    width, height = reversed(PAGE) if wide else PAGE
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = width, height
    section.top_margin, section.bottom_margin = TOP, BOTTOM
    section.left_margin, section.right_margin = (Mm(20), Mm(15)) if wide else (LEFT, RIGHT)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    section.header.is_linked_to_previous = False
    section.first_page_header.is_linked_to_previous = False
    shown = section.header.paragraphs[0]
    shown.alignment = CENTRE
    for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = shown.add_run()
        run.font.size = Pt(BODY)
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = words
        run._r.append(mark)


def _restart_numbers(section: "Section") -> None:
    numbers = OxmlElement("w:pgNumType")
    numbers.set(qn("w:start"), "1")
    section._sectPr.append(numbers)


def _line(
    place: Place,
    text: str,
    *,
    align: WD_ALIGN_PARAGRAPH = START,
    size: float = BODY,
    bold: bool = False,
    italic: bool = False,
    before: float = 0,
    after: float = 0,
    indent: Length | None = None,
    with_next: bool = False,
) -> "Paragraph":
    paragraph: Paragraph = place.add_paragraph()
    paragraph.alignment = align
    form = paragraph.paragraph_format
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.first_line_indent = indent
    form.keep_with_next = with_next or None
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    return paragraph


def _prose(place: Place, text: str, *, with_next: bool = False) -> None:
    """A paragraph of the text: justified, its first line set in, not torn at one line."""
    paragraph = _line(place, text, align=JUSTIFY, after=6, indent=FIRST_LINE, with_next=with_next)
    paragraph.paragraph_format.line_spacing = 1.1
    paragraph.paragraph_format.widow_control = True


def _heading(place: Place, key: str, *, before: float = 0) -> None:
    _line(place, texts.say(key), align=JUSTIFY, bold=True, before=before, after=6, indent=FIRST_LINE, with_next=True)


def _tag(place: Place, words: str) -> None:
    """A line that holds a tag alone and is no line of the finished paper."""
    place.add_paragraph("{%p " + words + " %}")


@contextmanager
def _each(place: Place, name: str, of: str) -> Iterator[str]:
    _tag(place, f"for {name} in {of}")
    yield "{{ " + name + " }}"
    _tag(place, "endfor")


@contextmanager
def _when(place: Place, condition: str) -> Iterator[None]:
    _tag(place, f"if {condition}")
    yield
    _tag(place, "endif")


def _rule(place: Place, width: Length, of: Length) -> None:
    """A line of this width, centred under the words above it."""
    paragraph: Paragraph = place.add_paragraph()
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Length((of - width) // 2)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(3)
    paragraph.add_run().font.size = Pt(2)
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    properties: Any = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, "w:spacing", "w:ind", "w:jc", "w:rPr")


def _table(place: Place, widths: Sequence[Length], rows: int, *, lines: bool) -> "Table":
    """A table of fixed widths, as wide as their sum."""
    table: Table = place.add_table(rows=rows, cols=len(widths))
    if lines:
        table.style = "Table Grid"
        _narrow_cells(table)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width
            _drop_first(cell)
    return table


def _narrow_cells(table: "Table") -> None:
    """Less room beside the words of a cell, so that heads are not torn inside a word."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "57")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)


def _drop_first(cell: "_Cell") -> None:
    for paragraph in list(cell.paragraphs):
        paragraph._p.getparent().remove(paragraph._p)


def _whole(row: Any) -> None:
    """A row that no page break tears."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _repeated(row: Any) -> None:
    """A row that stands on top of the table on every page."""
    _whole(row)
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _listing(
    place: Place,
    of: str,
    columns: Sequence[tuple[str, str, float, WD_ALIGN_PARAGRAPH]],
    *,
    size: float = SMALL,
) -> None:
    """A table with a repeated head and a row for each entry of a list; a list of nothing says so in one row."""
    table = _table(place, [Mm(width) for _, _, width, _ in columns], 6, lines=True)
    _repeated(table.rows[0])
    for cell, (key, _, _, _) in zip(table.rows[0].cells, columns, strict=True):
        _line(cell, texts.say(f"document.column.{key}"), align=CENTRE, size=size, bold=True, before=2, after=2)
    _row_tag(table.rows[1], f"for row in {of}")
    _whole(table.rows[2])
    for cell, (_, tag, _, align) in zip(table.rows[2].cells, columns, strict=True):
        _line(cell, "{{ " + tag + " }}", align=align, size=size, before=1, after=1)
    _row_tag(table.rows[3], "else")
    for cell in table.rows[4].cells:
        cell.add_paragraph()
    nothing = table.rows[4].cells[0].merge(table.rows[4].cells[-1])
    _drop_first(nothing)
    _line(nothing, texts.say("document.none"), size=size, italic=True, before=1, after=1)
    _row_tag(table.rows[5], "endfor")


def _row_tag(row: Any, words: str) -> None:
    for number, cell in enumerate(row.cells):
        cell.add_paragraph("{%tr " + words + " %}" if number == 0 else "")


# --- the parts of the paper ------------------------------------------------------------------------------------------


def _head(paper: "Paper") -> None:
    table = _table(paper, (LEFT_HEAD, RIGHT_HEAD), 2, lines=False)
    left, right = table.rows[0].cells
    _line(left, "{{ letterhead.parent }}", align=CENTRE, size=13)
    _line(left, "{{ letterhead.issuer }}", align=CENTRE, size=13, bold=True)
    _rule(left, Mm(26), LEFT_HEAD)
    _line(right, texts.say("document.nation"), align=CENTRE, size=12.5, bold=True)
    _line(right, texts.say("document.motto"), align=CENTRE, size=13.5, bold=True)
    _rule(right, Mm(64), RIGHT_HEAD)
    left, right = table.rows[1].cells
    number = texts.say("document.number", number="{{ number }}", symbol="{{ letterhead.symbol }}")
    _line(left, number, align=CENTRE, size=13, before=8)
    _line(right, "{{ place_and_day }}", align=CENTRE, size=13.5, italic=True, before=8)


def _title(paper: "Paper") -> None:
    width = Length(PAGE[0] - LEFT - RIGHT)
    _line(paper, texts.say("document.kind"), align=CENTRE, bold=True, before=18)
    _line(paper, "{{ subject }}", align=CENTRE, bold=True)
    _rule(paper, Mm(60), width)
    _line(paper, "{{ days }}", align=CENTRE, italic=True, before=6)
    with _when(paper, "standing"):
        _line(paper, "{{ standing }}", align=CENTRE, italic=True, before=6)
    _gap(paper)
    with _each(paper, "line", "opening") as line:
        _prose(paper, line)


def _results(paper: "Paper", *, is_short: bool) -> None:
    _heading(paper, "document.part.results")
    _heading(paper, "document.part.overall")
    _paragraph(paper, "overall")
    _paragraph(paper, "compared")
    if is_short:
        _attention(paper)
    else:
        with _when(paper, "comparison"):
            _caption(paper, "document.part.comparison")
            _tallies(paper, "comparison", "period")
        _groups(paper)
    _heading(paper, "document.part.by_unit", before=9)
    _tallies(paper, "by_unit", "name")
    if not is_short:
        with _when(paper, "by_plan"):
            _caption(paper, "document.part.by_plan")
            _tallies(paper, "by_plan", "plan")
    _heading(paper, "document.part.targets", before=9)
    _paragraph(paper, "targets_told")
    if not is_short:
        _targets(paper)
    _heading(paper, "document.part.gaps", before=9)
    with _each(paper, "line", "gaps") as line:
        _prose(paper, line)
    with _when(paper, "after_told"):
        _heading(paper, "document.part.after", before=9)
    with _each(paper, "line", "after_told") as line:
        _prose(paper, line)


def _paragraph(place: Place, sentences: str) -> None:
    """Sentences after one another, where there are any."""
    with _when(place, sentences):
        _prose(place, "{{ " + sentences + " | join(' ') }}")


def _gap(place: Place, height: float = 6) -> None:
    """A little room below a table."""
    form = _line(place, "", size=2).paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(height)


def _caption(place: Place, key: str) -> None:
    _line(place, texts.say(key), align=CENTRE, italic=True, before=6, after=3, with_next=True)


def _groups(paper: "Paper") -> None:
    """Each group with its heading, then its table or its lines."""
    _heading(paper, "document.part.groups", before=9)
    with _each(paper, "group", "groups"):
        _line(paper, "{{ group.heading }}", align=JUSTIFY, before=6, after=6, indent=FIRST_LINE, with_next=True)
        with _when(paper, "group.rows"):
            _group_table(paper)
        with _each(paper, "line", "group.lines") as line:
            _prose(paper, line)


def _attention(paper: "Paper") -> None:
    """What the short paper tells of single tasks: those that are stuck or late."""
    chosen = "groups if group.key in ('blocked', 'late')"
    _heading(paper, "document.part.attention", before=9)
    with _each(paper, "group", chosen):
        _prose(paper, "- {{ group.title }}: {{ group.numbers }}.")
        _tag(paper, "else")
        _prose(paper, texts.say("document.part.no_attention"))


def _group_table(paper: "Paper") -> None:
    _listing(
        paper,
        "group.rows",
        (
            ("number", "row.number", 27, CENTRE),
            ("task", "row.title", 51, START),
            ("unit", "row.unit", 28, START),
            ("deadline", "row.deadline", 22, CENTRE),
            ("facts", "row.facts", 23, START),
            ("source", "row.source", 14, CENTRE),
        ),
    )
    _gap(paper)


def _targets(paper: "Paper") -> None:
    with _when(paper, "targets"):
        _listing(
            paper,
            "targets",
            (
                ("order", "row.number", 10, CENTRE),
                ("target", "row.title", 60, START),
                ("measure", "row.measure", 18, CENTRE),
                ("planned", "row.planned", 22, CENTRE),
                ("reached", "row.reached", 19, CENTRE),
                ("verdict", "row.verdict", 22, CENTRE),
                ("source", "row.source", 14, CENTRE),
            ),
        )


def _tallies(paper: "Paper", of: str, name: str) -> None:
    figures = ("total", "done", "in_progress", "blocked", "not_started", "unknown", "late")
    columns = [(name, "row.name", 45.0, START)]
    columns += [(key, f"row.{key}", 15.0, CENTRE) for key in figures]
    _listing(paper, of, (*columns, ("percent_done", "row.percent", 15.0, CENTRE)))


def _rest(paper: "Paper", *, is_short: bool) -> None:
    for part in ("difficulties", "proposals", "upcoming"):
        _heading(paper, f"document.part.{part}", before=9)
        with _each(paper, "line", part) as line:
            _prose(paper, line)
    if not is_short:
        with _when(paper, "upcoming_rows"):
            _caption(paper, "document.part.due")
            _listing(
                paper,
                "upcoming_rows",
                (
                    ("due", "row.day", 26, CENTRE),
                    ("number", "row.about", 27, CENTRE),
                    ("task", "row.title", 75, START),
                    ("unit", "row.unit", 37, START),
                ),
            )
            _gap(paper, 9)
    _prose(paper, "{{ closing }}", with_next=True)


def _signature(paper: "Paper") -> None:
    _line(paper, "", size=6, with_next=True)
    table = _table(paper, (Mm(80), Mm(85)), 1, lines=False)
    _whole(table.rows[0])
    left, right = table.rows[0].cells
    _line(left, texts.say("document.recipients"), size=12, bold=True, italic=True)
    with _each(left, "line", "letterhead.recipients") as line:
        _line(left, line, size=11)
    _line(right, "{{ letterhead.authority }}", align=CENTRE, bold=True, with_next=True)
    with _when(right, "letterhead.acting"):
        _line(right, "{{ letterhead.acting }}", align=CENTRE, bold=True, with_next=True)
    _line(right, "{{ letterhead.signer_title }}", align=CENTRE, bold=True, with_next=True)
    for _ in range(4):
        _line(right, "", align=CENTRE, with_next=True)
    _line(right, "{{ letterhead.signer_name }}", align=CENTRE, bold=True)


def _annexes(paper: "Paper") -> None:
    _annex(paper, "tasks")
    _listing(
        paper,
        "tasks",
        (
            ("number", "row.number", 12, CENTRE),
            ("task", "row.title", 56, START),
            ("unit", "row.unit", 29, START),
            ("assignee", "row.assignee", 22, START),
            ("deadline", "row.deadline", 22, CENTRE),
            ("position", "row.position", 22, CENTRE),
            ("percent", "row.percent", 15, CENTRE),
            ("earlier", "row.earlier", 15, CENTRE),
            ("result", "row.result", 33, START),
            ("reported", "row.reported", 22, START),
            ("source", "row.source", 14, CENTRE),
        ),
        size=10.5,
    )
    _annex(paper, "missing")
    _listing(
        paper,
        "missing",
        (
            ("name", "row.unit", 50, START),
            ("about", "row.about", 46, START),
            ("content", "row.title", 84, START),
            ("person", "row.person", 38, START),
            ("reason", "row.reason", 44, START),
        ),
    )
    with _when(paper, "afterwards"):
        _line(paper, texts.say("document.annex.after"), align=CENTRE, bold=True, before=12, after=6, with_next=True)
        _listing(
            paper,
            "afterwards",
            (
                ("name", "row.unit", 44, START),
                ("about", "row.about", 44, START),
                ("what", "row.what", 28, START),
                ("person", "row.person", 30, START),
                ("moment", "row.moment", 30, CENTRE),
                ("said", "row.said", 64, START),
                ("record", "row.record", 22, CENTRE),
            ),
        )
    _annex(paper, "sources")
    _listing(
        paper,
        "sources",
        (
            ("mark", "row.mark", 15, CENTRE),
            ("about", "row.about", 46, START),
            ("who", "row.person", 52, START),
            ("moment", "row.moment", 34, CENTRE),
            ("said", "row.said", 90, START),
            ("record", "row.record", 25, CENTRE),
        ),
    )


def _annex(paper: "Paper", key: str) -> None:
    section = paper.add_section(WD_SECTION.NEW_PAGE)
    _page(section, wide=True)
    _restart_numbers(section)
    of = texts.say(
        "document.annex.of", number="{{ number }}/{{ letterhead.symbol }}", dated="{{ day }}", issuer="{{ office }}"
    )
    _line(paper, texts.say(f"document.annex.{key}"), align=CENTRE, bold=True)
    _line(paper, texts.say(f"document.annex.{key}_title"), align=CENTRE, bold=True)
    _line(paper, of, align=CENTRE, italic=True, after=8)


def main() -> None:
    """Write the templates anew."""
    from bot.documents import settled

    FOLDER.mkdir(exist_ok=True)
    for name, annexes in ((FULL, True), (SHORT, False)):
        (FOLDER / name).write_bytes(settled(build(annexes=annexes)))


if __name__ == "__main__":
    main()
