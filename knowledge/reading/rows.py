"""The one form in which every reader writes a table: a row a line, cells between bars."""

from collections.abc import Iterable, Sequence

BETWEEN = " | "


def row_line(cells: Sequence[str]) -> str:
    """A row on one line. A cell without words keeps its place, so that cells under each other have the same number;
    those at the end of a row are left away."""
    flat = [" ".join(cell.replace("|", "/").split()) for cell in cells]
    while flat and not flat[-1]:
        flat.pop()
    return BETWEEN.join(flat)


def table_text(rows: Iterable[Sequence[str]]) -> str:
    """A table's rows, a line each; rows without a word are left away."""
    return "\n".join(line for line in map(row_line, rows) if line.strip(" |"))
