"""What `kehoach ingest` drafts, prints and leaves alone."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot import cli
from storage import Storage
from tests.knowledge.drafting import plans

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `kehoach` in this process, in an empty data folder."""
    monkeypatch.setenv("KEHOACH_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("OFFICE_NAME", "Ủy ban nhân dân phường Bến Mơ")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(cli.app, [str(a) for a in arguments])

    return run


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A plan with three tasks in its annex."""
    file = tmp_path / "ke-hoach-kenh.txt"
    file.write_text(plans.GRID, encoding="utf-8")
    return file


def _ingested(run: Run, plan: Path) -> dict[str, Any]:
    result = run("ingest", plan, "--json")
    assert result.exit_code == 0, (result.stdout, result.stderr, result.exception)
    line: dict[str, Any] = json.loads(result.stdout)
    return line


def _listed(run: Run, *options: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(run("tasks", "list", "--json", *options).stdout)
    return listed


def _decide(folder: Path, number: str, **changes: Any) -> None:
    async def decide() -> None:
        storage = Storage.open(f"sqlite:///{folder / 'data' / 'kehoach.db'}")
        async with storage.writing() as records:
            found = await records.register.tasks(1, confirmed_only=False)
            task = next(task for task in found if task.number == number)
            await records.register.update_task(replace(task, **changes))
        await storage.close()

    asyncio.run(decide())


def test_a_plan_is_drafted_and_listed_with_what_it_was_read_from(run: Run, plan: Path) -> None:
    assert (_ingested(run, plan)["tasks"], _ingested(run, plan)["waiting"]) == (3, 3)
    first, *_ = _listed(run)
    assert (first["number"], first["document"], first["file"]) == ("1", "27/KH-UBND", "ke-hoach-kenh.txt")
    assert first["confirmed"] is False and 0 < first["confidence"] <= 1
    assert first["deadline"] == {"kind": "date", "due": "2026-09-30"}
    text = plan.read_text(encoding="utf-8")
    for span in first["spans"]:
        assert text[span["start"] : span["end"]]
    lead = next(span for span in first["spans"] if span["field"] == "lead")
    assert text[lead["start"] : lead["end"]] == first["lead"] == "Phòng Kinh tế, Hạ tầng và Đô thị"
    assert _listed(run, "--document", "99/KH-UBND") == []


def test_a_person_is_told_how_to_review(run: Run, plan: Path) -> None:
    shown = run("ingest", plan).stdout
    assert "3/0" in shown and "chờ duyệt" in " ".join(shown.split())
    assert "dự thảo" in run("tasks", "list").stdout


def test_reading_again_neither_doubles_nor_undoes(run: Run, plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _ingested(run, plan)
    _decide(plan.parent, "1", confirmed=True, title="Kè bờ kênh Lò Gạch")
    _decide(plan.parent, "2", dropped=True)
    assert _ingested(run, plan)["outcome"] == "unchanged"
    monkeypatch.setattr("bot.ingesting.READER_VERSION", "newer")
    again = _ingested(run, plan)
    assert (again["outcome"], again["tasks"], again["waiting"]) == ("replaced", 2, 1)
    assert [(task["number"], task["title"], task["confirmed"]) for task in _listed(run)] == [
        ("1", "Kè bờ kênh Lò Gạch", True),
        ("3", "Quét và nhập 12.000 hồ sơ hộ tịch", False),
    ]


def test_drafts_remind_nobody(run: Run, plan: Path) -> None:
    _ingested(run, plan)
    assert json.loads(run("notices", "--at", "2026-06-29T08:00", "--json").stdout or "[]") == []
