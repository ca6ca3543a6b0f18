"""Reads a workbook: each sheet is a page, its table row by row as it is shown on the screen."""

import datetime
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from knowledge.reading.office import check_package
from knowledge.reading.old_letters import modern
from knowledge.reading.pages import ReadText, of_pages
from knowledge.reading.refusals import UnreadableFile
from knowledge.reading.rows import table_text

MOST_ROWS = 50_000
_MOST_COLUMNS = 100
_HEAD_WITHIN = 15
_EMPTY_IN_A_ROW = 1_000


def read_sheet(path: Path) -> ReadText:
    """The text of the visible sheets. Raises UnreadableFile."""
    from openpyxl import load_workbook

    check_package(path)
    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            # Given as an open file, because by its name the library would refuse one with another ending.
            pages = _pages(load_workbook(file, read_only=True, data_only=True, keep_links=False))
        except UnreadableFile:
            raise
        except Exception:
            # Broken parts show themselves as KeyError, ValueError, TypeError, XML errors and more, at any place.
            raise UnreadableFile("damaged") from None
    if not any(page.strip() for page in pages):
        raise UnreadableFile("empty")
    return of_pages(pages)


def _pages(book: Any) -> list[str]:
    left, pages = MOST_ROWS, []
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            rows = list(_rows(sheet, left))
            left -= len(rows)
            pages.append(_page(sheet.title, rows))
    return pages


def _page(title: str, rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    lines = [title, ""]
    head = head_of(rows)
    lines += [" ".join(cell for cell in row if cell) for row in rows[:head]]
    if head:
        lines.append("")
    first = _first_column(rows[head:])
    lines.append(table_text(row[first:] for row in rows[head:]))
    return "\n".join(lines)


def head_of(rows: Sequence[Sequence[str]]) -> int:
    """Which row holds the column names: the first that fills at least as many columns as half of the widest row."""
    widths = [sum(bool(cell) for cell in row) for row in rows]
    widest = max(widths)
    if widest < 2:
        return 0
    return next((i for i, width in enumerate(widths[:_HEAD_WITHIN]) if width > 1 and width * 2 >= widest), 0)


def _first_column(rows: Sequence[Sequence[str]]) -> int:
    return min((next((i for i, cell in enumerate(row) if cell), len(row)) for row in rows), default=0)


def _rows(sheet: Any, left: int) -> Iterator[list[str]]:
    """The rows that hold something. A sheet may claim a million rows of nothing: it is left after a thousand."""
    # The size that the file itself states is often wrong, and then hides rows.
    sheet.reset_dimensions()
    empty = 0
    for row in sheet.iter_rows(max_col=_MOST_COLUMNS):
        shown = [as_shown(cell) for cell in row]
        if any(shown):
            if not left:
                raise UnreadableFile("too_much_inside")
            left -= 1
            empty = 0
            yield shown
            continue
        empty += 1
        if empty > _EMPTY_IN_A_ROW:
            return


def as_shown(cell: Any) -> str:
    """A cell as a Vietnamese screen shows it: days with the day first, percentages, a comma before decimals."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "x" if value else ""
    if isinstance(value, datetime.datetime):
        return f"{value:%d/%m/%Y %H:%M}" if (value.hour or value.minute) else f"{value:%d/%m/%Y}"
    if isinstance(value, datetime.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, datetime.time):
        return f"{value:%H:%M}"
    if isinstance(value, int | float):
        return _number(value, cell.number_format or "")
    text = str(value)
    if not text.isascii() and not any(c > "\xff" for c in text):
        text = modern(text, str(cell.font.name or ""))
    return " ".join(text.split())


def _number(value: float, shape: str) -> str:
    percent = "%" in shape
    if percent:
        value = value * 100
    digits = shape.split(";")[0].partition(".")[2]
    places = digits.count("0") + digits.count("#") if shape not in ("General", "") else 6
    if abs(value) >= 1e15 or value != value:
        return str(value)
    text = f"{value:,.{min(places, 10)}f}"
    if "." in text and ("0" not in digits or shape in ("General", "")):
        text = text.rstrip("0").rstrip(".")
    whole, point, part = text.partition(".")
    whole = whole.replace(",", "." if "," in shape else "")
    return whole + ("," + part if point else "") + ("%" if percent else "")
