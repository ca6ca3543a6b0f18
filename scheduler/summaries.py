"""The leaders' summary for a staff group: figures by unit and what is overdue, on the day and hour chosen for it.

It is a row in the outbox under a key of its group and day, written with the mark that it was queued: neither lost nor
doubled. It names no person and no citizen's matter.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import texts
from domain.carrying import by_unit, is_soon, tone_of
from domain.charts import Tone
from domain.clock import day_text, local_day
from domain.groups import Group, staff_groups, summary_due
from domain.messages import Attachment, Priority, Reply
from domain.people import Office
from domain.quiet import is_quiet
from domain.tasks import Task
from domain.vietnamese import fold
from scheduler.books import Books, Shapes

CAUSE = "group:summary"
UNITS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class OfficeFigures:
    """The register as a summary tells it: the office, its tasks, and those of each unit by the unit's name."""

    office: Office
    day: date
    tasks: tuple[Task, ...]
    units: tuple[tuple[str, tuple[Task, ...]], ...]


Picture = Callable[[OfficeFigures], Awaitable[Attachment | None]]
"""Draws the figures, or gives None where they cannot be drawn."""


async def no_picture(figures: OfficeFigures) -> Attachment | None:
    """Where nobody draws, the words alone are sent."""
    return None


async def send_summaries(books: Books, now: datetime, shapes: Shapes, picture: Picture = no_picture) -> int:
    """Queue the summaries that are due at `now` on the channels of `shapes`; returns how many. Safe to run often."""
    sent = 0
    for group, day in await _due(books, now, shapes):
        figures = await _figures(books, group.office_id, local_day(now))
        if figures is None:
            continue
        drawn = await picture(figures) if figures.tasks else None
        reply = Reply(summary_words(figures), pictures=(drawn,) if drawn else ())
        sent += await _queue(books, group, day, shapes[group.channel](reply), now)
    return sent


async def _due(books: Books, now: datetime, shapes: Shapes) -> list[tuple[Group, date]]:
    found = []
    async with books.reading() as records:
        for office in await records.offices.all():
            groups = [g for g in staff_groups(await records.groups.of_office(office.id)) if g.summary is not None]
            if not groups:
                continue
            calendar = await records.calendar.of_office(office.id)
            if is_quiet(now, calendar, await records.notice_rules.of_office(office.id)):
                continue
            for group in groups:
                day = summary_due(group.summary, group.summed_on, calendar, now) if group.summary else None
                if day is not None and group.channel in shapes:
                    found.append((group, day))
    return found


async def _figures(books: Books, office_id: int, today: date) -> OfficeFigures | None:
    async with books.reading() as records:
        office = await records.offices.get(office_id)
        tasks = [task for task in await records.register.tasks(office_id) if task.confirmed and not task.dropped]
    if office is None:
        return None
    units: dict[str, list[Task]] = {}
    for part in by_unit(tasks):
        units.setdefault(part.lead_unit_name if part.lead_unit_id else "", []).append(part)
    named = sorted(units.items(), key=lambda unit: (not unit[0], fold(unit[0])))
    no_unit = texts.say("groups.summary.no_unit")
    return OfficeFigures(office, today, tuple(tasks), tuple((name or no_unit, tuple(own)) for name, own in named))


def summary_words(figures: OfficeFigures) -> str:
    """The summary in words: how many tasks stand how, what is due soon, and each unit's line."""
    day = figures.day
    title = texts.say("groups.summary.title", office=figures.office.name, day=day_text(day))
    if not figures.tasks:
        return f"{title}\n{texts.say('groups.summary.empty')}"
    counts = Counter(tone_of(task, day) for task in figures.tasks)
    lines = [title, texts.say("groups.summary.total", count=len(figures.tasks))]
    lines += [
        texts.say("groups.summary.by_status", status=texts.say(f"charts.tone.{tone}"), count=counts[tone])
        for tone in Tone
        if counts[tone] or tone is Tone.LATE
    ]
    lines.append(texts.say("groups.summary.soon", count=sum(is_soon(task, day) for task in figures.tasks)))
    lines += ["", texts.say("groups.summary.units")]
    lines += [_unit_line(name, own, day) for name, own in figures.units[:UNITS_SHOWN]]
    if len(figures.units) > UNITS_SHOWN:
        lines.append(texts.say("groups.summary.more", count=len(figures.units) - UNITS_SHOWN))
    return "\n".join(lines)


def _unit_line(name: str, own: Sequence[Task], day: date) -> str:
    counts = Counter(tone_of(task, day) for task in own)
    return texts.say("groups.summary.unit", unit=name, count=len(own), done=counts[Tone.DONE], late=counts[Tone.LATE])


async def _queue(books: Books, group: Group, day: date, parts: Sequence[Reply], now: datetime) -> int:
    async with books.writing() as records:
        if not await records.groups.summed(group.channel, group.chat_id, day):
            return 0
        for number, part in enumerate(parts):
            await records.outbox.queue(
                channel=group.channel,
                chat_id=group.chat_id,
                reply=part,
                key=f"group-summary:{group.channel}:{group.chat_id}:{day.isoformat()}:{number}",
                now=now,
                cause=CAUSE,
                office_id=group.office_id,
                priority=Priority.NOTICE,
            )
    return 1
