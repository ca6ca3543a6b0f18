"""What the words of a message need to know beside its notices."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from domain.carrying import carried_by
from domain.clock import local_day
from domain.duties import Duty, Staff
from domain.feedback import Feedback
from domain.notices import (
    ESCALATE_HEAD,
    ON_THE_DAY,
    UNREACHED,
    Call,
    LedgerNotice,
    Notice,
    NoticeStatus,
    Subject,
    SubjectKind,
)
from domain.people import Person
from domain.ports import Records
from domain.reaching import CLOSED
from domain.reminders import OfficeView
from domain.reporting_periods import Period, parts_of
from domain.tasks import Task
from domain.working_days import WorkCalendar

_ASKED = ("before_", "overdue_", ON_THE_DAY)
"""The beginnings of the rules by which those responsible are asked to report."""


class Facts:
    """The office as the messages of one moment speak of it; `ledger` is everything about their subjects."""

    def __init__(
        self,
        view: OfficeView,
        today: date,
        calls: Mapping[int, Call] | None = None,
        ledger: Mapping[str, Sequence[LedgerNotice]] | None = None,
    ) -> None:
        self.view = view
        self.today = today
        self.staff = Staff(view.office_id, view.people)
        self._calls = calls or {}
        self._ledger = ledger or {}
        self._parts: dict[tuple[int, int | None], Task] = {(task.id, None): task for task in view.tasks}
        for task in view.tasks:
            self._parts |= {(task.id, share.unit_id): carried_by(task, share.unit_id) for share in task.shares}

    @property
    def calendar(self) -> WorkCalendar:
        """The office's working days."""
        return self.view.calendar

    def task(self, notice: Notice) -> Task | None:
        """The task, or the unit's part of it, that the notice is about."""
        if notice.subject.kind is not SubjectKind.TASK:
            return None
        return self._parts.get((notice.subject.id, notice.subject.unit_id)) or self._parts.get(
            (notice.subject.id, None)
        )

    def period(self, notice: Notice) -> Period | None:
        """The period that the notice is about."""
        if notice.subject.kind is not SubjectKind.PERIOD:
            return None
        return next((period for period in self.view.periods if period.id == notice.subject.id), None)

    def case(self, notice: Notice) -> Feedback | None:
        """The citizen's feedback that the notice is about, while an answer is owed."""
        if notice.subject.kind is not SubjectKind.FEEDBACK:
            return None
        return next((case for case in self.view.feedback if case.id == notice.subject.id), None)

    def call(self, notice: Notice) -> Call | None:
        """What a colleague had sent, where the notice is about that."""
        return self._calls.get(notice.subject.id) if notice.subject.kind is SubjectKind.CALL else None

    def name(self, person_id: int) -> str:
        """The person's name; empty for one who has left."""
        person = self.staff.people.get(person_id)
        return "" if person is None else person.name

    def carriers(self, task: Task) -> Sequence[Person]:
        """Those who answer for the task, or for the unit's part of it."""
        return self.staff.carriers(self._duty(task))

    def heads(self, task: Task) -> Sequence[Person]:
        """The heads of the unit that carries it."""
        return self.staff.heads(task.lead_unit_id)

    def asked_of(self, period: Period, person: Person) -> list[Task]:
        """What the person is asked to report on in a period, each unit's part by itself."""
        parts = parts_of(period, self.view.tasks)
        return [part for part in parts if person in self.staff.responsible(self._duty(part))]

    def reminders(self, notice: Notice) -> list[LedgerNotice]:
        """What those responsible were sent about this occurrence, the first in front."""
        return [
            row
            for row in self._ledger.get(str(notice.subject), ())
            if row.notice.occurrence == notice.occurrence
            and row.status is NoticeStatus.SENT
            and row.notice.rule.startswith(_ASKED)
        ]

    def told_head(self, notice: Notice) -> LedgerNotice | None:
        """The notice by which the head of the unit was told of this occurrence; None before."""
        said = (row for row in self._ledger.get(str(notice.subject), ()) if row.notice.rule == ESCALATE_HEAD)
        return next((r for r in said if r.notice.occurrence == notice.occurrence and r.sent_at is not None), None)

    def unreached(self, notice: Notice) -> list[tuple[str, bool]]:
        """The names of those to whom a notice of this occurrence could not be sent; True where their app is closed."""
        rows = self._ledger.get(str(notice.subject), ())
        failed = {
            row.notice.person_id: row.reason == CLOSED
            for row in rows
            if row.status is NoticeStatus.FAILED
            and row.notice.occurrence == notice.occurrence
            and row.notice.rule != UNREACHED
        }
        return [(name, failed[person_id]) for person_id in sorted(failed) if (name := self.name(person_id))]

    def _duty(self, part: Task) -> Duty:
        """Whose the part is: of a shared task the person named carries only the part of their own unit."""
        named = None if part.assignee_id is None else self.staff.people.get(part.assignee_id)
        if part.shares and named is not None and named.unit_id != part.lead_unit_id:
            named = None
        subject = Subject(SubjectKind.TASK, part.id)
        return Duty(subject, part.lead_unit_id, named.id if named else None, part.reported_on, part)


async def read_facts(
    records: Records, view: OfficeView, calls: Mapping[int, Call], rows: Iterable[LedgerNotice], now: datetime
) -> Facts:
    """What is needed to word these notices."""
    told: dict[str, list[LedgerNotice]] = {}
    for row in await records.notices.of_subjects(view.office_id, {str(row.notice.subject) for row in rows}):
        told.setdefault(str(row.notice.subject), []).append(row)
    return Facts(view, local_day(now), calls, told)
