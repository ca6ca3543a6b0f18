"""The templates that an app has approved, and what fills their parameters."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.message_templates import MessageTemplate, Parameter
from storage import tables
from storage.dialects import insert

_table = tables.message_templates
_COLUMNS = (
    _table.c.office_id,
    _table.c.channel,
    _table.c.purpose,
    _table.c.template_id,
    _table.c.fields,
    _table.c.parameters,
    _table.c.status,
    _table.c.checked_at,
)


class MessageTemplates:
    """For each office, channel and purpose the one template that is used."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, template: MessageTemplate) -> None:
        """Use this template for its purpose, in place of the one before."""
        said = {
            "template_id": template.template_id,
            "fields": dict(template.fields),
            "parameters": [parameter.as_json() for parameter in template.parameters],
            "status": template.status,
            "checked_at": template.checked_at,
        }
        named = {"office_id": template.office_id, "channel": template.channel, "purpose": template.purpose}
        adding = insert(self._connection.dialect.name, _table).values(**named, **said)
        await self._connection.execute(
            adding.on_conflict_do_update(index_elements=["channel", "office_id", "purpose"], set_=said)
        )

    async def of_office(self, office_id: int) -> Sequence[MessageTemplate]:
        """The office's templates, by channel and purpose."""
        asked = select(*_COLUMNS).where(_table.c.office_id == office_id)
        rows = await self._connection.execute(asked.order_by(_table.c.channel, _table.c.purpose))
        return [_template(row) for row in rows]

    async def checked(self, template: MessageTemplate, status: str, now: datetime) -> None:
        """The app says that this template stands so."""
        await self._connection.execute(update(_table).where(*_is(template)).values(status=status, checked_at=now))

    async def remove(self, template: MessageTemplate) -> bool:
        """The purpose has no template any more; False when it had another, or none."""
        removing = delete(_table).where(*_is(template)).returning(_table.c.id)
        return (await self._connection.execute(removing)).first() is not None


def _is(template: MessageTemplate) -> tuple[Any, ...]:
    return (
        _table.c.office_id == template.office_id,
        _table.c.channel == template.channel,
        _table.c.purpose == template.purpose,
        _table.c.template_id == template.template_id,
    )


def _template(row: Any) -> MessageTemplate:
    return MessageTemplate(
        office_id=row.office_id,
        channel=row.channel,
        purpose=row.purpose,
        template_id=row.template_id,
        fields=tuple(sorted(row.fields.items())),
        parameters=tuple(Parameter.from_json(each) for each in row.parameters),
        status=row.status,
        checked_at=row.checked_at,
    )
