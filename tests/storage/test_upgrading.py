"""An installation with reminders of the old ledger is brought up to date: nothing is sent twice, nothing is lost."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from alembic import command
from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from storage import Storage, sqlite
from storage.migrations import _settings
from storage.store import normalised

NOW = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
LATER = datetime(2026, 6, 1, 1, 1, tzinfo=UTC)


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[AsyncConnection]:
    address = normalised(url)
    if address.get_backend_name() == "sqlite":
        path = Path(address.database or "")
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = sqlite.migrator(address)
    else:
        engine = create_async_engine(address, poolclass=NullPool)
    async with engine.begin() as connection:
        yield connection
    await engine.dispose()


def _to_0003(connection: Connection) -> None:
    settings = _settings()
    settings.attributes["connection"] = connection
    command.upgrade(settings, "0003")


async def _fill(connection: AsyncConnection) -> None:
    """A task and a group task of two units, with old reminders that were sent, wait, failed, and stand alone."""
    tables = MetaData()
    await connection.run_sync(tables.reflect)

    async def put(table: str, **values: object) -> None:
        await connection.execute(tables.tables[table].insert().values(**values))

    await put("offices", id=1, name="UBND", locality="", aliases=[])
    for unit in (1, 2):
        await put("units", id=unit, office_id=1, name=f"Phòng {unit}", aliases=[])
    units: tuple[tuple[int, int | None], ...] = ((1, 1), (2, 2), (3, None))
    for person, its in units:
        await put("people", id=person, office_id=1, name=f"P{person}", role="official", unit_id=its, active=True)
    words = ("document_number", "file", "title", "lead", "support", "product", "source", "deadline_text")
    plain = {"office_id": 1, "deadline_kind": "date", "deadline_dates": []} | dict.fromkeys(words, "")
    for task in (1, 2):
        await put("tasks", id=task, number=str(task), confirmed=True, status="in_progress", **plain)
    for unit in (1, 2):
        await put("task_shares", task_id=2, unit_id=unit, status="in_progress")
    rows = (
        (1, 1, "week_before", 1, "delivered"),
        (2, 1, "day_before", 1, "open"),
        (3, 1, "on_the_day", 1, "failed"),
        (4, 1, "overdue", 1, "open"),
        (5, 2, "overdue", 2, "delivered"),
        (6, 2, "overdue", 3, "delivered"),
    )
    for number, task, rule, person, status in rows:
        await put(
            "reminders",
            id=number,
            office_id=1,
            task_id=task,
            rule=rule,
            occurrence=date(2026, 6, 8),
            person_id=person,
            scheduled=NOW,
            late=False,
            status=status,
            opened_at=NOW,
            delivered_at=LATER if status == "delivered" else None,
            message_id=f"m{number}" if status == "delivered" else None,
        )
    for number, status in ((1, "sent"), (2, "pending"), (3, "failed")):
        await put(
            "outbox",
            key=f"notice:{number}:0",
            channel="telegram",
            chat_id="5",
            reply={"text": "Nhắc"},
            cause="notice:x",
            reminder_id=number,
            status=status,
            attempts=1,
            maybe_duplicate=False,
            next_try_at=NOW,
            queued_at=NOW,
            error="blocked" if status == "failed" else None,
        )


async def test_old_reminders_are_entered_in_the_new_ledger(empty_url: str) -> None:
    async with _connected(empty_url) as connection:
        await connection.run_sync(_to_0003)
        await _fill(connection)
    storage = Storage.open(empty_url)
    await storage.migrate()
    async with storage.reading() as records:
        rows = await records.notices.of_office(1, NOW)
        waiting = await records.notices.pending(1)
        known = await records.notices.known(1)
    found = {(str(r.notice.subject), r.notice.rule, r.notice.person_id): (str(r.status), r.reason) for r in rows}
    assert found == {
        ("task:1", "before_7", 1): ("sent", ""),
        ("task:1", "before_1", 1): ("pending", ""),
        ("task:1", "on_the_day", 1): ("failed", "blocked"),
        ("task:1", "overdue_1", 1): ("cancelled", ""),
        ("task:2/2", "overdue_1", 2): ("sent", ""),
        ("task:2/1", "overdue_1", 3): ("sent", ""),
        ("task:2/2", "overdue_1", 3): ("sent", ""),
    }
    (carried,) = waiting
    assert carried.message is not None and carried.channel == "telegram", "the message that waits goes out as it is"
    sent = next(r for r in rows if r.notice.rule == "before_7")
    assert (sent.sent_at, sent.message_id, sent.notice.scheduled) == (LATER, "m1", NOW)
    assert ("task:1", "before_7", date(2026, 6, 8), 1) in known
    async with storage.writing() as records:
        (row,) = await records.outbox.claim(LATER, 5, channels=["telegram"])
        await records.outbox.sent_many([(row.id, "m2")], LATER)
        assert {str(r.status) for r in await records.notices.of_message(row.id)} == {"sent"}
    await storage.close()
