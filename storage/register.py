"""Tasks, targets and what was reported of them."""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, and_, delete, func, or_, select, update

from domain.clock import local_day
from domain.deadlines import Deadline, DeadlineKind, Rhythm
from domain.plans import Target
from domain.progress import Approval
from domain.tasks import Span, Task, TaskStatus
from storage import tables
from storage.open_tasks import OpenTasks
from storage.progress import Progress

_tasks, _targets, _reports = tables.tasks, tables.targets, tables.reports
_documents, _units, _people = tables.documents, tables.units, tables.people

_TASK = (
    select(
        _tasks,
        func.coalesce(_documents.c.number, _tasks.c.document_number).label("shown_document_number"),
        func.coalesce(_documents.c.file, _tasks.c.file).label("shown_file"),
        _documents.c.issued_on,
        _units.c.name.label("unit_name"),
        _people.c.name.label("assignee_name"),
        select(func.max(_reports.c.at, type_=_reports.c.at.type))
        .where(_reports.c.task_id == _tasks.c.id, _reports.c.approval != Approval.RETURNED.value)
        .correlate(_tasks)
        .scalar_subquery()
        .label("last_report_at"),
    )
    .select_from(_tasks)
    .outerjoin(_documents, _documents.c.id == _tasks.c.document_id)
    .outerjoin(_units, _units.c.id == _tasks.c.lead_unit_id)
    .outerjoin(_people, _people.c.id == _tasks.c.assignee_id)
)
_TARGET = (
    select(
        _targets,
        func.coalesce(_documents.c.number, _targets.c.document_number).label("shown_document_number"),
        _documents.c.file.label("shown_file"),
        _units.c.name.label("unit_name"),
    )
    .select_from(_targets)
    .outerjoin(_documents, _documents.c.id == _targets.c.document_id)
    .outerjoin(_units, _units.c.id == _targets.c.lead_unit_id)
)


class Register(Progress, OpenTasks):
    """The office's tasks and targets, and their history."""

    async def task(self, task_id: int) -> Task | None:
        """The task, or None."""
        row = (await self._connection.execute(_TASK.where(_tasks.c.id == task_id))).first()
        return None if row is None else (await self._with_shares([_task(row)]))[0]

    async def tasks(
        self,
        office_id: int,
        *,
        confirmed_only: bool = True,
        document_number: str | None = None,
        dropped_too: bool = False,
    ) -> Sequence[Task]:
        """The office's tasks in the order of their documents and numbers (2 before 10); of one document if given.

        Drafts that were dropped are in none of them unless asked for.
        """
        statement = _TASK.where(_tasks.c.office_id == office_id)
        if not dropped_too:
            statement = statement.where(_tasks.c.dropped.is_(False))
        if confirmed_only:
            statement = statement.where(_tasks.c.confirmed)
        found = await self._with_shares([_task(row) for row in await self._connection.execute(statement)])
        if document_number is not None:
            found = [task for task in found if task.document_number == document_number]
        return sorted(found, key=_place)

    async def target(self, target_id: int) -> Target | None:
        """The target, or None."""
        row = (await self._connection.execute(_TARGET.where(_targets.c.id == target_id))).first()
        return None if row is None else _target(row)

    async def targets(
        self,
        office_id: int,
        *,
        confirmed_only: bool = False,
        document_number: str | None = None,
        dropped_too: bool = False,
    ) -> Sequence[Target]:
        """The office's targets, drafts included unless told otherwise, in the order of documents and numbers."""
        statement = _TARGET.where(_targets.c.office_id == office_id)
        if not dropped_too:
            statement = statement.where(_targets.c.dropped.is_(False))
        if confirmed_only:
            statement = statement.where(_targets.c.confirmed)
        found = [_target(row) for row in await self._connection.execute(statement)]
        if document_number is not None:
            found = [target for target in found if target.document_number == document_number]
        return sorted(found, key=_place)

    async def add_task(self, task: Task) -> Task:
        """A new task, with a new id."""
        statement = _tasks.insert().values(task_values(task) | state_values(task)).returning(_tasks.c.id)
        return await self._task((await self._connection.execute(statement)).scalar_one())

    async def update_task(self, task: Task) -> Task:
        """Write the task as given, its state included, over the one with its id. Raises LookupError when it is gone."""
        statement = update(_tasks).where(_tasks.c.id == task.id).values(task_values(task) | state_values(task))
        if (await self._connection.execute(statement)).rowcount == 0:
            raise LookupError(f"task {task.id} is gone")
        return await self._task(task.id)

    async def put_task(self, task: Task) -> Task:
        """The task of this office, document and number (without a number: title), added or brought up to date.

        The state of a task already there moves by reports only, and a draft never overwrites what staff confirmed.
        """
        values = task_values(task) | {"document_id": await self._document_of(task)}
        found = await self._same(_tasks, values)
        if found is None:
            adding = _tasks.insert().values(values | state_values(task)).returning(_tasks.c.id)
            return await self._task((await self._connection.execute(adding)).scalar_one())
        if task.confirmed or not found.confirmed:
            await self._connection.execute(update(_tasks).where(_tasks.c.id == found.id).values(values))
        return await self._task(found.id)

    async def put_target(self, target: Target) -> Target:
        """The target of this office, document and number (without a number: title), added or brought up to date.

        A draft never overwrites what staff confirmed.
        """
        values = target_values(target) | {"document_id": await self._document_of(target)}
        found = await self._same(_targets, values)
        if found is None:
            adding = _targets.insert().values(values).returning(_targets.c.id)
            return await self._target((await self._connection.execute(adding)).scalar_one())
        if target.confirmed or not found.confirmed:
            await self._connection.execute(update(_targets).where(_targets.c.id == found.id).values(values))
        return await self._target(found.id)

    async def update_target(self, target: Target) -> Target:
        """Write the target as given over the one with its id. Raises LookupError when it is gone."""
        statement = update(_targets).where(_targets.c.id == target.id).values(target_values(target))
        if (await self._connection.execute(statement)).rowcount == 0:
            raise LookupError(f"target {target.id} is gone")
        return await self._target(target.id)

    async def remove_drafts(self, document_id: int) -> None:
        """Take away what was drafted from a document and never confirmed, before it is drafted anew."""
        for table in (_tasks, _targets):
            statement = delete(table).where(table.c.document_id == document_id, table.c.confirmed.is_(False))
            await self._connection.execute(statement)

    async def _task(self, task_id: int) -> Task:
        task = _task((await self._connection.execute(_TASK.where(_tasks.c.id == task_id))).one())
        return (await self._with_shares([task]))[0]

    async def _target(self, target_id: int) -> Target:
        return _target((await self._connection.execute(_TARGET.where(_targets.c.id == target_id))).one())

    async def _document_of(self, entry: Task | Target) -> int | None:
        """The document an entry belongs to: the one it names, or the only one that has the number it gives."""
        if entry.document_id is not None or not entry.document_number:
            return entry.document_id
        statement = select(_documents.c.id).where(
            _documents.c.office_id == entry.office_id, _documents.c.number == entry.document_number
        )
        ids = (await self._connection.execute(statement)).scalars().all()
        return ids[0] if len(ids) == 1 else None

    async def _same(self, table: Table, values: dict[str, Any]) -> Any:
        """The entry that these values describe, if there is one; no other transaction adds it until this one ends."""
        office = tables.offices
        await self._connection.execute(
            select(office.c.id).where(office.c.id == values["office_id"]).with_for_update(key_share=True)
        )
        unlinked = and_(table.c.document_id.is_(None), table.c.document_number == values["document_number"])
        document_id = values["document_id"]
        same_document = unlinked if document_id is None else or_(table.c.document_id == document_id, unlinked)
        same_name = (
            table.c.number == values["number"]
            if values["number"]
            else and_(table.c.number == "", table.c.title == values["title"])
        )
        statement = (
            select(table.c.id, table.c.confirmed)
            .where(table.c.office_id == values["office_id"], same_document, same_name)
            .order_by(table.c.document_id.is_(None), table.c.id)
        )
        return (await self._connection.execute(statement)).first()


def _place(entry: Task | Target) -> tuple[Any, ...]:
    """The order of a plan's entries: by document, then by number as a person counts, then as they were added."""
    parts = re.findall(r"\d+|\D+", entry.number)
    natural = [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]
    return (entry.document_id is None, entry.document_id or 0, entry.document_number, natural, entry.id)


def state_values(task: Task) -> dict[str, Any]:
    """Where a task stands, as the columns of its row."""
    return {"status": task.status.value, "percent": task.percent, "expected": task.expected}


def task_values(task: Task) -> dict[str, Any]:
    """A task as the columns of its row, without where it stands."""
    deadline = task.deadline
    return {
        "office_id": task.office_id,
        "document_id": task.document_id,
        "document_number": task.document_number,
        "file": task.file,
        "number": task.number,
        "title": task.title,
        "deadline_kind": deadline.kind.value,
        "deadline_due": deadline.due,
        "deadline_every": None if deadline.every is None else deadline.every.value,
        "deadline_dates": list(deadline.dates),
        "deadline_day": deadline.day,
        "deadline_text": deadline.text,
        "lead": task.lead,
        "support": task.support,
        "product": task.product,
        "lead_unit_id": task.lead_unit_id,
        "assignee_id": task.assignee_id,
        "source": task.source,
        "confirmed": task.confirmed,
        "confidence": task.confidence,
        "page": task.page,
        "spans": _spans_json(task.spans),
        "dropped": task.dropped,
        "published": task.published,
        "result": task.result,
        "support_unit_ids": list(task.support_unit_ids),
    }


def target_values(target: Target) -> dict[str, Any]:
    """A target as the columns of its row."""
    return {
        "office_id": target.office_id,
        "document_id": target.document_id,
        "document_number": target.document_number,
        "number": target.number,
        "title": target.title,
        "years": [list(pair) for pair in target.values],
        "unit_of_measure": target.unit_of_measure,
        "lead": target.lead,
        "source": target.source,
        "confirmed": target.confirmed,
        "lead_unit_id": target.lead_unit_id,
        "confidence": target.confidence,
        "page": target.page,
        "spans": _spans_json(target.spans),
        "dropped": target.dropped,
        "published": target.published,
    }


def _spans_json(spans: Sequence[Span]) -> list[Any]:
    return [[span.field, span.start, span.end] for span in spans]


def _spans(kept: Sequence[Any] | None) -> tuple[Span, ...]:
    return tuple(Span(field, start, end) for field, start, end in kept or ())


def _task(row: Any) -> Task:
    return Task(
        id=row.id,
        office_id=row.office_id,
        number=row.number,
        title=row.title,
        deadline=Deadline(
            kind=DeadlineKind(row.deadline_kind),
            due=row.deadline_due,
            every=None if row.deadline_every is None else Rhythm(row.deadline_every),
            dates=tuple(row.deadline_dates),
            day=row.deadline_day,
            text=row.deadline_text,
        ),
        lead=row.lead,
        support=row.support,
        product=row.product,
        lead_unit_id=row.lead_unit_id,
        lead_unit_name=row.unit_name or "",
        assignee_id=row.assignee_id,
        assignee_name=row.assignee_name or "",
        document_id=row.document_id,
        document_number=row.shown_document_number,
        file=row.shown_file,
        source=row.source,
        confirmed=row.confirmed,
        status=TaskStatus(row.status),
        percent=row.percent,
        expected=row.expected,
        reported_on=None if row.last_report_at is None else local_day(row.last_report_at),
        confidence=row.confidence,
        page=row.page,
        spans=_spans(row.spans),
        dropped=row.dropped,
        published=row.published,
        result=row.result,
        support_unit_ids=tuple(row.support_unit_ids or ()),
        begins=row.issued_on,
    )


def _target(row: Any) -> Target:
    return Target(
        id=row.id,
        office_id=row.office_id,
        number=row.number,
        title=row.title,
        values=tuple((year, words) for year, words in row.years),
        unit_of_measure=row.unit_of_measure,
        lead=row.lead,
        document_id=row.document_id,
        document_number=row.shown_document_number,
        source=row.source,
        confirmed=row.confirmed,
        file=row.shown_file or "",
        lead_unit_id=row.lead_unit_id,
        lead_unit_name=row.unit_name or "",
        confidence=row.confidence,
        page=row.page,
        spans=_spans(row.spans),
        dropped=row.dropped,
        published=row.published,
    )
