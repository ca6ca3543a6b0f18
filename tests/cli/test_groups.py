"""The commands about group chats: the list, the staff group, its summary, and leaving."""

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot import cli
from bot.failures import OperatorError
from bot.installation import ensure_office, open_storage
from bot.settings import Settings
from tests.platforms.telegram import StandIn, Telegram

Run = Callable[..., Result]
SINCE = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    with StandIn() as stand_in:
        yield stand_in


@pytest.fixture
def run(telegram: Telegram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `kehoach` in this process, in an empty data folder, with a bot at the stand-in."""
    monkeypatch.setenv("KEHOACH_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("OFFICE_NAME", "Ủy ban nhân dân xã Đồi Chè")
    monkeypatch.setenv("TELEGRAM_TOKEN", telegram.token)
    monkeypatch.setenv("TELEGRAM_API_BASE", telegram.url)
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(cli.app, [str(a) for a in arguments])


def known_group(channel: str, chat_id: str, title: str) -> str:
    """A group the bot is in; its mark."""

    async def join() -> None:
        settings = Settings()
        storage = await open_storage(settings)
        office = await ensure_office(storage, settings)
        async with storage.writing() as records:
            await records.groups.join(channel, chat_id, office.id, title, SINCE)
        await storage.close()

    asyncio.run(join())
    return f"{channel}:{chat_id}"


def noted() -> list[str]:
    """What the audit log says was done, oldest first."""

    async def read() -> list[str]:
        storage = await open_storage(Settings())
        async with storage.reading() as records:
            rows = await records.audit.recent()
        await storage.close()
        return [str(row["action"]) for row in reversed(rows) if str(row["action"]).startswith("group.")]

    return asyncio.run(read())


def why(result: Result) -> str:
    assert isinstance(result.exception, OperatorError), result.output
    return result.exception.key


def test_the_groups_are_listed_with_what_is_set_for_them(run: Run) -> None:
    assert json.loads(run("groups", "list", "--json").stdout) == []
    mark = known_group("telegram", "-1002", "Tổ chuyển đổi số")
    (row,) = json.loads(run("groups", "list", "--json").stdout)
    assert (row["group"], row["title"], row["staff"], row["summary"]) == (mark, "Tổ chuyển đổi số", False, None)
    shown = run("groups", "list").stdout
    assert f"{mark}  Tổ chuyển đổi số  nhóm thường  từ 08:00 02/03/2026" in shown


def test_a_group_becomes_the_staff_group_and_is_sent_the_summary(run: Run) -> None:
    mark = known_group("telegram", "-1002", "Cán bộ Đồi Chè")
    assert why(run("groups", "summary", mark, "--when", "sáng thứ hai 8 giờ")) == "cli.groups.needs_staff"
    assert "làm nhóm cán bộ của Ủy ban nhân dân xã Đồi Chè" in run("groups", "staff", mark).stdout
    assert "đang là nhóm cán bộ" in run("groups", "staff", mark).stdout
    shown = run("groups", "summary", "Cán bộ Đồi Chè", "--when", "chiều thứ sáu 16h30").stdout
    assert "16:30 thứ Sáu hằng tuần" in shown or "16h30 thứ Sáu hằng tuần" in shown
    (row,) = json.loads(run("groups", "list", "--json").stdout)
    assert (row["staff"], row["summary"]) == (True, {"weekday": 4, "hour": "16:30"})
    assert "thứ Sáu" in run("groups", "summary", mark).stdout
    assert "Đã dừng" in run("groups", "summary", mark, "--off").stdout
    assert "Hiện tôi không gửi" in run("groups", "summary", mark, "--off").stdout
    assert "không còn là nhóm cán bộ" in run("groups", "staff", mark, "--off").stdout
    assert noted() == ["group.staff", "group.summary", "group.summary", "group.staff"]


def test_a_summary_that_cannot_be_so_is_refused_with_the_reason(run: Run) -> None:
    mark = known_group("telegram", "-1002", "Cán bộ Đồi Chè")
    run("groups", "staff", mark)
    assert why(run("groups", "summary", mark, "--when", "khi nào rảnh")) == "cli.groups.bad_when"
    assert why(run("groups", "summary", mark, "--when", "thứ hai và thứ tư 8 giờ")) == "cli.groups.refused_when"
    assert why(run("groups", "summary", mark, "--when", "thứ hai", "--off")) == "cli.groups.when_or_off"
    assert noted() == ["group.staff"]


def test_an_unknown_group_and_one_name_of_two_groups_change_nothing(run: Run) -> None:
    known_group("telegram", "-1002", "Tổ công tác")
    known_group("telegram", "-1003", "Tổ công tác")
    assert why(run("groups", "staff", "telegram:-9")) == "cli.groups.no_group"
    assert why(run("groups", "staff", "Tổ công tác")) == "cli.groups.many"


def test_the_bot_leaves_a_telegram_group_once_it_is_said_twice(run: Run, telegram: Telegram) -> None:
    group = telegram.group("Tổ công tác", supergroup=True)
    mark = known_group("telegram", str(group), "Tổ công tác")
    assert why(run("groups", "leave", mark)) == "cli.groups.say_yes"
    assert telegram.journal("leaveChat") == []
    assert "đã rời nhóm" in run("groups", "leave", mark, "--yes").stdout
    assert [call["status"] for call in telegram.journal("leaveChat")] == [200]
    assert json.loads(run("groups", "list", "--json").stdout) == []
    assert noted() == ["group.left"]


def test_a_group_telegram_has_put_the_bot_out_of_counts_as_left(run: Run, telegram: Telegram) -> None:
    group = telegram.group("Tổ công tác")
    mark = known_group("telegram", str(group), "Tổ công tác")
    telegram.user().removes_bot(group)
    assert run("groups", "leave", mark, "--yes").exit_code == 0
    assert json.loads(run("groups", "list", "--json").stdout) == []


def test_what_keeps_the_bot_in_a_group_is_told(run: Run, telegram: Telegram, monkeypatch: pytest.MonkeyPatch) -> None:
    group = telegram.group("Tổ công tác")
    mark = known_group("telegram", str(group), "Tổ công tác")
    telegram.fault("server_error", "leaveChat")
    assert why(run("groups", "leave", mark, "--yes")) == "cli.groups.not_left"
    assert why(run("groups", "leave", known_group("zalo-bot", "g-7", "Tổ Zalo"), "--yes")) == "cli.groups.no_such_call"
    monkeypatch.setenv("TELEGRAM_TOKEN", "")
    assert why(run("groups", "leave", mark, "--yes")) == "cli.groups.no_telegram"
    assert len(json.loads(run("groups", "list", "--json").stdout)) == 2
