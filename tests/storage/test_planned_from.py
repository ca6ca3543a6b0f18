"""What planning reads beside the whole register: open tasks, when overdue was first said, where something was done."""

from dataclasses import replace
from datetime import date, timedelta

from domain.clock import local_day
from domain.deadlines import Deadline, DeadlineKind, Rhythm
from domain.messages import Reply
from domain.notices import Notice, Subject, SubjectKind
from domain.plans import Document
from domain.progress import Understood
from domain.tasks import Share, Task, TaskStatus
from storage import Storage
from storage.outbox import Queued
from tests.storage.conftest import NOW, Ward

DUE = date(2026, 6, 8)
DAY = timedelta(days=1)


def _lean(task: Task) -> Task:
    """The task as planning reads it: without its words."""
    return Task(
        task.id,
        task.office_id,
        "",
        "",
        replace(task.deadline, text=""),
        lead_unit_id=task.lead_unit_id,
        assignee_id=task.assignee_id,
        document_id=task.document_id,
        status=task.status,
        reported_on=task.reported_on,
        shares=tuple(
            Share(s.unit_id, "", s.status, reported_on=s.reported_on)
            for s in sorted(task.shares, key=lambda s: s.unit_id)
        ),
        begins=task.begins,
    )


async def test_open_tasks_are_the_register_without_its_words(storage: Storage, ward: Ward) -> None:
    monthly = Deadline(DeadlineKind.RECURRING, every=Rhythm.YEAR, dates=("03-31", "06-30"), text="năm")
    async with storage.writing() as records:
        issued = Document(0, ward.office.id, "a.txt", "12/KH-UBND", issued_on=date(2026, 1, 15))
        plan = await records.library.replace(issued, [])
        other = await records.people.add_unit(ward.office.id, "Phòng Tư pháp")
        base = Task(0, ward.office.id, "1", "Lắp camera", Deadline(DeadlineKind.DATE, DUE, text="trước 8/6"))
        reported = await records.register.add_task(replace(base, lead_unit_id=ward.unit.id, document_id=plan.id))
        await records.register.add_report(reported, ward.person, Understood("report"), "đang làm", NOW)
        await records.register.add_task(replace(base, number="2", deadline=monthly, assignee_id=ward.person.id))
        shared = await records.register.add_task(replace(base, number="3"))
        await records.register.set_shares(shared.id, [ward.unit.id, other.id])
        shared = await records.register.task(shared.id) or shared
        await records.register.add_report(shared, ward.person, Understood("report"), "đang làm", NOW + DAY)
        await records.register.add_task(replace(base, number="4", confirmed=False))
        await records.register.add_task(replace(base, number="5", dropped=True))
        found = await records.register.open_tasks(ward.office.id)
        assert sorted(found, key=lambda t: t.id) == [_lean(t) for t in await records.register.tasks(ward.office.id)]
        assert len(found) == 3 and all(share.unit_name == "" for task in found for share in task.shares)


async def test_what_is_over_is_read_where_it_was_reported_on_lately_or_is_named(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        task = Task(0, ward.office.id, "1", "Lắp camera", Deadline(DeadlineKind.DATE, DUE))
        lately = await records.register.add_task(task)
        done = Understood("report", status=TaskStatus.DONE)
        await records.register.add_report(lately, ward.person, done, "xong", NOW)
        silent = await records.register.add_task(replace(task, number="2", status=TaskStatus.CANCELLED))
        draft = await records.register.add_task(replace(task, number="3", confirmed=False))
        office, today = ward.office.id, local_day(NOW)
        assert await records.register.open_tasks(office) == []
        assert [t.id for t in await records.register.open_tasks(office, today)] == [lately.id]
        assert await records.register.open_tasks(office, today + DAY) == []
        named = [lately.id, silent.id, draft.id]
        assert {t.id for t in await records.register.open_tasks(office, today, named)} == {lately.id, silent.id}


async def test_it_is_known_when_something_was_first_said_to_be_overdue(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        task = await records.register.add_task(Task(0, ward.office.id, "4", "x", Deadline(DeadlineKind.DATE, DUE)))
        subject = Subject(SubjectKind.TASK, task.id)
        third = Notice(ward.office.id, ward.person.id, subject, "overdue_3", DUE, NOW)
        rows = [(third, NOW), (replace(third, rule="before_1"), NOW)]
        await records.notices.open_many(rows, NOW)
        about = (str(subject), DUE)
        assert await records.notices.told_overdue(ward.office.id) == {about: (NOW, None)}
        (row,) = [row for row in await records.notices.pending(ward.office.id) if row.notice.rule == "overdue_3"]
        await records.notices.open_many([(replace(third, rule="overdue_7"), NOW)], NOW + DAY)
        await records.notices.cancel([row.id], "folded")
        assert await records.notices.told_overdue(ward.office.id) == {about: (NOW, None)}, "a newer one came"
        for row in await records.notices.pending(ward.office.id):
            await records.notices.cancel([row.id], "reassigned")
        await records.notices.open_many([(replace(third, rule="overdue_1"), NOW)], NOW + 2 * DAY)
        await records.register.update_task(replace(task, status=TaskStatus.DONE))
        assert await records.notices.told_overdue(ward.office.id) == {}, "it is over"


async def test_what_was_taken_back_before_anybody_read_it_told_nobody(storage: Storage, ward: Ward) -> None:
    case = Notice(ward.office.id, ward.person.id, Subject(SubjectKind.FEEDBACK, 3), "overdue_1", DUE, NOW)
    async with storage.writing() as records:
        await records.notices.open_many([(case, NOW)], NOW)
        (row,) = await records.notices.pending(ward.office.id)
        await records.notices.cancel([row.id], "reassigned")
        assert await records.notices.told_overdue(ward.office.id) == {}


async def test_offices_in_which_something_was_done_or_said_are_known(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        quiet = await records.offices.ensure("Xã yên ắng")
        before = await records.notice_rules.stirred()
        assert quiet.id not in before
        await records.audit.note(ward.office.id, None, "x", "y", NOW + DAY)
        assert (await records.notice_rules.stirred())[ward.office.id] == NOW + DAY
        reminder = Queued("web", "5", Reply("Nhắc"), "a", NOW, "notice:digest", quiet.id)
        await records.outbox.queue_many([reminder])
        assert quiet.id not in await records.notice_rules.stirred(), "the bot's own reminders stir nothing"
        await records.outbox.queue_many([replace(reminder, key="b", cause="update")])
        assert (await records.notice_rules.stirred())[quiet.id] == NOW
