"""The commands about blocked accounts, the bot turned off, and personal data."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot import cli
from bot.failures import OperatorError

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `kehoach` in this process, in an empty data folder."""
    monkeypatch.setenv("KEHOACH_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("OFFICE_NAME", "Ủy ban nhân dân phường Suối Mây")
    monkeypatch.setenv("TELEGRAM_TOKEN", "")
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(cli.app, [str(a) for a in arguments])


def _why(result: Result) -> str:
    assert isinstance(result.exception, OperatorError)
    return result.exception.key


def test_an_account_is_blocked_and_let_in_again_by_its_mark(run: Run) -> None:
    assert run("people", "block", "telegram:4207", "--reason", "quấy rối", "--days", 0).exit_code == 0
    (blocked,) = json.loads(run("people", "blocked", "--json").stdout)
    assert (blocked["reason"], blocked["until"]) == ("quấy rối", "")
    assert "4207" not in run("people", "blocked").stdout
    assert "không thời hạn" in run("people", "blocked").stdout
    assert run("people", "unblock", blocked["account"]).exit_code == 0
    assert json.loads(run("people", "blocked", "--json").stdout) == []
    assert _why(run("people", "unblock", "telegram:4207")) == "cli.safety.not_blocked"
    assert _why(run("people", "unblock", "khong-ai")) == "cli.safety.no_account"


def test_the_office_is_turned_off_with_a_reason_and_on_again(run: Run) -> None:
    shown = run("office", "off", "--reason", "Đang bảo trì").stdout
    assert "Trợ lý của Ủy ban nhân dân phường Suối Mây đang tạm ngừng. Lý do: Đang bảo trì." in shown
    assert "Đã bật lại" in run("office", "on").stdout
    assert "đang hoạt động" in run("office", "on").stdout
    rows = json.loads(run("office", "history", "--json").stdout)
    assert [(row["on"], row["reason"]) for row in rows] == [(True, ""), (False, "Đang bảo trì")]
    assert "tại máy chủ" in run("office", "history").stdout
    assert _why(run("office", "off", "--reason", " ")) == "cli.safety.bad_reason"
    assert _why(run("office", "off", "--reason", "x", "--until", "2020-01-01T08:00")) == "switching.until_passed"


def test_the_periods_are_shown_as_they_are_set(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEP_FILES_DAYS", "33")
    assert json.loads(run("privacy", "periods", "--json").stdout)["files"] == 33
    assert "33 ngày (KEEP_FILES_DAYS)" in run("privacy", "periods").stdout


def test_an_erasure_wants_a_yes_and_a_copy_is_written(run: Run, tmp_path: Path) -> None:
    assert _why(run("privacy", "erase", "web:ai-do")) == "cli.privacy.say_yes"
    assert run("privacy", "erase", "web:ai-do", "--yes").exit_code == 0
    (wish,) = json.loads(run("privacy", "erasures", "--json").stdout)
    assert (wish["source"], wish["done"]) == ("command", "")
    assert "chưa xong" in run("privacy", "erasures").stdout
    assert run("privacy", "export", "web:ai-do", "--out", tmp_path / "ban-sao").exit_code == 0
    names = sorted(path.name for path in (tmp_path / "ban-sao").iterdir())
    assert [name.partition("-")[2] for name in names] == ["du-lieu-cua-toi.json", "du-lieu-cua-toi.txt"]
    assert names[0].startswith(wish["account"])


def test_the_doctor_speaks_of_an_office_that_is_off(run: Run) -> None:
    run("office", "off", "--reason", "Đang bảo trì")
    assert "Trợ lý đang tắt từ" in run("doctor").stdout
