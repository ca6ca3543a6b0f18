"""Which reporting period words name: "thang 11", "quy iv/2025", "6 thang dau nam", "ky nay"."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from domain.periods import Mention, Unit, read_phrase
from domain.reporting_periods import Period, PeriodKind, Schedule, default_schedules, period_of, periods_around
from domain.working_days import WorkCalendar

_THIS = re.compile(r"(?:ky(?: bao cao)? (?:nay|hien tai))?")
_LAST = re.compile(r"ky(?: bao cao)? (?:truoc|vua roi|vua qua|vua xong|roi|qua|gan nhat|gan day|moi nhat)")
_NEAR = re.compile(
    r"(?P<unit>thang|quy|nam) (?P<which>nay|hien tai|truoc|vua roi|vua qua|vua xong|roi|qua|gan nhat"
    r"|gan day|moi nhat|ngoai)"
)
_HALF = re.compile(r"(?:6|sau) thang(?: (?P<side>dau|cuoi)(?: nam)?)?|nua (?P<half>dau|cuoi) nam")
_YEAR_BEHIND = re.compile(r" nam (?P<which>nay|ngoai|truoc|qua)$")
_MONTHS = {"thang gieng": "thang 1", "thang chap": "thang 12"}
_KEY = re.compile(r"(?P<kind>month|quarter|half-year|year):(?P<year>20\d\d)-(?P<number>\d\d)")
_KINDS = {
    Unit.MONTH: PeriodKind.MONTH,
    Unit.QUARTER: PeriodKind.QUARTER,
    Unit.HALF: PeriodKind.HALF_YEAR,
    Unit.YEAR: PeriodKind.YEAR,
}
_NEAR_KINDS = {"thang": PeriodKind.MONTH, "quy": PeriodKind.QUARTER, "nam": PeriodKind.YEAR}
_LENGTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.HALF_YEAR: 6, PeriodKind.YEAR: 12}


def period_named(
    words: str, today: date, office_id: int, schedules: Iterable[Schedule], calendar: WorkCalendar
) -> Period | None:
    """The period of the office that folded words name; None where they name none. No words mean the one at hand.

    A period is called by the month, quarter, half or year in which it ends. Without a year it is the last one that has
    begun. "This period" is the one people are asked for, and before it opens the one that ended last.
    """
    own = [s for s in schedules if s.document_id is None]
    known = {schedule.kind: replace(schedule, active=True) for schedule in [*default_schedules(office_id), *own]}
    if _THIS.fullmatch(words) or _LAST.fullmatch(words):
        return _at_hand(known[_shortest(own)], today, calendar, steps=0 if _THIS.fullmatch(words) else 1)
    if match := _NEAR.fullmatch(words):
        kind = _NEAR_KINDS[match["unit"]]
        steps = 0 if match["which"] in ("nay", "hien tai") else 1
        months = today.year * 12 + (today.month - 1) // _LENGTHS[kind] * _LENGTHS[kind] - steps * _LENGTHS[kind]
        return _ending(known[kind], months // 12, (months % 12) // _LENGTHS[kind] + 1, calendar)
    found = _mentioned(words, today)
    if found is None:
        return None
    kind, number, year = found
    if year is not None:
        return _ending(known[kind], year, number, calendar)
    period = _ending(known[kind], today.year, number, calendar)
    begun = period is None or period.first <= today
    return period if begun else _ending(known[kind], today.year - 1, number, calendar)


def period_keyed(key: str, office_id: int, schedules: Iterable[Schedule], calendar: WorkCalendar) -> Period | None:
    """The office's own period of this key ("month:2026-06"), or None for a key that is none."""
    match = _KEY.fullmatch(key)
    if match is None:
        return None
    kind = PeriodKind(match["kind"])
    own = [s for s in schedules if s.document_id is None and s.kind is kind]
    schedule = replace((own or [s for s in default_schedules(office_id) if s.kind is kind])[0], active=True)
    return _ending(schedule, int(match["year"]), int(match["number"]) or 1, calendar)


def _shortest(schedules: Iterable[Schedule]) -> PeriodKind:
    """The shortest kind by which the office reports; an office that set nothing reports by the month."""
    active = {schedule.kind for schedule in schedules if schedule.active}
    return next((kind for kind in _LENGTHS if kind in active), PeriodKind.MONTH)


def _at_hand(schedule: Schedule, today: date, calendar: WorkCalendar, steps: int) -> Period | None:
    around = periods_around(schedule, today, calendar)
    holding = next((n for n, period in enumerate(around) if period.holds(today)), 0)
    at = holding - (today < around[holding].opens) - steps
    if at >= 0:
        return around[at]
    return period_of(schedule, date.fromordinal(around[0].first.toordinal() - 1), calendar)


def _ending(schedule: Schedule, year: int, number: int, calendar: WorkCalendar) -> Period | None:
    """The period of this kind that ends in the last month of its stretch of the year."""
    try:
        return period_of(schedule, date(year, number * _LENGTHS[schedule.kind], 1), calendar)
    except (ValueError, OverflowError):
        return None


def _mentioned(words: str, today: date) -> tuple[PeriodKind, int, int | None] | None:
    """The kind, the number in its year and the year (None where it is not said) of the one stretch that is named."""
    year: int | None = None
    if behind := _YEAR_BEHIND.search(words):
        year = today.year if behind["which"] == "nay" else today.year - 1
        words = words[: behind.start()]
    for spoken, plain in _MONTHS.items():
        words = words.replace(spoken, plain)
    words = re.sub(r"(?<=[/-])(\d\d)$", r"20\1", words)
    if half := _HALF.match(words):
        rest = re.fullmatch(r"(?: ?[/-] ?| nam | )?(20\d\d)?", words[half.end() :])
        if rest is None:
            return None
        number = 2 if "cuoi" in (half["side"], half["half"]) else 1
        return PeriodKind.HALF_YEAR, number, int(rest[1]) if rest[1] else year
    mentions = read_phrase(words, mended=False).mentions
    if len(mentions) != 1 or mentions[0].unit not in _KINDS:
        return None
    return _KINDS[mentions[0].unit], _number(mentions[0]), mentions[0].year or year


def _number(mention: Mention) -> int:
    return 1 if mention.unit is Unit.YEAR else mention.number
