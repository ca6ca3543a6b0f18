"""The list of a reporting period: what is asked for, of whom, and whether it was reported, is missing or came late."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.after_cutoff import After, Afterwards, came_after
from domain.carrying import by_unit
from domain.clock import local_day
from domain.people import Person
from domain.period_figures import PeriodFigures, TaskFigures, Who
from domain.progress import ProgressReport
from domain.reporting import answerable
from domain.reporting_periods import Period, belongs, is_missing
from domain.tasks import Task, TaskStatus


class EntryState(StrEnum):
    """Whether a report was made in time, is missing, or came after the cutoff."""

    REPORTED = "reported"
    MISSING = "missing"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Entry:
    """One task of a period, or one unit's part of it. `day` is that of the last report, `by` who made a late one.

    `corrected` is True where what was reported in time was corrected after the cutoff.
    """

    task_id: int
    number: str
    title: str
    document_number: str
    unit_id: int | None
    unit: str
    responsible: tuple[Who, ...]
    state: EntryState
    status: TaskStatus
    percent: float | None = None
    day: date | None = None
    by: str = ""
    corrected: bool = False

    def is_of(self, person: Person) -> bool:
        """True for what this person, or a colleague for whom they act, should report on."""
        return any(who.id in (person.id, *person.acts_for) for who in self.responsible)


def entries_now(period: Period, tasks: Iterable[Task], people: Sequence[Person]) -> list[Entry]:
    """The list of a period whose figures are not taken yet, as the register stands now."""
    return [_entry(period, part, people) for part in by_unit(tasks) if belongs(period, part)]


def entries_frozen(
    period: Period, figures: PeriodFigures, reports: Sequence[ProgressReport], periods: Iterable[Period]
) -> list[Entry]:
    """The list of a period that ended, as it was at its cutoff, with what came late and what was corrected since."""
    after = came_after(period, figures, reports, periods)
    return [_frozen(task, [a for a in after if a.task is task]) for task in figures.asked]


def by_units(entries: Iterable[Entry]) -> list[tuple[int | None, str, list[Entry]]]:
    """The entries by unit, those of no unit last: its id, its name, and what is asked of it."""
    found: dict[int | None, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.unit_id, []).append(entry)
    rows = [(unit_id, of_unit[0].unit, of_unit) for unit_id, of_unit in found.items()]
    return sorted(rows, key=lambda row: (row[0] is None, row[1]))


def of_state(entries: Iterable[Entry], *states: EntryState) -> list[Entry]:
    """The entries in one of these states."""
    return [entry for entry in entries if entry.state in states]


def _entry(period: Period, part: Task, people: Sequence[Person]) -> Entry:
    return Entry(
        task_id=part.id,
        number=part.number,
        title=part.title,
        document_number=part.document_number,
        unit_id=part.lead_unit_id,
        unit=part.lead_unit_name,
        responsible=tuple(Who(p.id, p.name, p.unit_name) for p in answerable(part, people)),
        state=EntryState.MISSING if is_missing(period, part) else EntryState.REPORTED,
        status=part.status,
        percent=part.percent,
        day=part.reported_on,
    )


def _frozen(task: TaskFigures, after: Sequence[After]) -> Entry:
    late = next((a.report for a in after if a.what is Afterwards.LATE), None)
    state = EntryState.LATE if late else EntryState.MISSING if task.is_missing else EntryState.REPORTED
    last = late or task.last
    return Entry(
        task_id=task.task_id,
        number=task.number,
        title=task.title,
        document_number=task.document_number,
        unit_id=task.unit_id,
        unit=task.unit,
        responsible=task.responsible,
        state=state,
        status=task.status,
        percent=task.percent,
        day=None if last is None else local_day(last.at),
        by="" if late is None else late.person_name,
        corrected=any(a.what is Afterwards.CORRECTED for a in after),
    )
