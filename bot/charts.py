"""Draws charts as PNG for a phone: 1080 pixels wide, big letters, colours that the colour-blind tell apart."""

import asyncio
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import structlog

from domain.charts import Bar, Chart, Tone
from domain.messages import Attachment

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

log = structlog.get_logger()

WIDTH = 1080
MARGIN = 56
FINE = 2
"""Everything is drawn so many times larger and then reduced, for smooth edges."""

PAPER, INK, QUIET, TRACK, RULE = "#FFFFFF", "#1B2430", "#56616F", "#EEF1F4", "#D5DBE1"
FILLS = {
    Tone.DONE: "#009E73",
    Tone.DOING: "#0072B2",
    Tone.NOT_STARTED: "#C3CAD1",
    Tone.BLOCKED: "#F0C419",
    Tone.LATE: "#B8400E",
}
"""After Okabe and Ito's palette for the colour-blind; they also differ in lightness, and what is late is striped."""

INKS = {Tone.DONE: PAPER, Tone.DOING: PAPER, Tone.NOT_STARTED: INK, Tone.BLOCKED: INK, Tone.LATE: PAPER}
STRIPE = "#D96A2F"


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Letters and bars in pixels. `beside` is the width of labels that stand left of their bars, 0 for above."""

    label: int
    number: int
    bar: int
    gap: int
    beside: int = 0


def _sizes(bars: int) -> _Sizes:
    """The most generous sizes at which so many bars still make a picture that apps do not shrink."""
    if bars <= 8:
        return _Sizes(label=36, number=36, bar=64, gap=34)
    if bars <= 15:
        return _Sizes(label=32, number=30, bar=48, gap=24)
    return _Sizes(label=26, number=26, bar=42, gap=14, beside=400)


async def draw(chart: Chart) -> Attachment | None:
    """The chart as a PNG, drawn beside the event loop; None, with a line in the log, where it cannot be drawn."""
    try:
        content = await asyncio.to_thread(png, chart)
    except Exception:
        log.exception("a chart could not be drawn", chart=chart.file)
        return None
    return Attachment(chart.file, "image/png", content)


def png(chart: Chart) -> bytes:
    """The chart's bytes; the same chart always gives the same."""
    from PIL import Image, ImageDraw

    # The height is known once everything is laid out, so it is laid out on a sheet of no height first.
    height = Sheet(ImageDraw.Draw(Image.new("RGB", (1, 1))), chart, drawing=False).fill()
    sheet = Image.new("RGB", (WIDTH * FINE, height * FINE), PAPER)
    Sheet(ImageDraw.Draw(sheet), chart, image=sheet).fill()
    held = io.BytesIO()
    sheet.reduce(FINE).save(held, "PNG")
    return held.getvalue()


@cache
def lettering(weight: str, size: int) -> "FreeTypeFont":
    """The font of charts in a weight and size."""
    from PIL import ImageFont

    place = files("fontpkg_be_vietnam_pro") / "files" / f"BeVietnamPro-{weight}.ttf"
    return ImageFont.truetype(io.BytesIO(place.read_bytes()), size * FINE, layout_engine=ImageFont.Layout.BASIC)


def width_of(text: str, font: "FreeTypeFont") -> int:
    """How many pixels of the finished picture a text takes."""
    return -(-int(font.getlength(text)) // FINE)


def wrapped(text: str, width: int, measure: Callable[[str], int], most: int) -> list[str]:
    """The text in lines of at most `width` pixels and at most `most` lines; what is left over ends in an ellipsis.

    The lines are made about equally long, so that no word stands alone on the last one.
    """
    lines = _filled(text, width, measure)
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    elif len(lines) > 1:
        narrow, wide = width // 2, width
        while wide - narrow > 8:
            middle = (narrow + wide) // 2
            narrow, wide = (narrow, middle) if _fits(text, middle, measure, len(lines)) else (middle, wide)
        lines = _filled(text, wide, measure)
    return [_cut(line, width, measure) for line in lines]


def _fits(text: str, width: int, measure: Callable[[str], int], most: int) -> bool:
    lines = _filled(text, width, measure)
    return len(lines) <= most and all(measure(line) <= width for line in lines)


def _filled(text: str, width: int, measure: Callable[[str], int]) -> list[str]:
    """The text in lines, each filled with as many words as fit."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and measure(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines or [""]


def _cut(line: str, width: int, measure: Callable[[str], int]) -> str:
    if measure(line) <= width:
        return line
    kept = line
    while kept and measure(kept + "…") > width:
        kept = kept[:-1]
    return kept.rstrip(" ,.-–") + "…"


def lengths(counts: Sequence[int], room: int, least: int) -> list[int]:
    """Pixels for each part of a bar of `room` pixels: by its count, but never too narrow for its number."""
    total = sum(counts)
    room = max(room, least * len(counts))
    wide = [room * count // total for count in counts]
    if min(wide) < least:
        spare = room - least * len(counts)
        wide = [least + spare * count // total for count in counts]
    # What rounding left over goes to the part that stands for most, which stays the widest.
    wide[max(range(len(counts)), key=counts.__getitem__)] += room - sum(wide)
    return wide


class Sheet:
    """A sheet filled from the top; `at` is how far down it is filled, in pixels of the finished picture."""

    def __init__(self, pen: "ImageDraw", chart: Chart, *, image: "Image | None" = None, drawing: bool = True) -> None:
        self._pen = pen
        self._chart = chart
        self._image = image
        self._drawing = drawing
        self._sizes = _sizes(len(chart.bars))
        self._at = MARGIN

    def fill(self) -> int:
        """Put everything on the sheet; returns its height."""
        room = WIDTH - 2 * MARGIN
        self._lines(self._chart.title, lettering("Bold", 52), INK, room, 66, 3)
        self._at += 6
        self._lines(self._chart.subtitle, lettering("Medium", 34), QUIET, room, 46, 3)
        self._at += 26
        self._legend(room)
        self._rule(room)
        most = max((bar.total for bar in self._chart.bars), default=0)
        for bar in self._chart.bars:
            if self._sizes.beside:
                self._bar_beside(bar, most, room)
            else:
                self._bar_below(bar, most, room)
        if not self._chart.bars:
            self._at += 60
            self._lines(self._chart.empty, lettering("Medium", 38), QUIET, room, 52, 4)
            self._at += 60
        if self._chart.footnote:
            self._at += 4
            self._lines(self._chart.footnote, lettering("Regular", 28), QUIET, room, 40, 3)
        return self._at + MARGIN - 16

    def _lines(self, text: str, font: "FreeTypeFont", ink: str, room: int, leading: int, most: int) -> None:
        for part in text.split("\n"):
            for line in wrapped(part, room, lambda t: width_of(t, font), most):
                self._text(MARGIN, self._at, line, font, ink)
                self._at += leading

    def _legend(self, room: int) -> None:
        """The tones with their sums, as many side by side as fit."""
        font, square = lettering("SemiBold", 32), 34
        x = MARGIN
        for tone, words in self._chart.legend:
            wide = square + 14 + width_of(words, font)
            if x > MARGIN and x + wide > MARGIN + room:
                x, self._at = MARGIN, self._at + 54
            self._block(x, self._at + 4, square, square, tone, rounded=8)
            self._text(x + square + 14, self._at, words, font, INK)
            x += wide + 40
        if self._chart.legend:
            self._at += 54

    def _rule(self, room: int) -> None:
        self._at += 12
        self._box(MARGIN, self._at, room, 2, RULE, 0)
        self._at += 32

    def _bar_below(self, bar: Bar, most: int, room: int) -> None:
        """The label, its note at the right end, and the bar under both."""
        sizes = self._sizes
        font, small = lettering("SemiBold", sizes.label), lettering("Medium", sizes.label - 4)
        noted = width_of(bar.note, small)
        lines = wrapped(bar.label, room - noted - 30, lambda t: width_of(t, font), 3)
        leading = round(sizes.label * 1.28)
        for line in lines:
            self._text(MARGIN, self._at, line, font, INK)
            self._at += leading
        self._text(MARGIN + room - noted, self._at - leading + 3, bar.note, small, QUIET)
        self._at += 10
        self._bar(bar, MARGIN, self._at, most, room)
        self._at += sizes.bar + sizes.gap

    def _bar_beside(self, bar: Bar, most: int, room: int) -> None:
        """The label in two lines at the left, the bar at the right, for a picture of many bars."""
        sizes = self._sizes
        font = lettering("SemiBold", sizes.label)
        leading = round(sizes.label * 1.22)
        lines = wrapped(bar.label, sizes.beside, lambda t: width_of(t, font), 2)
        high = max(sizes.bar, leading * len(lines))
        top = self._at + (high - leading * len(lines)) // 2
        for line in lines:
            self._text(MARGIN, top, line, font, INK)
            top += leading
        left = MARGIN + sizes.beside + 24
        self._bar(bar, left, self._at + (high - sizes.bar) // 2, most, MARGIN + room - left)
        self._at += high + sizes.gap

    def _bar(self, bar: Bar, x: int, y: int, most: int, room: int) -> None:
        sizes, font = self._sizes, lettering("Bold", self._sizes.number)
        self._box(x, y, room, sizes.bar, TRACK, 10)
        parts = [(tone, count) for tone, count in bar.parts if count > 0]
        if not parts:
            return
        least = max(width_of(self._number(count), font) for _, count in parts) + 20
        wide = lengths([count for _, count in parts], max(least, room * bar.total // most), least)
        for (tone, count), length in zip(parts, wide, strict=True):
            self._block(x, y, length - 3, sizes.bar, tone, rounded=6)
            number = self._number(count)
            left = x + (length - 3 - width_of(number, font)) // 2
            if tone is Tone.LATE:
                # On stripes a number needs a quiet ground to be read.
                self._box(left - 7, y + 6, width_of(number, font) + 14, sizes.bar - 12, FILLS[tone], 6)
            self._text(left, y + (sizes.bar - round(sizes.number * 1.28)) // 2, number, font, INKS[tone])
            x += length

    def _number(self, count: int) -> str:
        return f"{count} {self._chart.counted_in}".strip()

    def _text(self, x: int, y: int, text: str, font: "FreeTypeFont", ink: str) -> None:
        if self._drawing:
            self._pen.text((x * FINE, y * FINE), text, font=font, fill=ink)

    def _box(self, x: int, y: int, wide: int, high: int, fill: str, rounded: int) -> None:
        if self._drawing:
            corners = (x * FINE, y * FINE, (x + wide) * FINE - 1, (y + high) * FINE - 1)
            self._pen.rounded_rectangle(corners, rounded * FINE, fill=fill)

    def _block(self, x: int, y: int, wide: int, high: int, tone: Tone, *, rounded: int) -> None:
        """A box in the colour of a tone; what is late is striped, so that it is told without any colour."""
        self._box(x, y, wide, high, FILLS[tone], rounded)
        if tone is not Tone.LATE or self._image is None:
            return
        from PIL import Image, ImageDraw

        size = (wide * FINE, high * FINE)
        stripes, mask = Image.new("RGB", size, FILLS[tone]), Image.new("L", size, 0)
        pen = ImageDraw.Draw(stripes)
        for start in range(-size[1], size[0], 18 * FINE):
            pen.line((start, size[1], start + size[1], 0), fill=STRIPE, width=5 * FINE)
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), rounded * FINE, fill=255)
        self._image.paste(stripes, (x * FINE, y * FINE), mask)
