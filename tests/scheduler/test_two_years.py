"""Two years of an office with sixty tasks of every kind, day by day, against a second reading of docs/reminders.md."""

import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from domain.clock import local_day
from domain.deadlines import Deadline, DeadlineKind, Rhythm
from domain.feedback import Feedback, FeedbackStatus
from domain.notices import Notice
from domain.people import Person, Role
from domain.reminders import OfficeView, due_notices
from domain.reporting_periods import Period, Schedule, default_schedules, periods_around
from domain.tasks import Share, Task, TaskStatus
from domain.working_days import CalendarDay, WorkCalendar
from tests.scheduler.oracle import DAY, ZONE, Days, Oracle, Said

START, END = date(2027, 3, 1), date(2029, 2, 28)
"""Two years with a leap day, two Tets, and every end of a quarter."""

HOLIDAYS = """
    2026-11-24 2027-01-01 2027-02-04 2027-02-05 2027-02-08 2027-02-09 2027-02-10 2027-04-16 2027-04-30 2027-05-03
    2027-09-02 2027-09-03 2027-11-24 2028-01-03 2028-01-24 2028-01-25 2028-01-26 2028-01-27 2028-01-28
    2028-04-04 2028-05-01 2028-05-02 2028-09-01 2028-09-04 2028-11-24 2029-01-01 2029-02-12
    2029-02-13 2029-02-14 2029-02-15 2029-02-16
    2029-04-23 2029-04-30 2029-05-01 2029-09-03 2029-09-04
"""
"""The public holidays that fall on Monday to Friday from late 2026 on, by hand, made-up days included."""

OWN_DAYS = {
    date(2027, 8, 20): CalendarDay(date(2027, 8, 20), False, "Lễ kỷ niệm thành lập phường"),
    date(2028, 1, 22): CalendarDay(date(2028, 1, 22), True, "Làm bù cho ngày 31/01"),
    date(2028, 1, 31): CalendarDay(date(2028, 1, 31), False, "Nghỉ hoán đổi"),
    date(2028, 12, 23): CalendarDay(date(2028, 12, 23), True, "Làm bù"),
    date(2028, 12, 29): CalendarDay(date(2028, 12, 29), False, "Nghỉ hoán đổi"),
}
"""What the office itself put into its calendar."""

UNITS = {
    1: "Văn phòng",
    2: "Phòng Kinh tế",
    3: "Phòng Văn hóa - Xã hội",
    4: "Công an",
    5: "Trạm Y tế",
    6: "Đội Trật tự",
}
HOURS = {2: time(7, 30), 5: time(9), 9: time(14, 15)}
BEATS = (time(8), time(16, 30))
SEEDS = [int(seed) for seed in os.environ.get("TWO_YEARS_SEEDS", "1").split()]
"""Which offices are played; more of them by the environment, as the suite has no time for many."""


def _people() -> list[Person]:
    """A leader and his deputy, heads (one unit has two, one has none, one has nobody but its head), officials."""
    rows: list[tuple[int, str, Role, int | None]] = [
        (1, "Chủ tịch", Role.LEADER, None),
        (2, "Phó Chủ tịch", Role.LEADER, None),
        (3, "Quản trị", Role.ADMINISTRATOR, 1),
        (4, "Trưởng phòng Kinh tế", Role.HEAD, 2),
        (5, "Phó phòng Kinh tế", Role.HEAD, 2),
        (6, "Trưởng phòng Văn hóa", Role.HEAD, 3),
        (7, "Chuyên viên kinh tế", Role.OFFICIAL, 2),
        (8, "Chuyên viên nông nghiệp", Role.OFFICIAL, 2),
        (9, "Chuyên viên văn hóa", Role.OFFICIAL, 3),
        (10, "Chuyên viên văn phòng", Role.OFFICIAL, 1),
        (11, "Chánh Văn phòng", Role.HEAD, 1),
        (12, "Cán bộ công an", Role.OFFICIAL, 4),
        (13, "Trạm trưởng", Role.HEAD, 5),
    ]
    return [Person(id_, 1, name, role, unit) for id_, name, role, unit in rows]


def _deadlines(chance: random.Random) -> list[Deadline]:
    """Deadlines of every kind, some on days that nobody works."""
    dates = [
        date(2028, 2, 29),
        date(2027, 5, 1),
        date(2028, 1, 26),
        date(2027, 6, 30),
        date(2027, 9, 30),
        date(2027, 12, 31),
        date(2028, 3, 31),
        date(2028, 12, 31),
        date(2028, 1, 23),
        date(2029, 2, 13),
        date(2026, 12, 15),
        date(2031, 1, 1),
    ]
    dates += [START + timedelta(days=chance.randrange(-40, 760)) for _ in range(18)]
    rhythms = [
        Deadline(DeadlineKind.RECURRING, every=Rhythm.WEEK),
        Deadline(DeadlineKind.RECURRING, every=Rhythm.WEEK, day=1),
        Deadline(DeadlineKind.RECURRING, every=Rhythm.WEEK, day=7),
        Deadline(DeadlineKind.RECURRING, every=Rhythm.MONTH),
        Deadline(DeadlineKind.RECURRING, every=Rhythm.MONTH, day=31),
        Deadline(DeadlineKind.RECURRING, every=Rhythm.MONTH, day=5),
        Deadline(DeadlineKind.RECURRING, every=Rhythm.MONTH, day=30, due=date(2028, 5, 15)),
        Deadline(DeadlineKind.RECURRING, every=Rhythm.QUARTER),
        Deadline(DeadlineKind.RECURRING, every=Rhythm.QUARTER, day=20),
        Deadline(DeadlineKind.RECURRING, every=Rhythm.HALF_YEAR),
        Deadline(DeadlineKind.RECURRING, every=Rhythm.YEAR),
        Deadline(DeadlineKind.RECURRING, every=Rhythm.YEAR, dates=("06-05", "12-10")),
        Deadline(DeadlineKind.RECURRING, every=Rhythm.YEAR, dates=("02-29",)),
        Deadline(DeadlineKind.RECURRING, every=Rhythm.YEAR, dates=("03-20", "03-23")),
    ]
    others = [Deadline(DeadlineKind.ONGOING), Deadline(DeadlineKind.ON_REQUEST), Deadline(DeadlineKind.UNKNOWN)]
    return [
        *(Deadline(DeadlineKind.DATE, due=day) for day in dates),
        *rhythms,
        *others,
        *(chance.choice(rhythms + others) for _ in range(13)),
    ]


def _tasks(chance: random.Random) -> list[Task]:
    tasks = []
    for number, deadline in enumerate(_deadlines(chance), 1):
        begins = None
        if deadline.due is not None and chance.random() < 0.8:
            begins = deadline.due - timedelta(days=chance.choice([3, 9, 25, 80, 200]))
        unit = chance.choice([1, 2, 2, 3, 3, 4, 5, 6, None])
        assignee = chance.choice([None, None, 7, 9, 10, 4])
        shares: tuple[Share, ...] = ()
        if chance.random() < 0.15:
            shares = tuple(Share(u, UNITS[u]) for u in chance.sample([1, 2, 3, 4, 6], 3))
        tasks.append(
            Task(
                number,
                1,
                str(number),
                f"Việc thứ {number}",
                deadline,
                lead_unit_id=None if shares else unit,
                assignee_id=assignee,
                document_id=chance.choice([None, 1, 2]),
                confirmed=chance.random() > 0.05,
                begins=begins,
                shares=shares,
            )
        )
    assert len(tasks) == 60
    return tasks


@dataclass
class Office:
    """The office as it stands on a day of the two years, with what the ledger holds of it."""

    calendar: WorkCalendar
    people: list[Person]
    tasks: list[Task]
    schedules: Sequence[Schedule]
    periods: dict[str, Period] = field(default_factory=dict)
    rows: dict[tuple[str, str, date, int], Notice] = field(default_factory=dict)
    acknowledged: dict[tuple[str, date], list[tuple[int, datetime]]] = field(default_factory=dict)
    feedback: list[Feedback] = field(default_factory=list)
    told_overdue: dict[tuple[str, date], date] = field(default_factory=dict)
    planned_until: datetime | None = None

    def view(self, today: date) -> OfficeView:
        """What is known of the office on a day, the periods that are open or ended lately among it."""
        for schedule in self.schedules:
            for period in periods_around(schedule, today, self.calendar):
                if period.key not in self.periods and period.opens <= today and period.cutoff >= START:
                    self.periods[period.key] = replace(period, id=len(self.periods) + 1)
        return OfficeView(
            1,
            self.tasks,
            self.people,
            calendar=self.calendar,
            hours=HOURS,
            periods=[p for p in self.periods.values() if p.cutoff >= today - timedelta(days=60)],
            acknowledged=self.acknowledged,
            told_overdue=self.told_overdue,
            feedback=[case for case in self.feedback if local_day(case.at) <= today],
            planned_until=self.planned_until,
        )


def _live(office: Office, today: date, chance: random.Random) -> None:
    """What people do on a day between ten and four: report, finish, move deadlines, change places, say they read it."""
    noon = datetime.combine(today, time(11), tzinfo=ZONE)
    for at, task in enumerate(office.tasks):
        if task.status.is_over or not task.confirmed:
            continue
        if chance.random() < 0.008:
            status = TaskStatus.DONE if chance.random() < 0.1 else TaskStatus.IN_PROGRESS
            if task.shares:
                shares = list(task.shares)
                which = chance.randrange(len(shares))
                shares[which] = replace(shares[which], status=status, reported_on=today)
                task = replace(task, shares=tuple(shares), reported_on=today)
            else:
                task = replace(task, status=status, reported_on=today)
        if task.deadline.kind is DeadlineKind.DATE and chance.random() < 0.001:
            moved = today + timedelta(days=chance.randrange(-5, 60))
            task = replace(task, deadline=replace(task.deadline, due=moved))
        if chance.random() < 0.001:
            task = replace(task, assignee_id=chance.choice([None, 7, 8, 9, 12]))
        office.tasks[at] = task
    if chance.random() < 0.02:
        draft = next((n for n, task in enumerate(office.tasks) if not task.confirmed), None)
        if draft is not None:
            office.tasks[draft] = replace(office.tasks[draft], confirmed=True)
    for at, case in enumerate(office.feedback):
        if local_day(case.at) <= today and chance.random() < 0.05:
            become = chance.choice([FeedbackStatus.ACCEPTED, FeedbackStatus.ANSWERED])
            office.feedback[at] = replace(case, status=become)
    for at, person in enumerate(office.people):
        if chance.random() < 0.004:
            acts_for = () if person.acts_for else (chance.choice([7, 9, 10]),)
            office.people[at] = replace(person, acts_for=tuple(i for i in acts_for if i != person.id))
        if person.id in (8, 12) and chance.random() < 0.003:
            office.people[at] = replace(person, active=not person.active)
    recent = [n for n in office.rows.values() if not n.folded and noon - n.scheduled < timedelta(days=4)]
    for notice in recent:
        if chance.random() < 0.05:
            receipts = office.acknowledged.setdefault((str(notice.subject), notice.occurrence), [])
            receipts.append((notice.person_id, noon))


def _feedback(chance: random.Random) -> list[Feedback]:
    """What citizens send now and then, most of it passed to a unit, to be answered within some days."""
    cases = []
    for number in range(1, 61):
        day = START + timedelta(days=chance.randrange(700))
        unit = chance.choice([None, 1, 2, 3, 4, 5, 6])
        cases.append(
            Feedback(
                id=number,
                office_id=1,
                code=f"PA{number:04d}",
                channel="telegram",
                chat_id="1",
                user_id="1",
                said="Cống trước nhà tôi bị tắc.",
                place="",
                unit_id=unit,
                unit_name=UNITS.get(unit or 0, ""),
                status=FeedbackStatus.NEW,
                at=datetime.combine(day, time(6), tzinfo=ZONE),
                due=day + timedelta(days=chance.choice([5, 10, 15])),
            )
        )
    return cases


def _downtimes(chance: random.Random) -> set[date]:
    """Days on which the server was down from morning to evening, some of them in a row."""
    days: set[date] = set()
    for _ in range(14):
        first = START + timedelta(days=chance.randrange((END - START).days))
        days.update(first + timedelta(days=n) for n in range(chance.choice([1, 1, 2, 5, 12])))
    return days


def _beats(chance: random.Random) -> Iterator[tuple[date, time]]:
    down = _downtimes(chance)
    day = START
    while day <= END:
        for hour in BEATS:
            if day not in down:
                yield day, hour
        day = day + DAY


def _as_said(notice: Notice) -> Said:
    return Said(
        str(notice.subject),
        notice.rule,
        notice.occurrence,
        notice.person_id,
        notice.scheduled.astimezone(ZONE),
        notice.late,
        notice.folded,
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_two_years_agree_with_the_oracle(seed: int) -> None:
    chance = random.Random(seed)
    calendar = WorkCalendar(OWN_DAYS)
    office = Office(calendar, _people(), _tasks(chance), default_schedules(1), feedback=_feedback(chance))
    off = {date.fromisoformat(day) for day in HOLIDAYS.split()}
    off |= {day for day, own in OWN_DAYS.items() if not own.works}
    oracle = Oracle(Days(frozenset(off), frozenset(day for day, own in OWN_DAYS.items() if own.works)))
    kinds: dict[str, int] = {}
    late = 0
    for day, hour in _beats(chance):
        now = datetime.combine(day, hour, tzinfo=ZONE).astimezone(UTC)
        if hour == BEATS[-1]:
            _live(office, day, chance)
        view = office.view(day)
        found = due_notices(view, now)
        assert len({notice.key for notice in found}) == len(found), f"{now}: one key twice"
        new = {_as_said(notice) for notice in found if notice.key not in office.rows}
        known = {(str(key[0]), key[1], key[2], key[3]) for key in office.rows}
        expected = {s for s in oracle.due(view, now) if (s.subject, s.rule, s.occurrence, s.person) not in known}
        assert not new ^ expected, _difference(office, day, hour, new, expected)
        for notice in found:
            if notice.key not in office.rows:
                office.rows[notice.key] = notice
                if notice.rule.startswith("overdue_"):
                    office.told_overdue.setdefault((str(notice.subject), notice.occurrence), day)
                kinds[notice.rule] = kinds.get(notice.rule, 0) + 1
                late += notice.late
        office.planned_until = now
    print(f"seed {seed}: {len(office.rows)} notices, {late} late: {dict(sorted(kinds.items()))}")
    assert late > 50
    assert set(kinds) >= {
        "before_14",
        "before_1",
        "on_the_day",
        "overdue_7",
        "escalate_head",
        "escalate_leader",
        "told_head",
        "told_leader",
        "period_opens",
        "period_due",
        "period_last",
        "period_closed",
    }


def _difference(office: Office, day: date, hour: time, new: set[Said], expected: set[Said]) -> str:
    lines = [f"{day:%a} {day} {hour}: {len(new - expected)} too many, {len(expected - new)} missing"]
    subjects = sorted({said.subject for said in new ^ expected})[:4]
    for subject in subjects:
        task_id = int(subject.split(":")[1].split("/")[0]) if subject.startswith("task") else 0
        lines.append(f"{subject}: {next((task for task in office.tasks if task.id == task_id), None)}")
        for title, some in (("too many", new - expected), ("missing", expected - new)):
            own = sorted((said for said in some if said.subject == subject), key=lambda s: (s.person, s.scheduled))
            lines += [f"    {title}: {said.rule} of {said.occurrence} for {said.person}, {said}" for said in own[:6]]
    return "\n".join(lines)


def test_the_holidays_written_down_by_hand_are_those_of_the_calendar() -> None:
    calendar = WorkCalendar()
    written = {date.fromisoformat(day) for day in HOLIDAYS.split()}
    day = date(2026, 9, 3)
    while day < date(2029, 4, 1):
        assert calendar.is_working(day) == (day.isoweekday() <= 5 and day not in written), day
        day = day + DAY
