"""The questions people asked and how they ended."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.answers import Answer
from domain.messages import Incoming
from domain.people import Person
from storage import tables

_table = tables.questions


class Questions:
    """What was asked, what it was understood to be, and what was answered."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def note(
        self,
        asked: str,
        answer: Answer,
        incoming: Incoming,
        person: Person | None,
        now: datetime,
        office_id: int | None = None,
    ) -> int:
        """Keep a question with its ending and return its id; without `office_id` it belongs to the person's office."""
        noted = await self._connection.execute(
            _table.insert().returning(_table.c.id),
            {
                "office_id": office_id if office_id is not None or person is None else person.office_id,
                "person_id": None if person is None else person.id,
                "channel": incoming.channel,
                "chat_id": incoming.chat_id,
                "asked": asked,
                "understood": answer.question,
                "status": answer.status.value,
                "answer": answer.text,
                "citations": [
                    {"passage": c.passage_id, "file": c.file, "number": c.number, "page": c.page}
                    for c in answer.citations
                ],
                "took_ms": answer.took_ms,
                "at": now,
            },
        )
        return int(noted.scalar_one())

    async def recent(self, office_id: int | None = None, limit: int = 100) -> Sequence[Mapping[str, Any]]:
        """The latest questions first: their columns by name; of every office when none is given."""
        statement = select(_table).order_by(_table.c.id.desc()).limit(limit)
        if office_id is not None:
            statement = statement.where(_table.c.office_id == office_id)
        return [dict(row) for row in (await self._connection.execute(statement)).mappings()]
