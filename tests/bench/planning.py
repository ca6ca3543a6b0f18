"""The planning part of the bench: the notices of many offices for one day, read, reckoned and written."""

import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import create_engine, insert, update

from domain.clock import at_local
from domain.deadlines import Deadline, DeadlineKind, parse_deadline
from domain.people import Person, Role
from domain.plans import Document
from domain.reporting_periods import Period, PeriodKind
from domain.tasks import Task, TaskStatus
from scheduler.planning import plan
from storage import Repositories, Storage, tables
from storage.register import state_values, task_values

OFFICES = 50
UNITS = 8
OFFICIALS = 4
"""Units of an office, and the officials of each beside its head."""
MORNING = clock(8)
DAY = date(2026, 10, 12)
RHYTHMS = [
    parse_deadline(words)
    for words in ("hằng tháng", "ngày 25 hằng tháng", "hằng quý", "trước 05/6 và 10/12 hằng năm", "hằng năm")
]


@dataclass(frozen=True)
class Measured:
    """What it took to plan for everybody, in seconds of the processor, and how many notices came of it.

    `most` is the memory the process had taken at most by then, in MiB.
    """

    seconds: float
    notices: int
    most: float


async def measure(home: Path, tasks: int) -> tuple[Measured, Measured, Measured]:
    """What the first planning of so many tasks takes, that of the next working day, and a look with nothing new."""
    path = home / "planning.db"
    storage = Storage.open(f"sqlite:///{path}")
    await storage.migrate()
    try:
        await _fill(storage, path, tasks)
        first = await _plan(storage, at_local(DAY - timedelta(days=3), MORNING))
        _all_sent(path, at_local(DAY - timedelta(days=3), MORNING))
        day = await _plan(storage, at_local(DAY, MORNING))
        return first, day, await _plan(storage, at_local(DAY, MORNING) + timedelta(seconds=30))
    finally:
        await storage.close()


async def _plan(storage: Storage, now: datetime) -> Measured:
    """One round over all offices, as every beat of the clock does it."""
    began = time.process_time()
    count = await plan(storage, now, sparing=True)
    seconds = time.process_time() - began
    return Measured(seconds, count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _all_sent(path: Path, now: datetime) -> None:
    """Everybody has read what waited."""
    engine, rows = create_engine(f"sqlite:///{path}"), tables.notices
    with engine.begin() as connection:
        connection.execute(update(rows).where(rows.c.status == "pending").values(status="sent", sent_at=now))
    engine.dispose()


def _period(office_id: int) -> Period:
    """The month's period, which is due inside the office today."""
    first, cutoff = DAY - timedelta(days=27), DAY + timedelta(days=2)
    return Period(0, office_id, PeriodKind.MONTH, first, cutoff, DAY - timedelta(days=3), DAY)


async def _fill(storage: Storage, path: Path, tasks: int) -> None:
    """Offices with people, a dated plan, and tasks as a year of plans leaves them: most of what is past is done."""
    dice = Random(2026)
    rows: list[dict[str, Any]] = []
    reports: list[dict[str, Any]] = []
    for number in range(1, OFFICES + 1):
        async with storage.writing() as records:
            office = await records.offices.ensure(f"Xã số {number}")
            people = await _people(records, office.id)
            plan = Document(0, office.id, "a.txt", "12/KH-UBND", issued_on=DAY - timedelta(days=150))
            plan = await records.library.replace(plan, [])
            await records.periods.keep(_period(office.id))
        for task in _tasks(office.id, plan.id, people, tasks // OFFICES, dice):
            rows.append({**task_values(task), **state_values(task)})
            if dice.random() < 0.6:
                reports.append(_report(len(rows), office.id, people[0].id, dice))
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(insert(tables.tasks), rows)
        connection.execute(insert(tables.reports), reports)
    engine.dispose()


async def _people(records: Repositories, office_id: int) -> list[Person]:
    found = [await records.people.add(office_id, f"Lãnh đạo {number}", Role.LEADER) for number in (1, 2)]
    for number in range(1, UNITS + 1):
        unit = await records.people.add_unit(office_id, f"Phòng {number}")
        found.append(await records.people.add(office_id, f"Trưởng phòng {number}", Role.HEAD, unit.id))
        for official in range(1, OFFICIALS + 1):
            name = f"Chuyên viên {number}.{official}"
            found.append(await records.people.add(office_id, name, Role.OFFICIAL, unit.id))
    return found


def _tasks(office_id: int, plan_id: int, people: Sequence[Person], count: int, dice: Random) -> Iterator[Task]:
    officials = [person for person in people if person.role is Role.OFFICIAL]
    for number in range(1, count + 1):
        carrier, deadline = dice.choice(officials), _deadline(dice)
        is_past = deadline.due is not None and deadline.due < DAY
        yield Task(
            0,
            office_id,
            str(number),
            f"Nhiệm vụ thứ {number} của kế hoạch năm",
            deadline,
            lead_unit_id=carrier.unit_id,
            assignee_id=carrier.id if dice.random() < 0.8 else None,
            document_id=plan_id,
            status=TaskStatus.DONE if is_past and dice.random() < 0.85 else TaskStatus.IN_PROGRESS,
        )


def _deadline(dice: Random) -> Deadline:
    kind = dice.random()
    if kind < 0.65:
        return Deadline(DeadlineKind.DATE, due=DAY + timedelta(days=dice.randrange(-140, 220)))
    return dice.choice(RHYTHMS) if kind < 0.85 else Deadline(DeadlineKind.ONGOING)


def _report(task_id: int, office_id: int, person_id: int, dice: Random) -> dict[str, Any]:
    at = at_local(DAY - timedelta(days=dice.randrange(1, 140)), MORNING)
    status, said = TaskStatus.IN_PROGRESS.value, "đang làm"
    return {"office_id": office_id, "task_id": task_id, "person_id": person_id, "status": status, "at": at} | {
        "obstacle": "",
        "said": said,
    }
