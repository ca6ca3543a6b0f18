"""Which notices are due: a pure function of tasks, rules, people, calendar and time (docs/reminders.md)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from domain.chasing import chase, chased
from domain.clock import at_local, local_day
from domain.duties import Charge, Duty, Staff, case_of
from domain.escalation import Escalation, Receipts, Telling
from domain.feedback import Feedback
from domain.notice_rules import NoticeRules
from domain.notices import (
    AGAIN,
    ESCALATE_HEAD,
    ESCALATE_LEADER,
    ON_THE_DAY,
    PERIOD_CLOSED,
    PERIOD_DUE,
    PERIOD_LAST,
    PERIOD_OPENS,
    TOLD_HEAD,
    TOLD_LEADER,
    UNREACHED,
    LedgerNotice,
    Notice,
    Subject,
    SubjectKind,
)
from domain.people import Person
from domain.reporting_periods import Period
from domain.stages import Round, Timetable
from domain.tasks import Task
from domain.working_days import WorkCalendar

ESCALATIONS = (ESCALATE_HEAD, ESCALATE_LEADER, TOLD_HEAD, TOLD_LEADER)
EARLIEST = date(1, 1, 2)
"""The first day all hours of which exist in UTC."""
URGENT = (ON_THE_DAY, PERIOD_LAST)
"""What does not wait for the next day's digest."""


@dataclass(frozen=True)
class OfficeView:
    """Everything that decides what is due in an office.

    `hours` are the hours people prefer, by person. `acknowledged` tells who answered their receipt of a notice and
    when, by the text of its subject and its occurrence; `told_overdue` the day on which those responsible were first
    told that it is overdue. `planned_until` is when notices were last planned, None before the first time. `feedback`
    is what citizens sent and nobody has answered yet.
    """

    office_id: int
    tasks: Sequence[Task]
    people: Sequence[Person]
    rules: NoticeRules = field(default_factory=NoticeRules)
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    hours: Mapping[int, time] = field(default_factory=dict)
    periods: Sequence[Period] = ()
    acknowledged: Mapping[tuple[str, date], Sequence[tuple[int, datetime]]] = field(default_factory=dict)
    planned_until: datetime | None = None
    told_overdue: Mapping[tuple[str, date], date] = field(default_factory=dict)
    feedback: Sequence[Feedback] = ()


def due_notices(view: OfficeView, now: datetime) -> list[Notice]:
    """The notices due at `now` (with a zone), whether or not the ledger holds them; it keeps each to one row.

    Of the stages of one occurrence only the newest is to be said; the older ones come with it, `folded`.
    """
    return list(_Planning(view, now).notices())


def still_due(view: OfficeView, now: datetime) -> frozenset[tuple[str, str, date, int]]:
    """The keys of what may still be said at `now`: a pending notice of a task or period not among them is pointless."""
    return frozenset(notice.key for notice in due_notices(view, now) if not notice.folded)


def why_not(view: OfficeView, found: LedgerNotice, now: datetime) -> str:
    """Why a notice is no longer to be said, in a word for the ledger; empty when it still is, or no rule wants it."""
    return _Planning(view, now).reason(found.notice, local_day(found.opened_at))


def reasons(view: OfficeView, found: Iterable[LedgerNotice], now: datetime) -> dict[int, str]:
    """The same for many notices of the ledger, by their ids."""
    planning = _Planning(view, now)
    return {row.id: planning.reason(row.notice, local_day(row.opened_at)) for row in found}


class _Planning:
    """One look at an office at one moment."""

    def __init__(self, view: OfficeView, now: datetime) -> None:
        self.view, self.now, self.today = view, now, local_day(now)
        self.tasks = [task for task in view.tasks if task.office_id == view.office_id]
        self.cases = [case for case in view.feedback if case.office_id == view.office_id and case.status.is_open]
        self.staff = Staff(view.office_id, view.people)
        self.timetable = Timetable(view.calendar, view.rules, self.today)
        self.escalation = Escalation(self.staff, view.calendar, view.rules)
        self._by_id = {task.id: task for task in self.tasks}
        self._of_periods: dict[int, Sequence[Notice]] = {}
        self._moments: dict[tuple[date, time], datetime | None] = {}
        self._rounds: dict[tuple[Round, time], list[tuple[str, datetime]]] = {}

    def notices(self) -> Iterator[Notice]:
        """Everything that is due."""
        for task in self.tasks:
            rounds = self.timetable.spoken_of(task.deadline, task.begins)
            if rounds:
                for duty in self.staff.duties(task):
                    for round_ in rounds:
                        if not round_.is_answered(duty.reported_on):
                            yield from self._stages(duty, round_)
                            yield from self._escalated(duty, round_)

        for case in self.cases:
            yield from self._stages(case_of(case), self.timetable.of_case(case.due))
            yield from self._escalated(case_of(case), self.timetable.of_case(case.due))

        for period in chased(self.view.periods, self.today):
            yield from self._chased(period)

    def _chased(self, period: Period) -> Sequence[Notice]:
        if period.id not in self._of_periods:
            self._of_periods[period.id] = tuple(self._chase(period))
        return self._of_periods[period.id]

    def _chase(self, period: Period) -> Iterator[Notice]:
        """Who is asked by the period, or told how it ended; what a newer stage replaces for a person is folded."""
        subject = Subject(SubjectKind.PERIOD, period.id)
        said: set[int] = set()
        stages = chase(period, self.tasks, self.staff, self.view.calendar, self.today).stages
        for stage, people in reversed(stages):
            for person in people:
                scheduled = self._reached(stage.day, person)
                if scheduled is not None:
                    folded = person.id in said
                    yield self._notice(person, subject, stage.rule, period.cutoff, scheduled, folded=folded)
                    said.add(person.id)

    def _stages(self, duty: Charge, round_: Round) -> Iterator[Notice]:
        """The stages that have been reached, for each person by their own hour: all but the newest are folded."""
        for person in self.staff.responsible(duty):
            folded = False
            for rule, scheduled in self._said(round_, self._hour(person)):
                yield self._notice(person, duty.subject, rule, round_.occurrence, scheduled, folded=folded)
                folded = True

    def _said(self, round_: Round, hour: time) -> list[tuple[str, datetime]]:
        """The stages of the round that have been reached at this hour's people, the newest first."""
        if (round_, hour) not in self._rounds:
            moments = [(stage.rule, self._moment(stage.day, hour)) for stage in reversed(round_.stages)]
            self._rounds[round_, hour] = [(rule, moment) for rule, moment in moments if moment is not None]
        return self._rounds[round_, hour]

    def _escalated(self, duty: Charge, round_: Round) -> Iterator[Notice]:
        """What has been told upwards by now, and to those responsible that it was."""
        if round_.overdue > self.today:
            return
        for telling in self._tellings(duty, round_):
            for person in telling.people:
                scheduled = self._reached(telling.day, person)
                if scheduled is not None:
                    yield self._notice(person, duty.subject, telling.rule, round_.occurrence, scheduled)

    def _tellings(self, duty: Charge, round_: Round) -> Iterator[Telling]:
        about = (str(duty.subject), round_.occurrence)
        receipts: Receipts = self.view.acknowledged.get(about, ())
        return self.escalation.tellings(duty, round_, self.view.told_overdue.get(about), receipts)

    def _hour(self, person: Person) -> time:
        return self.view.hours.get(person.id, self.view.rules.hour)

    def _reached(self, day: date, person: Person) -> datetime | None:
        """When a person is to hear of what belongs to this day; None while that lies ahead."""
        return self._moment(day, self._hour(person))

    def _moment(self, day: date, hour: time) -> datetime | None:
        if day > self.today:
            return None
        if (day, hour) not in self._moments:
            moment = at_local(max(day, EARLIEST), hour)
            self._moments[day, hour] = moment if moment <= self.now else None
        return self._moments[day, hour]

    def _is_late(self, scheduled: datetime) -> bool:
        """True when its day is past and nobody has planned since it was scheduled."""
        if self.view.planned_until is None or scheduled <= self.view.planned_until:
            return False
        return local_day(scheduled) < self.today

    def _notice(
        self, person: Person, about: Subject, rule: str, occurrence: date, scheduled: datetime, *, folded: bool = False
    ) -> Notice:
        late, urgent = self._is_late(scheduled), rule in URGENT
        return Notice(self.view.office_id, person.id, about, rule, occurrence, scheduled, late, urgent, folded)

    def reason(self, notice: Notice, opened: date) -> str:
        """Why the notice is no longer due; empty when it still is, or when another rule than these decides."""
        if notice.subject.kind is SubjectKind.PERIOD:
            return self._reason_of_period(notice)
        if notice.subject.kind is SubjectKind.CALL or notice.rule == UNREACHED:
            return ""
        if notice.subject.kind is SubjectKind.FEEDBACK:
            return self._reason_of_case(notice)
        task = self._by_id.get(notice.subject.id)
        if task is None or task.dropped or not task.confirmed:
            return "dropped"
        if notice.person_id not in self.staff.people:
            return "left"
        return self._reason_of_task(task, notice, opened)

    def _reason_of_period(self, notice: Notice) -> str:
        period = next((p for p in chased(self.view.periods, self.today) if p.id == notice.subject.id), None)
        if period is None or (self.today > period.cutoff) != (notice.rule == PERIOD_CLOSED):
            return "closed"
        if notice.person_id not in self.staff.people:
            return "left"
        if notice.rule == AGAIN:
            return self._reason_of_period_again(period, notice)
        found = self._chased(period)
        said = next((n for n in found if n.key == notice.key), None)
        if said is not None:
            return "folded" if said.folded else ""
        is_asked = notice.rule == PERIOD_CLOSED or notice.person_id in {n.person_id for n in found}
        return "reported" if is_asked else "reassigned"

    def _reason_of_period_again(self, period: Period, notice: Notice) -> str:
        """Why a period is not spoken of again as the person wished; empty while something is missing."""
        stages = chase(period, self.tasks, self.staff, self.view.calendar, self.today).stages
        asked = {stage.rule: {person.id for person in people} for stage, people in stages}
        if notice.person_id in asked.get(PERIOD_DUE, ()):
            return ""
        return "reported" if notice.person_id in asked.get(PERIOD_OPENS, ()) else "reassigned"

    def _reason_of_task(self, task: Task, notice: Notice, opened: date) -> str:
        duty = next((duty for duty in self.staff.duties(task) if duty.subject == notice.subject), None)
        if duty is None:
            units: list[int | None] = [share.unit_id for share in task.shares] or [None]
            return "over" if notice.subject.unit_id in units else "reassigned"
        if notice.rule == AGAIN:
            return self._reason_of_another(duty, notice, opened)
        round_ = self.timetable.days_of(task.deadline, notice.occurrence, task.begins)
        if round_ is None:
            return "extended"
        if self.timetable.is_replaced(task.deadline, notice.occurrence):
            return "replaced"
        if round_.is_answered(duty.reported_on):
            return "reported"
        return self._reason_of_round(duty, round_, notice)

    def _reason_of_case(self, notice: Notice) -> str:
        case = next((case for case in self.cases if case.id == notice.subject.id), None)
        if case is None:
            return "over"
        if notice.person_id not in self.staff.people:
            return "left"
        if notice.rule == AGAIN:
            return self._reason_of_carrier(case_of(case), notice)
        if case.due != notice.occurrence:
            return "extended"
        return self._reason_of_round(case_of(case), self.timetable.of_case(case.due), notice)

    def _reason_of_round(self, duty: Charge, round_: Round, notice: Notice) -> str:
        if notice.rule in ESCALATIONS:
            return self._reason_of_step(duty, round_, notice)
        gone = self._reason_of_carrier(duty, notice)
        if gone:
            return gone
        said = next((n for n in self._stages(duty, round_) if n.key == notice.key), None)
        return "rescheduled" if said is None else "folded" if said.folded else ""

    def _reason_of_carrier(self, duty: Charge, notice: Notice) -> str:
        return "" if notice.person_id in {person.id for person in self.staff.responsible(duty)} else "reassigned"

    def _reason_of_step(self, duty: Charge, round_: Round, notice: Notice) -> str:
        if any(said.key == notice.key for said in self._escalated(duty, round_)):
            return ""
        tellings = list(self._tellings(duty, round_))
        if not tellings:
            is_reported = duty.reported_on is not None and duty.reported_on >= round_.occurrence
            return "reported" if is_reported else "reassigned"
        told = next((telling.people for telling in tellings if telling.rule == notice.rule), ())
        return "acknowledged" if notice.person_id in {person.id for person in told} else "reassigned"

    def _reason_of_another(self, duty: Duty, notice: Notice, opened: date) -> str:
        """Why a reminder that the person asked for on the day `opened` is pointless; empty while it is not."""
        if duty.reported_on is not None and duty.reported_on >= opened:
            return "reported"
        return self._reason_of_carrier(duty, notice)
