"""Working days: Monday to Friday without public holidays, swapped days, and the office's own days off."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, date
from functools import cache

from domain.public_holidays import public_holidays, works_by_law

__all__ = ["CalendarDay", "WorkCalendar", "public_holidays"]


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day that an office's calendar has otherwise than the rule: a day off, or a day worked in exchange."""

    day: date
    works: bool
    label: str = ""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days an office works: those of the law, unless `exceptions` say otherwise.

    Planning asks this many times, so that the working days of each year are looked up once and then counted.
    """

    exceptions: Mapping[date, CalendarDay] = field(default_factory=dict)
    _years: dict[int, tuple[int, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Keep the exceptions as they are now: what was counted would not follow a change."""
        object.__setattr__(self, "exceptions", dict(self.exceptions))

    def is_working(self, day: date) -> bool:
        """True when the office works on this day."""
        named = self.exceptions.get(day)
        return works_by_law(day) if named is None else named.works

    def after(self, day: date, count: int) -> date:
        """The day that lies `count` working days after `day`, itself not counted; 0 is `day`.

        The last day there is, where the count leaves the calendar.
        """
        if count < 1:
            return day
        year, worked = day.year, self._worked(day.year)
        place = bisect_right(worked, day.toordinal()) + count - 1
        while place >= len(worked):
            if year == MAXYEAR:
                return date.max
            place -= len(worked)
            year += 1
            worked = self._worked(year)
        return date.fromordinal(worked[place])

    def before(self, day: date, count: int) -> date:
        """The day `count` working days before `day`; 0 is `day`, or the last working day before it when it is none.

        The first day there is, where the count leaves the calendar.
        """
        if count < 1 and self.is_working(day):
            return day
        year, worked = day.year, self._worked(day.year)
        place = bisect_left(worked, day.toordinal()) - max(count, 1)
        while place < 0:
            if year == 1:
                return date.min
            year -= 1
            worked = self._worked(year)
            place += len(worked)
        return date.fromordinal(worked[place])

    def between(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and with `end`; 0 when `end` is not later."""
        if end <= start:
            return 0
        whole = sum(len(self._worked(year)) for year in range(start.year, end.year))
        return whole + self._up_to(end) - self._up_to(start)

    def _up_to(self, day: date) -> int:
        return bisect_right(self._worked(day.year), day.toordinal())

    def _worked(self, year: int) -> tuple[int, ...]:
        """The working days of a year as ordinals, in order."""
        found = self._years.get(year)
        if found is None:
            found = _with_exceptions(year, [e for e in self.exceptions.values() if e.day.year == year])
            self._years[year] = found
        return found


def _with_exceptions(year: int, exceptions: list[CalendarDay]) -> tuple[int, ...]:
    by_law = _worked_by_law(year)
    if not exceptions:
        return by_law
    off = {e.day.toordinal() for e in exceptions if not e.works}
    added = {e.day.toordinal() for e in exceptions if e.works}
    return tuple(sorted((set(by_law) | added) - off))


@cache
def _worked_by_law(year: int) -> tuple[int, ...]:
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    return tuple(n for n in range(first, last + 1) if works_by_law(date.fromordinal(n)))
