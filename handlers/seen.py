"""What one person may see of the register, looked up at once and let go before anything is said of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.carrying import by_unit
from domain.clock import at_local
from domain.people import Person, Unit
from domain.progress import ProgressReport
from domain.reporting import Missing, is_expected, missing_reports
from domain.reporting_periods import Period, PeriodKind
from domain.rights import may_oversee, may_see
from domain.stretches import Length, Stretch
from domain.tasks import Task
from handlers.turn import Turn
from handlers.wording import by_urgency

_KINDS = {Length.MONTH: PeriodKind.MONTH, Length.QUARTER: PeriodKind.QUARTER, Length.YEAR: PeriodKind.YEAR}
_BEFORE = timedelta(days=31)
"""So much earlier than the month it is called by a reporting period may begin."""
EVER = datetime(2000, 1, 1, tzinfo=UTC)
"""Before anything was reported."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The tasks a person may see in lists and figures, most urgent first, with the office's people and units.

    `visible` are all tasks that may be opened one by one, by number or name. `parts` holds every task of `tasks` once
    for each unit that carries it. `waiting` are the ids of tasks with a report that waits for a head's word; `reports`
    are those since the moment asked for, newest first; `titles` are those of the documents; `periods` were opened.
    """

    tasks: tuple[Task, ...]
    visible: tuple[Task, ...]
    parts: tuple[Task, ...]
    people: tuple[Person, ...]
    units: tuple[Unit, ...]
    waiting: frozenset[int]
    titles: Mapping[int, str]
    reports: tuple[ProgressReport, ...] = ()
    periods: tuple[Period, ...] = ()

    def missing(self, stretch: Stretch) -> list[Missing]:
        """What nobody has reported on in the stretch, as far as this person may see; `reports` reach back to it."""
        days, apart = self.reported_in(stretch), self._apart(stretch)
        asked = [task for task in self.tasks if task.document_id not in apart]
        return missing_reports(asked, self.reports, self.people, days)

    def is_expected(self, part: Task, stretch: Stretch) -> bool:
        """True when a report on the part belongs to the stretch."""
        return part.document_id not in self._apart(stretch) and is_expected(part, self.reported_in(stretch))

    def reported_in(self, stretch: Stretch) -> Stretch:
        """The days by which a month, quarter or year is reported on: those of its reporting period once that opened."""
        period = self._period_of(stretch)
        return stretch if period is None else Stretch(period.first, period.cutoff, stretch.length)

    def _apart(self, stretch: Stretch) -> tuple[int | None, ...]:
        period = self._period_of(stretch)
        return () if period is None else period.apart

    def _period_of(self, stretch: Stretch) -> Period | None:
        kind = _KINDS.get(stretch.length)
        named = (kind, stretch.last.year, stretch.last.month)
        return next((p for p in self.periods if (p.kind, p.year, p.cutoff.month) == named), None)


async def look(turn: Turn, person: Person, since: datetime | None = None) -> Seen:
    """What the person may see now, with the reports since a moment; the database is let go at once."""
    async with turn.reading() as records:
        kept = await records.register.tasks(person.office_id)
        waiting = await records.register.reports_waiting(person.office_id)
        people = await records.people.of_office(person.office_id)
        units = await records.people.units(person.office_id)
        documents = await records.library.documents(person.office_id)
        reports: Sequence[ProgressReport] = ()
        if since is not None:
            reports = await records.register.reports_of_office(person.office_id, since - _BEFORE)
        periods = await records.periods.of_office(person.office_id)
    tasks = sorted((task for task in kept if may_oversee(person, task)), key=by_urgency)
    return Seen(
        tasks=tuple(tasks),
        visible=tuple(task for task in kept if task.confirmed and may_see(person, task)),
        parts=tuple(sorted(by_unit(tasks), key=by_urgency)),
        people=tuple(people),
        units=tuple(units),
        waiting=frozenset(report.task_id for report in waiting),
        titles={document.id: document.title for document in documents},
        reports=tuple(reports),
        periods=tuple(periods),
    )


def beginning(stretch: Stretch) -> datetime:
    """The moment at which the stretch begins in the office."""
    return at_local(stretch.first or stretch.last, datetime.min.time())
