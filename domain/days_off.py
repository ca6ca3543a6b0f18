"""The days on which an office does not work and the weekends on which it does, as people look them up."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from domain.public_holidays import public_holidays, swapped, worked_weekends
from domain.vietnamese import fold
from domain.working_days import CalendarDay, WorkCalendar

_DAY = timedelta(days=1)
_MADE_UP = re.compile(r"\s*\([^()]*\)$")


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Days off in a row, weekends beside them included: the holidays' names, the office's own days, and the swaps."""

    first: date
    last: date
    names: tuple[str, ...]
    own: tuple[CalendarDay, ...] = ()
    swapped: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True, slots=True)
class DayWorked:
    """A day worked although it would be off; `instead_of` is the day that is off for it where the law knows it."""

    day: date
    own: CalendarDay | None = None
    instead_of: date | None = None


def days_off(calendar: WorkCalendar, first: date, last: date) -> list[DaysOff]:
    """The stretches of days off that reach into these days, without weekends that stand for themselves."""
    found = []
    day = first
    while day <= last:
        if calendar.is_working(day) or _is_plain(calendar, day):
            day += _DAY
            continue
        stretch = _around(calendar, day)
        found.append(stretch)
        day = stretch.last + _DAY
    return found


def days_worked(calendar: WorkCalendar, first: date, last: date) -> list[DayWorked]:
    """The days of weekends and the holidays that are worked, in these days."""
    found = []
    for year in range(first.year, last.year + 1):
        by_law = worked_weekends(year)
        for day in sorted({*by_law, *(d for d in calendar.exceptions if d.year == year)}):
            own = calendar.exceptions.get(day)
            would_be_off = day.weekday() >= 5 or day in public_holidays(day.year)
            if first <= day <= last and calendar.is_working(day) and would_be_off:
                found.append(DayWorked(day, own, by_law.get(day)))
    return found


def _is_plain(calendar: WorkCalendar, day: date) -> bool:
    """True for a weekend's day on which nothing falls."""
    return day.weekday() >= 5 and day not in public_holidays(day.year) and day not in calendar.exceptions


def _around(calendar: WorkCalendar, day: date) -> DaysOff:
    first = last = day
    while not calendar.is_working(first - _DAY):
        first -= _DAY
    while not calendar.is_working(last + _DAY):
        last += _DAY
    days = [first + _DAY * n for n in range((last - first).days + 1)]
    own = tuple(calendar.exceptions[d] for d in days if d in calendar.exceptions)
    pairs = tuple((d, swapped(d.year)[d]) for d in days if d in swapped(d.year))
    return DaysOff(first, last, tuple(_names(days)), own, pairs)


def _names(days: list[date]) -> Iterator[str]:
    """The holidays' names, each once, without those that only spell another one out day by day."""
    names = dict.fromkeys(_MADE_UP.sub("", public_holidays(d.year).get(d, "")) for d in days)
    plain = [name for name in names if name and not re.match(r"\d+ tet", fold(name))]
    for name in plain:
        if not any(fold(other) in fold(name) for other in plain if other != name):
            yield name
