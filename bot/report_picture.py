"""A periodic report on one picture for a phone: its big figures, bars by unit, and what is late."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import texts
from bot.charts import FINE, INK, MARGIN, PAPER, QUIET, TRACK, WIDTH, Sheet, lettering, width_of, wrapped
from domain.charts import Bar, Chart, Tone
from domain.clock import day_text
from domain.periodic_report import Position, ReportContent, TaskRow, tally

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

MOST_UNITS = 8
MOST_LATE = 6
_TONES = {
    Position.DONE: Tone.DONE,
    Position.IN_PROGRESS: Tone.DOING,
    Position.BLOCKED: Tone.BLOCKED,
    Position.NOT_STARTED: Tone.NOT_STARTED,
    Position.UNREPORTED: Tone.NOT_STARTED,
    Position.UNCONFIRMED: Tone.NOT_STARTED,
}
_TILE, _GAP = 150, 20


def picture(content: ReportContent) -> bytes:
    """The picture as PNG; the same content always gives the same bytes."""
    from PIL import Image, ImageDraw

    page = _page_of(content)
    # The height is known once everything is laid out, so it is laid out on a sheet of no height first.
    height = _Poster(ImageDraw.Draw(Image.new("RGB", (1, 1))), page, drawing=False).fill()
    sheet = Image.new("RGB", (WIDTH * FINE, height * FINE), PAPER)
    _Poster(ImageDraw.Draw(sheet), page, image=sheet).fill()
    held = io.BytesIO()
    sheet.reduce(FINE).save(held, "PNG")
    return held.getvalue()


@dataclass(frozen=True, slots=True)
class _Page:
    """What stands on the picture: the chart of units with its title, tiles of a figure and its name, and late tasks."""

    chart: Chart
    tiles: tuple[tuple[str, str], ...]
    late: tuple[str, ...]
    source: str


def _page_of(content: ReportContent) -> _Page:
    rows = [row for row in content.tasks if row.in_period]
    found = tally(rows)
    share = "-" if found.share_done is None else texts.say("document.picture.percent", value=f"{found.share_done:g}")
    tiles: tuple[tuple[str, str], ...] = (
        (str(found.total), texts.say("document.picture.total")),
        (share.replace(".", ","), texts.say("document.picture.done")),
        (str(found.unknown), texts.say("document.picture.unknown")),
        (str(found.late), texts.say("document.picture.late")),
    )
    known = [row for row in content.targets if row.reached is not None]
    if content.targets:
        reached = sum(row.is_reached is True for row in known)
        tiles += (
            (f"{len(known)}/{len(content.targets)}", texts.say("document.picture.targets")),
            (str(reached), texts.say("document.picture.reached")),
        )
    return _Page(
        chart=Chart(
            file="bao-cao.png",
            title=content.wording.subject,
            subtitle="\n".join(filter(None, (content.office, content.wording.days, content.wording.standing))),
            legend=tuple((tone, texts.say(f"document.tone.{tone}")) for tone in _tones(content.parts)),
            bars=_bars([row for row in content.parts if row.in_period]),
            empty=texts.say("document.picture.empty"),
        ),
        tiles=tiles,
        late=_late([row for row in content.parts if row.is_late and row.in_period]),
        source=texts.say("document.picture.source", day=day_text(content.period.cutoff)),
    )


def _tone(row: TaskRow) -> Tone | None:
    return Tone.LATE if row.is_late else _TONES.get(row.position)


def _tones(rows: Sequence[TaskRow]) -> list[Tone]:
    there = {_tone(row) for row in rows if row.in_period}
    return [tone for tone in Tone if tone in there]


def _bars(rows: Sequence[TaskRow]) -> tuple[Bar, ...]:
    by_unit: dict[str, list[TaskRow]] = {}
    for row in rows:
        by_unit.setdefault(row.unit, []).append(row)
    ordered = sorted(by_unit.items(), key=lambda each: (-len(each[1]), each[0]))
    return tuple(_bar(unit, of) for unit, of in ordered[:MOST_UNITS])


def _bar(unit: str, rows: Sequence[TaskRow]) -> Bar:
    tones = [_tone(row) for row in rows]
    parts = tuple((tone, tones.count(tone)) for tone in Tone if tone in tones)
    return Bar(unit or "-", texts.say("charts.tasks", count=sum(count for _, count in parts)), parts)


def _late(rows: Sequence[TaskRow]) -> tuple[str, ...]:
    lines = [
        texts.say(
            "document.picture.late_line",
            number=row.number,
            title=row.title,
            unit=row.unit or "-",
            day=day_text(row.deadline.due) if row.deadline.due else "-",
        )
        for row in rows[:MOST_LATE]
    ]
    if len(rows) > MOST_LATE:
        lines.append(texts.say("document.picture.late_rest", count=len(rows) - MOST_LATE))
    return tuple(lines)


class _Poster(Sheet):
    """A chart's sheet with tiles of big figures above the bars and the late tasks below them."""

    def __init__(self, pen: "ImageDraw", page: _Page, *, image: "Image | None" = None, drawing: bool = True) -> None:
        super().__init__(pen, page.chart, image=image, drawing=drawing)
        self._page = page

    def fill(self) -> int:
        """Put everything on the sheet; returns its height."""
        room = WIDTH - 2 * MARGIN
        self._lines(self._chart.title, lettering("Bold", 48), INK, room, 62, 3)
        self._at += 6
        self._lines(self._chart.subtitle, lettering("Medium", 32), QUIET, room, 44, 3)
        self._at += 26
        self._tiles(room)
        self._legend(room)
        self._rule(room)
        most = max((bar.total for bar in self._chart.bars), default=0)
        for bar in self._chart.bars:
            self._bar_below(bar, most, room)
        if not self._chart.bars:
            self._lines(self._chart.empty, lettering("Medium", 36), QUIET, room, 50, 4)
            self._at += 20
        if self._page.late:
            self._lines(texts.say("document.picture.late_title"), lettering("Bold", 38), INK, room, 54, 1)
            for line in self._page.late:
                self._lines(line, lettering("Medium", 30), INK, room, 42, 2)
                self._at += 10
        self._at += 10
        self._lines(self._page.source, lettering("Regular", 26), QUIET, room, 36, 2)
        return self._at + MARGIN - 16

    def _tiles(self, room: int) -> None:
        """The big figures, three in a row or two where that leaves none alone."""
        beside = 3 if len(self._page.tiles) % 3 == 0 else 2
        broad = (room - _GAP * (beside - 1)) // beside
        figure, name = lettering("Bold", 60), lettering("Medium", 28)
        for number, (value, words) in enumerate(self._page.tiles):
            x = MARGIN + (number % beside) * (broad + _GAP)
            y = self._at + (number // beside) * (_TILE + _GAP)
            self._box(x, y, broad, _TILE, TRACK, 16)
            self._text(x + (broad - width_of(value, figure)) // 2, y + 12, value, figure, INK)
            line = wrapped(words, broad - 24, lambda t: width_of(t, name), 1)[0]
            self._text(x + (broad - width_of(line, name)) // 2, y + 96, line, name, QUIET)
        self._at += -(-len(self._page.tiles) // beside) * (_TILE + _GAP) + 16
