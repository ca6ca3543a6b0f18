"""Which notices are due: a pure function of tasks, people and time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.people import Person
from domain.tasks import Task


class Rule(StrEnum):
    """Why a notice is sent."""

    WEEK_BEFORE = "week_before"
    DAY_BEFORE = "day_before"
    ON_THE_DAY = "on_the_day"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Notice:
    """One reminder to one person. (task, rule, occurrence, person) names it once and for all.

    `occurrence` is the deadline it speaks of; `scheduled` is when it should have gone out (UTC);
    `late` is true when it goes out on a later day than that.
    """

    task: Task
    person: Person
    rule: Rule
    occurrence: date
    scheduled: datetime
    late: bool = False


def due_notices(tasks: Iterable[Task], people: Iterable[Person], now: datetime) -> list[Notice]:
    """The notices due at `now` (with a zone), whether or not already sent; the ledger keeps each to one sending."""
    raise NotImplementedError
