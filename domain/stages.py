"""The days on which a deadline is spoken of: some working days before it, on the day, and when it has passed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from domain.deadlines import Deadline, DeadlineKind, occurrences
from domain.notice_rules import NoticeRules
from domain.notices import ON_THE_DAY
from domain.working_days import WorkCalendar

A_ROUND = 370
"""Days within which every rhythm comes round."""
CASE_BEFORE, CASE_OVERDUE = (1,), (1, 3)
"""Working days before and after the day by which a citizen is to be answered, on which that is spoken of."""
ANSWERED_EARLY = 4
"""Working days before a round from which on a report answers it at the latest, so that Wednesday's answers Friday's."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The day on which a deadline is spoken of, under the name of its rule."""

    rule: str
    day: date


@dataclass(frozen=True, slots=True, eq=False)
class Round:
    """A day by which something is due, with its stages in order; `overdue` is the day of the first stage after it.

    `answered_from` is the day from which on a report answers it: of a round of a recurring task; None of a deadline
    with one day, which only the end of the task answers. Each round is itself and no other, so that what follows from
    it can be kept by it.
    """

    occurrence: date
    stages: tuple[Stage, ...]
    overdue: date
    answered_from: date | None = None

    def is_answered(self, reported_on: date | None) -> bool:
        """True when a report came in for this round, which must be one of a recurring task."""
        return self.answered_from is not None and reported_on is not None and reported_on >= self.answered_from


class Timetable:
    """The stages of deadlines by one office's calendar and rules, as they are on one day; each is reckoned once."""

    def __init__(self, calendar: WorkCalendar, rules: NoticeRules, today: date) -> None:
        self._calendar, self._rules, self._today = calendar, rules, today
        self._stages: dict[tuple[date, tuple[int, ...], tuple[int, ...]], tuple[Stage, ...]] = {}
        self._dated: dict[tuple[date, tuple[int, ...]], tuple[Round, ...]] = {}
        self._rounds: dict[tuple[object, ...], tuple[Round, ...]] = {}
        furthest = max((n for _, days in (*rules.before, (0, rules.before_unknown)) for n in days), default=0)
        self._horizon = calendar.after(today, max(furthest, 1))

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

    def of_case(self, due: date) -> Round:
        """The stages by which an answer to a citizen is spoken of; they are the same in every office."""
        return self._round(due, CASE_BEFORE, CASE_OVERDUE)

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

    def _of_date(self, due: date, begins: date | None) -> tuple[Round, ...]:
        if due > self._horizon:
            return ()
        before = self._before(due, begins)
        if (due, before) not in self._dated:
            found = self._round(due, before)
            reached = found.stages[0].day <= self._today
            self._dated[due, before] = (found,) if reached else ()
        return self._dated[due, before]

    def _coming_round(self, deadline: Deadline, begins: date | None) -> Iterator[Round]:
        """The last round that has come, and those ahead whose first stage has."""
        days = self._days(deadline, begins, self._horizon)
        passed = [day for day in days if day <= self._today]
        for day in passed[-1:] + days[len(passed) :]:
            found = self._round_of(days, day, begins)
            if found.stages[0].day <= self._today:
                yield found

    def _days(self, deadline: Deadline, begins: date | None, until: date) -> list[date]:
        """The days of the rounds up to a day, from two rounds before today on, or before the last one there was."""
        last = until if deadline.due is None else min(until, deadline.due)
        try:
            days = occurrences(deadline, _back(min(last, self._today), 2 * A_ROUND), until)
        except (OverflowError, ValueError):
            return []
        return [day for day in days if begins is None or day > begins]

    def _round_of(self, days: list[date], day: date, begins: date | None) -> Round:
        """One round among the days of all; the first there is has been under way since the plan was issued."""
        at = days.index(day)
        last = days[at - 1] if at else begins
        found = self._round(day, self._before(day, last))
        early = min(found.stages[0].day, self._calendar.before(day, ANSWERED_EARLY))
        return replace(found, answered_from=early if last is None else max(early, last + timedelta(days=1)))

    def _round(self, occurrence: date, before: tuple[int, ...], overdue: tuple[int, ...] | None = None) -> Round:
        after = self._rules.overdue if overdue is None else overdue
        if (occurrence, before, after) not in self._stages:
            self._stages[occurrence, before, after] = tuple(self._reckoned(occurrence, before, after))
        first = min((days for days in after if days > 0), default=1)
        return Round(occurrence, self._stages[occurrence, before, after], self._calendar.after(occurrence, first))

    def _reckoned(self, occurrence: date, before: tuple[int, ...], after: tuple[int, ...]) -> Iterator[Stage]:
        for days in sorted({days for days in before if days > 0}, reverse=True):
            yield Stage(f"before_{days}", self._calendar.before(occurrence, days))
        yield Stage(ON_THE_DAY, self._calendar.before(occurrence, 0))
        for days in sorted({days for days in after if days > 0}):
            yield Stage(f"overdue_{days}", self._calendar.after(occurrence, days))

    def _before(self, due: date, begins: date | None) -> tuple[int, ...]:
        """The working days before `due` on which to speak of what has been under way since after `begins`."""
        return self._rules.stages_before(None if begins is None else self._calendar.between(begins, due))


def _back(day: date, days: int) -> date:
    """The day so many days before, or the first one there is."""
    return date.min if (day - date.min).days < days else day - timedelta(days=days)
