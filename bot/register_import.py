"""Takes a filled-in spreadsheet into the register, all or nothing."""

from dataclasses import dataclass
from datetime import datetime

from bot.sheets import CellError, SheetReading, TargetLine, TaskLine, read
from domain.plans import Target
from domain.tasks import Task
from storage import Repositories, Storage


@dataclass(frozen=True, slots=True)
class Imported:
    """How an import went: what was read, and the cells that stand in its way."""

    tasks: int
    targets: int
    errors: tuple[CellError, ...] = ()


async def import_sheet(
    storage: Storage, office_id: int, content: bytes, now: datetime, *, dry_run: bool = False
) -> Imported:
    """Import the tasks and targets of a spreadsheet. With any error, or in a dry run, nothing is written.

    A task or target of the same plan and number is brought up to date. What the administrator lists is confirmed.
    """
    reading = read(content)
    if reading.errors or dry_run:
        return Imported(len(reading.tasks), len(reading.targets), reading.errors)
    async with storage.writing() as records:
        await _write(records, office_id, reading)
        details = {"tasks": len(reading.tasks), "targets": len(reading.targets)}
        await records.audit.note(office_id, None, "register.imported", "xlsx", now, details)
    return Imported(len(reading.tasks), len(reading.targets))


async def _write(records: Repositories, office_id: int, reading: SheetReading) -> None:
    documents = {d.number: d.id for d in await records.library.documents(office_id) if d.number}
    people = {p.name: p.id for p in await records.people.of_office(office_id)}
    for line in reading.tasks:
        await records.register.put_task(await _task(records, office_id, line, documents, people))
    for target in reading.targets:
        await records.register.put_target(_target(office_id, target, documents))


async def _task(
    records: Repositories, office_id: int, line: TaskLine, documents: dict[str, int], people: dict[str, int]
) -> Task:
    unit = await records.people.unit_by_name(office_id, line.lead) if line.lead else None
    return Task(
        id=0,
        office_id=office_id,
        number=line.number,
        title=line.title,
        deadline=line.deadline,
        lead=line.lead,
        support=line.support,
        product=line.product,
        lead_unit_id=unit.id if unit else None,
        assignee_id=people.get(line.assignee),
        document_id=documents.get(line.document_number),
        document_number=line.document_number,
        confirmed=True,
        status=line.status,
        percent=line.percent,
    )


def _target(office_id: int, line: TargetLine, documents: dict[str, int]) -> Target:
    return Target(
        id=0,
        office_id=office_id,
        number=line.number,
        title=line.title,
        values=line.values,
        unit_of_measure=line.unit_of_measure,
        lead=line.lead,
        document_id=documents.get(line.document_number),
        document_number=line.document_number,
        confirmed=True,
    )
