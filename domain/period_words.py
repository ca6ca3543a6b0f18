"""Which of an office's reporting periods words mean, opened yet or not: by its own days and those of the decree."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from domain.period_names import period_named
from domain.reporting_periods import (
    MONTHS,
    Period,
    PeriodKind,
    Schedule,
    default_schedules,
    period_of,
    periods_around,
)
from domain.working_days import WorkCalendar

_SPOKEN = (("thang gieng", "thang 1"), ("thang chap", "thang 12"))
_YEAR_BEHIND = re.compile(r"(?<=.) nam (?P<which>nay|ngoai|truoc|qua)$")
_SHORT_YEAR = re.compile(r"(?<=\d)([/-])(\d\d)$")
_SAYS_YEAR = re.compile(r"20\d\d")
_KEY = re.compile(r"(?P<kind>month|quarter|half-year|year):(?P<year>20\d\d)-(?P<number>\d\d)")


def period_meant(
    words: str, today: date, office_id: int, schedules: Iterable[Schedule], calendar: WorkCalendar
) -> Period | None:
    """The period that folded words name; None where they name none. No words mean the one at hand.

    The period at hand is the one people are asked for, and before it opens the one that ended last. A period without a
    year is the last one of its name that has begun.
    """
    known = _by_kind(office_id, schedules)
    for spoken, plain in _SPOKEN:
        words = words.replace(spoken, plain)
    words = _SHORT_YEAR.sub(r"\g<1>20\2", _YEAR_BEHIND.sub(lambda match: f" nam {_year(match[1], today)}", words))
    named = period_named(words or "ky nay", today)
    if named is None:
        return None
    if named.kind is None:
        return _at_hand(known[_shortest(schedules)], today, calendar, named.back)
    period = _ending(known[named.kind], named.year, named.number, calendar)
    if period is not None and period.first > today and not _SAYS_YEAR.search(words):
        return _ending(known[named.kind], named.year - 1, named.number, calendar)
    return period


def period_keyed(key: str, office_id: int, schedules: Iterable[Schedule], calendar: WorkCalendar) -> Period | None:
    """The office's own period of this key ("month:2026-06"), or None for a key that is none."""
    match = _KEY.fullmatch(key)
    if match is None:
        return None
    schedule = _by_kind(office_id, schedules)[PeriodKind(match["kind"])]
    return _ending(schedule, int(match["year"]), int(match["number"]), calendar)


def _year(which: str, today: date) -> int:
    return today.year if which == "nay" else today.year - 1


def _by_kind(office_id: int, schedules: Iterable[Schedule]) -> dict[PeriodKind, Schedule]:
    """How the office reports by each kind; one that it switched off is used where somebody asks for it by name."""
    own = [schedule for schedule in schedules if schedule.document_id is None]
    return {s.kind: replace(s, active=True) for s in [*default_schedules(office_id), *own]}


def _shortest(schedules: Iterable[Schedule]) -> PeriodKind:
    """The shortest kind by which the office reports; an office that set nothing reports by the month."""
    active = {schedule.kind for schedule in schedules if schedule.active and schedule.document_id is None}
    return next((kind for kind in MONTHS if kind in active), PeriodKind.MONTH)


def _at_hand(schedule: Schedule, today: date, calendar: WorkCalendar, back: int) -> Period | None:
    period = period_of(schedule, today, calendar)
    steps = back + (period is not None and today < period.opens)
    for _ in range(steps):
        period = None if period is None else period_of(schedule, period.first - timedelta(days=1), calendar)
    return period


def _ending(schedule: Schedule, year: int, number: int, calendar: WorkCalendar) -> Period | None:
    """The period of this kind that ends in the last month of its stretch of the year."""
    try:
        last_month = date(year, (number or 1) * MONTHS[schedule.kind], 1)
    except (ValueError, OverflowError):
        return None
    # The first day of its last month lies in a period, whatever day of the month it begins on.
    return next((period for period in periods_around(schedule, last_month, calendar) if period.holds(last_month)), None)
