"""Charts of the register: units beside each other, the people of a unit, how late each task is."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

import texts
from domain.carrying import tone_of
from domain.charts import MOST_BARS, Bar, Chart, Tone
from domain.clock import day_text
from domain.tasks import Task
from handlers.wording import short, tone_words

NOTE_LIMIT = 26
LATE_BARS = 12
"""A picture of late tasks shows the latest of them; the rest stands in the list."""


def chart_by(
    *,
    file: str,
    title: str,
    office: str,
    rows: Sequence[tuple[str, Sequence[Task]]],
    counted: Sequence[Task],
    today: date,
) -> Chart:
    """A bar for each row, a label with tasks as they are carried there; the legend counts each task once."""
    bars = [_bar(label, tasks, today) for label, tasks in rows]
    if len(bars) > MOST_BARS:
        kept, rest = bars[: MOST_BARS - 1], bars[MOST_BARS - 1 :]
        bars = [*kept, _together(rest)]
    sums = Counter(tone_of(task, today) for task in counted)
    return Chart(
        file=file,
        title=title,
        subtitle=texts.say("charts.subtitle", office=office, day=day_text(today), count=len(counted)),
        legend=tuple((tone, texts.say("charts.legend", tone=tone_words(tone), count=sums[tone])) for tone in Tone),
        bars=tuple(bars),
        empty=texts.say("charts.empty"),
        footnote=_footnote(counted, sums),
    )


def late_chart(office: str, late: Sequence[Task], today: date) -> Chart:
    """A bar for each late task, as long as it is late, the latest first."""
    ordered = sorted(late, key=lambda task: task.days_left(today) or 0)
    bars = []
    for task in ordered[:LATE_BARS]:
        days = -(task.days_left(today) or 0)
        label = texts.say("charts.task", number=task.number, title=short(task.title, 70))
        note = short(task.lead_unit_name or task.lead, NOTE_LIMIT)
        bars.append(Bar(label, note, ((Tone.LATE, days),)))
    rest = len(ordered) - len(bars)
    return Chart(
        file=texts.say("charts.file.late"),
        title=texts.say("charts.title.late"),
        subtitle=texts.say("charts.subtitle_late", office=office, day=day_text(today), count=len(ordered)),
        legend=(),
        bars=tuple(bars),
        empty=texts.say("charts.nothing_late"),
        footnote=texts.say("charts.rest", count=rest) if rest else "",
        counted_in=texts.say("charts.days"),
    )


def _bar(label: str, tasks: Sequence[Task], today: date) -> Bar:
    counts = Counter(tone_of(task, today) for task in tasks)
    parts = tuple((tone, counts[tone]) for tone in Tone)
    return Bar(label, texts.say("charts.tasks", count=sum(count for _, count in parts)), parts)


def _together(bars: Iterable[Bar]) -> Bar:
    held = list(bars)
    sums: Counter[Tone] = Counter()
    for bar in held:
        sums.update(dict(bar.parts))
    parts = tuple((tone, sums[tone]) for tone in Tone)
    label = texts.say("charts.others", count=len(held))
    return Bar(label, texts.say("charts.tasks", count=sum(sums.values())), parts)


def _footnote(counted: Sequence[Task], sums: Counter[Tone | None]) -> str:
    notes = []
    if sums[Tone.LATE]:
        notes.append(texts.say("charts.note.late"))
    if sums[None]:
        notes.append(texts.say("charts.note.cancelled", count=sums[None]))
    if any(task.shares for task in counted):
        notes.append(texts.say("charts.note.shared"))
    return " ".join(notes)
