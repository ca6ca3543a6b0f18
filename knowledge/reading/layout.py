"""Words that have a place on a page, put in the order in which a person reads them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from statistics import median

from knowledge.reading.rows import table_text

_NEW_PARAGRAPH = 1.35


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its place (dots from the top left corner); `line` and `block` number the lines and columns in the
    order in which they were written or recognised; `sure` is how certain its reader was, from 0 to 100."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    line: int
    block: int = 0
    sure: float = 100.0

    @property
    def across(self) -> float:
        """Where its middle is across the page."""
        return (self.left + self.right) / 2

    @property
    def down(self) -> float:
        """Where its middle is down the page."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a ruled table: which row and column it begins in, and its place on the page."""

    row: int
    column: int
    left: float
    top: float
    right: float
    bottom: float

    def holds(self, word: Word) -> bool:
        """True when the word's middle is within the cell."""
        return self.left <= word.across < self.right and self.top <= word.down < self.bottom


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table on a page."""

    cells: tuple[Cell, ...]
    left: float
    top: float
    right: float
    bottom: float

    def holds(self, word: Word) -> bool:
        """True when the word's middle is within the table."""
        return self.left <= word.across < self.right and self.top <= word.down < self.bottom


@dataclass(slots=True)
class _Line:
    words: list[Word] = field(default_factory=list)

    @property
    def top(self) -> float:
        return min(word.top for word in self.words)

    @property
    def bottom(self) -> float:
        return max(word.bottom for word in self.words)


def page_text(words: Sequence[Word], grids: Sequence[Grid]) -> str:
    """The text of a page: its lines, a blank line where a paragraph begins, and each ruled table row by row."""
    inside: list[list[Word]] = [[] for _ in grids]
    flow: list[Word | int] = []
    for word in words:
        at = next((i for i, grid in enumerate(grids) if grid.holds(word)), None)
        if at is None:
            flow.append(word)
            continue
        if not inside[at]:
            flow.append(at)
        inside[at].append(word)
    parts: list[str] = []
    for is_table, piece in groupby(flow, key=lambda item: isinstance(item, int)):
        if is_table:
            parts.extend(_table(grids[i], inside[i]) for i in piece if isinstance(i, int))
        else:
            parts.append(_lines([word for word in piece if isinstance(word, Word)]))
    return "\n\n".join(part for part in parts if part)


def _lines(words: Sequence[Word]) -> str:
    lines = [list(group) for _, group in groupby(words, key=lambda w: (w.block, w.line))]
    feet = [median(word.bottom for word in line) for line in lines]
    steps = [
        feet[i] - feet[i - 1]
        for i in range(1, len(lines))
        if lines[i][0].block == lines[i - 1][0].block and feet[i] > feet[i - 1]
    ]
    usual = median(steps) if steps else 0.0
    written: list[str] = []
    for i, line in enumerate(lines):
        if i:
            step = feet[i] - feet[i - 1]
            new_block = lines[i - 1][0].block != line[0].block
            if new_block or step < 0 or (usual and step > usual * _NEW_PARAGRAPH):
                written.append("")
        written.append(" ".join(word.text for word in line))
    return "\n".join(written)


def _table(grid: Grid, words: Sequence[Word]) -> str:
    """The rows of a ruled table. A cell that goes over several rows stands in the first of them only."""
    within: dict[Cell, list[Word]] = {cell: [] for cell in grid.cells}
    for word in words:
        cell = next((c for c in grid.cells if c.holds(word)), None)
        cell = cell or min(grid.cells, key=lambda c: _distance(c, word))
        within[cell].append(word)
    rows: dict[int, dict[int, str]] = {}
    for cell, held in within.items():
        rows.setdefault(cell.row, {})[cell.column] = " ".join(_in_order(held))
    return table_text([cells.get(n, "") for n in range(max(cells) + 1)] for _, cells in sorted(rows.items()))


def _distance(cell: Cell, word: Word) -> float:
    across = max(cell.left - word.across, word.across - cell.right, 0)
    down = max(cell.top - word.down, word.down - cell.bottom, 0)
    return across + down


def _in_order(words: Iterable[Word]) -> Iterable[str]:
    """The words of a cell line by line, whatever the order in which they were recognised."""
    lines: list[_Line] = []
    for word in sorted(words, key=lambda w: w.down):
        home = next((line for line in reversed(lines[-2:]) if line.top <= word.down <= line.bottom), None)
        if home is None or _is_below(word, home):
            home = _Line()
            lines.append(home)
        home.words.append(word)
    for line in lines:
        yield from (word.text for word in sorted(line.words, key=lambda w: w.left))


def _is_below(word: Word, line: _Line) -> bool:
    """True for a word of the next line that only reaches up into this one."""
    return any(
        word.down > other.bottom - (other.bottom - other.top) * 0.1 and word.left < other.right + 1
        for other in line.words[:1]
    )
