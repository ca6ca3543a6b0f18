"""How days off and days worked are put into words, in chat and on the command line."""

from collections.abc import Sequence
from datetime import date

import texts
from domain.calendar_changes import MOST_DAYS, CalendarRefused
from domain.clock import day_text
from domain.days_off import DaysOff, DayWorked, days_off, days_worked
from domain.working_days import CalendarDay, WorkCalendar

LINES = 12


def weekday_name(day: date) -> str:
    """The weekday of a day."""
    return texts.say(f"calendar.weekday.{day.weekday()}")


def weekday_text(day: date) -> str:
    """A day with its weekday before it."""
    return texts.say("calendar.day", weekday=weekday_name(day), day=day_text(day))


def calendar_lines(calendar: WorkCalendar, first: date, last: date) -> list[str]:
    """The days off and the days worked for them between two days."""
    off = [_off_line(stretch) for stretch in days_off(calendar, first, last)]
    worked = [_worked_line(day) for day in days_worked(calendar, first, last)]
    title = texts.say("calendar.title", first=day_text(first), last=day_text(last))
    lines = [title, *(off or [texts.say("calendar.none")])]
    return [*lines, texts.say("calendar.worked_title"), *worked] if worked else lines


def _off_line(stretch: DaysOff) -> str:
    days = weekday_text(stretch.first)
    if stretch.last > stretch.first:
        days = texts.say("calendar.days", first=days, last=weekday_text(stretch.last))
    reasons = [*stretch.names, *dict.fromkeys(_own(day) for day in stretch.own)]
    reasons += [texts.say("calendar.swap", day=weekday_text(worked)) for _, worked in stretch.swapped]
    if not reasons:
        return texts.say("calendar.stretch_plain", days=days)
    return texts.say("calendar.stretch", days=days, why="; ".join(reasons))


def _own(day: CalendarDay) -> str:
    return texts.say("calendar.own", label=day.label) if day.label else texts.say("calendar.own_plain")


def _worked_line(worked: DayWorked) -> str:
    day, why = weekday_text(worked.day), ""
    if worked.own is not None:
        why = _own(worked.own)
    elif worked.instead_of is not None:
        why = texts.say("calendar.worked_for", day=weekday_text(worked.instead_of))
    return texts.say("calendar.worked_why", day=day, why=why) if why else texts.say("calendar.worked", day=day)


def change_lines(changes: Sequence[tuple[str, date]], label: str) -> list[str]:
    """What will become of each day: ("off" | "work" | "remove_off" | "remove_work", day)."""
    lines = [_change_line(kind, day, label) for kind, day in changes[:LINES]]
    if len(changes) > LINES:
        last = weekday_text(changes[-1][1])
        lines.append(texts.say("calendar.more_lines", day=last, count=len(changes) - LINES))
    return lines


def _change_line(kind: str, day: date, label: str) -> str:
    if label and kind in ("off", "work"):
        return texts.say(f"calendar.line.{kind}_why", day=weekday_text(day), label=label)
    return texts.say(f"calendar.line.{kind}", day=weekday_text(day))


def why_not(refused: CalendarRefused) -> str:
    """Why a change of the calendar makes no sense."""
    if refused.reason == "too_long":
        days = {"first": day_text(refused.first), "last": day_text(refused.last)}
        return texts.say("calendar.too_long", most=MOST_DAYS, **days)
    return texts.say(f"calendar.{refused.reason}", day=weekday_text(refused.first))
