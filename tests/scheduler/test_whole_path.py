"""Four months of an office over a real database: from what is due to what people read, against a slow second reading.

The clock beats several times a day, people report, put off, acknowledge, join and leave, the server is down twice, an
app refuses a chat for good. Every message that was read is then held against docs/reminders.md, stated here once more.
"""

import os
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from domain.deadlines import Deadline, DeadlineKind, Rhythm
from domain.notices import (
    AGAIN,
    ANNOUNCEMENT,
    ON_THE_DAY,
    PERIOD_LAST,
    REQUEST,
    UNREACHED,
    Call,
    CallKind,
    LedgerNotice,
    Notice,
    NoticeStatus,
    Subject,
    SubjectKind,
)
from domain.people import Office, Person, Role
from domain.progress import Understood
from domain.tasks import Task, TaskStatus
from domain.working_days import CalendarDay
from scheduler.beat import beat
from scheduler.planning import missed
from scheduler.views import read_office
from storage import Storage
from tests.scheduler.oracle import DAY, ZONE, Days, Oracle
from tests.scheduler.ward import SHAPES

START, END = date(2026, 12, 28), date(2027, 4, 9)
OFF = {
    *(date(2027, 1, 1),),
    *(date(2027, 2, day) for day in (4, 5, 8, 9, 10)),
}
"""The public holidays that fall on Monday to Friday of these months, by hand."""
SWAPPED_OFF, SWAPPED_ON = date(2027, 3, 22), date(2027, 3, 20)
DOWN = ((date(2027, 1, 19), date(2027, 1, 20)), (date(2027, 3, 29), date(2027, 4, 1)))
"""From the first day's morning until the last day's evening nothing runs."""
MOMENTS = (time(6, 50), time(7, 5), time(8), time(9), time(10, 20), time(14), time(16, 30), time(19, 5), time(23))
SEEDS = [int(seed) for seed in os.environ.get("WHOLE_PATH_SEEDS", "1").split()]
"""Which offices are played; more of them by the environment, as the suite has no time for many."""

BREAKS_THE_CAP = (ON_THE_DAY, PERIOD_LAST, AGAIN)
ESCALATED = ("escalate_head", "escalate_leader", "told_head", "told_leader")
"""What is told upwards hangs on when the first notice was read: tests/domain plays it."""
ASIDE = (AGAIN, ANNOUNCEMENT, REQUEST, UNREACHED)
"""Rules that do not come from what is due."""


@dataclass(frozen=True)
class Read:
    """A message as its reader got it, with the notices it carried."""

    at: datetime
    person: int
    channel: str
    cause: str
    text: str
    rows: tuple[LedgerNotice, ...]


@dataclass
class Life:
    """The office, what happened in it, and what was read."""

    storage: Storage
    office: Office
    people: dict[str, Person]
    tasks: list[Task]
    chance: random.Random
    blocked: set[str] = field(default_factory=set)
    read: list[Read] = field(default_factory=list)
    reports: list[tuple[datetime, int, bool]] = field(default_factory=list)
    expected: dict[tuple[str, str, date, int], datetime] = field(default_factory=dict)
    up_at: list[datetime] = field(default_factory=list)
    calls: dict[int, Call] = field(default_factory=dict)
    put_off: list[tuple[int, Subject, datetime]] = field(default_factory=list)

    async def deliver(self, now: datetime) -> bool:
        """Every message that may go is handed to its app; True when a chat refused it, which it does for good."""
        refused = False
        while True:
            async with self.storage.writing() as records:
                claimed = await records.outbox.claim(now, 50, channels=list(SHAPES))
            if not claimed:
                return refused
            for row in claimed:
                async with self.storage.writing() as records:
                    if row.chat_id in self.blocked:
                        await records.outbox.unreachable(row.id, "blocked")
                        refused = True
                        continue
                    await records.outbox.sent_many([(row.id, f"m{row.id}")], now)
                    carried = tuple(await records.notices.of_message(row.id))
                person = carried[0].notice.person_id if carried else 0
                self.read.append(Read(now, person, row.channel, row.cause, row.reply.text, carried))

    async def ledger(self) -> list[LedgerNotice]:
        async with self.storage.reading() as records:
            return list(await records.notices.of_office(self.office.id, datetime(2000, 1, 1, tzinfo=UTC)))


async def _office(path: Path, chance: random.Random) -> Life:
    storage = Storage.open(f"sqlite:///{path}", synchronous="OFF")
    await storage.migrate()
    async with storage.writing() as records:
        office = await records.offices.ensure("Ủy ban nhân dân phường Trọn Đường")
        one = await records.people.add_unit(office.id, "Phòng Một", [])
        two = await records.people.add_unit(office.id, "Phòng Hai", [])
        rows = [
            ("leader", Role.LEADER, None),
            ("admin", Role.ADMINISTRATOR, None),
            ("head1", Role.HEAD, one.id),
            ("head2", Role.HEAD, two.id),
            ("an", Role.OFFICIAL, one.id),
            ("binh", Role.OFFICIAL, one.id),
            ("chi", Role.OFFICIAL, two.id),
            ("dung", Role.OFFICIAL, two.id),
        ]
        people = {}
        for name, role, unit in rows:
            people[name] = await records.people.add(office.id, f"Người {name}", role, unit)
            if name != "dung":
                await records.people.bind(people[name].id, "telegram", f"t-{name}", f"t-{name}")
            if name in ("an", "head2"):
                await records.people.bind(people[name].id, "web", f"w-{name}", f"w-{name}")
        for name, hour in {"leader": time(9), "binh": time(14), "head1": time(7), "chi": time(10, 15)}.items():
            await records.wishes.set_hour(people[name].id, hour)
        await records.calendar.put(office.id, CalendarDay(SWAPPED_OFF, False, "Nghỉ hoán đổi"))
        await records.calendar.put(office.id, CalendarDay(SWAPPED_ON, True, "Làm bù"))
        tasks = []
        for number, deadline in enumerate(_deadlines(chance), 1):
            who = chance.choice(["an", "binh", "chi", "dung", "head2", None])
            unit = chance.choice([one.id, two.id])
            named = people[who] if who else None
            task = Task(0, office.id, str(number), f"Việc thứ {number}", deadline)
            unit_id = named.unit_id if named else unit
            tasks.append(
                await records.register.put_task(
                    replace(task, assignee_id=named.id if named else None, lead_unit_id=unit_id)
                )
            )
    return Life(storage, office, people, tasks, chance)


def _deadlines(chance: random.Random) -> list[Deadline]:
    days = [
        date(2027, 1, 8),
        date(2027, 2, 5),
        date(2027, 2, 12),
        SWAPPED_ON,
        SWAPPED_OFF,
        date(2027, 3, 31),
        date(2027, 1, 31),
        date(2027, 12, 31),
    ]
    days += [START + timedelta(days=chance.randrange(2, 100)) for _ in range(9)]
    return [
        *(Deadline(DeadlineKind.DATE, due=day) for day in days),
        Deadline(DeadlineKind.RECURRING, every=Rhythm.MONTH, day=20),
        Deadline(DeadlineKind.RECURRING, every=Rhythm.MONTH, day=31),
        Deadline(DeadlineKind.RECURRING, every=Rhythm.QUARTER),
        Deadline(DeadlineKind.RECURRING, every=Rhythm.YEAR, dates=("03-20",)),
        Deadline(DeadlineKind.ONGOING),
        Deadline(DeadlineKind.ON_REQUEST),
        Deadline(DeadlineKind.UNKNOWN),
    ]


@pytest.fixture(params=SEEDS)
async def life(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Life]:
    found = await _office(tmp_path / "office.db", random.Random(request.param))
    yield found
    await found.storage.close()


def _days(without: frozenset[date] = frozenset()) -> Days:
    return Days(frozenset(OFF | {SWAPPED_OFF} | without), frozenset({SWAPPED_ON}))


def _is_down(day: date) -> bool:
    return any(first <= day <= last for first, last in DOWN)


def _is_quiet(moment: datetime, days: Days) -> bool:
    here = moment.astimezone(ZONE)
    return not days.works(here.date()) or here.time() < time(7) or here.time() >= time(19)


async def _report(life: Life, now: datetime) -> None:
    task = life.chance.choice(life.tasks)
    who = next((p for p in life.people.values() if p.id == task.assignee_id), life.people["an"])
    async with life.storage.writing() as records:
        found = await records.register.task(task.id)
        if found is None or found.status.is_over:
            return
        done = found.deadline.kind is DeadlineKind.DATE and life.chance.random() < 0.25
        said = Understood("report", status=TaskStatus.DONE) if done else Understood("report", percent=50.0)
        await records.register.add_report(found, who, said, "báo cáo", now)
    life.reports.append((now, task.id, done or found.deadline.kind is DeadlineKind.RECURRING))


async def _acknowledge(life: Life, now: datetime) -> None:
    recent = [said for said in life.read if said.rows and now - said.at < timedelta(days=2)]
    if recent:
        said = life.chance.choice(recent)
        async with life.storage.writing() as records:
            await records.notices.acknowledge([row.id for row in said.rows], said.person, now)


async def _put_off(life: Life, now: datetime) -> None:
    task = life.chance.choice(life.tasks)
    if task.assignee_id is None:
        return
    until = now + timedelta(days=life.chance.choice([1, 2, 4]))
    days = _days()
    while _is_quiet(until, days):
        until += timedelta(minutes=5)
    subject = Subject(SubjectKind.TASK, task.id)
    day = until.astimezone(ZONE).date()
    notice = Notice(life.office.id, task.assignee_id, subject, AGAIN, day, until, urgent=True)
    async with life.storage.writing() as records:
        life.put_off.append((task.assignee_id, subject, until))
        await records.snoozes.add(life.office.id, task.assignee_id, until, "để sau", now, task.id)
        await records.notices.open_many([(notice, until)], now)


async def _call(life: Life, now: datetime, kind: CallKind, *, emergency: bool = False) -> None:
    audience = [person.id for person in life.people.values() if person.role is Role.OFFICIAL]
    async with life.storage.writing() as records:
        call = await records.calls.add(
            life.office.id, life.people["leader"].id, kind, "Họp giao ban", audience, now, emergency=emergency
        )
        life.calls[call.id] = call
        subject, day = Subject(SubjectKind.CALL, call.id), now.astimezone(ZONE).date()
        notices = [Notice(life.office.id, p, subject, kind.value, day, now, urgent=True) for p in audience]
        await records.notices.open_many([(notice, now) for notice in notices], now)


async def _happens(life: Life, day: date, hour: time, now: datetime) -> None:
    """What people do: something by chance several times a day, and what the test wants to see once."""
    office_hour = time(7) <= hour < time(19)
    if office_hour and life.chance.random() < 0.12:
        await _report(life, now)
    if office_hour and life.chance.random() < 0.1:
        await _acknowledge(life, now)
    if office_hour and life.chance.random() < 0.06:
        await _put_off(life, now)
    if life.chance.random() < 0.02:
        await _call(life, now, life.chance.choice([CallKind.ANNOUNCEMENT, CallKind.REQUEST]))
    async with life.storage.writing() as records:
        await records.audit.note(life.office.id, None, "test.day", "", now)
    match day.isoformat(), hour:
        case "2027-01-12", time(hour=10):
            async with life.storage.writing() as records:
                await records.people.bind(life.people["dung"].id, "telegram", "t-dung", "t-dung")
        case "2027-01-14", time(hour=23):
            await _call(life, now, CallKind.ANNOUNCEMENT, emergency=True)
        case "2027-02-16", time(hour=6):
            life.blocked.add("t-an")
        case "2027-03-08", time(hour=6):
            life.blocked.add("t-chi")
        case "2027-02-18", time(hour=10):
            moved = replace(life.tasks[5].deadline, due=date(2027, 4, 7))
            async with life.storage.writing() as records:
                await records.register.update_task(replace(life.tasks[5], deadline=moved))
        case "2027-02-24", time(hour=10):
            async with life.storage.writing() as records:
                for task in life.tasks[8:12]:
                    found = await records.register.task(task.id)
                    assert found is not None
                    await records.register.update_task(
                        replace(found, assignee_id=life.people["an"].id, lead_unit_id=life.people["an"].unit_id)
                    )


async def _live(life: Life) -> None:
    oracle, days = Oracle(_days()), _days()
    day = START
    while day <= END:
        for hour in MOMENTS:
            now = datetime.combine(day, hour, tzinfo=ZONE).astimezone(UTC)
            await _happens(life, day, hour, now)
            if _is_down(day):
                continue
            async with life.storage.reading() as records:
                view = await read_office(records, life.office.id, now)
            await beat(life.storage, now, SHAPES)
            while await life.deliver(now):
                await beat(life.storage, now, SHAPES)
            life.up_at.append(now)
            if hour in (time(8), time(14)) and days.works(day):
                for said in oracle.due(view, now):
                    if not said.folded and said.rule not in ESCALATED:
                        key = (said.subject, said.rule, said.occurrence, said.person)
                        life.expected.setdefault(key, now)
            if hour in (time(8), time(16, 30)):
                assert await missed(life.storage, now + timedelta(minutes=1)) == 0, now
        day += DAY


async def test_four_months_are_read_as_the_page_has_it(life: Life) -> None:
    await _live(life)
    rows = await life.ledger()
    _every_row_has_its_end(life, rows)
    _what_was_due_is_in_the_ledger(life, rows)
    _nothing_comes_twice(life, rows)
    _nobody_is_disturbed(life)
    _a_day_has_one_digest_and_few_messages(life)
    _nothing_waits_without_a_reason(life)
    _late_is_what_the_server_or_an_account_held(life)
    _the_last_day_is_said_on_its_day(life)
    _nobody_reads_of_what_they_reported(life)
    _who_cannot_be_reached_is_named(life, rows)
    rules = {row.notice.rule for said in life.read for row in said.rows}
    print(f"{len(rows)} rows, {len(life.read)} messages, {sorted(rules)}")
    assert rules >= {ON_THE_DAY, "before_1", "overdue_1", "escalate_head", "period_opens", PERIOD_LAST, UNREACHED}


def _every_row_has_its_end(life: Life, rows: list[LedgerNotice]) -> None:
    for row in rows:
        match row.status:
            case NoticeStatus.SENT:
                assert row.message_id and row.sent_at and row.channel, row
            case NoticeStatus.CANCELLED | NoticeStatus.FAILED:
                assert row.reason, row
            case NoticeStatus.PENDING:
                assert row.release_at > life.up_at[-1] or row.reason, row
            case _:
                raise AssertionError(f"left in the middle: {row}")


def _what_was_due_is_in_the_ledger(life: Life, rows: list[LedgerNotice]) -> None:
    known = {row.notice.key for row in rows}
    lost = {key: seen for key, seen in life.expected.items() if key not in known}
    assert not lost, lost
    told = {row.notice.key for said in life.read for row in said.rows}
    ended = {row.notice.key for row in rows if row.status is not NoticeStatus.SENT}
    assert set(life.expected) <= told | ended


def _nothing_comes_twice(life: Life, rows: list[LedgerNotice]) -> None:
    told = [row.notice.key for said in life.read for row in said.rows]
    assert len(told) == len(set(told))
    assert set(told) == {row.notice.key for row in rows if row.status is NoticeStatus.SENT}


def _is_emergency(life: Life, row: LedgerNotice) -> bool:
    return row.notice.subject.kind is SubjectKind.CALL and life.calls[row.notice.subject.id].emergency


def _nobody_is_disturbed(life: Life) -> None:
    days = _days()
    for said in life.read:
        if _is_quiet(said.at, days):
            assert all(_is_emergency(life, row) for row in said.rows), said
    assert any(_is_quiet(said.at, days) for said in life.read), "the emergency goes out at night"


def _a_day_has_one_digest_and_few_messages(life: Life) -> None:
    by_day: dict[tuple[int, date], list[Read]] = defaultdict(list)
    for said in life.read:
        by_day[said.person, said.at.astimezone(ZONE).date()].append(said)
    for messages in by_day.values():
        assert sum(said.cause == "notice:digest" for said in messages) <= 1, messages
        for number, said in enumerate(messages):
            breaks = [_is_emergency(life, row) or row.notice.rule in BREAKS_THE_CAP for row in said.rows]
            assert number < 3 or all(breaks), messages

    for said in life.read:
        asked_for = {row.notice.subject for row in said.rows if row.notice.rule == AGAIN}
        if said.cause == "notice:urgent":
            assert all(
                row.notice.urgent or row.notice.subject in asked_for or _was_put_off(life, row, said.at)
                for row in said.rows
            ), said


def _was_put_off(life: Life, row: LedgerNotice, moment: datetime) -> bool:
    """Whether the person had put the task off until about this moment."""
    return any(
        person == row.notice.person_id and row.notice.subject == subject and moment - DAY * 4 < until <= moment
        for person, subject, until in life.put_off
    )


def _nothing_waits_without_a_reason(life: Life) -> None:
    """What was not put off and not held by the server or a missing account is read by the next working day's end."""
    days = _days(frozenset(START + DAY * n for n in range(150) if _is_down(START + DAY * n)))
    for said in life.read:
        for row in said.rows:
            since = max(row.notice.scheduled, row.opened_at).astimezone(ZONE).date()
            if row.notice.late or any(
                person == said.person for person, _, until in life.put_off if until > row.opened_at
            ):
                continue
            assert said.at.astimezone(ZONE).date() <= days.after(since, 1), (said.at, row)


def _late_is_what_the_server_or_an_account_held(life: Life) -> None:
    """What says that it is late was scheduled while nothing ran, or waited for an account, and the other way round."""
    for said in life.read:
        late = [row for row in said.rows if row.notice.late]
        assert bool(late) == ("lịch gốc" in said.text), said
        for row in said.rows:
            if row.notice.rule in ASIDE:
                continue
            day = row.notice.scheduled.astimezone(ZONE).date()
            joined_late = said.person == life.people["dung"].id and day <= date(2027, 1, 12)
            was_down = _is_down(day) and said.at.astimezone(ZONE).date() > day
            if row.notice.late:
                assert joined_late or was_down, (said.at, row)
            elif was_down:
                raise AssertionError(f"read at {said.at} without the label: {row}")


def _the_last_day_is_said_on_its_day(life: Life) -> None:
    days = _days()
    said_then = 0
    for said in life.read:
        for row in said.rows:
            if row.notice.rule != ON_THE_DAY:
                continue
            day = row.notice.scheduled.astimezone(ZONE).date()
            joined_late = said.person == life.people["dung"].id and day <= date(2027, 1, 12)
            if days.works(day) and not _is_down(day) and not joined_late:
                assert said.at.astimezone(ZONE).date() == day, (said.at, row)
                said_then += 1
    assert said_then > 5


def _nobody_reads_of_what_they_reported(life: Life) -> None:
    """A task that is over, or a round that is answered, is not spoken of after that."""
    over = {task: at for at, task, done in reversed(life.reports) if done and _has_one_end(life, task)}
    for said in life.read:
        for row in said.rows:
            if row.notice.subject.kind is SubjectKind.TASK and row.notice.rule != UNREACHED:
                ended = over.get(row.notice.subject.id)
                assert ended is None or said.at <= ended, (ended, said.at, row)


def _has_one_end(life: Life, task_id: int) -> bool:
    return any(task.id == task_id and task.deadline.kind is DeadlineKind.DATE for task in life.tasks)


def _who_cannot_be_reached_is_named(life: Life, rows: list[LedgerNotice]) -> None:
    an, chi = life.people["an"], life.people["chi"]
    after = datetime(2027, 2, 17, tzinfo=UTC)
    assert {said.channel for said in life.read if said.person == an.id and said.at > after} == {"web"}
    failed = [row for row in rows if row.status is NoticeStatus.FAILED]
    assert failed and {row.notice.person_id for row in failed} == {chi.id}
    told = {(str(row.notice.subject), row.notice.occurrence) for row in rows if row.notice.rule == UNREACHED}
    assert {(str(row.notice.subject), row.notice.occurrence) for row in failed} == told
