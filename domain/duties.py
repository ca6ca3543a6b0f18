"""What people answer for, as reminders see it: a task, of a group task each unit's part, and a citizen's feedback."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from domain.feedback import Feedback
from domain.notices import Subject, SubjectKind
from domain.people import Person
from domain.rights import carries_tasks, is_head_of, is_told_of_feedback, leads_the_office
from domain.tasks import Task

Carried = tuple[bool, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Charge:
    """What somebody answers for. `assignee_id` is None where the whole unit does."""

    subject: Subject
    unit_id: int | None
    assignee_id: int | None
    reported_on: date | None

    @property
    def is_case(self) -> bool:
        """True for a citizen's feedback."""
        return self.subject.kind is SubjectKind.FEEDBACK

    @property
    def carried(self) -> Carried:
        """By whom: what says the same here is the same people's."""
        return (self.is_case, self.assignee_id, self.unit_id)


@dataclass(frozen=True, slots=True)
class Duty(Charge):
    """A task, or one unit's part of a group task."""

    task: Task


def case_of(feedback: Feedback) -> Charge:
    """The answer that is owed to a citizen: by the unit it was passed to, before that by those who pass it on."""
    return Charge(Subject(SubjectKind.FEEDBACK, feedback.id), feedback.unit_id, None, None)


class Staff:
    """The active people of an office, found by what they are to a duty."""

    def __init__(self, office_id: int, people: Iterable[Person]) -> None:
        self.people = {person.id: person for person in people if person.active and person.office_id == office_id}
        self.leaders = tuple(person for person in self.people.values() if leads_the_office(person))
        self._of_unit: dict[int, list[Person]] = {}
        self._acting: dict[int, list[Person]] = {}
        for person in self.people.values():
            if person.unit_id is not None and carries_tasks(person):
                self._of_unit.setdefault(person.unit_id, []).append(person)
            for absent in person.acts_for:
                self._acting.setdefault(absent, []).append(person)
        self._found: dict[Carried, tuple[Person, ...]] = {}

    def duties(self, task: Task, *, over_too: bool = False) -> Iterator[Duty]:
        """What the task asks for: of each unit its part, or the whole; nothing of a draft.

        What is over is in it only when asked for.
        """
        if not task.confirmed or task.dropped or (task.status.is_over and not over_too):
            return
        named = None if task.assignee_id is None else self.people.get(task.assignee_id)
        if not task.shares:
            subject = Subject(SubjectKind.TASK, task.id)
            yield Duty(subject, task.lead_unit_id, named.id if named else None, task.reported_on, task)
        for share in task.shares:
            if over_too or not share.status.is_over:
                subject = Subject(SubjectKind.TASK, task.id, share.unit_id)
                assignee_id = named.id if named and named.unit_id == share.unit_id else None
                yield Duty(subject, share.unit_id, assignee_id, share.reported_on, task)

    def carriers(self, duty: Charge) -> tuple[Person, ...]:
        """The person named for the duty, else everybody of its unit who carries tasks, or is told of feedback."""
        if duty.is_case:
            return tuple(person for person in self.people.values() if is_told_of_feedback(person, duty.unit_id))
        if duty.assignee_id is not None:
            return (self.people[duty.assignee_id],)
        return () if duty.unit_id is None else tuple(self._of_unit.get(duty.unit_id, ()))

    def responsible(self, duty: Charge) -> tuple[Person, ...]:
        """Those who are reminded: who carries the duty, and who acts today for the person named for it."""
        key = duty.carried
        if key not in self._found:
            carriers = self.carriers(duty)
            acting = [] if duty.assignee_id is None else self._acting.get(duty.assignee_id, [])
            self._found[key] = (*carriers, *(person for person in acting if person not in carriers))
        return self._found[key]

    def unit_of(self, duty: Charge) -> int | None:
        """The unit that leads the duty; where none does, that of the person named for it."""
        if duty.unit_id is not None or duty.assignee_id is None:
            return duty.unit_id
        return self.people[duty.assignee_id].unit_id

    def heads(self, unit_id: int | None) -> tuple[Person, ...]:
        """The heads of a unit: one, none, or several."""
        return tuple(person for person in self._of_unit.get(unit_id or 0, ()) if is_head_of(person, unit_id))
