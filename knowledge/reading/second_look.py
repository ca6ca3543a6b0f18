"""Looks again at words that tesseract passed over: it drops the least sure ones and leaves holes in lines."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import Any

import numpy as np
from PIL import Image

from knowledge.reading.layout import Word

_SPACE = 50
_AROUND = 420
_MOST_HOLES = 60
_NARROWEST = 0.4
_JOINED = 0.5
_INK_IN_COLUMNS = 0.12


@dataclass(frozen=True, slots=True)
class _Hole:
    """Ink in a line of words that belongs to none of them."""

    line: int
    left: int
    right: int


def looked_again(
    words: Sequence[Word], picture: Image.Image, recognised: Callable[[Image.Image], list[Word]]
) -> list[Word]:
    """The words with those that were passed over put back into their lines, where a second look recognises them.

    The holes, each with what stands around it, are put under each other on one small picture, so that one more call
    reads them all.
    """
    lines = [list(group) for _, group in groupby(words, key=lambda w: (w.block, w.line))]
    holes = _holes(lines, np.asarray(picture) < 128)[:_MOST_HOLES]
    if not holes:
        return list(words)
    strips = [_strip(hole, lines[hole.line], picture) for hole in holes]
    heights = [strip[3] - strip[1] + _SPACE for strip in strips]
    sheet = Image.new("L", (max(s[2] - s[0] for s in strips) + 2 * _SPACE, sum(heights) + _SPACE), 255)
    places = list(accumulate(heights, initial=_SPACE))
    for strip, at in zip(strips, places, strict=False):
        sheet.paste(picture.crop(strip), (_SPACE, at))
    for word in recognised(sheet):
        at = max(0, bisect_right(places, word.down + _SPACE / 2) - 1)
        if at < len(holes):
            line = lines[holes[at].line]
            placed = _moved(word, strips[at][0] - _SPACE, strips[at][1] - places[at], line[0])
            if _fills(placed, holes[at]):
                line.append(placed)
    return [word for line in lines for word in sorted(line, key=lambda w: w.left)]


def _strip(hole: _Hole, line: Sequence[Word], picture: Image.Image) -> tuple[int, int, int, int]:
    """The hole and a few words on both sides of it, without the lines above and below."""
    top, bottom = _band(line)
    left, right = max(0, hole.left - _AROUND), min(picture.width, hole.right + _AROUND)
    return left, max(0, top - 3), right, min(picture.height, bottom + 3)


def _moved(word: Word, across: float, down: float, like: Word) -> Word:
    left, right, top, bottom = word.left + across, word.right + across, word.top + down, word.bottom + down
    return Word(word.text, left, top, right, bottom, like.line, like.block, word.sure)


def _fills(word: Word, hole: _Hole) -> bool:
    inside = min(word.right, hole.right) - max(word.left, hole.left)
    return inside > (word.right - word.left) * 0.6 and any(c.isalnum() for c in word.text)


def _band(line: Sequence[Word]) -> tuple[int, int]:
    return int(min(w.top for w in line)), int(max(w.bottom for w in line))


def _holes(lines: Sequence[Sequence[Word]], ink: Any) -> list[_Hole]:
    free = ink.copy()
    for line in lines:
        for word in line:
            free[int(word.top) : int(word.bottom), max(0, int(word.left) - 4) : int(word.right) + 4] = False
    found: list[_Hole] = []
    extents: dict[int, tuple[int, int]] = {}
    for line in lines:
        left, right = extents.get(line[0].block, (1 << 30, 0))
        extents[line[0].block] = (
            min(left, *(int(w.left) for w in line), left),
            max(right, *(int(w.right) for w in line), right),
        )
    for n, line in enumerate(lines):
        top, bottom = _band(line)
        height = bottom - top
        left, right = extents[line[0].block]
        body = free[top + int(height * 0.3) : max(bottom - int(height * 0.2), 0), left:right]
        if not body.size or height < 12:
            continue
        columns = np.flatnonzero(body.any(axis=0))
        for start, end in _runs(columns, height * _JOINED):
            within = body[:, start:end]
            filled = within.mean()
            if end - start >= height * _NARROWEST and filled > _INK_IN_COLUMNS and _is_tall(within):
                found.append(_Hole(n, left + start - 4, left + end + 4))
    return found


def _is_tall(ink: Any) -> bool:
    rows = np.flatnonzero(ink.any(axis=1))
    return bool(len(rows)) and (rows[-1] - rows[0] + 1) > ink.shape[0] * 0.6


def _runs(columns: Any, gap: float) -> list[tuple[int, int]]:
    """Neighbouring columns made one, from the first to behind the last."""
    if not len(columns):
        return []
    breaks = np.flatnonzero(np.diff(columns) > gap)
    starts = [columns[0], *columns[breaks + 1]]
    ends = [*columns[breaks], columns[-1]]
    return [(int(s), int(e) + 1) for s, e in zip(starts, ends, strict=True)]
