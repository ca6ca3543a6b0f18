"""Announcements from the command line: shown first, sent once, listed, taken back."""

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
    """Runs `kehoach` in this process, in a data folder with three people."""
    monkeypatch.setenv("KEHOACH_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("OFFICE_NAME", "Ủy ban nhân dân phường Suối Mây")
    monkeypatch.chdir(tmp_path)

    def answer(*arguments: str, said: str = "") -> Result:
        return CliRunner().invoke(cli.app, list(arguments), input=said)

    for name, role, unit in (
        ("Lương Thị Sim", "administrator", ""),
        ("Tạ Văn Nghĩa", "head", "Phòng Kinh tế"),
        ("Cao Bá Lộc", "official", "Phòng Kinh tế"),
    ):
        answer("people", "add", name, "--role", role, "--unit", unit)
    return answer


def test_an_announcement_is_shown_sent_and_taken_back(run: Run) -> None:
    shown = run("announce", "Mai họp lúc 8 giờ.", "--to", "phòng Kinh tế", said="n\n")
    assert "Gửi cho 2 người" in shown.stdout and "Thông báo của Lương Thị Sim:\nMai họp lúc 8 giờ." in shown.stdout
    assert "Chưa có tài khoản: " in shown.stdout and "Chưa gửi gì." in shown.stdout
    assert json.loads(run("calls", "list", "--json").stdout) == []
    assert "số 1" in run("announce", "Mai họp lúc 8 giờ.", "--to", "phòng Kinh tế", "--yes").stdout
    (row,) = json.loads(run("calls", "list", "--json").stdout)
    assert (row["text"], row["people"], row["states"]) == ("Mai họp lúc 8 giờ.", 2, {"no_account": 2})
    assert "Mai họp lúc 8 giờ." in run("calls", "list").stdout
    assert "Chưa có tài khoản (2): " in run("calls", "show", "1").stdout
    assert "2 người sẽ không nhận" in run("calls", "withdraw", "1").stdout
    assert json.loads(run("calls", "show", "1", "--json").stdout)["states"] == {"cancelled": 2}


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (("announce", " ", "--to", "toàn cơ quan", "--yes"), "cli.call.no_words"),
        (("announce", "a" * 3001, "--to", "toàn cơ quan", "--yes"), "cli.call.too_long"),
        (("announce", "Họp.", "--to", "phòng Địa chính", "--yes"), "cli.call.nobody"),
        (("announce", "Họp.", "--to", "toàn cơ quan", "--as", "Cao Bá Lộc", "--yes"), "cli.call.not_allowed"),
        (("announce", "Họp.", "--to", "toàn cơ quan", "--as", "Ngô Quyền", "--yes"), "cli.call.which_author"),
        (("calls", "show", "7"), "cli.call.unknown"),
        (("calls", "withdraw", "7"), "cli.call.unknown"),
    ],
)
def test_what_cannot_be_done_is_said(run: Run, arguments: tuple[str, ...], key: str) -> None:
    failed = run(*arguments)
    assert isinstance(failed.exception, OperatorError) and failed.exception.key == key


def test_a_call_is_taken_back_once(run: Run) -> None:
    run("announce", "Mai nghỉ.", "--to", "toàn cơ quan", "--yes")
    run("calls", "withdraw", "1")
    failed = run("calls", "withdraw", "1")
    assert isinstance(failed.exception, OperatorError) and failed.exception.key == "cli.call.withdrawn_before"
