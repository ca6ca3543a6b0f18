"""The rows of a table of tasks: the plan's number and the words of each cell, however the table was read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from domain.deadlines import DeadlineKind, parse_deadline
from knowledge.columns import column_of
from knowledge.drafting.heads import Columns
from knowledge.drafting.stacked import cells_of_stack
from knowledge.drafting.torn import TornLine, TornRows
from knowledge.drafting.wording import Word, wording, words_between_rules, words_on
from knowledge.grids import cells_between_rules, end_of_grid
from knowledge.lines import Line
from knowledge.outline import TableAt
from knowledge.rows import Row

_NUMBER = re.compile(r"\W{0,2}(\d{1,3}(?:\.\d{1,2})*)\s?[.)]?(?=\W|\Z)")
_NUMBER_ALONE = re.compile(r"\W{0,2}\d{1,3}(?:\.\d{1,2})*[.)]?\Z")
_NOTE = re.compile(r"\d{1,2}\s+[^\W\d_]")
_NOISE = 2
_SPECK = 3
_NAME_BEGINS = 20
_ENOUGH_ROWS = 24


@dataclass(frozen=True, slots=True)
class CellRow:
    """A row's number as the plan gives it, its cells by kind, the heading inside the table and the lines it is on.

    `certainty` is how surely the words are in their cells, from 0 to 1.
    """

    number: str
    cells: Mapping[str, tuple[Word, ...]]
    group: str
    lines: tuple[Line, ...]
    certainty: float


def rows_of(table: TableAt, columns: Columns) -> list[CellRow]:
    """The rows of the table, each with its cells."""
    grid = end_of_grid(table.lines, 0) == len(table.lines)
    torn = TornRows(columns.kinds, _name_width(table))
    rows = [row for row in table.table.rows if not row.is_head]
    if torn.width is None and not grid:
        torn = _with_width(table, rows, torn)
    if grid:
        return [_grid_row(table, row) for row in rows]
    bounds = _parted(table, rows, torn)
    numbers = _counted([_number_of(table, row) for row in rows])
    found = []
    for at, (row, (first, last), number) in enumerate(zip(rows, bounds, numbers, strict=True)):
        lines = _without_notes(table.lines[first:last])
        stacked = any(_NUMBER_ALONE.match(line.text) for line in lines[:2])
        words = _words(lines, _number_of(table, row))
        following = numbers[at + 1] if at + 1 < len(numbers) else ""
        for figure, part in _split(words, number, following) if stacked else [(number, words)]:
            cells, certainty = _stacked(part, columns, torn) if stacked else _torn(part, torn)
            kinds = dict(zip(columns.kinds, cells, strict=True))
            kinds["name"] = _without_specks_above(kinds.get("name", ()), lines)
            found.append(CellRow(figure, kinds, row.group, tuple(lines), certainty))
    return found


def _with_width(table: TableAt, rows: Sequence[Row], torn: TornRows) -> TornRows:
    """The reader with the width of the name column, from a first reading of the rows without it."""
    widths = []
    for row in rows[:_ENOUGH_ROWS]:
        lines = [line.words for line in _words(table.lines[row.first : row.last], _number_of(table, row))]
        widths += torn.name_widths([TornLine(words) for words in lines])
    return TornRows(torn.kinds, round(median(widths))) if len(widths) > 2 else torn


def _split(words: Sequence[TornLine], number: str, following: str) -> list[tuple[str, Sequence[TornLine]]]:
    """A row, and the next one where its number stands in the midst of a line and it is missing else."""
    if not number.isdigit() or following == str(int(number) + 1):
        return [(number, words)]
    wanted = str(int(number) + 1)
    for n, line in enumerate(words):
        for i in range(1, len(line.words) - 1):
            if line.words[i].text.strip(".") == wanted and line.words[i + 1].text[:1].isupper():
                own = [*words[:n], TornLine(line.words[:i], line.gap)]
                rest = [TornLine(line.words[i + 1 :], line.gap), *words[n + 1 :]]
                return [(number, own), *_split(rest, wanted, following)]
    return [(number, words)]


def _grid_row(table: TableAt, row: Row) -> CellRow:
    """A row whose rules are whole: its cells are what stands between them."""
    names = [column_of(name) for name in cells_between_rules(table.lines[0])]
    lines = table.lines[row.first : row.last]
    cells: dict[str, tuple[Word, ...]] = {}
    parts = words_between_rules(lines[0])
    for column, words in zip(names, parts, strict=False):
        if column.kind and column.kind not in cells:
            cells[column.kind] = words
    number = wording(cells.pop("number", ())).strip(". ")
    return CellRow(number, cells, row.group, tuple(lines), 0.98 if len(parts) == len(names) else 0.4)


def _number_of(table: TableAt, row: Row) -> str:
    """The row's number; empty where it has none that can be read."""
    if row.text[:1].isdigit():
        return row.text.split(" ", 1)[0].strip("|. ")
    if not row.text:
        for line in table.lines[row.first : row.last]:
            if found := _NUMBER.match(line.text):
                return found.group(1)
    return ""


def _counted(numbers: Sequence[str]) -> list[str]:
    """The rows' numbers; one that a scan misread between two neighbours is the one that is missing."""
    found = list(numbers)
    for i in range(1, len(found) - 1):
        before, after = found[i - 1], found[i + 1]
        if before.isdigit() and after.isdigit() and int(after) == int(before) + 2:
            found[i] = str(int(before) + 1)
    return found


def _words(lines: Sequence[Line], number: str) -> list[TornLine]:
    """The words of the row's lines without its number and without specks."""
    words: list[TornLine] = []
    numbered = not number
    for line in lines:
        on_line = words_on(line)
        if not numbered and (found := _NUMBER.match(line.text)) and found.group(1) == number:
            on_line, numbered = _without_number(on_line), True
        words.append(TornLine(_without_noise(on_line), line.gap))
    return words


def _parted(table: TableAt, rows: Sequence[Row], torn: TornRows) -> list[tuple[int, int]]:
    """The lines of each row, those that two rows might both have given to whichever reads better with them."""
    bounds = [(row.first, row.last) for row in rows]
    for i in range(1, len(rows)):
        (first, last), (begin, end) = bounds[i - 1], bounds[i]
        if begin >= last:
            continue
        own = [_number_of(table, rows[i - 1]), _number_of(table, rows[i])]
        ways = {
            cut: torn.cells(_words(table.lines[first:cut], own[0])).score
            + torn.cells(_words(table.lines[cut:end], own[1])).score
            for cut in range(begin, last + 1)
        }
        cut = max(ways, key=lambda each: ways[each])
        bounds[i - 1], bounds[i] = (first, cut), (cut, end)
    return bounds


def _torn(words: Sequence[TornLine], torn: TornRows) -> tuple[tuple[tuple[Word, ...], ...], float]:
    read = torn.cells(words)
    return read.cells, _certainty(read.score, words)


def _stacked(words: Sequence[TornLine], columns: Columns, torn: TornRows) -> tuple[tuple[tuple[Word, ...], ...], float]:
    """The cells of a row whose cells stand below one another; where some ran together, as of a torn row."""
    filled = [line for line in words if line.words]
    cells, certainty = cells_of_stack(filled, columns.kinds)
    needed = sum(kind in ("name", "lead", "support", "time") for kind in columns.kinds)
    lead = cells[columns.kinds.index("lead")] if "lead" in columns.kinds else ()
    time = wording(cells[columns.kinds.index("time")]) if "time" in columns.kinds else ""
    told = len(filled) >= len(columns.kinds) or parse_deadline(time).kind is not DeadlineKind.UNKNOWN
    if len(filled) >= needed and told and (lead or "lead" not in columns.kinds):
        return cells, certainty
    read, surely = _torn(filled, torn)
    return read, min(surely, 0.7)


def _certainty(score: float, lines: Sequence[TornLine]) -> float:
    """How sure a reading is: words that go on well from one another, and few torn lines."""
    count = sum(len(line.words) for line in lines) or 1
    return max(0.2, min(0.9, 0.35 + 0.25 * score / count))


def _without_number(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words without the row's number at their head."""
    first = re.sub(r"^\W*\d{1,3}(?:\.\d{1,2})*[.)]?", "", words[0].text) if words else ""
    rest = list(words[1:])
    while rest and not first and rest[0].text in (".", ")"):
        rest.pop(0)
    return tuple(rest) if not first else tuple(words[1:] if not any(map(str.isalpha, first)) else words)


def _without_notes(lines: Sequence[Line]) -> list[Line]:
    """The lines without the footnotes that end a page among them."""
    kept = list(lines)
    for i in range(len(lines) - 1, 0, -1):
        at_foot = i + 1 == len(lines) or lines[i + 1].opens_page or lines[i + 1].page != lines[i].page
        noted = _NOTE.match(lines[i].text) and re.search(r"\d{1,2}/\d{1,2}/20\d\d", lines[i].text)
        if at_foot and noted and "|" not in lines[i].text:
            kept.remove(lines[i])
    return kept


def _without_specks_above(name: tuple[Word, ...], lines: Sequence[Line]) -> tuple[Word, ...]:
    """The name without the specks that a scan read above the line on which the row's number and its name begin."""
    begin = next((line.start for line in lines if _NUMBER.match(line.text)), 0)
    above = [word for word in name if word.start < begin]
    rest = name[len(above) :]
    specks = all(sum(map(str.isalpha, word.text)) <= _SPECK for word in above)
    return rest if above and specks and rest and rest[0].text[0].isupper() else name


def _without_noise(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words without specks: signs alone, and runs of single letters where a scan saw nothing legible."""
    noisy: set[int] = set()
    for i in range(len(words) - 2):
        run = words[i : i + 3]
        short = all(len(word.text) <= _NOISE and word.text not in "-–—" for word in run)
        if short and sum(len(word.text) == 1 for word in run) > 1:
            noisy.update(range(i, i + 3))
    return tuple(
        word
        for i, word in enumerate(words)
        if i not in noisy and (any(map(str.isalnum, word.text)) or word.text in "-–—")
    )


def _name_width(table: TableAt) -> int | None:
    """How many letters the name column is wide, where rules tell."""
    widths = []
    for row in table.table.rows:
        for line in table.lines[row.first : row.last] if not row.is_head else ():
            rest = re.sub(r"^\W{0,2}\d{1,3}\s?[.)]?\s?[|\[]\s?", "", line.text)
            at = rest.find("|")
            if at > _NAME_BEGINS:
                widths.append(at)
    return round(median(widths)) if len(widths) > 2 else None
