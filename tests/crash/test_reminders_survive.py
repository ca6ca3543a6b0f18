"""`kill -9` while reminders are being sent through an app that fails: none is lost, what comes twice says so.

`make soak` runs the same with 2,000 reminders to 500 people and 30 kills, at Telegram's own pace.
"""

import asyncio
from pathlib import Path
from uuid import uuid4

from tests.crash import storm
from tests.platforms.telegram.stand_in import Telegram
from tests.running import stand_in_process
from tests.storage.conftest import TEMPLATE, PostgresServer, postgres

__all__ = ["postgres"]


def _people(telegram: Telegram, count: int) -> None:
    for number in range(count):
        telegram.user(f"Cán bộ {number}", id=storm.FIRST_USER + number)


def test_on_sqlite_no_reminder_is_lost(tmp_path: Path) -> None:
    blows = storm.storm_for(people=60, kills=5, per_second=60.0)
    path = tmp_path / "office.db"
    url = f"sqlite:///{path}"
    asyncio.run(storm.furnish(url, blows))
    with stand_in_process(tmp_path) as telegram:
        _people(telegram, blows.people)
        rows = storm.Rows.of_file(path)
        running = storm.servers(blows, tmp_path, telegram, url, 1)
        outcome = storm.rage(blows, telegram, rows, running, url)
        storm.check(blows, telegram, rows, outcome)


def test_on_postgresql_two_processes_send_at_once(tmp_path: Path, postgres: PostgresServer) -> None:
    blows = storm.storm_for(people=60, kills=5, per_second=60.0)
    name = f"t_{uuid4().hex}"
    postgres.run(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    url = postgres.address(name)
    asyncio.run(storm.furnish(url, blows))
    with stand_in_process(tmp_path) as telegram:
        _people(telegram, blows.people)
        rows = storm.Rows.of_server(url)
        running = storm.servers(blows, tmp_path, telegram, url, 2)
        outcome = storm.rage(blows, telegram, rows, running, url)
        storm.check(blows, telegram, rows, outcome)
