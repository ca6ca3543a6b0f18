"""Who is asked to report for a reporting period, who is chased, and who is told what was missing in the end."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from domain.carrying import carried_by
from domain.duties import Carried, Duty, Staff
from domain.notices import PERIOD_CLOSED, PERIOD_DUE, PERIOD_LAST, PERIOD_OPENS
from domain.people import Person
from domain.reporting_periods import Period, belongs, chasing, is_missing
from domain.stages import Stage
from domain.tasks import Task
from domain.working_days import WorkCalendar


@dataclass(frozen=True, slots=True)
class Chase:
    """The stages of a period and who hears of each, in order."""

    period: Period
    stages: tuple[tuple[Stage, Sequence[Person]], ...]


def chased(periods: Sequence[Period], today: date) -> list[Period]:
    """The periods by which people are asked today, or are told how they ended.

    One that has ended is spoken of until the next one opens: of the office, or of its plan.
    """
    kept = [period for period in periods if not period.dropped]
    opened = [period for period in chasing(kept) if period.opens <= today]
    return [period for period in opened if today <= period.cutoff or not _is_followed(period, kept, today)]


def _is_followed(period: Period, others: Sequence[Period], today: date) -> bool:
    return any(p.document_id == period.document_id and period.cutoff < p.opens <= today for p in others)


def chase(period: Period, tasks: Iterable[Task], staff: Staff, calendar: WorkCalendar, today: date) -> Chase:
    """Who is asked by a period on a day of it, or told on a day after it."""
    last = calendar.before(period.cutoff, 0)
    if today > period.cutoff:
        closed = Stage(PERIOD_CLOSED, calendar.after(period.cutoff, 1))
        told = _told_of_the_end(period, tasks, staff) if closed.day <= today else []
        return Chase(period, ((closed, told),))
    carrying, lacking = _asked(period, tasks, staff)
    stages = (
        (Stage(PERIOD_OPENS, period.opens), carrying),
        (Stage(PERIOD_DUE, period.due), lacking),
        (Stage(PERIOD_LAST, last), lacking),
    )
    return Chase(period, stages)


def _asked(period: Period, tasks: Iterable[Task], staff: Staff) -> tuple[list[Person], list[Person]]:
    """Who carries something that belongs to the period, and who of them has something missing."""
    carrying: dict[int, Person] = {}
    lacking: dict[int, Person] = {}
    settled: set[Carried] = set()
    for duty in _duties(tasks, staff):
        if duty.carried in settled:
            continue
        part = _part(duty)
        if belongs(period, part):
            people = {person.id: person for person in staff.responsible(duty)}
            carrying.update(people)
            if is_missing(period, part):
                lacking.update(people)
                settled.add(duty.carried)
    return list(carrying.values()), list(lacking.values())


def _told_of_the_end(period: Period, tasks: Iterable[Task], staff: Staff) -> list[Person]:
    """The heads in whose units something is missing, and the leaders when anything is."""
    told: dict[int, Person] = {}
    settled: set[Carried] = set()
    for duty in _duties(tasks, staff):
        if duty.carried not in settled and is_missing(period, _part(duty)):
            settled.add(duty.carried)
            told.update((person.id, person) for person in (*staff.heads(staff.unit_of(duty)), *staff.leaders))
    return list(told.values())


def _duties(tasks: Iterable[Task], staff: Staff) -> Iterator[Duty]:
    for task in tasks:
        yield from staff.duties(task, over_too=True)


def _part(duty: Duty) -> Task:
    return carried_by(duty.task, duty.subject.unit_id)
