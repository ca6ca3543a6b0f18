"""Quiet hours: when nobody is disturbed, and when that is over."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from domain.clock import at_local, local
from domain.notice_rules import NoticeRules
from domain.working_days import WorkCalendar

_LONGEST_HOLIDAY = 400


def is_quiet(moment: datetime, calendar: WorkCalendar, rules: NoticeRules) -> bool:
    """True in the office's quiet hours and on days it does not work; never where both hours are the same."""
    if rules.quiet_from == rules.quiet_to:
        return False
    here = local(moment)
    return not calendar.is_working(here.date()) or is_quiet_hour(here.time(), rules)


def is_quiet_hour(hour: time, rules: NoticeRules) -> bool:
    """True at an hour in which nobody is disturbed on any day; the first minute is quiet, the last one is not."""
    if rules.quiet_from <= rules.quiet_to:
        return rules.quiet_from <= hour < rules.quiet_to
    return hour >= rules.quiet_from or hour < rules.quiet_to


def next_open(moment: datetime, calendar: WorkCalendar, rules: NoticeRules) -> datetime:
    """The first moment from `moment` on that is not quiet: itself, or when the quiet hours or days off end (UTC)."""
    if not is_quiet(moment, calendar, rules):
        return moment
    return next(opened for opened in _openings(local(moment).date(), calendar, rules) if opened > moment)


def _openings(first: date, calendar: WorkCalendar, rules: NoticeRules) -> Iterator[datetime]:
    """The moments at which a quiet stretch ends, from this day on."""
    starts_awake = not is_quiet_hour(time(0), rules)
    for ahead in range(_LONGEST_HOLIDAY):
        day = first + timedelta(days=ahead)
        if not calendar.is_working(day):
            continue
        if starts_awake:
            yield at_local(day, time(0))
        yield at_local(day, rules.quiet_to)
    yield at_local(first + timedelta(days=_LONGEST_HOLIDAY), rules.quiet_to)
