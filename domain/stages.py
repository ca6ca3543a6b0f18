"""The days on which a deadline is spoken of: some working days before it, on the day, and when it has passed."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from domain.deadlines import Deadline, DeadlineKind, occurrences
from domain.notice_rules import NoticeRules
from domain.notices import ON_THE_DAY
from domain.working_days import WorkCalendar

_COUNTED_BACK, _COUNTED_AHEAD = 400, 500
"""Days about which an office is asked again and again."""
A_ROUND = 370
"""Days within which every rhythm comes round."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The day on which a deadline is spoken of, under the name of its rule."""

    rule: str
    day: date


@dataclass(frozen=True, slots=True, eq=False)
class Round:
    """A day by which something is due, with its stages in order; `overdue` is the day of the first stage after it.

    `stages` lack what lies outside of the calendar of Python; `comes_back` is true for a round of a recurring task.
    Each round is itself and no other, so that what follows from it can be kept by it.
    """

    occurrence: date
    stages: tuple[Stage, ...]
    overdue: date | None
    comes_back: bool = False

    def is_answered(self, reported_on: date | None) -> bool:
        """True when a report came in for this round: on or after the day of its first stage."""
        if not self.comes_back or reported_on is None:
            return False
        return bool(self.stages) and reported_on >= self.stages[0].day


class _Counted:
    """A calendar whose working days around one day are counted once; what lies further off is asked of it."""

    def __init__(self, calendar: WorkCalendar, today: date) -> None:
        self._calendar = calendar
        self._first, self._last = _shifted(today, -_COUNTED_BACK), _shifted(today, _COUNTED_AHEAD)
        days = (self._first + timedelta(days=n) for n in range((self._last - self._first).days + 1))
        self._days = [day for day in days if calendar.is_working(day)]

    def before(self, day: date, count: int) -> date:
        """As the calendar says."""
        at = bisect_left(self._days, day) - count if count else bisect_right(self._days, day) - 1
        return self._days[at] if at >= 0 and day <= self._last else self._calendar.before(day, count)

    def after(self, day: date, count: int) -> date:
        """As the calendar says."""
        at = bisect_right(self._days, day) + count - 1
        return self._days[at] if at < len(self._days) and day >= self._first else self._calendar.after(day, count)


class Timetable:
    """The stages of deadlines by one office's calendar and rules, as they are on one day; each is reckoned once."""

    def __init__(self, calendar: WorkCalendar, rules: NoticeRules, today: date) -> None:
        self._calendar, self._rules, self._today = _Counted(calendar, today), rules, today
        self._after: dict[tuple[date, int], date | None] = {}
        self._starts: dict[date, tuple[tuple[date, tuple[int, ...]], ...]] = {}
        self._stages: dict[tuple[date, tuple[int, ...]], tuple[Stage, ...]] = {}
        self._dated: dict[tuple[date, tuple[int, ...]], tuple[Round, ...]] = {}
        self._rounds: dict[tuple[object, ...], tuple[Round, ...]] = {}
        furthest = max((n for _, days in (*rules.before, (0, rules.before_unknown)) for n in days), default=0)
        self._horizon = (_or_none(lambda: self._calendar.after(today, max(furthest, 1)))) or date.max

    def spoken_of(self, deadline: Deadline, begins: date | None) -> tuple[Round, ...]:
        """The rounds of a deadline of which something has been said by today, and may still be.

        `begins` is the day the plan was issued, None where unknown.
        """
        if deadline.kind is DeadlineKind.DATE:
            return () if deadline.due is None else self._of_date(deadline.due, begins)
        if deadline.kind is not DeadlineKind.RECURRING:
            return ()
        key = (deadline.every, deadline.dates, deadline.day, deadline.due, begins)
        if key not in self._rounds:
            self._rounds[key] = tuple(self._coming_round(deadline, begins))
        return self._rounds[key]

    def days_of(self, deadline: Deadline, occurrence: date, begins: date | None) -> Round | None:
        """The round of this day, spoken of yet or not; None when the deadline does not fall on it."""
        if deadline.kind is DeadlineKind.DATE:
            return None if deadline.due != occurrence else self._round(occurrence, self._before(occurrence, begins))
        found = [day for day in self._days(deadline, begins, occurrence) if day <= occurrence]
        return self._round_of(found, occurrence, begins) if occurrence in found else None

    def is_replaced(self, deadline: Deadline, occurrence: date) -> bool:
        """True from the day of the next round on: the round of this day is no longer spoken of."""
        if deadline.kind is not DeadlineKind.RECURRING:
            return False
        return any(occurrence < day <= self._today for day in self._days(deadline, None, self._today))

    def after(self, day: date, count: int) -> date | None:
        """The day so many working days after another; None where the calendar of Python ends before it."""
        if (day, count) not in self._after:
            self._after[day, count] = day if count <= 0 else _or_none(lambda: self._calendar.after(day, count))
        return self._after[day, count]

    def _of_date(self, due: date, begins: date | None) -> tuple[Round, ...]:
        if due > self._horizon:
            return ()
        before = self._before(due, begins)
        if (due, before) not in self._dated:
            found = self._round(due, before)
            reached = bool(found.stages) and found.stages[0].day <= self._today
            self._dated[due, before] = (found,) if reached else ()
        return self._dated[due, before]

    def _coming_round(self, deadline: Deadline, begins: date | None) -> Iterator[Round]:
        """The last round that has come, and those ahead whose first stage has."""
        days = self._days(deadline, begins, self._horizon)
        passed = [day for day in days if day <= self._today]
        for day in passed[-1:] + days[len(passed) :]:
            found = self._round_of(days, day, begins)
            if found.stages and found.stages[0].day <= self._today:
                yield found

    def _days(self, deadline: Deadline, begins: date | None, until: date) -> list[date]:
        """The days of the rounds up to a day, from two rounds before today on, or before the last one there was."""
        last = until if deadline.due is None else min(until, deadline.due)
        try:
            days = occurrences(deadline, _shifted(min(last, self._today), -2 * A_ROUND), until)
        except (OverflowError, ValueError):
            return []
        return [day for day in days if begins is None or day > begins]

    def _round_of(self, days: list[date], day: date, begins: date | None) -> Round:
        """One round among the days of all; the first there is has been under way since the plan was issued."""
        at = days.index(day)
        return self._round(day, self._before(day, days[at - 1] if at else begins), comes_back=True)

    def _round(self, occurrence: date, before: tuple[int, ...], *, comes_back: bool = False) -> Round:
        if (occurrence, before) not in self._stages:
            self._stages[occurrence, before] = tuple(self._reckoned(occurrence, before))
        first = min((days for days in self._rules.overdue if days > 0), default=1)
        return Round(occurrence, self._stages[occurrence, before], self.after(occurrence, first), comes_back)

    def _reckoned(self, occurrence: date, before: tuple[int, ...]) -> Iterator[Stage]:
        for days in sorted({days for days in before if days > 0}, reverse=True):
            yield from _stage(f"before_{days}", self._calendar.before, occurrence, days)
        yield from _stage(ON_THE_DAY, self._calendar.before, occurrence, 0)
        for days in sorted({days for days in self._rules.overdue if days > 0}):
            yield from _stage(f"overdue_{days}", self._calendar.after, occurrence, days)

    def _before(self, due: date, begins: date | None) -> tuple[int, ...]:
        """The working days before `due` on which to speak of what has been under way since after `begins`.

        It is as `NoticeRules.stages_before` says, by the day since when something takes each length, so that the
        working days of years need not be counted.
        """
        if begins is None:
            return self._rules.before_unknown
        if due not in self._starts:
            self._starts[due] = tuple((self._start(due, least), days) for least, days in self._rules.before)
        return next((days for start, days in self._starts[due] if begins < start), ())

    def _start(self, due: date, least: int) -> date:
        """The day from which on `least` working days lie up to and with `due`: what begins before takes as long."""
        if least <= 0:
            return date.max
        rest = least - (self._calendar.before(due, 0) == due)
        return due if rest == 0 else _or_none(lambda: self._calendar.before(due, rest)) or date.min


def _stage(rule: str, reckon: Callable[[date, int], date], occurrence: date, days: int) -> Iterator[Stage]:
    """The stage so many working days away; nothing where the calendar of Python ends before it."""
    day = _or_none(lambda: reckon(occurrence, days))
    if day is not None:
        yield Stage(rule, day)


def _or_none(reckon: Callable[[], date]) -> date | None:
    """A day, or None where the calendar of Python ends before it."""
    try:
        return reckon()
    except OverflowError:
        return None


def _shifted(day: date, days: int) -> date:
    """The day so many days away, or the end of the calendar of Python."""
    return _or_none(lambda: day + timedelta(days=days)) or (date.min if days < 0 else date.max)
