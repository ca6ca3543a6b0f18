"""Working days: public holidays, swapped days, days off, and the hours in which nobody is disturbed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

import holidays


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day that an office's calendar has otherwise than the rule: a day off, or a day worked in exchange."""

    day: date
    works: bool
    label: str = ""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days an office works: Monday to Friday without public holidays, unless `exceptions` say otherwise."""

    exceptions: Mapping[date, CalendarDay] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        """True when the office works on this day."""
        named = self.exceptions.get(day)
        if named is not None:
            return named.works
        return day.weekday() < 5 and day not in public_holidays(day.year)

    def after(self, day: date, count: int) -> date:
        """The day that lies `count` working days after `day`, itself not counted. `count` is 1 or more."""
        return self._walk(day, count, timedelta(days=1))

    def before(self, day: date, count: int) -> date:
        """The day `count` working days before `day`; 0 is `day`, or the last working day before it when it is none."""
        if count == 0:
            return day if self.is_working(day) else self._walk(day, 1, timedelta(days=-1))
        return self._walk(day, count, timedelta(days=-1))

    def between(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and with `end`; 0 when `end` is not later."""
        days = (end - start).days
        return sum(self.is_working(start + timedelta(days=n)) for n in range(1, days + 1))

    def _walk(self, day: date, count: int, step: timedelta) -> date:
        while count:
            day += step
            count -= self.is_working(day)
        return day


@cache
def public_holidays(year: int) -> Mapping[date, str]:
    """The public holidays of a year, by day, Tet by the lunar calendar included."""
    return dict(holidays.country_holidays("VN", years=year))
