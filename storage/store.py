"""The database as the rest of the product sees it: opened by its address, read and written in transactions."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from domain.clock import local_day
from storage import sqlite
from storage.failures import Busy, passing_failures_named
from storage.library import Shelf
from storage.queueing import Turnstile
from storage.repositories import Repositories

MIGRATION_LOCK = 0x6B_65_68_6F_61_63_68
"""The number of PostgreSQL's advisory lock that keeps migrations to one process at a time."""

CONNECTIONS = 10

Clock = Callable[[], datetime]

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}


class Storage:
    """One database. Opening it touches nothing; `migrate` makes it ready."""

    def __init__(self, url: URL, reader: AsyncEngine, writer: AsyncEngine, clock: Clock | None) -> None:
        self._url = url
        self._clock = clock
        self._reader = reader
        self._writer = writer
        self._turnstile = Turnstile() if self.is_sqlite else None
        self.shelf = Shelf(self._read, self._write)

    @classmethod
    def open(cls, url: str, *, synchronous: str = "FULL", clock: Clock | None = None) -> "Storage":
        """The database at an address such as sqlite:///data/kehoach.db or postgresql://user:password@host/name.

        `synchronous` is SQLite's: FULL keeps every committed transaction through a power cut. `clock` tells the day by
        which a colleague acts for another; without one nobody does.
        Raises ValueError for an address that cannot be used; the message never holds a password.
        """
        address = normalised(url)
        if address.get_backend_name() == "sqlite":
            return cls(address, sqlite.readers(address), sqlite.writer(address, synchronous=synchronous), clock)
        engine = create_async_engine(address, pool_size=CONNECTIONS, max_overflow=0, hide_parameters=True)
        return cls(address, engine.execution_options(postgresql_readonly=True), engine, clock)

    @property
    def is_sqlite(self) -> bool:
        """True for the database in a file."""
        return self._url.get_backend_name() == "sqlite"

    @property
    def address(self) -> str:
        """The address with the password hidden, fit for a log."""
        return self._url.render_as_string(hide_password=True)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Repositories]:
        """Repositories that read; writing through them is refused by the database. Raises Busy."""
        async with self._read() as connection:
            yield Repositories.over(connection, self._today())

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Repositories]:
        """Repositories in one write transaction: kept on a clean exit, undone on an exception. Raises Busy.

        On SQLite writers go one at a time in the order they came, and readers do not wait for them.
        """
        async with self._write() as connection:
            yield Repositories.over(connection, self._today())

    async def migrate(self) -> None:
        """Bring the tables to this version's form, creating them where there are none. Raises Busy.

        Processes that start together migrate once: the others wait and find the work done.
        """
        from storage.migrations import migrate

        with passing_failures_named():
            if not self.is_sqlite:
                async with self._connected(self._writer) as connection, connection.begin():
                    await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
                    await connection.run_sync(migrate)
                return
            _create_privately(Path(self._url.database or ""))
            engine = sqlite.migrator(self._url)
            try:
                async with engine.begin() as connection:
                    await connection.run_sync(migrate)
                    broken = (await connection.execute(text("PRAGMA foreign_key_check"))).first()
                    if broken is not None:
                        raise ValueError(f"a row of {broken[0]} refers to a row of {broken[2]} that is not there")
            finally:
                await engine.dispose()

    async def is_current(self) -> bool:
        """True when the tables have this version's form, so that no migration is waiting."""
        from storage.migrations import is_current

        if self.is_sqlite and not _is_there(Path(self._url.database or "")):
            return False
        async with self._read() as connection:
            return await connection.run_sync(is_current)

    async def server_time(self) -> datetime | None:
        """What time the database server has; None for a file, which has no clock of its own. Raises Busy."""
        if self.is_sqlite:
            return None
        async with self._read() as connection:
            found: datetime = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
            return found

    def _today(self) -> date | None:
        return None if self._clock is None else local_day(self._clock())

    async def close(self) -> None:
        """Give all connections back. On SQLite this also folds the write-ahead log into the file."""
        await self._reader.dispose()
        await self._writer.dispose()

    @asynccontextmanager
    async def _read(self) -> AsyncIterator[AsyncConnection]:
        with passing_failures_named():
            async with self._connected(self._reader) as connection, connection.begin():
                yield connection

    @asynccontextmanager
    async def _write(self) -> AsyncIterator[AsyncConnection]:
        async with self._turnstile or nullcontext():
            with passing_failures_named():
                async with self._connected(self._writer) as connection, connection.begin():
                    yield connection

    @asynccontextmanager
    async def _connected(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        connection: Any = engine.connect()
        try:
            await connection.start()
        except OSError as error:
            raise Busy(f"the database cannot be reached: {type(error).__name__}") from None
        try:
            yield connection
        finally:
            await connection.close()


def normalised(url: str) -> URL:
    """The address with the driver we use. Raises ValueError, without the address, when it cannot be used."""
    try:
        address = make_url(url.strip())
    except (ArgumentError, ValueError):
        raise ValueError("the database address cannot be read") from None
    driver = _DRIVERS.get(address.drivername)
    if driver is None:
        raise ValueError(f"the database must be sqlite or postgresql, not {address.drivername!r}")
    address = address.set(drivername=driver)
    if driver.startswith("sqlite"):
        if address.database in (None, "", ":memory:") or str(address.database).startswith("file:"):
            raise ValueError("the sqlite address must name a file: sqlite:///path/to/file.db")
        return address
    # The driver calls it "ssl"; everyone else, and every hosting panel, calls it "sslmode".
    mode = address.query.get("sslmode")
    return address if mode is None else address.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})


def _is_there(path: Path) -> bool:
    # Asking SQLite would create the file.
    return path.exists()


def _create_privately(path: Path) -> None:
    # The file holds names and reports of people: no other account of the machine reads it.
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
