"""A list of days off and days worked as a file: a row is a day or two, what becomes of it, and why."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import texts
from domain.calendar_words import OFF, WORK
from domain.vietnamese import fold

MOST_ROWS = 500
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})|(\d{4})-(\d{2})-(\d{2})(?: 00:00:00)?")
_WORKS = ("lam", "work", "di lam")


@dataclass(frozen=True, slots=True)
class DayLine:
    """A row of the list: "off" or "work", from the first to the last day."""

    kind: str
    first: date
    last: date
    label: str


def read(content: bytes) -> tuple[list[DayLine], list[str]]:
    """The rows of a .csv or .xlsx file, and what is wrong with others; a head and empty rows are passed over.

    A row is: day or "first - last"; off or worked (nothing said is off); why.
    """
    rows = _sheet_rows(content) if content[:2] == b"PK" else _text_rows(content)
    if rows is None:
        return [], [texts.say("cli.calendar.unreadable")]
    lines, errors = [], []
    for number, cells in enumerate(rows[:MOST_ROWS], 1):
        cells = [*cells, "", "", ""]
        if not any(cells) or (number == 1 and not any(c.isdigit() for c in cells[0])):
            continue
        days = parse_days(cells[0])
        if days is None:
            errors.append(texts.say("cli.calendar.bad_row", row=number, text=cells[0]))
            continue
        lines.append(DayLine(WORK if fold(cells[1]).startswith(_WORKS) else OFF, *days, cells[2]))
    return lines, errors


def parse_days(words: str) -> tuple[date, date] | None:
    """One day or the first and the last, written 24/12/2026 or 2026-12-24; None where they cannot be read."""
    days = [_date(match) for match in _DAY.finditer(words)]
    if len(days) not in (1, 2):
        return None
    first, last = days[0], days[-1]
    return None if first is None or last is None or last < first else (first, last)


def _date(match: "re.Match[str]") -> date | None:
    day, month, year, iso_year, iso_month, iso_day = match.groups()
    try:
        return date(int(year or iso_year), int(month or iso_month), int(day or iso_day))
    except ValueError:
        return None


def _text_rows(content: bytes) -> list[list[str]] | None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    separator = max(",;\t", key=text.count)
    try:
        return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=separator)]
    except csv.Error:
        return None


def _sheet_rows(content: bytes) -> list[list[str]] | None:
    import openpyxl

    try:
        page = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
        return [[_cell(value) for value in row[:3]] for row in page.iter_rows(max_row=MOST_ROWS, values_only=True)]
    except Exception:  # openpyxl raises whatever the broken part of a file makes it raise
        return None


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return str(value.date()) if isinstance(value, datetime) else str(value).strip()
