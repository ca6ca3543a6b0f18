"""Reporting periods from the command line."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot import cli
from bot.failures import OperatorError
from domain.deadlines import Deadline, DeadlineKind, parse_deadline
from domain.people import Role
from domain.plans import Document
from domain.progress import Understood
from domain.tasks import Task
from scheduler.periods import keep_periods
from storage import Storage

Run = Callable[..., Result]
OFFICE = "Ủy ban nhân dân phường Suối Mây"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `kehoach` in this process, over an office with two tasks and a frozen month."""
    monkeypatch.setenv("KEHOACH_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("OFFICE_NAME", OFFICE)
    monkeypatch.chdir(tmp_path)
    asyncio.run(_office(tmp_path / "data"))
    return lambda *arguments: CliRunner().invoke(cli.app, list(arguments), catch_exceptions=True)


async def _office(home: Path) -> None:
    home.mkdir()
    storage = Storage.open(f"sqlite:///{home / 'kehoach.db'}")
    await storage.migrate()
    async with storage.writing() as records:
        office = await records.offices.ensure(OFFICE, "Suối Mây")
        unit = await records.people.add_unit(office.id, "Phòng Kinh tế")
        person = await records.people.add(office.id, "Lý Thị Mơ", Role.OFFICIAL, unit.id)
        plan = await records.library.replace(Document(0, office.id, "kh.txt", "41/KH-UBND"), [])
        ongoing = Task(0, office.id, "1", "Duy trì chợ phiên", Deadline(DeadlineKind.ONGOING), lead_unit_id=unit.id)
        told = await records.register.add_task(ongoing)
        await records.register.add_task(
            Task(
                0,
                office.id,
                "2",
                "Báo cáo kết quả thực hiện kế hoạch",
                parse_deadline("trước ngày 10/3 và 10/9 hằng năm"),
                lead_unit_id=unit.id,
                document_id=plan.id,
            )
        )
    await keep_periods(storage, datetime(2026, 3, 10, 2, tzinfo=UTC))
    async with storage.writing() as records:
        at = datetime(2026, 3, 11, 2, tzinfo=UTC)
        await records.register.add_report(told, person, Understood("report", percent=30.0), "nv 1 được 30%", at)
    await keep_periods(storage, datetime(2026, 3, 16, 2, tzinfo=UTC))
    await storage.close()


def test_periods_are_listed_and_shown(run: Run) -> None:
    rows = json.loads(run("periods", "list", "--json").stdout)
    month = next(row for row in rows if row["key"] == "month:2026-03")
    assert (month["reported"], month["missing"], month["count"]) == (1, 1, 2)
    assert month["frozen_at"] and not month["open"] and month["name"] == "tháng 3/2026"
    assert "đã chốt  đã báo cáo 1/2" in run("periods", "list").stdout
    shown = json.loads(run("periods", "show", "month:2026-03", "--json").stdout)
    assert sorted((t["number"], t["state"], t["responsible"]) for t in shown["tasks"]) == [
        ("1", "reported", ["Lý Thị Mơ"]),
        ("2", "missing", ["Lý Thị Mơ"]),
    ]
    (said,) = [report["said"] for task in shown["figures"]["tasks"] for report in task["reports"]]
    assert said == "nv 1 được 30%"
    assert "chưa báo cáo" in run("periods", "show", "tháng 3/2026").stdout
    assert (
        run("periods", "show", str(month["id"]), "--json").stdout
        == run("periods", "show", "month:2026-03", "--json").stdout
    )


def test_schedules_are_shown_and_set(run: Run) -> None:
    before = json.loads(run("periods", "schedule", "--json").stdout)
    assert {row["cutoff_day"] for row in before["schedules"]} == {14}
    assert before["proposed"] == [{"document": "41/KH-UBND", "dates": ["03-10", "09-10"]}]
    assert "41/KH-UBND nêu ngày báo cáo riêng: 10/03, 10/9" in run("periods", "schedule").stdout.replace(
        "10/3", "10/03"
    )
    after = json.loads(run("periods", "schedule", "--kind", "month", "--cutoff", "20", "--lead", "3", "--json").stdout)
    month, quarter, *_ = after["schedules"]
    assert (month["cutoff_day"], month["lead_days"], quarter["cutoff_day"]) == (20, 3, 14)
    off = json.loads(run("periods", "schedule", "--kind", "quarter", "--off", "--json").stdout)
    assert [row["active"] for row in off["schedules"]] == [True, False, True, True]
    assert "cuối tháng" in run("periods", "schedule", "--cutoff", "end").stdout
    plan = json.loads(
        run("periods", "schedule", "--document", "41/KH-UBND", "--dates", "10/3 và 10/9", "--json").stdout
    )
    assert plan["schedules"][-1]["dates"] == ["03-10", "09-10"] and plan["proposed"] == []


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (("show", "tháng 7/2020"), "cli.periods.unknown"),
        (("show", "999"), "cli.periods.unknown"),
        (("show", "linh tinh"), "cli.periods.unknown"),
        (("schedule", "--cutoff", "45"), "cli.periods.impossible"),
        (("schedule", "--cutoff", "mai"), "cli.periods.impossible"),
        (("schedule", "--lead", "60"), "cli.periods.impossible"),
        (("schedule", "--kind", "week", "--off"), "cli.periods.no_kind"),
        (("schedule", "--document", "99/KH-UBND", "--dates", "10/3"), "cli.periods.no_plan"),
        (("schedule", "--document", "41/KH-UBND", "--dates", "sang năm"), "cli.periods.no_dates"),
        (("schedule", "--document", "41/KH-UBND"), "cli.periods.no_dates"),
    ],
)
def test_what_cannot_be_is_said(run: Run, arguments: tuple[str, ...], key: str) -> None:
    error = run("periods", *arguments).exception
    assert isinstance(error, OperatorError) and error.key == key
