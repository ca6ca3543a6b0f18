"""Tables whose rules are whole: a row a line, as readers of Word, Excel and web pages write them."""

import re
from collections.abc import Sequence

from knowledge.columns import RULE, Column, column_of, labelled
from knowledge.drafts import joined
from knowledge.lines import Line
from knowledge.markers import share_of_capitals
from knowledge.rows import HEAD, Row

_UNDERLINE = re.compile(r"[|\s:\-–=+]+\Z")
_ROMAN = re.compile(r"[IVX]{1,5}\.?\Z")
_COUNTED = re.compile(r"\(?(\d{1,2}|[A-E])\)?\Z")
_LONGEST_NAME = 160
_LONGEST_HEAD = 4_000


def begins_grid(lines: Sequence[Line], i: int) -> bool:
    """True for a line of column names with whole rules and a line below it that has as many cells."""
    names = _cells(lines[i].text[:_LONGEST_HEAD]) if "|" in lines[i].text else []
    return _may_be_names(names) and i + 1 < len(lines) and _fits(lines[i + 1], len(names))


def end_of_grid(lines: Sequence[Line], start: int) -> int:
    """Where the lines end that all have as many cells as the first; `start` itself where no grid begins."""
    if not begins_grid(lines, start):
        return start
    count = len(_cells(lines[start].text))
    i = start + 2
    while i < len(lines) and _fits(lines[i], count):
        i += 1
    return i


def cells_between_rules(line: Line) -> list[str]:
    """What stands between the rules of a line, as it is shown."""
    return _cells(line.shown)


def _fits(line: Line, count: int) -> bool:
    return bool(_UNDERLINE.match(line.text[:200])) or len(_cells(line.text)) == count


def read_grid(lines: Sequence[Line]) -> tuple[tuple[Row, ...], str]:
    """The rows and the column names of a table with whole rules, every cell said with its column."""
    names = _cells(lines[0].shown)
    head = 1
    while head < len(lines) and head < 4 and (more := _second_names(names, lines[head])) is not None:
        names, head = more, head + 1
    columns = [column_of(name) for name in names]
    rows = [Row(0, head, "", is_head=True)]
    group = ""
    for i in range(head, len(lines)):
        cells = _cells(lines[i].shown)
        if _is_head_again(cells, lines[i].text, names):
            rows.append(Row(i, i + 1, group, is_head=True))
        elif heading := _group(cells):
            group = heading
            rows.append(Row(i, i + 1, group, is_head=True))
        else:
            rows.append(Row(i, i + 1, group, text=_said(cells, columns)))
    return tuple(rows), joined([RULE.join(name for name in names if name)])[:240]


def _cells(text: str) -> list[str]:
    inner = text.strip()
    if inner.startswith("|") and inner.endswith("|") and len(inner) > 1:
        inner = inner[1:-1]
    return [cell.strip() for cell in inner.split("|")] if "|" in inner else []


def _may_be_names(cells: list[str]) -> bool:
    """False for what a damaged scan puts between rules: a first cell that runs on, empty or endless names."""
    if len(cells) < 2 or not any(cells) or any(len(cell) > _LONGEST_NAME for cell in cells):
        return False
    if HEAD.match(cells[0][:12]) and not HEAD.fullmatch(cells[0].strip(". ")):
        return False
    worded = [cell for cell in cells if sum(c.isalpha() for c in cell) > 1]
    return len(worded) * 2 > len(cells) and not any(re.match(r"\d", cell) for cell in worded)


def _second_names(names: list[str], line: Line) -> list[str] | None:
    """The names joined with those of a second line of names below them; None where the rows begin."""
    cells = _cells(line.shown)
    if _UNDERLINE.match(line.text[:200]):
        return names
    if len(cells) != len(names):
        return None
    counted = [_COUNTED.match(cell) for cell in cells]
    if all(counted) and [found.group(1) for found in counted if found] in (
        [str(n + 1) for n in range(len(cells))],
        ["A", "B", *(str(n + 1) for n in range(len(cells) - 2))],
    ):
        return names
    if cells[0] != names[0] and cells[0]:
        return None
    if sum(cell == name for cell, name in zip(cells, names, strict=True)) < 2 and cells[0]:
        return None
    if not cells[0] and not all(len(cell) < 40 for cell in cells):
        return None
    if not cells[0] and HEAD.match(names[0][:12]) is None:
        return None
    return [name if not cell or cell == name else joined([name, cell]) for name, cell in zip(names, cells, strict=True)]


def _is_head_again(cells: list[str], text: str, names: list[str]) -> bool:
    return (
        bool(_UNDERLINE.match(text[:200])) or (cells == names) or bool(cells and HEAD.fullmatch(cells[0].strip(". ")))
    )


def _group(cells: list[str]) -> str:
    """The table's own heading on this line: one text over all cells, or beside a roman figure."""
    filled = list(dict.fromkeys(cell for cell in cells if cell))
    if not filled or not any(any(c.isalpha() for c in cell) for cell in filled):
        return ""
    marked = bool(_ROMAN.match(filled[0])) or re.fullmatch(r"[A-H]\.?", filled[0]) is not None
    alone = len(filled) == 1 and (len(cells) > 2 or share_of_capitals(filled[0]) > 0.7)
    paired = len(filled) == 2 and (marked or share_of_capitals(filled[1]) > 0.85) and len(cells) > 2
    return joined([" ".join(filled)])[:_LONGEST_NAME] if alone or paired else ""


def _said(cells: list[str], columns: list[Column]) -> str:
    return labelled(cells, columns) if len(cells) == len(columns) else ""
