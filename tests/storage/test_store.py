"""Opening, migrating, and what a transaction promises."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from domain.ports import Records
from domain.ports import Shelf as ShelfPort
from storage import Busy, Storage, sqlite
from storage.store import normalised
from storage.tables import Schema
from tests.storage.conftest import NOW, Ward, run_python


def _differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, Schema.metadata))


async def test_the_migrations_build_exactly_the_tables_that_the_code_speaks_of(storage: Storage) -> None:
    async with storage._read() as connection:
        assert await connection.run_sync(_differences) == []


async def test_migrating_again_changes_nothing(storage: Storage, ward: Ward) -> None:
    await storage.migrate()
    async with storage.reading() as records:
        assert await records.offices.all() == [ward.office]
    assert await storage.is_current()


async def test_a_new_database_is_not_current_until_it_is_migrated(empty_url: str) -> None:
    storage = Storage.open(empty_url)
    try:
        assert not await storage.is_current()
        await storage.migrate()
        assert await storage.is_current()
    finally:
        await storage.close()


async def test_processes_that_start_together_migrate_once(empty_url: str) -> None:
    code = (
        "import asyncio, sys\n"
        "from storage import Storage\n"
        "async def main():\n"
        "    storage = Storage.open(sys.argv[1])\n"
        "    await storage.migrate()\n"
        "    async with storage.writing() as records:\n"
        "        await records.offices.ensure('UBND')\n"
        "    await storage.close()\n"
        "asyncio.run(main())\n"
    )
    processes = [run_python(code, empty_url) for _ in range(3)]
    for process in processes:
        _, errors = await asyncio.to_thread(process.communicate, timeout=60)
        assert process.returncode == 0, errors
    storage = Storage.open(empty_url)
    try:
        async with storage.reading() as records:
            assert [office.name for office in await records.offices.all()] == ["UBND"]
    finally:
        await storage.close()


async def test_the_file_of_a_new_database_is_private(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "office.db"
    storage = Storage.open(f"sqlite:///{path}")
    await storage.migrate()
    await storage.close()
    assert path.stat().st_mode & 0o077 == 0


async def test_the_repositories_are_the_records_that_handlers_ask_for(storage: Storage) -> None:
    shelf: ShelfPort = storage.shelf
    async with storage.reading() as repositories:
        records: Records = repositories
        assert await records.offices.all() == []
    assert await shelf.version() == (0, 0)


async def test_an_exception_undoes_the_whole_transaction(storage: Storage) -> None:
    with pytest.raises(RuntimeError, match="half way"):
        async with storage.writing() as records:
            await records.offices.ensure("UBND xã Đồi Sim")
            raise RuntimeError("half way")
    async with storage.reading() as records:
        assert await records.offices.all() == []


async def test_a_reading_transaction_cannot_write(storage: Storage) -> None:
    with pytest.raises(DBAPIError):
        async with storage.reading() as records:
            await records.offices.ensure("UBND xã Đồi Sim")
    async with storage.writing() as records:
        await records.offices.ensure("UBND xã Đồi Sim")


async def test_readers_do_not_wait_for_a_writer_and_see_only_what_is_finished(storage: Storage) -> None:
    async with storage.writing() as writing:
        await writing.offices.ensure("UBND xã Đồi Sim")
        async with asyncio.timeout(5), storage.reading() as reading:
            assert await reading.offices.all() == []
    async with storage.reading() as reading:
        assert await reading.offices.count() == 1


async def test_a_cancelled_writer_leaves_nothing_and_lets_the_next_one_in(storage: Storage) -> None:
    inside = asyncio.Event()

    async def write_and_wait() -> None:
        async with storage.writing() as records:
            await records.offices.ensure("UBND xã Đồi Sim")
            inside.set()
            await asyncio.Event().wait()

    async with asyncio.TaskGroup() as group:
        writer = group.create_task(write_and_wait())
        await inside.wait()
        writer.cancel()
    async with asyncio.timeout(5), storage.writing() as records:
        assert await records.offices.all() == []
        await records.offices.ensure("UBND xã Suối Trong")
    async with storage.reading() as records:
        assert [office.name for office in await records.offices.all()] == ["UBND xã Suối Trong"]


async def test_many_writers_at_once_lose_nothing(storage: Storage, other_process: Storage, ward: Ward) -> None:
    async def count_up(store: Storage, chat: str) -> None:
        for _ in range(10):
            async with store.writing() as records:
                await records.audit.note(ward.office.id, None, "counted", chat, NOW)

    async with asyncio.TaskGroup() as group:
        for number in range(5):
            group.create_task(count_up(storage, f"a{number}"))
            group.create_task(count_up(other_process, f"b{number}"))
    async with storage.reading() as records:
        lines = await records.audit.recent(limit=200)
    assert len(lines) == 100
    assert {line["subject"] for line in lines} == {f"{side}{n}" for side in "ab" for n in range(5)}


async def test_writers_of_one_process_are_served_in_the_order_they_came(tmp_path: Path) -> None:
    storage = Storage.open(f"sqlite:///{tmp_path / 'office.db'}")
    await storage.migrate()
    served: list[int] = []

    async def write(number: int) -> None:
        async with storage.writing() as records:
            await records.audit.note(None, None, "served", str(number), NOW)
            served.append(number)

    async with asyncio.TaskGroup() as group:
        for number in range(20):
            group.create_task(write(number))
    await storage.close()
    assert served == list(range(20))


async def test_a_database_held_by_another_process_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    url = f"sqlite:///{tmp_path / 'office.db'}"
    ours, theirs = Storage.open(url), Storage.open(url)
    try:
        await ours.migrate()
        async with theirs.writing():
            with pytest.raises(Busy):
                async with ours.writing():
                    pass
        async with ours.writing() as records:
            await records.audit.note(None, None, "a", "b", NOW)
    finally:
        await ours.close()
        await theirs.close()


async def test_a_server_that_is_down_is_busy_and_its_password_stays_secret() -> None:
    storage = Storage.open("postgresql://an:hoa-sua-2026@127.0.0.1:9/kehoach")
    with pytest.raises(Busy) as refused:
        async with storage.reading():
            pass
    await storage.close()
    assert "hoa-sua-2026" not in f"{refused.value!r} {refused.value.__cause__!r} {storage.address}"


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("sqlite:///data/kehoach.db", "sqlite+aiosqlite:///data/kehoach.db"),
        ("sqlite+aiosqlite:////var/kehoach.db", "sqlite+aiosqlite:////var/kehoach.db"),
        ("postgres://an@may/so", "postgresql+asyncpg://an@may/so"),
        ("postgresql://an@may/so?sslmode=require", "postgresql+asyncpg://an@may/so?ssl=require"),
    ],
)
def test_an_address_gets_the_driver_we_use(given: str, meant: str) -> None:
    assert normalised(given).render_as_string() == meant


@pytest.mark.parametrize(
    "address",
    [
        "mysql://an:hoa-sua@may/so",
        "sqlite://",
        "sqlite:///:memory:",
        "an:hoa-sua@may",
        "postgresql://an:hoa-sua@may:x/so",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_showing_its_password(address: str) -> None:
    with pytest.raises(ValueError, match=r"database|sqlite") as refused:
        Storage.open(address)
    assert "hoa-sua" not in str(refused.value)


async def test_moments_come_back_in_utc_with_their_zone(storage: Storage) -> None:
    in_hanoi = datetime(2026, 6, 1, 8, 30, 15, 123456, tzinfo=timezone(timedelta(hours=7)))
    async with storage.writing() as records:
        await records.audit.note(None, None, "a", "b", in_hanoi)
    async with storage.reading() as records:
        (line,) = await records.audit.recent()
    assert line["at"] == in_hanoi
    assert line["at"].tzinfo is UTC or line["at"].utcoffset() == timedelta(0)


async def test_a_moment_without_a_zone_is_refused(storage: Storage) -> None:
    with pytest.raises(Exception, match="zone"):
        async with storage.writing() as records:
            await records.audit.note(None, None, "a", "b", datetime(2026, 6, 1))  # noqa: DTZ001


async def test_text_that_no_database_can_hold_does_not_stop_the_transaction(storage: Storage) -> None:
    async with storage.writing() as records:
        await records.audit.note(None, None, "a", "xã\x00 Đồi\ud800 Sim", NOW, {"said": "\x00\ud800"})
    async with storage.reading() as records:
        (line,) = await records.audit.recent()
    assert line["subject"].startswith("xã") and line["subject"].endswith(" Sim")
    assert "\x00" not in line["subject"]


async def test_removing_an_office_removes_what_is_its_own_but_not_the_audit_log(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        other = await records.offices.ensure("UBND xã Đồi Sim")
        await records.people.bind(ward.person.id, "telegram", "7", "7")
        await records.conversations.put("telegram", "7", ward.office.id, ward.person.id, {"a": 1}, NOW)
        await records.audit.note(ward.office.id, ward.person.id, "joined", "account:7", NOW)
    async with storage.writing() as records:
        await records.offices.remove(ward.office.id)
    async with storage.reading() as records:
        assert await records.offices.all() == [other]
        assert await records.people.get(ward.person.id) is None
        assert await records.people.by_account("telegram", "7") is None
        assert await records.conversations.get("telegram", "7") == {}
        assert [line["action"] for line in await records.audit.recent(ward.office.id)] == ["joined"]


async def test_an_office_is_made_once_and_its_locality_can_be_corrected(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        again = await records.offices.ensure(ward.office.name, "Mai Hồng Tây")
    assert again.id == ward.office.id
    assert again.locality == "Mai Hồng Tây"
    assert again.aliases == ward.office.aliases


async def test_a_storage_can_be_used_from_one_event_loop_after_another(tmp_path: Path) -> None:
    def use(storage: Storage) -> int:
        async def once() -> int:
            await storage.migrate()
            async with storage.writing() as records:
                await records.offices.ensure("UBND")
            async with storage.reading() as records:
                found = await records.offices.count()
            await storage.close()
            return found

        return asyncio.run(once())

    storage = Storage.open(f"sqlite:///{tmp_path / 'office.db'}")
    assert await asyncio.to_thread(use, storage) == 1
    assert await asyncio.to_thread(use, storage) == 1


async def test_only_a_database_server_has_a_clock_of_its_own(storage: Storage) -> None:
    at = await storage.server_time()
    assert (at is None) == storage.is_sqlite
    assert at is None or at.utcoffset() is not None
