"""SQLite as this office uses it: one writer that rarely leaves the event loop, and readers on their own threads.

aiosqlite makes four trips to a connection's thread for every statement (open a cursor, execute, fetch, close), and
on a busy two-core server a trip costs more than the statement. Here a statement is one trip, and inside a write
transaction none: once BEGIN IMMEDIATE holds the lock, a statement waits for nobody and touches memory only.
What waits for the disk, the commit and a batch of many rows, always happens on the thread.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import aiosqlite
from sqlalchemy import URL, Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

BUSY_SECONDS = 10.0
"""How long a statement waits for another process, such as `kehoach ingest` beside a running server."""

_LOCK_PAUSE_SECONDS = 0.005

READERS = 4


class _Cursor:
    """The part of aiosqlite's cursor that SQLAlchemy calls, with the rows fetched in the same trip."""

    __slots__ = ("_connection", "_rows", "arraysize", "description", "lastrowid", "rowcount")

    def __init__(self, connection: "_Connection") -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.arraysize = 1
        self.description: Any = None
        self.lastrowid: int | None = None
        self.rowcount = -1

    async def __aenter__(self) -> "_Cursor":
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> "_Cursor":
        if not self._connection.stays_on_loop:
            await self._connection.on_thread(self._run, sql, parameters)
        elif sql.startswith("BEGIN"):
            await self._take_the_lock(sql)
        else:
            self._run(sql, parameters)
        return self

    async def executemany(self, sql: str, parameters: Iterable[Sequence[Any]]) -> "_Cursor":
        await self._connection.on_thread(self._run_many, sql, parameters)
        return self

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        """Nothing is held open."""

    async def _take_the_lock(self, sql: str) -> None:
        # SQLite's own waiting would hold up the loop or cost a trip; nobody else holds the lock nearly always.
        give_up = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                return self._run(sql, ())
            except sqlite3.OperationalError as error:
                if not is_busy(error) or time.monotonic() > give_up:
                    raise
            await asyncio.sleep(_LOCK_PAUSE_SECONDS)

    def _run(self, sql: str, parameters: Sequence[Any]) -> None:
        self._keep(self._connection.plain.execute(sql, parameters))

    def _run_many(self, sql: str, parameters: Iterable[Sequence[Any]]) -> None:
        self._keep(self._connection.plain.executemany(sql, parameters))

    def _keep(self, cursor: sqlite3.Cursor) -> None:
        self.description = cursor.description
        self._rows = cursor.fetchall() if cursor.description else []
        self.lastrowid = cursor.lastrowid
        self.rowcount = cursor.rowcount


class _Connection(aiosqlite.Connection):
    """An aiosqlite connection whose cursors make at most one trip, and which rolls back only what was begun."""

    def __init__(self, connector: Callable[[], sqlite3.Connection], *, stays_on_loop: bool) -> None:
        super().__init__(connector, iter_chunk_size=64)
        self.stays_on_loop = stays_on_loop
        self._thread.daemon = True

    @property
    def plain(self) -> sqlite3.Connection:
        return self._conn

    async def on_thread(self, function: Callable[..., None], *arguments: Any) -> None:
        await self._execute(function, *arguments)  # type: ignore[no-untyped-call]

    def cursor(self) -> Any:
        return _Cursor(self)

    async def rollback(self) -> None:
        if self._conn.in_transaction:
            await super().rollback()


def writer(url: URL, *, synchronous: str) -> AsyncEngine:
    """The one connection that writes. Its transactions take the write lock at once, so that none fails half way."""
    return _engine(
        url,
        "BEGIN IMMEDIATE",
        synchronous,
        connections=1,
        stays_on_loop=True,
        more=("PRAGMA busy_timeout=0",),
    )


def readers(url: URL) -> AsyncEngine:
    """Connections that see one state of the database each time, never block the writer, and cannot write."""
    return _engine(url, "BEGIN", "FULL", connections=READERS, more=("PRAGMA query_only=ON",))


def migrator(url: URL) -> AsyncEngine:
    """A connection for migrations: foreign keys are off, because rebuilding a table would cascade its removal."""
    return _engine(url, "BEGIN IMMEDIATE", "FULL", connections=1, more=("PRAGMA foreign_keys=OFF",))


def is_busy(error: BaseException | None) -> bool:
    """True when another process held the database for longer than we wait."""
    return isinstance(error, sqlite3.OperationalError) and (
        getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    )


def _engine(
    url: URL,
    begin: str,
    synchronous: str,
    *,
    connections: int,
    stays_on_loop: bool = False,
    more: tuple[str, ...] = (),
) -> AsyncEngine:
    path = Path(url.database or "")

    def connect() -> sqlite3.Connection:
        return _connect(path, synchronous, more)

    async def connection(*_: Any, **__: Any) -> aiosqlite.Connection:
        return await _Connection(connect, stays_on_loop=stays_on_loop)

    engine = create_async_engine(
        url,
        async_creator=connection,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=BUSY_SECONDS * 3,
        hide_parameters=True,
    )

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _connect(path: Path, synchronous: str, more: tuple[str, ...]) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    try:
        _use_wal(connection)
        for pragma in (
            f"PRAGMA synchronous={synchronous}",
            "PRAGMA foreign_keys=ON",
            "PRAGMA temp_store=MEMORY",
            "PRAGMA cache_size=-16000",
            "PRAGMA journal_size_limit=67108864",
            *more,
        ):
            connection.execute(pragma)
    except BaseException:
        connection.close()
        raise
    return connection


def _use_wal(connection: sqlite3.Connection) -> None:
    # The change to WAL needs the whole file and, unlike a statement, does not wait when another process opens it too.
    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > give_up:
                raise
            time.sleep(0.02)
