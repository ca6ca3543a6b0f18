"""Who may see and do what, as a table."""

from dataclasses import replace

import pytest

from domain.deadlines import Deadline, DeadlineKind
from domain.people import Person, Role
from domain.plans import Document, Visibility
from domain.rights import (
    is_for_everyone,
    is_responsible,
    may_report,
    may_see,
    may_see_internal,
    may_see_overview,
)
from domain.tasks import Task, TaskStatus

TASK = Task(1, 1, "4", "Số hóa hồ sơ", Deadline(DeadlineKind.ONGOING), lead_unit_id=10, assignee_id=100)


def person(role: Role, *, number: int = 1, unit: int | None = None, office: int = 1, active: bool = True) -> Person:
    return Person(number, office, "An", role, unit_id=unit, active=active)


@pytest.mark.parametrize(
    ("role", "internal", "overview"),
    [
        (Role.CITIZEN, False, False),
        (Role.OFFICIAL, True, False),
        (Role.HEAD, True, True),
        (Role.LEADER, True, True),
        (Role.ADMINISTRATOR, True, True),
    ],
)
def test_what_a_role_may_see(role: Role, internal: bool, overview: bool) -> None:
    assert (may_see_internal(role), may_see_overview(role), role.is_staff) == (internal, overview, internal)


@pytest.mark.parametrize(
    ("who", "responsible", "reports", "sees"),
    [
        (person(Role.OFFICIAL, number=100), True, True, True),
        (person(Role.OFFICIAL, unit=10), True, True, True),
        (person(Role.HEAD, unit=10), True, True, True),
        (person(Role.OFFICIAL, unit=11), False, False, True),
        (person(Role.OFFICIAL), False, False, True),
        (person(Role.LEADER), False, False, True),
        (person(Role.ADMINISTRATOR), False, True, True),
        (person(Role.OFFICIAL, unit=10, active=False), True, False, False),
        (person(Role.OFFICIAL, office=2), False, False, False),
        (person(Role.CITIZEN), False, False, False),
    ],
)
def test_what_a_person_may_do_with_a_task(who: Person, responsible: bool, reports: bool, sees: bool) -> None:
    assert (is_responsible(who, TASK), may_report(who, TASK), may_see(who, TASK)) == (responsible, reports, sees)


def test_a_task_without_unit_or_name_is_nobodys() -> None:
    orphan = Task(2, 1, "5", "Việc chung", Deadline(DeadlineKind.ONGOING))
    assert not is_responsible(person(Role.OFFICIAL), orphan)


@pytest.mark.parametrize(("status", "over"), [(s, s in (TaskStatus.DONE, TaskStatus.CANCELLED)) for s in TaskStatus])
def test_only_done_and_cancelled_tasks_are_over(status: TaskStatus, over: bool) -> None:
    assert status.is_over is over


def test_citizens_see_what_is_published_of_public_plans_alone() -> None:
    plan = Document(5, 1, "ke-hoach.txt")
    told = Task(1, 1, "3", "Lắp mã QR", Deadline(DeadlineKind.ONGOING), document_id=5, published=True)
    assert is_for_everyone(told, plan)
    assert not is_for_everyone(told, None)
    assert not is_for_everyone(told, replace(plan, visibility=Visibility.INTERNAL))
    assert not is_for_everyone(told, replace(plan, office_id=2))
    assert not is_for_everyone(told, replace(plan, id=6))
    for hidden in ({"published": False}, {"confirmed": False}, {"dropped": True}, {"document_id": None}):
        assert not is_for_everyone(replace(told, **hidden), plan)
