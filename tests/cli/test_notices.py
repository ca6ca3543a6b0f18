"""The ledger of reminders from the command line: what would go out, what went, to whom, and what is missed."""

import asyncio
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot import cli
from bot.failures import OperatorError
from domain.deadlines import parse_deadline
from domain.messages import Reply
from domain.people import Role
from domain.tasks import Task
from scheduler.digests import send
from scheduler.planning import plan
from storage import Storage
from tests.running import KEHOACH, ROOT

Run = Callable[..., Result]
OFFICE = "Ủy ban nhân dân phường Suối Mây"
MORNING = "2026-03-09T08:00"
"""A Monday, one working day before the deadline of every task."""
NOW = datetime(2026, 3, 9, 1, tzinfo=UTC)
EVER = "3660"
TASKS = 15


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `kehoach` in this process, over an office where one of two officials has joined."""
    monkeypatch.setenv("KEHOACH_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("OFFICE_NAME", OFFICE)
    monkeypatch.chdir(tmp_path)
    asyncio.run(_office(tmp_path / "data"))
    return lambda *arguments: CliRunner().invoke(cli.app, list(arguments), catch_exceptions=True)


async def _office(home: Path) -> None:
    home.mkdir()
    storage = _opened(home)
    await storage.migrate()
    async with storage.writing() as records:
        office = await records.offices.ensure(OFFICE, "Suối Mây")
        unit = await records.people.add_unit(office.id, "Phòng Kinh tế")
        joined = await records.people.add(office.id, "Lý Thị Mơ", Role.OFFICIAL, unit.id)
        absent = await records.people.add(office.id, "Giàng A Páo", Role.OFFICIAL, unit.id)
        await records.people.add(office.id, "Tẩn Thị Mẩy", Role.LEADER)
        await records.people.bind(joined.id, "telegram", "mo", "mo")
        deadline = parse_deadline("10/3/2026")
        for number in range(1, TASKS + 1):
            owner = absent if number == TASKS else joined
            await records.register.add_task(
                Task(0, office.id, str(number), f"Rà soát tổ dân phố {number}", deadline, assignee_id=owner.id)
            )
    await storage.close()


def _opened(home: Path) -> Storage:
    return Storage.open(f"sqlite:///{home / 'kehoach.db'}")


async def _sent(home: Path, now: datetime) -> None:
    """Plan and queue as the server does at a moment."""
    storage = _opened(home)
    shapes: dict[str, Callable[[Reply], list[Reply]]] = {"telegram": lambda reply: [reply]}
    await plan(storage, now)
    await send(storage, now, shapes)
    await storage.close()


def _lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_what_would_go_out_is_one_line_of_json_for_each_message(run: Run) -> None:
    rows = _lines(run("notices", "--at", MORNING, "--json"))
    digest, absent = sorted(rows, key=lambda row: row["channel"], reverse=True)
    assert (digest["person"], digest["unit"], digest["channel"]) == ("Lý Thị Mơ", "Phòng Kinh tế", "telegram")
    tasks = [notice["task"] for notice in digest["notices"] if notice["task"]]
    assert len(tasks) == TASKS - 1, "a list that is cut in the message is whole here"
    assert {"subject": "task:1", "rule": "before_1", "occurrence": "2026-03-10"}.items() <= digest["notices"][1].items()
    assert digest["text"].count("Rà soát tổ dân phố") < TASKS - 1
    assert (absent["person"], absent["channel"], absent["text"]) == ("Giàng A Páo", "", "")
    assert [n["task"] for n in absent["notices"] if n["task"]] == [str(TASKS)]


def test_what_would_go_out_is_said_in_words(run: Run) -> None:
    said = run("notices", "--at", MORNING).stdout
    assert "Lý Thị Mơ (telegram): " in said and "trước hạn 1 ngày làm việc" in said
    assert "Giàng A Páo (chưa tham gia trên ứng dụng nào): " in said
    assert "không có ai cần nhắc" in run("notices", "--at", "2025-03-09T08:00").stdout


def test_looking_ahead_sends_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    def kept() -> dict[str, str]:
        files = (path for path in (tmp_path / "data").iterdir() if path.suffix == ".db" or path.name.endswith("-wal"))
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.stat().st_size}

    before = kept()
    assert before
    for _ in range(2):
        assert len(_lines(run("notices", "--at", MORNING, "--json"))) == 2
    assert kept() == before
    assert json.loads(run("notices", "list", "--days", EVER, "--json").stdout) == []


def test_the_ledger_is_listed_with_reasons_and_local_hours(run: Run, tmp_path: Path) -> None:
    asyncio.run(_sent(tmp_path / "data", NOW))
    rows = json.loads(run("notices", "list", "--days", EVER, "--json").stdout)
    waiting = [row for row in rows if row["status"] == "pending"]
    assert len(waiting) == TASKS
    assert [row["reason"] for row in waiting if row["person"] == "Giàng A Páo"] == ["no_account"]
    said = run("notices", "list", "--days", EVER).stdout
    expected = f"08:00 09/03/2026  Giàng A Páo  nhiệm vụ {TASKS}, trước hạn 1 ngày làm việc  chờ gửi"
    assert f"{expected} (chưa tham gia ứng dụng nào)" in said
    assert "(gộp vào lần nhắc mới hơn)" in said


def test_a_reason_that_an_app_gave_stays_in_its_words(run: Run, tmp_path: Path) -> None:
    asyncio.run(_sent(tmp_path / "data", NOW))

    async def fail() -> None:
        storage = _opened(tmp_path / "data")
        async with storage.writing() as records:
            office = await records.offices.ensure(OFFICE, "Suối Mây")
            rows = await records.notices.pending(office.id)
            await records.notices.fail([rows[0].id], "Bad Request: chat not found")
        await storage.close()

    assert "không có dòng nào" in run("notices", "failed", "--days", EVER).stdout
    asyncio.run(fail())
    said = run("notices", "failed", "--days", EVER).stdout
    assert len(said.splitlines()) == 1 and "không gửi được (Bad Request: chat not found)" in said


def test_each_colleague_is_listed_also_who_has_not_joined(run: Run, tmp_path: Path) -> None:
    asyncio.run(_sent(tmp_path / "data", NOW))
    rows = {row["person"]: row for row in json.loads(run("notices", "people", "--days", EVER, "--json").stdout)}
    assert (rows["Lý Thị Mơ"]["reachable"], rows["Lý Thị Mơ"]["pending"]) == (True, TASKS - 1)
    assert (rows["Giàng A Páo"]["reachable"], rows["Giàng A Páo"]["pending"]) == (False, 1)
    said = run("notices", "people", "--days", EVER).stdout
    assert "Giàng A Páo (chưa tham gia trên ứng dụng nào): chờ gửi 1" in said


def test_missed_is_a_code_for_scripts(run: Run, tmp_path: Path) -> None:
    never_planned = run("notices", "missed", "--json")
    assert never_planned.exit_code == 1
    assert json.loads(never_planned.stdout)["missed"] > 0
    asyncio.run(_sent(tmp_path / "data", datetime.now(UTC) + timedelta(minutes=1)))
    planned = run("notices", "missed")
    assert (planned.exit_code, planned.stdout) == (0, "Số tin nhắc bị sót: 0.\n")


@pytest.mark.parametrize("text", ["sáng mai", "2026-13-01", "0001-01-01T00:00", "9999-12-31T23:59", "08:00"])
def test_a_moment_that_is_none_is_said(run: Run, text: str) -> None:
    failed = run("notices", "--at", text)
    assert isinstance(failed.exception, OperatorError) and failed.exception.key == "cli.bad_time"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("notices list --days 0", "Giá trị của --days nhỏ hơn mức ít nhất là 1."),
        ("notices list --days nhiều", "Giá trị của --days chưa đúng."),
        ("notices list --days", "Giá trị của --days chưa đúng hoặc còn thiếu."),
        ("notices --when mai", "Không có tùy chọn --when."),
        ("notices gone", "Không có lệnh “gone”."),
        ("calendar import gone.csv", "Không có tệp hoặc thư mục đã ghi ở SHEET."),
        ("calendar import .", "SHEET phải là một tệp, không phải thư mục."),
        ("calendar list --year 99999", "Giá trị của --year vượt mức nhiều nhất là 2100."),
        ("calendar off", "Còn thiếu DAYS."),
        ("report approve 11/2026", "Còn thiếu --by."),
    ],
)
def test_a_line_that_cannot_be_understood_is_answered_in_vietnamese(
    line: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["kehoach", *line.split()])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    written = capsys.readouterr().err.splitlines()
    assert ended.value.code == 2
    assert written[0] == said and written[1].startswith("Xem cách dùng: ") and written[1].endswith(" --help")


@pytest.mark.parametrize(
    "line",
    [
        ("report", "write", "kỳ này", "--format", "xlsx", "--out", "taken/here"),
        ("report", "template", "--out", "taken"),
        ("tasks", "export", "-o", "taken/tasks.xlsx"),
        ("people", "template", "-o", "taken/people.xlsx"),
    ],
)
def test_a_place_that_cannot_be_written_to_is_said(run: Run, line: tuple[str, ...]) -> None:
    Path("taken").write_text("a file, not a folder", encoding="utf-8")
    failed = run(*line)
    assert isinstance(failed.exception, OperatorError) and failed.exception.key == "cli.cannot_write"


def test_a_data_folder_that_is_a_file_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "taken").write_text("a file, not a folder", encoding="utf-8")
    monkeypatch.setenv("KEHOACH_HOME", str(tmp_path / "taken"))
    monkeypatch.chdir(tmp_path)
    failed = CliRunner().invoke(cli.app, ["serve"])
    assert isinstance(failed.exception, OperatorError) and failed.exception.key == "cli.cannot_write"
    listed = CliRunner().invoke(cli.app, ["notices", "list"])
    assert isinstance(listed.exception, OperatorError) and listed.exception.key == "cli.bad_database"
    home = _lines(CliRunner().invoke(cli.app, ["doctor", "--json"]))[0]
    assert (home["check"], home["level"]) == ("home", "fault")


def test_the_installed_command_ends_with_the_code_of_its_errand(tmp_path: Path) -> None:
    def ended(*line: str) -> "subprocess.CompletedProcess[str]":
        env = {**os.environ, "KEHOACH_HOME": str(tmp_path / "data")}
        return subprocess.run([KEHOACH, *line], cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    assert ended("--help").returncode == 0
    assert ended("notices", "missed").returncode == 0
    wrong = ended("notices", "--at", "mai")
    assert wrong.returncode == 1 and "Traceback" not in wrong.stderr and "Không đọc được thời điểm" in wrong.stderr
