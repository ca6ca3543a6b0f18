"""What one person may see of the register, looked up at once and let go before anything is said of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.carrying import by_unit
from domain.clock import at_local
from domain.people import Person, Unit
from domain.progress import ProgressReport
from domain.reporting import Missing, missing_reports
from domain.rights import may_oversee, may_see
from domain.stretches import Stretch
from domain.tasks import Task
from handlers.turn import Turn
from handlers.wording import by_urgency

EVER = datetime(2000, 1, 1, tzinfo=UTC)
"""Before anything was reported."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The tasks a person may see in lists and figures, most urgent first, with the office's people and units.

    `visible` are all tasks that may be opened one by one, by number or name. `parts` holds every task of `tasks` once
    for each unit that carries it. `waiting` are the ids of tasks with a report that waits for a head's word; `reports`
    are those since the moment asked for, newest first; `titles` are those of the documents.
    """

    tasks: tuple[Task, ...]
    visible: tuple[Task, ...]
    parts: tuple[Task, ...]
    people: tuple[Person, ...]
    units: tuple[Unit, ...]
    waiting: frozenset[int]
    titles: Mapping[int, str]
    reports: tuple[ProgressReport, ...] = ()

    def missing(self, stretch: Stretch) -> list[Missing]:
        """What nobody has reported on in the stretch, as far as this person may see; `reports` reach back to it."""
        return missing_reports(self.tasks, self.reports, self.people, stretch)


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
            reports = await records.register.reports_of_office(person.office_id, since)
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
    )


def beginning(stretch: Stretch) -> datetime:
    """The moment at which the stretch begins in the office."""
    return at_local(stretch.first or stretch.last, datetime.min.time())
