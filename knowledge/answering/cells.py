"""The cells of a table's row under the names of their columns."""

import re
from dataclasses import dataclass

from domain.vietnamese import fold
from knowledge.answering.papers import Item
from knowledge.asking import patterns
from knowledge.columns import RULE, column_of

_NAMED = re.compile(r"([^:|]{2,60}):\s+(\S.*)")
_BLANK = re.compile(r"[\W_]*\Z")
_SIGNS = " .;,"


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a row under a column; `kind` is that of `knowledge.columns.Column`."""

    name: str
    kind: str
    year: str
    value: str


def cells_of(item: Item) -> list[Cell]:
    """The row's cells with their columns; nothing where the scan does not tell which is whose."""
    if not item.is_row:
        return []
    parts = [part.strip() for part in item.citation.text.split(RULE)]
    found = []
    for part in parts:
        if (named := _NAMED.match(part)) and not _BLANK.match(named.group(2)):
            column = column_of(named.group(1))
            found.append(Cell(column.name, column.kind, str(column.year or ""), named.group(2).strip(_SIGNS)))
    if found:
        return found
    for heading in reversed(item.headings):
        names = [name.strip() for name in heading.split(RULE)]
        if len(names) > 2 and len(names) == len(parts):
            columns = [column_of(name) for name in names]
            return [
                Cell(column.name, column.kind, str(column.year or ""), part.strip(_SIGNS))
                for column, part in zip(columns, parts, strict=True)
                if not _BLANK.match(part)
            ]
    return []


def cell_under(item: Item, kind: str) -> str:
    """The value in the row's column of that kind, that of an office before that of a person; "" when it has none."""
    found = [cell for cell in cells_of(item) if cell.kind == kind]
    of_office = [cell for cell in found if patterns("of_office").search(fold(cell.name))]
    return next((cell.value for cell in (*of_office, *found)), "")


def by_year(item: Item) -> dict[str, str]:
    """The row's figures by the years of their columns."""
    return {cell.year: cell.value for cell in cells_of(item) if cell.year}
