"""How reporting periods and their schedules are put into words."""

from collections.abc import Sequence

import texts
from domain.clock import day_text
from domain.period_list import Entry, EntryState
from domain.reporting_periods import Period, PeriodKind, Schedule
from handlers.wording import short, state_words

LISTED = 12
"""Lines of one part of a list on the screen of a phone."""

_ROMAN = ("", "I", "II", "III", "IV")
_KIND = {
    PeriodKind.MONTH: "periods.schedule.kind.month",
    PeriodKind.QUARTER: "periods.schedule.kind.quarter",
    PeriodKind.HALF_YEAR: "periods.schedule.kind.half_year",
    PeriodKind.YEAR: "periods.schedule.kind.year",
}


def period_name(period: Period) -> str:
    """What people call the period: month 11/2026, quarter IV/2026, the first six months of 2026, a plan's own day."""
    if period.kind is PeriodKind.PLAN:
        cutoff = day_text(period.cutoff)
        return texts.say("periods.name.plan", document=period.document_number, cutoff=cutoff)
    return name_words(period.kind, period.year, period.number)


def name_words(kind: PeriodKind, year: int, number: int) -> str:
    """What people call the period of this kind, year and number."""
    match kind:
        case PeriodKind.MONTH:
            return texts.say("periods.name.month", number=number, year=year)
        case PeriodKind.QUARTER:
            return texts.say("periods.name.quarter", roman=_ROMAN[number], year=year)
        case PeriodKind.HALF_YEAR:
            return texts.say("periods.name.half_1" if number == 1 else "periods.name.half_2", year=year)
    return texts.say("periods.name.year", year=year)


def entry_lines(entries: Sequence[Entry], *, with_people: bool, is_over: bool) -> list[str]:
    """The entries in their parts: missing first, then what came late, then what was reported in time."""
    return [
        *_part(
            "periods.was_missing" if is_over else "periods.missing",
            entries,
            EntryState.MISSING,
            with_people=with_people,
        ),
        *_part("periods.late", entries, EntryState.LATE, with_people=with_people),
        *_part("periods.reported", entries, EntryState.REPORTED, with_people=with_people),
    ]


def _part(heading: str, entries: Sequence[Entry], state: EntryState, *, with_people: bool) -> list[str]:
    found = [entry for entry in entries if entry.state is state]
    if not found:
        return []
    lines = [_line(entry, entries, with_people=with_people) for entry in found[:LISTED]]
    if len(found) > LISTED:
        lines.append(texts.say("periods.more", count=len(found) - LISTED))
    return [texts.say(heading, count=len(found)), *lines]


def _line(entry: Entry, among: Sequence[Entry], *, with_people: bool) -> str:
    name, title = entry_name(entry, among), short(entry.title)
    day = "" if entry.day is None else day_text(entry.day)
    if entry.state is EntryState.LATE:
        return texts.say("periods.line_late", name=name, title=title, person=entry.by, day=day)
    if entry.state is EntryState.REPORTED:
        key = "periods.line_corrected" if entry.corrected else "periods.line_told"
        return texts.say(key, name=name, title=title, day=day, state=state_words(entry.status, entry.percent))
    if not with_people:
        return texts.say("periods.line", name=name, title=title)
    people = ", ".join(who.name for who in entry.responsible) or texts.say("periods.nobody")
    return texts.say("periods.line_people", name=name, title=title, people=people)


def entry_name(entry: Entry, among: Sequence[Entry]) -> str:
    """The task's short name; with its document where another one has the same number."""
    if entry.document_number and any(e.number == entry.number and e.task_id != entry.task_id for e in among):
        return texts.say("task.name_in", number=entry.number, document=entry.document_number)
    return texts.say("task.name", number=entry.number)


def days_words(dates: Sequence[str]) -> str:
    """Days of every year: "05/6, 10/12"."""
    found = []
    for month_day in dates:
        month, day = (int(part) for part in month_day.split("-"))
        found.append(f"{day:02d}/{month:02d}" if month <= 2 else f"{day:02d}/{month}")
    return ", ".join(found)


def schedule_words(schedule: Schedule) -> str:
    """One schedule as a line of a list."""
    if schedule.kind is PeriodKind.PLAN:
        key = "periods.schedule.plan" if schedule.active else "periods.schedule.plan_off"
        return texts.say(key, document=schedule.document_number, dates=days_words(schedule.dates))
    kind = texts.say(_KIND[schedule.kind])
    if not schedule.active:
        return texts.say("periods.schedule.line_off", kind=kind)
    last = texts.say("periods.schedule.month_end")
    return texts.say(
        "periods.schedule.line",
        kind=kind,
        first=schedule.first_day,
        cutoff=last if schedule.cutoff_day == 31 else schedule.cutoff_day,
        opens=schedule.opens_before,
        lead=schedule.lead_days,
    )
