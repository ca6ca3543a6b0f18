"""The cells of a table's row under the names of their columns."""

import re
from dataclasses import dataclass

from domain.sentences import sentence
from domain.vietnamese import fold
from knowledge.answering.papers import Item
from knowledge.answering.phrases import figures_in
from knowledge.asking import patterns

_RULE = re.compile(r"\s*[|]\s*")
_NAMED = re.compile(r"([^:|]{2,60}):\s+(\S.*)")
_YEAR = re.compile(r"\b20\d\d\b")
_BLANK = re.compile(r"[\W_]*\Z")


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a row under a column."""

    column: str
    value: str


def cells_of(item: Item) -> list[Cell]:
    """The row's cells with their columns' names; nothing where the scan does not tell which is whose."""
    if not item.is_row:
        return []
    parts = _RULE.split(item.citation.text)
    named = [found for part in parts if (found := _NAMED.match(part))]
    if named and len(named) >= len(parts) / 2:
        return [Cell(found.group(1), found.group(2)) for found in named]
    for heading in reversed(item.headings):
        columns = _RULE.split(heading)
        if len(columns) > 2 and len(columns) == len(parts):
            return [Cell(column, part) for column, part in zip(columns, parts, strict=True)]
    return []


def cell_under(item: Item, name: str) -> str:
    """The value under the first column whose name is of that list; "" when there is none."""
    for cell in cells_of(item):
        if patterns(name).search(fold(cell.column)) and not _BLANK.match(cell.value):
            return cell.value.strip(" .;")
    return ""


def by_year(item: Item) -> dict[str, str]:
    """The row's figures by the years of their columns."""
    found = {}
    for cell in cells_of(item):
        years = _YEAR.findall(cell.column)
        if len(years) == 1 and not _BLANK.match(cell.value):
            found[years[0]] = cell.value.strip(" .;")
    if found or not item.is_row:
        return found
    years = next((_YEAR.findall(heading) for heading in reversed(item.headings) if _YEAR.search(heading)), [])
    figures = figures_in(sentence(item.citation.text))
    if len(years) > 1 and len(figures) >= len(years) and len(set(years)) == len(years):
        return {year: figure.text for year, figure in zip(years, figures[-len(years) :], strict=True)}
    return {}
