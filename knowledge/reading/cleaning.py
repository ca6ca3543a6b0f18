"""Prepares the picture of a page for reading: one shade of grey, straight, without stamps, specks and ruled lines."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter
from scipy import ndimage

Grey = NDArray[np.uint8]
Mask = NDArray[np.bool_]

_STEEPEST = 6.0
_COLOURED = 60
_STAMP_HEIGHT = 100
_RULE_ACROSS, _RULE_DOWN = 220, 120
_RULE_THICKNESS = 14
_TALLEST_LETTER, _LOWEST_LETTER = 90, 12
_SOFTEST, _SOFTENED, _SHARPER = 0.6, 0.75, 0.6


@dataclass(frozen=True, slots=True)
class CleanPage:
    """A page ready for reading, the same softened less, and its ruled lines across and down at half its size."""

    picture: Image.Image
    sharper: Image.Image
    across: Mask
    down: Mask


def clean(page: Image.Image, enlarged: float = 1.0) -> CleanPage:
    """The page, given at about 300 dots an inch, made ready for reading; `enlarged` is how much it was to get there."""
    grey = _evened(_without_stamps(page))
    grey = straightened(grey, skew_of(grey < _threshold(grey)))
    ink = grey < _threshold(grey)
    across, down = _rules(ink)
    rules = _doubled(across | down, ink.shape)
    grey = np.where(rules, 255, grey).astype(np.uint8)
    grey = np.where(_specks(ink & ~rules), 255, grey).astype(np.uint8)
    # A scan of few dots has stepped edges, which read as extra marks; softened it reads with half as many errors.
    softened = min(_SOFTENED * enlarged, 2.2) if enlarged > 1.25 else _SOFTEST
    cleaned = Image.fromarray(grey)
    picture = cleaned.filter(ImageFilter.GaussianBlur(softened))
    sharper = cleaned.filter(ImageFilter.GaussianBlur(softened * _SHARPER))
    return CleanPage(picture, sharper, across, down)


def letter_height(page: Image.Image) -> float:
    """How many dots tall the letters of a page are, as most of them are; 0 where there seem to be none."""
    grey = _without_stamps(page)
    ink = grey < _threshold(grey)
    labels, _ = ndimage.label(ink, structure=np.ones((3, 3), dtype=int))
    boxes = [(p[0].stop - p[0].start, p[1].stop - p[1].start) for p in ndimage.find_objects(labels)]
    heights = sorted(h for h, w in boxes if h >= 5 and h < w * 4 and w < h * 6 and h < grey.shape[0] * 0.2)
    return float(heights[len(heights) * 2 // 3]) if len(heights) > 5 else 0.0


def rules_of(page: Image.Image) -> tuple[Mask, Mask]:
    """Where ruled lines run across and down on a page drawn at 150 dots an inch."""
    grey = np.asarray(page.convert("L"))
    ink = grey < 160
    return _runs(ink, 1, _RULE_ACROSS // 4), _runs(ink, 0, _RULE_DOWN // 4)


def _without_stamps(page: Image.Image) -> Grey:
    """The page in grey, with what is coloured and taller than a line of words (stamps, signatures) made white.

    Words typed in colour stay; words under a stamp stay as well, because black is no colour.
    """
    page = _on_white(page)
    if page.mode in ("1", "L"):
        return np.asarray(page.convert("L"))
    red, green, blue = page.convert("RGB").split()
    brightest = np.asarray(ImageChops.lighter(ImageChops.lighter(red, green), blue))
    darkest = np.asarray(ImageChops.darker(ImageChops.darker(red, green), blue))
    coloured = (brightest - darkest) > _COLOURED
    if not coloured.any():
        return darkest
    grey = np.where(coloured, brightest, darkest)
    small = _halved(coloured)
    joined = ndimage.maximum_filter1d(small, 25, axis=1)
    labels, _ = ndimage.label(joined)
    erased = np.zeros_like(small)
    typed = np.zeros_like(small)
    for place in ndimage.find_objects(labels):
        tall = (place[0].stop - place[0].start) * 2 > _STAMP_HEIGHT
        (erased if tall else typed)[place] = True
    within = _doubled(erased, coloured.shape) & _doubled(ndimage.maximum_filter(small, 5), coloured.shape)
    # The edge of a coloured stroke is pale: what is left of it at the border goes with it, black letters do not.
    grey = np.where(within & ((brightest > 110) | coloured), 255, grey)
    words = _doubled(typed & ~erased, coloured.shape) & coloured
    return np.where(words, darkest, grey).astype(np.uint8)


def _on_white(page: Image.Image) -> Image.Image:
    if page.mode in ("RGBA", "LA", "PA") or "transparency" in page.info:
        clear = page.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(white, clear).convert("RGB")
    if page.mode in ("I", "F", "I;16"):
        values = np.asarray(page, dtype=np.float32)
        span = float(values.max() - values.min()) or 1.0
        return Image.fromarray(((values - values.min()) / span * 255).astype(np.uint8))
    return page


def _evened(grey: Grey) -> Grey:
    """The page with the shade of its paper taken out, so that a shadow or yellowed paper is white."""
    eighth = grey[: grey.shape[0] // 8 * 8, : grey.shape[1] // 8 * 8]
    if not eighth.size:
        return grey
    eighth = eighth.reshape(eighth.shape[0] // 8, 8, eighth.shape[1] // 8, 8).max(axis=(1, 3))
    if np.percentile(eighth, 10) > 235:
        return grey
    paper = ndimage.gaussian_filter(ndimage.maximum_filter(eighth, 9).astype(np.float32), 4)
    if float(np.median(paper)) < 60:
        return grey
    paper = np.asarray(Image.fromarray(paper).resize((grey.shape[1], grey.shape[0]), Image.Resampling.BILINEAR))
    evened: Grey = np.clip(grey / np.maximum(paper, 1) * 255, 0, 255).astype(np.uint8)
    return evened


def _threshold(grey: Grey) -> int:
    """The shade that parts ink from paper best (Otsu)."""
    counts = np.bincount(grey[::2, ::2].ravel(), minlength=256).astype(np.float64)
    below = np.cumsum(counts)
    above = below[-1] - below
    sums = np.cumsum(counts * np.arange(256))
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    best = np.nan_to_num(spread)
    if not best.max():
        return 128
    # Where two shades are all there is, every threshold between them is as good: take the middle.
    ties = np.flatnonzero(best >= best.max() * 0.9999)
    return int(np.clip((ties[0] + ties[-1]) // 2, 60, 220))


def skew_of(ink: Mask) -> float:
    """By how many degrees the lines of a page climb to the right; 0 where it has too little ink to tell."""
    quarter = _halved(_halved(ink))
    y, x = np.nonzero(quarter)
    if len(y) < 400:
        return 0.0
    if len(y) > 200_000:
        y, x = y[:: len(y) // 100_000], x[:: len(x) // 100_000]

    def sharpness(degrees: float) -> float:
        rows = np.round(y + x * np.tan(np.radians(degrees))).astype(np.int64)
        counts = np.bincount(rows - rows.min()).astype(np.float64)
        return float(np.square(np.diff(counts)).sum())

    coarse = max(np.arange(-_STEEPEST, _STEEPEST + 0.1, 0.5), key=sharpness)
    fine = max(np.arange(coarse - 0.45, coarse + 0.5, 0.05), key=sharpness)
    return float(fine) if sharpness(fine) > sharpness(0.0) * 1.02 else 0.0


def straightened(grey: Grey, skew: float) -> Grey:
    """The page turned back by its skew."""
    if abs(skew) < 0.08:
        return grey
    turned = Image.fromarray(grey).rotate(-skew, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    found: Grey = np.asarray(turned)
    return found


def _halved(mask: Any) -> Any:
    even = mask[: mask.shape[0] // 2 * 2, : mask.shape[1] // 2 * 2]
    return even[::2, ::2] | even[1::2, ::2] | even[::2, 1::2] | even[1::2, 1::2]


def _doubled(mask: Mask, shape: tuple[int, ...]) -> Mask:
    whole = np.zeros(shape, dtype=bool)
    twice = mask.repeat(2, axis=0).repeat(2, axis=1)
    whole[: twice.shape[0], : twice.shape[1]] = twice
    return whole


def _rules(ink: Mask) -> tuple[Mask, Mask]:
    """Where straight ruled lines run across and down, at half the page's size."""
    small = _halved(ink)
    return _runs(small, 1, _RULE_ACROSS // 2), _runs(small, 0, _RULE_DOWN // 2)


def _runs(small: Mask, axis: int, length: int) -> Mask:
    opened = ndimage.maximum_filter1d(ndimage.minimum_filter1d(small, length, axis=axis), length, axis=axis)
    # A thick dark bar (a photograph, the edge of the scanner) is no line.
    thick = _RULE_THICKNESS // 2
    bars = ndimage.maximum_filter1d(ndimage.minimum_filter1d(opened, thick, axis=1 - axis), thick + 2, axis=1 - axis)
    found: Mask = opened & ~bars
    return found


def _specks(ink: Mask) -> Mask:
    """The dots that belong to no letter: small, with nothing as tall as a letter near them. Seen at half size."""
    small = _halved(ink)
    labels, count = ndimage.label(small, structure=np.ones((3, 3), dtype=int))
    if not count:
        return np.zeros_like(ink)
    boxes = np.array([(p[0].start, p[0].stop, p[1].start, p[1].stop) for p in ndimage.find_objects(labels)])
    heights, widths = boxes[:, 1] - boxes[:, 0], boxes[:, 3] - boxes[:, 2]
    letters = (heights >= _LOWEST_LETTER // 2) & (heights <= _TALLEST_LETTER // 2) & (widths <= _TALLEST_LETTER * 2)
    if not letters.any():
        return np.zeros_like(ink)
    tall = float(np.median(heights[letters]))
    near = _painted(boxes[letters & (heights > tall * 0.55)], int(tall * 0.6), int(tall * 0.8), small.shape)
    beside = near[(boxes[:, 0] + boxes[:, 1]) // 2, (boxes[:, 2] + boxes[:, 3]) // 2]
    gone = np.concatenate([[False], (heights < tall * 0.5) & (widths < tall * 0.6) & ~beside])
    return _doubled(gone[labels], ink.shape)


def _painted(boxes: Any, reach_y: int, reach_x: int, shape: tuple[int, ...]) -> Mask:
    """Everything within reach of one of the boxes."""
    edges = np.zeros((shape[0] + 1, shape[1] + 1), dtype=np.int32)
    top, foot = np.clip(boxes[:, 0] - reach_y, 0, None), np.clip(boxes[:, 1] + reach_y, None, shape[0])
    left, right = np.clip(boxes[:, 2] - reach_x, 0, None), np.clip(boxes[:, 3] + reach_x, None, shape[1])
    for y, x, change in ((top, left, 1), (foot, right, 1), (top, right, -1), (foot, left, -1)):
        np.add.at(edges, (y, x), change)
    found: Mask = edges.cumsum(axis=0).cumsum(axis=1) > 0
    return found
