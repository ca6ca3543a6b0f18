"""What is kept of one account, and its end: when the person asks, or when its time is over."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    delete,
    exists,
    func,
    or_,
    select,
    tuple_,
    union,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.feedback import OPEN, StepKind
from domain.privacy import Holding, Kept, Owner
from storage import tables

_talks, _inbox, _outbox, _questions = tables.conversations, tables.inbox, tables.outbox, tables.questions
_files, _feedback, _steps, _contacts = tables.files, tables.feedback, tables.feedback_steps, tables.contacts
_shown, _verifications = tables.privacy_notices, tables.verifications
_accounts, _notices, _attempts, _blocks = tables.accounts, tables.notices, tables.join_attempts, tables.blocks

AT_ONCE = 500
"""Rows named in one statement."""

OVER = ("sent", "failed", "cancelled")
"""What is no longer on its way out."""
SETTLED = (*OVER, "held")
"""The same, and what waits for a chat that may not be written to: nobody who is forgotten is to hear of it later."""
FAREWELL = "farewell"
"""The cause of a last message, which says that somebody is being forgotten: it is dropped a day later, and a page that
fetches its messages still finds it."""
ERASED = "{}"
"""What is left of an update: its id, so that the app delivering it once more does not bring it back."""


class PersonalData:
    """The rows of one account over all tables."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def holding(self, owner: Owner) -> Holding:
        """How much is kept by kind, and since when."""
        counts: dict[str, int] = {}
        first: list[datetime] = []
        for kind, (_, mine, moment) in self._kinds(owner).items():
            count, since = (await self._connection.execute(select(func.count(), func.min(moment)).where(mine))).one()
            counts[kind] = int(count)
            first += [since] if since is not None else []
        updates = await self._updates(owner)
        counts["messages"] = len(updates)
        first += [moment for _, _, moment in updates]
        return Holding(counts, min(first, default=None))

    async def kept(self, owner: Owner) -> Kept:
        """Everything that is kept, as it is kept: rows by kind; the bytes of photos and files are not among them."""
        rows: dict[str, Sequence[Mapping[str, Any]]] = {}
        for kind, (table, mine, moment) in self._kinds(owner).items():
            found = await self._connection.execute(select(table).where(mine).order_by(moment))
            rows[kind] = [_told(dict(row)) for row in found.mappings()]
        cases = [row["id"] for row in rows["cases"]]
        steps = select(_steps).where(_steps.c.feedback_id.in_(cases)).order_by(_steps.c.id)
        rows["steps"] = [_told(dict(row)) for row in (await self._connection.execute(steps)).mappings()]
        rows["messages"] = [
            {"id": row_id, "raw": raw, "received_at": moment.isoformat()}
            for row_id, raw, moment in await self._updates(owner)
        ]
        return Kept(rows)

    async def accounts_known(self) -> Sequence[tuple[str, str, str]]:
        """Every account that left a trace, as (channel, user id, chat id): the one asked for is found by its mark."""
        traces = [
            select(_accounts.c.channel, _accounts.c.user_id, _accounts.c.chat_id),
            select(_contacts.c.channel, _contacts.c.user_id, _contacts.c.chat_id),
            select(_feedback.c.channel, _feedback.c.user_id, _feedback.c.chat_id).where(_feedback.c.user_id != ""),
            select(_files.c.channel, _files.c.user_id, _files.c.chat_id).where(_files.c.user_id != ""),
            select(_shown.c.channel, _shown.c.user_id, _shown.c.user_id),
            select(_blocks.c.channel, _blocks.c.user_id, _blocks.c.user_id),
        ]
        rows = await self._connection.execute(union(*traces))
        return [(channel, user_id, chat_id) for channel, user_id, chat_id in rows]

    async def is_settled(self, owner: Owner) -> bool:
        """True when nothing is on its way to the chat or from it any more."""
        going = select(func.count()).where(
            _outbox.c.channel == owner.channel, _outbox.c.chat_id == owner.chat_id, _outbox.c.status.not_in(SETTLED)
        )
        fetched = select(func.count()).where(_mine(_files, owner), _files.c.status == "awaited")
        if (await self._connection.execute(going)).scalar() or (await self._connection.execute(fetched)).scalar():
            return False
        return all(status != "new" for _, _, _, status in await self._candidates(owner))

    async def loose_files(self, owner: Owner) -> Sequence[str]:
        """The names of the bytes that no case, report or other person's message needs."""
        return await self._only_in(_loose(owner))

    async def _only_in(self, loose: ColumnElement[bool]) -> Sequence[str]:
        names = select(_files.c.sha256).where(loose, _files.c.sha256 != "").distinct()
        found = (await self._connection.execute(names)).scalars().all()
        if not found:
            return []
        needed = select(_files.c.sha256).where(_files.c.sha256.in_(found), ~loose).distinct()
        handed = select(tables.handouts.c.sha256).where(tables.handouts.c.sha256.in_(found)).distinct()
        others = set((await self._connection.execute(needed.union(handed))).scalars().all())
        return [name for name in found if name not in others]

    async def erase(self, owner: Owner, now: datetime) -> dict[str, int]:
        """End what is kept of the account; how many rows of each kind. Done twice, it finds nothing the second time.

        A citizen's cases stay, without the account; a file of a case or of a report stays with it. Of a member of staff
        the talk and the account's binding end, and what they reported stays. Blocks stay, and the count of vain tries.
        """
        counts: dict[str, int] = {}
        chat = owner.channel, owner.chat_id
        ids = [row_id for row_id, _, _ in await self._updates(owner)]
        for start in range(0, len(ids), AT_ONCE):
            some = _inbox.c.id.in_(ids[start : start + AT_ONCE])
            await self._connection.execute(update(_inbox).where(some).values(raw=ERASED, error=None))
        counts["messages"] = len(ids)
        carries = exists().where(_notices.c.outbox_id == _outbox.c.id)
        answers = and_(_in_chat(_outbox, chat), _outbox.c.status.in_(SETTLED), ~carries, _outbox.c.cause != FAREWELL)
        await self._count_drop(counts, "answers", _outbox, answers)
        await self._count_drop(counts, "questions", _questions, _in_chat(_questions, chat))
        await self._count_drop(counts, "talk", _talks, self._talk(owner))
        await self._count_drop(counts, "files", _files, _loose(owner))
        await self._part_from_files(and_(_mine(_files, owner), _files.c.feedback_id.is_not(None)))
        counts["cases"] = await self._part_from_cases(_mine(_feedback, owner), now)
        await self._count_drop(counts, "contact", _contacts, _in_chat(_contacts, chat))
        await self._count_drop(counts, "codes", _verifications, _mine(_verifications, owner))
        await self._count_drop(counts, "notice", _shown, _mine(_shown, owner))
        if owner.person_id is not None:
            await self._count_drop(counts, "account", _accounts, _mine(_accounts, owner))
        return counts

    async def part_from_closed_cases(self, before: datetime, most: int, now: datetime) -> int:
        """Take the account out of cases that were sent before a moment and are long closed; how many."""
        latest = select(func.max(_steps.c.at)).where(_steps.c.feedback_id == _feedback.c.id).scalar_subquery()
        over = (
            select(_feedback.c.id)
            .where(
                _feedback.c.user_id != "",
                _feedback.c.status.not_in([status.value for status in OPEN]),
                latest < before,
            )
            .order_by(_feedback.c.id)
            .limit(most)
        )
        ids = (await self._connection.execute(over)).scalars().all()
        return await self._part_from_cases(_feedback.c.id.in_(ids), now) if ids else 0

    async def _part_from_cases(self, which: ColumnElement[bool], now: datetime) -> int:
        parted = update(_feedback).where(which).values(channel="", chat_id="", user_id="").returning(_feedback.c.id)
        ids = (await self._connection.execute(parted)).scalars().all()
        await self._part_from_files(_files.c.feedback_id.in_(ids))
        for feedback_id in ids:
            await self._connection.execute(
                _steps.insert(),
                {"feedback_id": feedback_id, "person_id": None, "status": StepKind.PARTED.value, "said": "", "at": now},
            )
        return len(ids)

    async def _part_from_files(self, which: ColumnElement[bool]) -> None:
        """A case's photos stay with it under no chat; the app's own ids of them are made the row's."""
        own_id = cast(_files.c.id, String)
        await self._connection.execute(
            update(_files).where(which).values(chat_id="", user_id="", message_id=own_id, remote_id="", name="")
        )

    async def drop_farewells(self, before: datetime) -> int:
        """Drop the last messages to people who were forgotten before a moment; how many."""
        old = delete(_outbox).where(
            _outbox.c.cause == FAREWELL, _outbox.c.status.in_(OVER), _outbox.c.queued_at < before
        )
        return int((await self._connection.execute(old)).rowcount)

    async def drop_loose_files(self, before: datetime, most: int) -> tuple[int, Sequence[str]]:
        """Drop rows of files that belong to nothing and came before a moment: how many, and which bytes none needs now.

        The bytes are to be removed before this is committed: a row that is gone tells nobody where its bytes lie.
        """
        old = (await self._connection.execute(_old_files(before, most))).scalars().all()
        names = await self._only_in(_files.c.id.in_(old)) if old else []
        await self._connection.execute(delete(_files).where(_files.c.id.in_(old)))
        return len(old), names

    async def drop(self, kind: str, before: datetime, most: int) -> int:
        """Drop up to so many rows of a kind of `KINDS` that were last touched before a moment; how many."""
        table, key, moment = _AGING[kind]
        old = (await self._connection.execute(select(*key).where(moment < before).limit(most))).all()
        if old:
            which = tuple_(*key).in_([tuple(row) for row in old])
            await self._connection.execute(delete(table).where(which, moment < before))
        return len(old)

    async def _count_drop(self, counts: dict[str, int], kind: str, table: Any, where: ColumnElement[bool]) -> None:
        dropped = await self._connection.execute(delete(table).where(where))
        counts[kind] = int(dropped.rowcount)

    def _kinds(self, owner: Owner) -> dict[str, tuple[Any, ColumnElement[bool], Any]]:
        chat = owner.channel, owner.chat_id
        return {
            "talk": (_talks, self._talk(owner), _talks.c.updated_at),
            "answers": (_outbox, _in_chat(_outbox, chat) & (_outbox.c.cause != FAREWELL), _outbox.c.queued_at),
            "questions": (_questions, _in_chat(_questions, chat), _questions.c.at),
            "files": (_files, _mine(_files, owner), _files.c.received_at),
            "cases": (_feedback, _mine(_feedback, owner), _feedback.c.at),
            "contact": (_contacts, _in_chat(_contacts, chat), _contacts.c.last_at),
            "notice": (_shown, _mine(_shown, owner), _shown.c.shown_at),
        }

    def _talk(self, owner: Owner) -> ColumnElement[bool]:
        here = _in_chat(_talks, (owner.channel, owner.chat_id))
        if owner.person_id is None:
            return here
        return here | (_talks.c.person_id == owner.person_id)

    async def _updates(self, owner: Owner) -> list[tuple[int, str, datetime]]:
        """What the account's chat sent and has been dealt with: each row with its words as they came."""
        return [
            (row_id, raw, moment) for row_id, raw, moment, status in await self._candidates(owner) if status != "new"
        ]

    async def _candidates(self, owner: Owner) -> list[tuple[int, str, datetime, str]]:
        ids = {owner.user_id, owner.chat_id}
        # As JSON has them: letters beyond ASCII stand there by their numbers.
        written = sorted(ids | {json.dumps(one)[1:-1] for one in ids})
        found = select(_inbox.c.id, _inbox.c.raw, _inbox.c.received_at, _inbox.c.status).where(
            _inbox.c.channel == owner.channel,
            or_(*(_inbox.c.raw.contains(one, autoescape=True) for one in written)),
        )
        names = {owner.user_id, owner.chat_id, *owner.chat_id.split("/")[-1:]}
        rows = await self._connection.execute(found.order_by(_inbox.c.id))
        return [(row_id, raw, moment, status) for row_id, raw, moment, status in rows if _names_one_of(raw, names)]


_AGING: dict[str, tuple[Any, tuple[Any, ...], Any]] = {
    "questions": (_questions, (_questions.c.id,), _questions.c.at),
    "talks": (_talks, (_talks.c.channel, _talks.c.chat_id), _talks.c.updated_at),
    "contacts": (_contacts, (_contacts.c.channel, _contacts.c.chat_id), _contacts.c.last_at),
    "notices": (_shown, (_shown.c.channel, _shown.c.user_id), _shown.c.shown_at),
    "codes": (_verifications, (_verifications.c.id,), _verifications.c.expires_at),
    "attempts": (_attempts, (_attempts.c.channel, _attempts.c.user_id), _attempts.c.last_at),
    "blocks": (_blocks, (_blocks.c.channel, _blocks.c.user_id), _blocks.c.until),
}
KINDS = tuple(_AGING)
"""What ages by itself."""


def _old_files(before: datetime, most: int) -> Select[tuple[int]]:
    return (
        select(_files.c.id)
        .where(
            _files.c.received_at < before,
            _files.c.feedback_id.is_(None),
            _files.c.report_id.is_(None),
            _files.c.status != "awaited",
        )
        .order_by(_files.c.id)
        .limit(most)
    )


def _in_chat(table: Any, chat: tuple[str, str]) -> ColumnElement[bool]:
    return and_(table.c.channel == chat[0], table.c.chat_id == chat[1])


def _mine(table: Any, owner: Owner) -> ColumnElement[bool]:
    return and_(table.c.channel == owner.channel, table.c.user_id == owner.user_id)


def _loose(owner: Owner) -> ColumnElement[bool]:
    return and_(_mine(_files, owner), _files.c.feedback_id.is_(None), _files.c.report_id.is_(None))


def _names_one_of(raw: str, names: Collection[str]) -> bool:
    """True when a value of the update is one of these ids; digits inside a longer number are somebody else's."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return False
    open_values = [found]
    while open_values:
        value = open_values.pop()
        if isinstance(value, Mapping):
            open_values += value.values()
        elif isinstance(value, list):
            open_values += value
        elif isinstance(value, str | int) and str(value) in names:
            return True
    return False


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """The row as JSON values."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
