"""Keeps what was drafted from a document, and leaves alone what people decided about it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.plans import Document, Target
from domain.tasks import Task
from domain.vietnamese import fold
from storage import tables
from storage.register import state_values, target_values, task_values

_tasks, _targets = tables.tasks, tables.targets


class Drafting:
    """The drafts of documents: written anew whenever a document is read anew."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def renew(self, document: Document, tasks: Sequence[Task], targets: Sequence[Target]) -> None:
        """Put these drafts in place of the document's earlier ones that nobody has decided about.

        What was confirmed stays as it is and is not drafted a second time, and what was dropped stays dropped, also
        where it was given another number or title since. A dropped number that now stands for something else is a new
        draft.
        """
        await self._lock(document.office_id)
        for table in (_tasks, _targets):
            await self._forget_undecided(table, document.id)
            await self._tie(table, document)
        placed = {"office_id": document.office_id, "document_id": document.id, "document_number": document.number}
        await self._renew(
            _tasks,
            document.id,
            [task_values(task) | state_values(task) | placed | {"file": document.file} for task in tasks],
        )
        await self._renew(_targets, document.id, [target_values(target) | placed for target in targets])

    async def counts(self, document_id: int) -> tuple[int, int, int]:
        """How many tasks and targets stand in the register from a document, and how many of both await review."""
        standing: list[int] = []
        waiting = 0
        for table in (_tasks, _targets):
            of_document = select(func.count()).where(table.c.document_id == document_id, table.c.dropped.is_(False))
            standing.append((await self._connection.execute(of_document)).scalar_one())
            unconfirmed = of_document.where(table.c.confirmed.is_(False))
            waiting += (await self._connection.execute(unconfirmed)).scalar_one()
        return standing[0], standing[1], waiting

    async def _lock(self, office_id: int) -> None:
        """No other transaction adds to this office's register until this one ends."""
        office = tables.offices
        await self._connection.execute(
            select(office.c.id).where(office.c.id == office_id).with_for_update(key_share=True)
        )

    async def _forget_undecided(self, table: Table, document_id: int) -> None:
        undecided = delete(table).where(
            table.c.document_id == document_id, table.c.confirmed.is_(False), table.c.dropped.is_(False)
        )
        await self._connection.execute(undecided)

    async def _tie(self, table: Table, document: Document) -> None:
        """Tie to the document what staff entered under its number before it was read."""
        if not document.number:
            return
        held = select(table.c.number).where(table.c.document_id == document.id)
        unlinked = (
            table.c.office_id == document.office_id,
            table.c.document_id.is_(None),
            table.c.document_number == document.number,
            table.c.confirmed,
        )
        rows = (await self._connection.execute(select(table.c.id, table.c.number).where(*unlinked))).all()
        taken = set((await self._connection.execute(held)).scalars())
        for row in rows:
            if not row.number or row.number not in taken:
                tied = update(table).where(table.c.id == row.id).values(document_id=document.id)
                await self._connection.execute(tied)
                taken.add(row.number)

    async def _renew(self, table: Table, document_id: int, drafts: Sequence[dict[str, Any]]) -> None:
        columns = (table.c.id, table.c.number, table.c.title, table.c.source, table.c.confirmed)
        statement = select(*columns).where(table.c.document_id == document_id)
        decided = list(await self._connection.execute(statement))
        for draft in drafts:
            if any(_is_same(row, draft) for row in decided):
                continue
            dropped = next((row for row in decided if draft["number"] and row.number == draft["number"]), None)
            if dropped is None:
                await self._connection.execute(table.insert().values(draft))
            else:
                await self._connection.execute(update(table).where(table.c.id == dropped.id).values(draft))


def _is_same(row: Any, draft: dict[str, Any]) -> bool:
    """True where a draft is what a row, decided about, was drafted from."""
    if row.confirmed and draft["number"] and row.number == draft["number"]:
        return True
    return fold(row.title) == fold(draft["title"]) or bool(row.source and row.source == draft["source"])
