"""The one form in which every reader writes a table: a row a line, cells between bars."""

from collections.abc import Iterable, Sequence

BETWEEN = " | "


def table_text(rows: Iterable[Sequence[str]]) -> str:
    """A table's rows, a line each and all with as many cells; rows and last columns without a word are left away."""
    flat = [[" ".join(cell.replace("|", "/").split()) for cell in row] for row in rows]
    filled = [row for row in flat if any(row)]
    width = max((n + 1 for row in filled for n, cell in enumerate(row) if cell), default=0)
    return "\n".join(_line([*row, *[""] * width][:width]) for row in filled)


def _line(cells: Sequence[str]) -> str:
    """A row on one line. A cell without words keeps its place; a row without its first and last word has outer bars,
    for otherwise those of its empty cells would look like them."""
    line = BETWEEN.join(cells)
    return f"| {line} |" if len(cells) > 1 and not cells[0] and not cells[-1] else line.strip()
