"""Photos and files that people sent: noted when the message is, fetched later, and kept by what they hold."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.files import FileStatus, KeptFile
from domain.messages import Incoming
from storage import tables
from storage.dialects import Insert, insert

REASON_LIMIT = 500
"""Characters kept of an error."""

_table = tables.files
_FILE = select(
    _table.c.id,
    _table.c.office_id,
    _table.c.channel,
    _table.c.chat_id,
    _table.c.user_id,
    _table.c.message_id,
    _table.c.remote_id,
    _table.c.name,
    _table.c.media_type,
    _table.c.size,
    _table.c.status,
    _table.c.sha256,
    _table.c.error,
    _table.c.attempts,
    _table.c.received_at,
    _table.c.report_id,
    _table.c.feedback_id,
).order_by(_table.c.id)
_NOTED = select(_table.c.id, _table.c.remote_id).where(
    _table.c.channel == bindparam("channel"),
    _table.c.chat_id == bindparam("chat_id"),
    _table.c.message_id == bindparam("message_id"),
)
_BY_ID = _FILE.where(_table.c.id == bindparam("file_id"))
_BY_IDS = _FILE.where(_table.c.id.in_(bindparam("ids", expanding=True)))
_OF_REPORT = _FILE.where(_table.c.report_id == bindparam("report_id"))
_OF_FEEDBACK = _FILE.where(_table.c.feedback_id == bindparam("feedback_id"))
_DUE = _FILE.where(
    _table.c.status == FileStatus.AWAITED.value,
    _table.c.next_try_at <= bindparam("now", type_=_table.c.next_try_at.type),
    _table.c.channel.in_(bindparam("channels", expanding=True)),
).limit(bindparam("most"))
_COUNTS = select(_table.c.status, func.count()).group_by(_table.c.status)


class Files:
    """What was sent, and what became of it."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def note(self, office_id: int | None, incoming: Incoming, now: datetime) -> list[int]:
        """A row for each file of the message, to be fetched as soon as this is committed; their ids, in order.

        The same message noted again gives the same ids.
        """
        if not incoming.files:
            return []
        rows = [
            {
                "office_id": office_id or None,
                "channel": incoming.channel,
                "chat_id": incoming.chat_id,
                "user_id": incoming.user_id,
                "message_id": incoming.message_id,
                "remote_id": sent.remote_id,
                "name": sent.name,
                "media_type": sent.media_type,
                "size": sent.size,
                "status": FileStatus.AWAITED.value,
                "attempts": 0,
                "next_try_at": now,
                "sha256": "",
                "received_at": now,
            }
            for sent in incoming.files
        ]
        await self._connection.execute(_note(self._connection.dialect.name), rows)
        found = await self._connection.execute(
            _NOTED,
            {"channel": incoming.channel, "chat_id": incoming.chat_id, "message_id": incoming.message_id},
        )
        ids = {remote_id: file_id for file_id, remote_id in found}
        return list(dict.fromkeys(ids[sent.remote_id] for sent in incoming.files))

    async def attach(self, ids: Sequence[int], *, report_id: int | None = None, feedback_id: int | None = None) -> None:
        """Say what the files belong to: a progress report as its evidence, or a citizen's feedback."""
        belongs = {"report_id": report_id, "feedback_id": feedback_id}
        given = {name: value for name, value in belongs.items() if value is not None}
        if ids and given:
            await self._connection.execute(update(_table).where(_table.c.id.in_(list(ids))).values(given))

    async def get(self, file_id: int) -> KeptFile | None:
        """The file, or None."""
        row = (await self._connection.execute(_BY_ID, {"file_id": file_id})).first()
        return None if row is None else _file(row)

    async def get_many(self, ids: Collection[int]) -> Sequence[KeptFile]:
        """Those of these files that there are, in the order they came."""
        if not ids:
            return []
        return [_file(row) for row in await self._connection.execute(_BY_IDS, {"ids": list(ids)})]

    async def of_report(self, report_id: int) -> Sequence[KeptFile]:
        """The evidence of a progress report, in the order it came."""
        return [_file(row) for row in await self._connection.execute(_OF_REPORT, {"report_id": report_id})]

    async def of_feedback(self, feedback_id: int) -> Sequence[KeptFile]:
        """What a citizen sent with their feedback, in the order it came."""
        return [_file(row) for row in await self._connection.execute(_OF_FEEDBACK, {"feedback_id": feedback_id})]

    async def due(self, now: datetime, channels: Collection[str], most: int = 20) -> Sequence[KeptFile]:
        """Files of these channels that are to be fetched now, the first sent first."""
        rows = await self._connection.execute(_DUE, {"now": now, "channels": list(channels), "most": most})
        return [_file(row) for row in rows]

    async def keep(self, file_id: int, *, sha256: str, media_type: str, size: int) -> None:
        """The bytes are kept under this name, and this is what they are."""
        await self._end(
            file_id,
            {"status": FileStatus.KEPT, "sha256": sha256, "media_type": media_type, "size": size, "error": None},
        )

    async def refuse(self, file_id: int, reason: str) -> None:
        """The bytes will not be kept, for this reason."""
        await self._end(file_id, {"status": FileStatus.REFUSED.value, "error": reason[:REASON_LIMIT]})

    async def try_again(self, file_id: int, reason: str, at: datetime) -> None:
        """It could not be fetched this time and is tried once more from `at` on."""
        values = {"attempts": _table.c.attempts + 1, "error": reason[:REASON_LIMIT], "next_try_at": at}
        await self._end(file_id, values)

    async def counts(self) -> dict[str, int]:
        """How many files are awaited, kept and refused."""
        rows = await self._connection.execute(_COUNTS)
        return {status.value: 0 for status in FileStatus} | dict(rows.tuples().all())

    async def _end(self, file_id: int, values: dict[str, Any]) -> None:
        # Only one that is awaited: a second process that fetched the same file changes nothing any more.
        awaited = update(_table).where(_table.c.id == file_id, _table.c.status == FileStatus.AWAITED.value)
        await self._connection.execute(awaited.values(values))


@cache
def _note(dialect: str) -> Insert:
    known = ["channel", "chat_id", "message_id", "remote_id"]
    return insert(dialect, _table).on_conflict_do_nothing(index_elements=known)


def _file(row: Sequence[Any]) -> KeptFile:
    (
        file_id, office_id, channel, chat_id, user_id, message_id, remote_id, name, media_type, size, status, sha256,
        error, attempts, received_at, report_id, feedback_id,
    ) = row  # fmt: skip
    return KeptFile(
        id=file_id,
        office_id=office_id,
        channel=channel,
        chat_id=chat_id,
        user_id=user_id,
        message_id=message_id,
        remote_id=remote_id,
        name=name,
        media_type=media_type,
        size=size,
        status=FileStatus(status),
        sha256=sha256,
        error=error or "",
        attempts=attempts,
        received_at=received_at,
        report_id=report_id,
        feedback_id=feedback_id,
    )
