"""Finds ruled tables among the straight lines of a page."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from knowledge.reading.layout import Cell, Grid

Mask = NDArray[np.bool_]

_SMALLEST_TABLE = (40, 120)
_SMALLEST_CELL = 10
_SAME_EDGE = 8
_GAP = 7


def grids_of(across: Mask, down: Mask) -> list[Grid]:
    """The ruled tables of a page, in dots of the given masks. A frame around one column of words is no table."""
    if not across.any() or not down.any():
        return []
    lines = ndimage.maximum_filter(across | down, 3)
    lines |= ndimage.minimum_filter1d(ndimage.maximum_filter1d(lines, _GAP, axis=0), _GAP, axis=0)
    lines |= ndimage.minimum_filter1d(ndimage.maximum_filter1d(lines, _GAP, axis=1), _GAP, axis=1)
    labels, _ = ndimage.label(lines, structure=np.ones((3, 3), dtype=int))
    found = []
    for number, place in enumerate(ndimage.find_objects(labels), 1):
        height, width = place[0].stop - place[0].start, place[1].stop - place[1].start
        if height >= _SMALLEST_TABLE[0] and width >= _SMALLEST_TABLE[1]:
            grid = _grid(labels[place] == number, place[0].start, place[1].start)
            if grid:
                found.append(grid)
    return found


def _grid(lines: Mask, top: int, left: int) -> Grid | None:
    spaces, _ = ndimage.label(~lines)
    boxes = [
        (p[1].start, p[0].start, p[1].stop, p[0].stop)
        for p in ndimage.find_objects(spaces)
        if min(p[0].stop - p[0].start, p[1].stop - p[1].start) >= _SMALLEST_CELL
    ]
    if len(boxes) < 4:
        return None
    columns, rows = _edges(box[0] for box in boxes), _edges(box[1] for box in boxes)
    if len(columns) < 2 or len(rows) < 2:
        return None
    cells = tuple(
        Cell(_nearest(rows, y), _nearest(columns, x), left + x - 2, top + y - 2, left + right + 2, top + bottom + 2)
        for x, y, right, bottom in sorted(boxes, key=lambda b: (b[1], b[0]))
    )
    return Grid(cells, left, top, left + lines.shape[1], top + lines.shape[0])


def _edges(places: Iterable[int]) -> list[int]:
    """Places that are nearly the same, made one."""
    found: list[int] = []
    for place in sorted(places):
        if not found or place - found[-1] > _SAME_EDGE:
            found.append(place)
    return found


def _nearest(edges: list[int], place: Any) -> int:
    return min(range(len(edges)), key=lambda i: abs(edges[i] - place))
