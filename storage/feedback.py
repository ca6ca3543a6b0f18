"""What citizens reported or proposed, under codes by which they follow it, and all that happened to it."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.feedback import CODE_ALPHABET, CODE_LENGTH, Feedback, FeedbackStatus, FeedbackStep, StepKind
from domain.messages import Incoming
from domain.vietnamese import nfc
from storage import tables
from storage.dialects import insert

_table, _steps, _blocks, _units, _people = (
    tables.feedback,
    tables.feedback_steps,
    tables.feedback_blocks,
    tables.units,
    tables.people,
)
_CASE = (
    select(
        _table.c.id,
        _table.c.office_id,
        _table.c.code,
        _table.c.channel,
        _table.c.chat_id,
        _table.c.user_id,
        _table.c.said,
        _table.c.place,
        _table.c.unit_id,
        _units.c.name,
        _table.c.status,
        _table.c.at,
        _table.c.due,
    )
    .select_from(_table.outerjoin(_units, _units.c.id == _table.c.unit_id))
    .order_by(_table.c.id)
)
_BY_ID = _CASE.where(_table.c.id == bindparam("feedback_id"))
_BY_CODE = _CASE.where(_table.c.office_id == bindparam("office_id"), _table.c.code == bindparam("code"))
_OF_ACCOUNT = _CASE.where(
    _table.c.office_id == bindparam("office_id"),
    _table.c.channel == bindparam("channel"),
    _table.c.user_id == bindparam("user_id"),
)
_OF_OFFICE = _CASE.where(_table.c.office_id == bindparam("office_id"))
_STEPS = (
    select(_steps.c.status, _steps.c.said, _steps.c.at, _people.c.name)
    .select_from(_steps.outerjoin(_people, _people.c.id == _steps.c.person_id))
    .where(_steps.c.feedback_id == bindparam("feedback_id"))
    .order_by(_steps.c.id)
)


class FeedbackCases:
    """The cases of citizens."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self, office_id: int, incoming: Incoming, said: str, place: str, unit_id: int | None, due: date, now: datetime
    ) -> Feedback:
        """A new case of the account that speaks, under a code that nobody can guess."""
        given = {
            "office_id": office_id,
            "channel": incoming.channel,
            "chat_id": incoming.chat_id,
            "user_id": incoming.user_id,
            "said": nfc(said),
            "place": nfc(place),
            "unit_id": unit_id,
            "status": FeedbackStatus.NEW.value,
            "at": now,
            "due": due,
        }
        while True:
            adding = insert(self._connection.dialect.name, _table).values(code=_new_code(), **given)
            added = adding.on_conflict_do_nothing(index_elements=["code"]).returning(_table.c.id)
            feedback_id = (await self._connection.execute(added)).scalar()
            if feedback_id is not None:
                break
        await self.note(feedback_id, StepKind.SENT, now)
        found = await self.get(feedback_id)
        assert found is not None
        return found

    async def get(self, feedback_id: int) -> Feedback | None:
        """The case, or None."""
        row = (await self._connection.execute(_BY_ID, {"feedback_id": feedback_id})).first()
        return None if row is None else _case(row)

    async def by_code(self, office_id: int, code: str) -> Feedback | None:
        """The case of this code, or None."""
        row = (await self._connection.execute(_BY_CODE, {"office_id": office_id, "code": code})).first()
        return None if row is None else _case(row)

    async def of_account(self, office_id: int, channel: str, user_id: str) -> Sequence[Feedback]:
        """Everything that one account sent, the oldest first."""
        given = {"office_id": office_id, "channel": channel, "user_id": user_id}
        return [_case(row) for row in await self._connection.execute(_OF_ACCOUNT, given)]

    async def of_office(
        self,
        office_id: int,
        *,
        unit_id: int | None = None,
        statuses: Collection[FeedbackStatus] = (),
        since: datetime | None = None,
    ) -> Sequence[Feedback]:
        """The office's cases, the oldest first; of one unit, in these states, sent from a moment on, where asked."""
        asked = _OF_OFFICE
        if unit_id is not None:
            asked = asked.where(_table.c.unit_id == unit_id)
        if statuses:
            asked = asked.where(_table.c.status.in_([status.value for status in statuses]))
        if since is not None:
            asked = asked.where(_table.c.at >= since)
        return [_case(row) for row in await self._connection.execute(asked, {"office_id": office_id})]

    async def steps(self, feedback_id: int) -> Sequence[FeedbackStep]:
        """What happened to a case, the first first."""
        rows = await self._connection.execute(_STEPS, {"feedback_id": feedback_id})
        return [FeedbackStep(StepKind(kind), said, at, name or "") for kind, said, at, name in rows]

    async def note(
        self, feedback_id: int, kind: StepKind, now: datetime, said: str = "", person_id: int | None = None
    ) -> None:
        """Write down what happened."""
        await self._connection.execute(
            _steps.insert(),
            {
                "feedback_id": feedback_id,
                "person_id": person_id,
                "status": kind.value,
                "said": nfc(said),
                "at": now,
            },
        )

    async def move(
        self, feedback_id: int, before: Collection[FeedbackStatus], after: FeedbackStatus, due: date | None = None
    ) -> bool:
        """Change where a case stands; False when it no longer stands where it did. A new day replaces the old."""
        values: dict[str, Any] = {"status": after.value} | ({"due": due} if due else {})
        standing = and_(_table.c.id == feedback_id, _table.c.status.in_([status.value for status in before]))
        moved = await self._connection.execute(update(_table).where(standing).values(values).returning(_table.c.id))
        return moved.first() is not None

    async def pass_on(self, feedback_id: int, unit_id: int) -> None:
        """Make a case this unit's to answer."""
        await self._connection.execute(update(_table).where(_table.c.id == feedback_id).values(unit_id=unit_id))

    async def is_blocked(self, office_id: int, channel: str, user_id: str) -> bool:
        """True for an account that the administrator has shut out from sending feedback."""
        found = select(func.count()).where(
            _blocks.c.office_id == office_id, _blocks.c.channel == channel, _blocks.c.user_id == user_id
        )
        return bool((await self._connection.execute(found)).scalar())

    async def block(self, office_id: int, channel: str, user_id: str, now: datetime) -> None:
        """Shut an account out from sending feedback; it may still ask."""
        adding = insert(self._connection.dialect.name, _blocks).values(
            office_id=office_id, channel=channel, user_id=user_id, at=now
        )
        known = ["office_id", "channel", "user_id"]
        await self._connection.execute(adding.on_conflict_do_nothing(index_elements=known))

    async def unblock(self, office_id: int, channel: str, user_id: str) -> None:
        """Let an account send feedback again."""
        await self._connection.execute(
            delete(_blocks).where(
                _blocks.c.office_id == office_id, _blocks.c.channel == channel, _blocks.c.user_id == user_id
            )
        )

    async def blocked(self, office_id: int) -> Sequence[Mapping[str, Any]]:
        """The accounts that are shut out: channel, user_id, at."""
        asked = select(_blocks.c.channel, _blocks.c.user_id, _blocks.c.at).where(_blocks.c.office_id == office_id)
        return [dict(row) for row in (await self._connection.execute(asked.order_by(_blocks.c.at))).mappings()]


def _new_code() -> str:
    return "PA-" + "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def _case(row: Sequence[Any]) -> Feedback:
    (
        feedback_id, office_id, code, channel, chat_id, user_id, said, place, unit_id, unit_name, status, at, due,
    ) = row  # fmt: skip
    return Feedback(
        id=feedback_id,
        office_id=office_id,
        code=code,
        channel=channel,
        chat_id=chat_id,
        user_id=user_id,
        said=said,
        place=place,
        unit_id=unit_id,
        unit_name=unit_name or "",
        status=FeedbackStatus(status),
        at=at,
        due=due,
    )
