"""Citizens' feedback from the command line."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot import cli
from bot.failures import OperatorError
from domain.messages import Incoming, Kind
from storage import Storage

Run = Callable[..., Result]
OFFICE = "Ủy ban nhân dân phường Suối Mây"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `kehoach` in this process, in an empty data folder."""
    monkeypatch.setenv("KEHOACH_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("OFFICE_NAME", OFFICE)
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(cli.app, list(arguments))


def test_feedback_is_kept_from_the_command_line(run: Run, tmp_path: Path) -> None:
    code = asyncio.run(_case(tmp_path))
    (case,) = json.loads(run("feedback", "list", "--json").stdout)
    assert (case["code"], case["status"], case["unit"], case["late"]) == (code, "new", "", True)
    assert "chờ tiếp nhận" in run("feedback", "list").stdout
    assert "Phòng Kinh tế" in run("feedback", "route", code.lower(), "phòng kinh tế").stdout
    run("feedback", "answer", code, "Đã thay bóng đèn.")
    shown = json.loads(run("feedback", "show", code, "--json").stdout)
    assert [step["kind"] for step in shown["steps"]] == ["sent", "routed", "answered"]
    assert "Đã thay bóng đèn." in run("feedback", "show", code).stdout
    assert json.loads(run("feedback", "list", "--json").stdout) == []
    assert json.loads(run("feedback", "list", "--counts", "--json").stdout) == [
        {"unit": "Phòng Kinh tế", "count": 1, "answered": 1}
    ]
    assert "Phòng Kinh tế: 1" in run("feedback", "list", "--counts").stdout
    assert code in run("feedback", "block", code).stdout
    told, blocked = asyncio.run(_told_and_blocked(tmp_path))
    assert "Đã thay bóng đèn." in told and blocked
    run("feedback", "block", code, "--lift")
    assert not asyncio.run(_told_and_blocked(tmp_path))[1]


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (("show", "PA-222222"), "cli.case.unknown"),
        (("route", "{code}", "Sở Nội vụ"), "cli.case.no_unit"),
        (("answer", "{code}", " "), "cli.case.no_words"),
        (("close", "PA-222222", "x"), "cli.case.unknown"),
    ],
)
def test_feedback_commands_say_what_is_wrong(run: Run, tmp_path: Path, arguments: tuple[str, ...], key: str) -> None:
    code = asyncio.run(_case(tmp_path))
    error = run("feedback", *(argument.replace("{code}", code) for argument in arguments)).exception
    assert isinstance(error, OperatorError) and error.key == key


async def _case(home: Path) -> str:
    (home / "data").mkdir()
    storage = Storage.open(f"sqlite:///{home / 'data' / 'kehoach.db'}")
    await storage.migrate()
    sender = Incoming(channel="web", update_id="1", chat_id="v", user_id="v", kind=Kind.TEXT, message_id="1")
    async with storage.writing() as records:
        office = await records.offices.ensure(OFFICE)
        await records.people.add_unit(office.id, "Phòng Kinh tế")
        case = await records.feedback.add(
            office.id, sender, "Đèn hỏng", "tổ 4", None, date(2026, 1, 12), datetime(2026, 1, 2, tzinfo=UTC)
        )
    await storage.close()
    return case.code


async def _told_and_blocked(home: Path) -> tuple[str, bool]:
    storage = Storage.open(f"sqlite:///{home / 'data' / 'kehoach.db'}")
    async with storage.reading() as records:
        office = (await records.offices.all())[0]
        blocked = await records.feedback.is_blocked(office.id, "web", "v")
    async with storage.writing() as records:
        rows = await records.outbox.claim(datetime(2099, 1, 1, tzinfo=UTC), 9, set(), ("web",))
        await records.outbox.take_up(datetime(2026, 1, 2, tzinfo=UTC), ("web",))
    await storage.close()
    return "\n".join(row.reply.text for row in rows), blocked
