"""Drafts come and go with their document; what people decided stays."""

from dataclasses import replace

from domain.deadlines import Deadline, DeadlineKind
from domain.plans import Document, Target
from domain.tasks import Span, Task
from storage import Storage
from tests.storage.conftest import Ward

ONGOING = Deadline(DeadlineKind.ONGOING, text="Thường xuyên")


def _draft(number: str, title: str, source: str = "") -> Task:
    span = Span("title", 3, 9)
    return Task(0, 0, number, title, ONGOING, source=source, confirmed=False, confidence=0.7, page=2, spans=(span,))


async def _renewed(storage: Storage, ward: Ward, *tasks: Task, targets: tuple[Target, ...] = ()) -> Document:
    async with storage.writing() as records:
        plan = await records.library.replace(Document(0, ward.office.id, "a.txt", "9/KH"), [])
        await records.drafting.renew(plan, tasks, targets)
    return plan


async def _numbers(storage: Storage, ward: Ward, *, confirmed_only: bool = False) -> dict[str, str]:
    async with storage.reading() as records:
        found = await records.register.tasks(ward.office.id, confirmed_only=confirmed_only)
    return {task.number: task.title for task in found}


async def _change(storage: Storage, ward: Ward, which: str, **changes: object) -> None:
    async with storage.writing() as records:
        found = await records.register.tasks(ward.office.id, confirmed_only=False)
        task = next(task for task in found if task.number == which)
        await records.register.update_task(replace(task, **changes))  # type: ignore[arg-type]


async def test_drafts_belong_to_their_document_and_are_no_tasks_yet(storage: Storage, ward: Ward) -> None:
    plan = await _renewed(storage, ward, _draft("1", "Lắp camera"), targets=(Target(0, 0, "1", "Hồ sơ số"),))
    async with storage.reading() as records:
        (task,) = await records.register.tasks(ward.office.id, confirmed_only=False)
        assert (task.document_id, task.file, task.office_id) == (plan.id, "a.txt", ward.office.id)
        assert (task.confidence, task.page, task.spans) == (0.7, 2, (Span("title", 3, 9),))
        assert await records.register.tasks(ward.office.id) == []
        assert await records.drafting.counts(plan.id) == (1, 1, 2)


async def test_a_second_reading_replaces_only_what_nobody_decided_about(storage: Storage, ward: Ward) -> None:
    drafts = [_draft(str(n), f"Việc {n}", f"viec so {n}") for n in range(1, 5)]
    await _renewed(storage, ward, *drafts)
    await _change(storage, ward, "1", confirmed=True, title="Việc một, đã sửa")
    await _change(storage, ward, "2", dropped=True)
    await _renewed(storage, ward, *drafts[:3], _draft("5", "Việc 5"))
    assert await _numbers(storage, ward) == {"1": "Việc một, đã sửa", "3": "Việc 3", "5": "Việc 5"}
    assert await _numbers(storage, ward, confirmed_only=True) == {"1": "Việc một, đã sửa"}


async def test_what_was_confirmed_or_dropped_is_known_under_another_number(storage: Storage, ward: Ward) -> None:
    await _renewed(storage, ward, _draft("1", "Lắp camera", "lap camera"), _draft("2", "Mua máy quét", "mua may"))
    await _change(storage, ward, "1", confirmed=True, number="A1", title="Camera")
    await _change(storage, ward, "2", dropped=True)
    await _renewed(storage, ward, _draft("I.1", "Lắp camera", "lap camera"), _draft("I.2", "Mua máy quét", "khác"))
    assert await _numbers(storage, ward) == {"A1": "Camera"}


async def test_a_dropped_number_that_stands_for_something_else_is_a_new_draft(storage: Storage, ward: Ward) -> None:
    await _renewed(storage, ward, _draft("1", "Lắp camera", "lap camera"))
    await _change(storage, ward, "1", dropped=True)
    await _renewed(storage, ward, _draft("1", "Mở lớp tập huấn", "mo lop"))
    assert await _numbers(storage, ward) == {"1": "Mở lớp tập huấn"}


async def test_what_staff_entered_before_the_plan_was_read_is_tied_to_it(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        entered = Task(0, ward.office.id, "1", "Camera", ONGOING, document_number="9/KH")
        await records.register.put_task(entered)
    plan = await _renewed(storage, ward, _draft("1", "Lắp camera"), _draft("2", "Mua máy quét"))
    async with storage.reading() as records:
        found = await records.register.tasks(ward.office.id, confirmed_only=False)
    assert [(task.title, task.document_id, task.confirmed) for task in found] == [
        ("Camera", plan.id, True),
        ("Mua máy quét", plan.id, False),
    ]
