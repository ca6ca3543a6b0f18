"""docs/reminders.md once more, as slowly and plainly as it can be written: what the quick way must agree with.

Nothing here comes from domain/reminders.py or what it stands on: days are walked one by one over a set of days off, and
whoever is written to is looked up by going through everybody.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from domain.deadlines import Deadline, DeadlineKind, Rhythm, occurrences
from domain.feedback import Feedback, FeedbackStatus
from domain.people import Person, Role
from domain.reminders import OfficeView
from domain.reporting_periods import Period, PeriodKind
from domain.tasks import Task, TaskStatus

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = timedelta(days=1)
FIRST, LAST = date(2025, 1, 1), date(2030, 12, 31)
OF_NOBODY = "what no unit was given"
LENGTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.HALF_YEAR: 6, PeriodKind.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Said:
    """A notice as this page wants it."""

    subject: str
    rule: str
    occurrence: date
    person: int
    scheduled: datetime
    late: bool
    folded: bool


class Days:
    """Working days, walked one at a time over the days on which nobody works."""

    def __init__(self, off: frozenset[date], worked: frozenset[date]) -> None:
        self._off = off
        self._worked = worked
        self.after = cache(self._after)
        self.before = cache(self._before)
        self.between = cache(self._between)

    def works(self, day: date) -> bool:
        if day in self._worked:
            return True
        return day.isoweekday() <= 5 and day not in self._off

    def _after(self, day: date, count: int) -> date:
        while count > 0:
            day = day + DAY
            if self.works(day):
                count = count - 1
        return day

    def _before(self, day: date, count: int) -> date:
        if count == 0:
            while not self.works(day):
                day = day - DAY
            return day
        while count > 0:
            day = day - DAY
            if self.works(day):
                count = count - 1
        return day

    def _between(self, start: date, end: date) -> int:
        found = 0
        while start < end:
            start = start + DAY
            if self.works(start):
                found = found + 1
        return found


@cache
def rounds(deadline: Deadline) -> tuple[date, ...]:
    """Every round there is in the years of the test, found by asking for each single day."""
    found = []
    day = FIRST
    while day <= LAST:
        if occurrences(deadline, day, day):
            found.append(day)
        day = day + DAY
    return tuple(found)


class Oracle:
    """What is due in an office at a moment."""

    def __init__(self, days: Days) -> None:
        self._days = days

    def due(self, view: OfficeView, now: datetime) -> set[Said]:
        """Everything that is due at `now`, said or folded."""
        found: list[Said] = []
        for task in view.tasks:
            if not task.confirmed or task.dropped:
                continue
            for part, subject in self._parts(task):
                if part.status in (TaskStatus.DONE, TaskStatus.CANCELLED):
                    continue
                for occurrence, stages in self._spoken_of(view, part, now):
                    found.extend(self._of_stages(view, part, subject, occurrence, stages, now))
                    found.extend(self._of_escalation(view, part, subject, occurrence, now))
        for case in view.feedback:
            found.extend(self._of_feedback(view, case, now))
        for period in view.periods:
            found.extend(self._of_period(view, period, now))
        return set(found)

    # --- tasks -------------------------------------------------------------------------------------------------------

    def _parts(self, task: Task) -> list[tuple[Task, str]]:
        if not task.shares:
            return [(task, f"task:{task.id}")]
        return [
            (
                replace(
                    task,
                    lead_unit_id=share.unit_id,
                    status=share.status,
                    percent=share.percent,
                    reported_on=share.reported_on,
                ),
                f"task:{task.id}/{share.unit_id}",
            )
            for share in task.shares
        ]

    def _spoken_of(self, view: OfficeView, part: Task, now: datetime) -> Iterator[tuple[date, list[tuple[str, date]]]]:
        today = now.astimezone(ZONE).date()
        deadline = part.deadline
        if deadline.kind is DeadlineKind.DATE and deadline.due is not None:
            length = None if part.begins is None else self._days.between(part.begins, deadline.due)
            yield deadline.due, self._stages(view, deadline.due, length)
        if deadline.kind is DeadlineKind.RECURRING:
            every = rounds(replace(deadline, text=""))
            begins = part.begins
            for at in range(1, len(every)):
                before, occurrence = every[at - 1], every[at]
                after = every[at + 1] if at + 1 < len(every) else date.max
                if after <= today or occurrence > today + timedelta(days=60):
                    continue
                if begins is not None and occurrence <= begins:
                    continue
                if begins is not None and before <= begins:
                    before = begins
                stages = self._stages(view, occurrence, self._days.between(before, occurrence))
                earliest = min(stages[0][1], self._days.before(occurrence, 4))
                reported = part.reported_on
                if reported is None or reported < earliest or reported <= before:
                    yield occurrence, stages

    def _stages(self, view: OfficeView, end: date, length: int | None) -> list[tuple[str, date]]:
        rules = view.rules
        if length is None:
            before = rules.before_unknown
        else:
            before = ()
            for least, days in rules.before:
                if length >= least:
                    before = days
                    break
        stages = [(f"before_{n}", self._days.before(end, n)) for n in sorted(before, reverse=True)]
        stages.append(("on_the_day", self._days.before(end, 0)))
        stages.extend((f"overdue_{n}", self._days.after(end, n)) for n in sorted(rules.overdue))
        return stages

    def _of_stages(
        self,
        view: OfficeView,
        part: Task,
        subject: str,
        occurrence: date,
        stages: list[tuple[str, date]],
        now: datetime,
    ) -> Iterator[Said]:
        for person in self._responsible(view, part):
            reached = [(rule, day) for rule, day in stages if self._moment(view, person, day) <= now]
            for number, (rule, day) in enumerate(reached, 1):
                yield self._said(view, person, subject, rule, occurrence, day, now, folded=number < len(reached))

    def _of_escalation(
        self, view: OfficeView, part: Task, subject: str, occurrence: date, now: datetime
    ) -> Iterator[Said]:
        if part.reported_on is not None and part.reported_on >= occurrence:
            return
        rules, days = view.rules, self._days
        responsible = self._responsible(view, part)
        owners = self._owners(view, part)
        unit = self._unit(view, part)
        heads = [p for p in self._active(view) if p.role is Role.HEAD and p.unit_id is not None and p.unit_id == unit]
        if all(p.role is Role.HEAD for p in owners):
            heads = [head for head in heads if head.id not in {p.id for p in owners}]
        if any(p.role is Role.LEADER for p in owners):
            heads = []
        leaders = [p for p in self._active(view) if p.role is Role.LEADER and p.id not in {r.id for r in responsible}]

        first = days.after(occurrence, min(rules.overdue)) if rules.overdue else days.after(occurrence, 1)
        if responsible:
            told = view.told_overdue.get((subject, occurrence))
            if told is None:
                return
            first = max(first, told)
        given = view.acknowledged.get((subject, occurrence), ())
        receipts = sorted((at.astimezone(ZONE).date(), person_id) for person_id, at in given)
        to_head = days.after(first, rules.head_after)
        for day, person_id in receipts:
            if person_id in {p.id for p in responsible} and first <= day < to_head:
                to_head = max(to_head, days.after(day, rules.acknowledged_for))
        if not heads:
            yield from self._step(view, "leader", leaders, responsible, to_head, subject, occurrence, now)
            return
        yield from self._step(view, "head", heads, responsible, to_head, subject, occurrence, now)
        to_leader = days.after(to_head, rules.leader_after)
        for day, person_id in receipts:
            if person_id in {p.id for p in heads} and to_head <= day < to_leader:
                to_leader = max(to_leader, days.after(day, rules.acknowledged_for))
        below = responsible + [head for head in heads if head.id not in {p.id for p in responsible}]
        yield from self._step(view, "leader", leaders, below, to_leader, subject, occurrence, now)

    def _step(
        self,
        view: OfficeView,
        rank: str,
        above: list[Person],
        responsible: list[Person],
        day: date,
        subject: str,
        occurrence: date,
        now: datetime,
    ) -> Iterator[Said]:
        if not above:
            return
        for person in above:
            if self._moment(view, person, day) <= now:
                yield self._said(view, person, subject, f"escalate_{rank}", occurrence, day, now)
        for person in responsible:
            if person.id not in {p.id for p in above} and self._moment(view, person, day) <= now:
                yield self._said(view, person, subject, f"told_{rank}", occurrence, day, now)

    # --- what citizens sent ------------------------------------------------------------------------------------------

    def _of_feedback(self, view: OfficeView, case: Feedback, now: datetime) -> Iterator[Said]:
        if case.status not in (FeedbackStatus.NEW, FeedbackStatus.ACCEPTED, FeedbackStatus.ASKED):
            return
        # As a task that nobody is named for, with stages of its own whatever the office's rules are.
        deadline = Deadline(DeadlineKind.DATE, due=case.due)
        number = OF_NOBODY if case.unit_id is None else ""
        part = Task(0, case.office_id, number, "", deadline, lead_unit_id=case.unit_id)
        own = replace(view, rules=replace(view.rules, overdue=(1, 3)))
        stages = [
            ("before_1", self._days.before(case.due, 1)),
            ("on_the_day", self._days.before(case.due, 0)),
            ("overdue_1", self._days.after(case.due, 1)),
            ("overdue_3", self._days.after(case.due, 3)),
        ]
        yield from self._of_stages(own, part, f"feedback:{case.id}", case.due, stages, now)
        yield from self._of_escalation(own, part, f"feedback:{case.id}", case.due, now)

    # --- periods -----------------------------------------------------------------------------------------------------

    def _of_period(self, view: OfficeView, period: Period, now: datetime) -> Iterator[Said]:
        today = now.astimezone(ZONE).date()
        if period.dropped:
            return
        if period.document_id is None:
            shorter = [
                p
                for p in view.periods
                if p.document_id is None
                and not p.dropped
                and p.cutoff == period.cutoff
                and LENGTHS[p.kind] < LENGTHS[period.kind]
            ]
            if shorter:
                return
        subject = f"period:{period.id}"
        parts = [
            part
            for task in view.tasks
            if self._belongs(period, task)
            for part, _ in self._parts(task)
            if not self._was_over(period, part)
        ]
        if today <= period.cutoff:
            stages = [
                ("period_opens", period.opens),
                ("period_due", period.due),
                ("period_last", self._days.before(period.cutoff, 0)),
            ]
            for person in self._active(view):
                own = [part for part in parts if person.id in {p.id for p in self._responsible(view, part)}]
                missing = [part for part in own if self._is_missing(period, part)]
                reached = [(r, d) for r, d in stages if self._moment(view, person, d) <= now]
                said = [(r, d) for r, d in reached if missing or (own and r == "period_opens")]
                for number, (rule, day) in enumerate(said, 1):
                    folded = number < len(said)
                    yield self._said(view, person, subject, rule, period.cutoff, day, now, folded=folded)
            return
        if any(
            p.document_id == period.document_id and not p.dropped and period.cutoff < p.opens <= today
            for p in view.periods
        ):
            return
        day = self._days.after(period.cutoff, 1)
        missing = [part for part in parts if self._is_missing(period, part)]
        for person in self._active(view):
            is_head_of_one = person.role is Role.HEAD and any(
                person.unit_id is not None and person.unit_id == self._unit(view, part) for part in missing
            )
            is_told = is_head_of_one or (person.role is Role.LEADER and bool(missing))
            if is_told and self._moment(view, person, day) <= now:
                yield self._said(view, person, subject, "period_closed", period.cutoff, day, now)

    def _unit(self, view: OfficeView, part: Task) -> int | None:
        owners = self._owners(view, part)
        return owners[0].unit_id if part.lead_unit_id is None and owners else part.lead_unit_id

    def _belongs(self, period: Period, task: Task) -> bool:
        if not task.confirmed or task.dropped or task.deadline.kind is DeadlineKind.ON_REQUEST:
            return False
        if period.document_id is not None and task.document_id != period.document_id:
            return False
        if period.document_id is None and task.document_id in period.apart:
            return False
        if task.deadline.kind is DeadlineKind.RECURRING and task.deadline.every not in (Rhythm.WEEK, Rhythm.MONTH):
            return any(period.first <= day <= period.cutoff for day in rounds(replace(task.deadline, text="")))
        return True

    def _was_over(self, period: Period, part: Task) -> bool:
        is_over = part.status in (TaskStatus.DONE, TaskStatus.CANCELLED)
        return is_over and (part.reported_on is None or part.reported_on < period.first)

    def _is_missing(self, period: Period, part: Task) -> bool:
        if part.status in (TaskStatus.DONE, TaskStatus.CANCELLED):
            return False
        return part.reported_on is None or part.reported_on < period.first

    # --- people ------------------------------------------------------------------------------------------------------

    def _active(self, view: OfficeView) -> list[Person]:
        return [person for person in view.people if person.active]

    def _owners(self, view: OfficeView, part: Task) -> list[Person]:
        people = self._active(view)
        if part.number == OF_NOBODY:
            return [p for p in people if p.role in (Role.LEADER, Role.ADMINISTRATOR)]
        if part.assignee_id is not None:
            named = [p for p in people if p.id == part.assignee_id]
            if named and (not part.shares or named[0].unit_id == part.lead_unit_id):
                return named
        return [
            p
            for p in people
            if p.role in (Role.OFFICIAL, Role.HEAD) and p.unit_id is not None and p.unit_id == part.lead_unit_id
        ]

    def _responsible(self, view: OfficeView, part: Task) -> list[Person]:
        owners = self._owners(view, part)
        if len(owners) == 1 and owners[0].id == part.assignee_id:
            return owners + [
                p for p in self._active(view) if part.assignee_id in p.acts_for and p.id != part.assignee_id
            ]
        return owners

    # --- moments -----------------------------------------------------------------------------------------------------

    def _moment(self, view: OfficeView, person: Person, day: date) -> datetime:
        hour: time = view.hours.get(person.id, view.rules.hour)
        return datetime.combine(day, hour, tzinfo=ZONE)

    def _said(
        self,
        view: OfficeView,
        person: Person,
        subject: str,
        rule: str,
        occurrence: date,
        day: date,
        now: datetime,
        *,
        folded: bool = False,
    ) -> Said:
        scheduled = self._moment(view, person, day)
        is_past = day < now.astimezone(ZONE).date()
        late = is_past and view.planned_until is not None and scheduled > view.planned_until
        return Said(subject, rule, occurrence, person.id, scheduled, late, folded)
