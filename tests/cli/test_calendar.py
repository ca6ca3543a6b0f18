"""`kehoach calendar` and `kehoach rules`."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from bot import cli
from bot.failures import OperatorError

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `kehoach` in this process, in an empty data folder."""
    monkeypatch.setenv("KEHOACH_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("OFFICE_NAME", "Ủy ban nhân dân xã Đồng Cói")
    monkeypatch.setenv("TELEGRAM_TOKEN", "")
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(cli.app, [str(a) for a in arguments])


def _own(run: Run) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("calendar", "list", "--json", "--year", "2027").stdout)["own"]
    return found


def _refused(result: Result) -> str:
    assert isinstance(result.exception, OperatorError)
    return f"{result.exception.key} {result.exception.blanks}"


def test_days_off_and_worked_are_added_listed_and_removed(run: Run) -> None:
    assert "Thứ Tư 15/12/2027: nghỉ (họp dân)" in run("calendar", "off", "15/12/2027", "--label", "họp dân").stdout
    run("calendar", "off", "29/12/2027-31/12/2027")
    run("calendar", "work", "2027-12-18")
    shown = run("calendar", "list", "--year", "2027").stdout
    assert "Thứ Tư 15/12/2027: họp dân (lịch riêng của cơ quan)" in shown
    assert "Thứ Tư 29/12/2027 – " in shown and "Thứ Bảy 18/12/2027" in shown
    assert [(d["day"], d["works"]) for d in _own(run)] == [
        ("2027-12-15", False),
        ("2027-12-18", True),
        ("2027-12-29", False),
        ("2027-12-30", False),
        ("2027-12-31", False),
    ]
    run("calendar", "remove", "01/12/2027 - 31/12/2027")
    assert _own(run) == []


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("off", "32/12/2027"), "bad_days"),
        (("off", "18/12"), "bad_days"),
        (("off", "20/12/2027-18/12/2027"), "bad_days"),
        (("off", "18/12/2027"), "vốn đã là ngày nghỉ"),
        (("work", "17/12/2027"), "vốn là ngày làm việc"),
        (("remove", "17/12/2027"), "không có ngày"),
        (("off", "01/01/2027-31/12/2027"), "quá 60 ngày"),
    ],
)
def test_what_makes_no_sense_is_refused(run: Run, arguments: tuple[str, ...], why: str) -> None:
    assert why in _refused(run("calendar", *arguments))
    assert _own(run) == []


def test_a_list_is_shown_first_and_written_when_told_to(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "lich.csv"
    file.write_text(
        "\ufeffNgày;Loại;Lý do\n03/02/2027;nghỉ;hoán đổi\n06/03/2027;làm bù;\n05/02/2027;nghỉ;Tết\n\n", encoding="utf-8"
    )
    shown = run("calendar", "import", file)
    assert "Thứ Tư 03/02/2027: nghỉ (hoán đổi)" in shown.stdout and "chưa ghi gì" in shown.stdout
    assert _own(run) == []
    run("calendar", "import", file, "--apply")
    assert [(d["day"], d["works"], d["label"]) for d in _own(run)] == [
        ("2027-02-03", False, "hoán đổi"),
        ("2027-03-06", True, ""),
    ]
    again = run("calendar", "import", file, "--apply")
    assert again.exit_code == 0 and "Đã ghi 0 thay đổi" in again.stdout


def test_a_spreadsheet_may_hold_the_list(run: Run, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (
        ["Ngày", "Loại", "Lý do"],
        [date(2027, 7, 14), None, "mất điện"],
        ["17/07/2027", "Làm bù"],
    ):
        page.append(row)
    book.save(tmp_path / "lich.xlsx")
    assert run("calendar", "import", tmp_path / "lich.xlsx", "--apply").exit_code == 0
    assert [(d["day"], d["works"]) for d in _own(run)] == [("2027-07-14", False), ("2027-07-17", True)]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"PK\x03\x04broken", b"mai,nghi\n"])
def test_a_list_that_cannot_be_read_changes_nothing(run: Run, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "lich.csv"
    file.write_bytes(b"14/07/2027,nghi\n" + content if content.startswith(b"mai") else content)
    assert "import_refused" in _refused(run("calendar", "import", file, "--apply"))
    assert _own(run) == []


def test_rules_are_shown_and_set(run: Run) -> None:
    assert "daily_cap=3" in run("rules", "show").stdout
    changed = run("rules", "set", "daily_cap=5", "hour=7h30", "before=30: 10, 5; 0: 1")
    assert "tối đa 5 tin" in changed.stdout and "Giờ nhắc: 07:30" in changed.stdout
    kept = json.loads(run("rules", "show", "--json").stdout)
    assert (kept["daily_cap"], kept["hour"], kept["before"]) == ("5", "07:30", "30: 10, 5; 0: 1")
    run("rules", "set", "daily_cap=", "hour=", "before=")
    assert json.loads(run("rules", "show", "--json").stdout)["before"] == "50: 14, 7, 3, 1; 15: 7, 3, 1; 6: 3, 1; 0: 1"
    assert "không cần đổi" in run("rules", "set", "daily_cap=3").stdout


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (("daily_cap=0",), "từ 1 đến 20"),
        (("daily_cap=5", "hour=21:00"), "giờ yên lặng"),
        (("colour=red",), "colour"),
        (("daily_cap",), "rules_pair"),
        (("quiet_from=7:00", "quiet_to=6:59"), "gần như cả ngày"),
    ],
)
def test_one_wrong_setting_leaves_all_as_they_were(run: Run, wanted: tuple[str, ...], why: str) -> None:
    assert why in _refused(run("rules", "set", *wanted))
    assert json.loads(run("rules", "show", "--json").stdout)["daily_cap"] == "3"
