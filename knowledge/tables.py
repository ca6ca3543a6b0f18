"""Where tables begin and end, and their rows, whether ruled, one cell a line, or scattered over lines by the scan."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.vietnamese import fold
from knowledge.grids import begins_grid, end_of_grid, read_grid
from knowledge.lines import Line
from knowledge.markers import Style, marker_of
from knowledge.rows import HEAD, Row
from knowledge.scattered import read_scattered

_LONGEST_NAMES = 300


@dataclass(frozen=True, slots=True)
class Table:
    """A table's rows and its column names as one text."""

    rows: tuple[Row, ...]
    columns: str


def begins_table(lines: Sequence[Line], i: int) -> bool:
    """True for a line of column names, which in most papers begin with the words for a running number."""
    text = lines[i].text
    if HEAD.match(text[:12]):
        return len(text) < _LONGEST_NAMES
    if "|" not in text[:400]:
        return False
    return sum(any(c.isalnum() for c in cell) for cell in text[:400].split("|")) > 3 or begins_grid(lines, i)


def is_column_names(heading: str) -> bool:
    """True for a heading made of a table's column names."""
    return bool(HEAD.match(heading[:12])) or " | " in heading


def end_of_table(lines: Sequence[Line], start: int, last_roman: int) -> int:
    """Where the table that begins at `start` ends: with its ruled lines, at the next annex, at the recipients, or where
    the plan's own sequence of roman headings goes on."""
    if (end := end_of_grid(lines, start)) > start:
        return end
    for i in range(start + 1, len(lines)):
        text = lines[i].text
        marker = marker_of(text)
        if marker and marker.style is Style.ANNEX:
            return i
        if marker and marker.style is Style.ROMAN and marker.value == last_roman + 1 > 1 and "|" not in text:
            return i
        if begins_recipients(lines[i]):
            return i
    return len(lines)


def begins_recipients(line: Line) -> bool:
    """True for the words above the list of those who receive the paper."""
    return bool(re.match(r"noi nh\S{1,2}n\b", fold(line.text[:20])) or fold(line.shown[:20]).startswith("noi nhan"))


def read_table(lines: Sequence[Line]) -> Table:
    """The rows of the table on these lines, the first of which holds the column names."""
    if end_of_grid(lines, 0) == len(lines):
        return Table(*read_grid(lines))
    return Table(*read_scattered(lines))
