"""Looks again at words that tesseract passed over: it drops the least sure ones and leaves holes in lines."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import numpy as np
from PIL import Image

from knowledge.reading.layout import Word

_SPACE = 40
_MOST_STRIPS = 40
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

    The lines with holes are put under each other on one small picture, so that one more call reads them all.
    """
    lines = [list(group) for _, group in groupby(words, key=lambda w: (w.block, w.line))]
    holes = _holes(lines, np.asarray(picture) < 128)
    numbers = sorted({hole.line for hole in holes})[:_MOST_STRIPS]
    if not numbers:
        return list(words)
    strips: dict[int, tuple[int, int]] = {}
    height = _SPACE
    for n in numbers:
        top, bottom = _band(lines[n], 0.25)
        strips[n] = (height, max(top, 0))
        height += bottom - max(top, 0) + _SPACE
    sheet = Image.new("L", (picture.width, height), 255)
    for n in numbers:
        _, bottom = _band(lines[n], 0.25)
        at, top = strips[n]
        sheet.paste(picture.crop((0, top, picture.width, bottom)), (0, at))
    seen = recognised(sheet)
    for n in numbers:
        at, top = strips[n]
        _, bottom = _band(lines[n], 0.25)
        here = [w for w in seen if at - _SPACE / 2 <= w.down < at + bottom - top + _SPACE / 2]
        for hole in (h for h in holes if h.line == n):
            lines[n].extend(_moved(w, top - at, lines[n][0]) for w in here if _fills(w, hole))
        lines[n].sort(key=lambda w: w.left)
    return [word for line in lines for word in line]


def _moved(word: Word, down: float, like: Word) -> Word:
    return replace(word, top=word.top + down, bottom=word.bottom + down, line=like.line, block=like.block)


def _fills(word: Word, hole: _Hole) -> bool:
    inside = min(word.right, hole.right) - max(word.left, hole.left)
    return inside > (word.right - word.left) * 0.6 and any(c.isalnum() for c in word.text)


def _band(line: Sequence[Word], beyond: float) -> tuple[int, int]:
    top, bottom = min(w.top for w in line), max(w.bottom for w in line)
    more = (bottom - top) * beyond
    return int(top - more), int(bottom + more)


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
        top, bottom = _band(line, 0)
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
