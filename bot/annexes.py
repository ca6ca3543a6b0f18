"""The annex of a periodic report as a spreadsheet (.xlsx): units, tasks, targets, what is missing, sources."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from io import BytesIO
from typing import TYPE_CHECKING, Any

import texts
from bot.documents import settled
from bot.sheets import put
from domain.periodic_report import ReportContent, TallyLine, TaskRow, tally

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_COLUMNS: Mapping[str, Mapping[str, int]] = {
    "by_unit": {
        "name": 40,
        "total": 10,
        "done": 12,
        "in_progress": 12,
        "blocked": 12,
        "not_started": 12,
        "unknown": 12,
        "late": 10,
        "percent": 12,
    },
    "tasks": {
        "number": 8,
        "plan": 16,
        "title": 55,
        "unit": 30,
        "assignee": 22,
        "deadline": 18,
        "position": 18,
        "percent": 10,
        "earlier": 10,
        "result": 40,
        "reported": 24,
        "source": 9,
    },
    "targets": {
        "number": 8,
        "title": 60,
        "unit": 30,
        "measure": 12,
        "planned": 18,
        "reached": 14,
        "verdict": 18,
        "source": 9,
    },
    "missing": {"unit": 34, "about": 24, "title": 60, "person": 28, "reason": 36},
    "afterwards": {"unit": 34, "about": 24, "what": 22, "person": 28, "moment": 22, "said": 60, "record": 14},
    "sources": {"mark": 9, "about": 24, "person": 40, "moment": 20, "said": 80, "record": 14},
}
"""The columns of each sheet with their widths; each is a field of the printed lines."""
_ALIKE = {"comparison": "by_unit"}
"""Sheets that have the columns of another."""
_FIGURES = ("total", "done", "in_progress", "blocked", "not_started", "unknown", "late")
_HEAD_ROW = 4
"""Above the table stand what it is, what it is about, and an empty row."""


def annex(content: ReportContent) -> bytes:
    """The spreadsheet; the same content always gives the same bytes."""
    from openpyxl import Workbook

    book = Workbook()
    for sheet in list(book.worksheets):
        book.remove(sheet)
    for name, rows in _rows(content):
        _page(book, name, content, rows)
    book.properties.creator = content.office[:255]
    book.properties.title = content.wording.subject[:255]
    held = BytesIO()
    book.save(held)
    return settled(held.getvalue(), content.taken_at)


def _rows(content: ReportContent) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    """Each sheet with its rows; a figure is a number there, so that it can be summed and sorted."""
    said = content.wording
    yield "by_unit", [_tallied(line) for line in said.by_unit] + _sum(content.tasks)
    if said.comparison:
        yield "comparison", [_tallied(line) for line in said.comparison]
    tasks = [_said(line) for line in said.tasks]
    yield "tasks", [line | _percents(row) for line, row in zip(tasks, content.parts, strict=True)]
    targets = [_said(line) for line in said.targets]
    reached = [{} if row.reached is None else {"reached": row.reached} for row in content.targets]
    yield "targets", [line | value for line, value in zip(targets, reached, strict=True)]
    yield "missing", [_said(line) for line in said.missing]
    if said.afterwards:
        yield "afterwards", [_said(line) for line in said.afterwards]
    yield "sources", [_said(line) for line in said.sources]


def _said(line: Any) -> dict[str, Any]:
    return {field.name: getattr(line, field.name) for field in fields(line)}


def _tallied(line: TallyLine) -> dict[str, Any]:
    told = _said(line)
    figures = {key: int(told[key]) for key in _FIGURES}
    percent = {"percent": round(figures["done"] / figures["total"], 3)} if figures["total"] else {}
    return told | figures | percent


def _sum(tasks: Sequence[TaskRow]) -> list[dict[str, Any]]:
    """The office as a whole: whole tasks, which is why it need not be the sum of the units."""
    found = tally(row for row in tasks if row.in_period)
    share = {} if found.share_done is None else {"percent": found.share_done / 100}
    figures = {key: getattr(found, key) for key in _FIGURES}
    return [{"name": texts.say("document.sheet.whole")} | figures | share]


def _percents(row: TaskRow) -> dict[str, Any]:
    shown = {"percent": row.percent, "earlier": row.earlier}
    return {key: percent / 100 for key, percent in shown.items() if percent is not None}


def _page(book: "Workbook", name: str, content: ReportContent, rows: Sequence[Mapping[str, Any]]) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    page: Worksheet = book.create_sheet(texts.say(f"document.sheet.{name}"))
    columns = _COLUMNS[_ALIKE.get(name, name)]
    put(page.cell(1, 1), texts.say(f"document.sheet_title.{name}"))
    page.cell(1, 1).font = Font(name="Times New Roman", bold=True, size=14)
    put(
        page.cell(2, 1),
        " ".join(filter(None, (content.wording.subject, content.wording.days, content.wording.standing))),
    )
    page.cell(2, 1).font = Font(name="Times New Roman", italic=True, size=12)
    line = Side(style="thin", color="808080")
    box = Border(left=line, right=line, top=line, bottom=line)
    for column, (key, width) in enumerate(columns.items(), 1):
        head = page.cell(_HEAD_ROW, column)
        put(head, texts.say(f"document.sheet_column.{key}"))
        head.font = Font(name="Times New Roman", bold=True, size=12)
        head.fill = PatternFill("solid", fgColor="DCE6F1")
        head.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        head.border = box
        page.column_dimensions[get_column_letter(column)].width = width
    for at, row in enumerate(rows, _HEAD_ROW + 1):
        for column, key in enumerate(columns, 1):
            cell = page.cell(at, column)
            put(cell, row.get(key))
            cell.font = Font(name="Times New Roman", size=12)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.border = box
            if key in ("percent", "earlier"):
                cell.number_format = "0.0%"
    _print_settings(page, len(columns), _HEAD_ROW + len(rows))


def _print_settings(page: "Worksheet", columns: int, last: int) -> None:
    """A4 on its side, as wide as the sheet, the head on every page, its number at the foot; filters over the table."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    page.page_setup.paperSize = 9
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = f"{_HEAD_ROW}:{_HEAD_ROW}"
    foot: Any = page.HeaderFooter.oddFooter
    foot.center.text = "&P/&N"
    page.auto_filter.ref = f"A{_HEAD_ROW}:{get_column_letter(columns)}{max(last, _HEAD_ROW)}"
    page.freeze_panes = f"A{_HEAD_ROW + 1}"
