"""Drafts on the command line: listed, confirmed, edited, merged, split, dropped and published."""

import json
from collections.abc import Callable
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
    """Runs `kehoach` in this process, on a register of four drafts of one plan."""
    monkeypatch.setenv("KEHOACH_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("OFFICE_NAME", "Ủy ban nhân dân phường Suối Mây")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(cli.app, [str(a) for a in arguments])

    run("people", "add", "Giàng A Páo", "--unit", "Phòng Kinh tế")
    assert run("tasks", "export", "--out", "so.xlsx").exit_code == 0
    book = openpyxl.load_workbook(tmp_path / "so.xlsx")
    page = book["Nhiệm vụ"]
    heads = [cell.value for cell in page[1]]
    for number, title, lead, deadline in (
        ("1", "Đo đạc lại bến đò", "Phòng Kinh tế", "30/4/2026"),
        ("2", "Sơn vạch chợ; Lắp 20 đèn chợ", "Phòng Kinh tế", "Quý II/2026"),
        ("3", "Thay biển tên ngõ", "Tổ công tác", ""),
        ("4", "Sửa biển tên ngõ", "Tổ công tác", ""),
    ):
        cells = {"Số": number, "Nội dung nhiệm vụ": title, "Đơn vị chủ trì": lead, "Thời hạn": deadline}
        cells |= {"Kế hoạch số": "9/KH-UBND", "Duyệt": "Dự thảo"}
        page.append([cells.get(str(head)) for head in heads])
    book.save(tmp_path / "so.xlsx")
    assert run("tasks", "import", "so.xlsx", "--apply").exit_code == 0
    return run


def _json(result: Result) -> Any:
    assert result.exit_code == 0, (result.stdout, result.exception)
    return json.loads(result.stdout)


def _ids(run: Run) -> dict[str, str]:
    return {row["number"]: row["id"] for row in _json(run("tasks", "review", "--json"))}


def test_what_waits_is_listed_with_ids_and_doubts(run: Run) -> None:
    rows = _json(run("tasks", "review", "--document", "9/KH-UBND", "--json"))
    assert [(row["number"], row["doubts"]) for row in rows] == [
        ("1", []),
        ("2", []),
        ("3", ["deadline", "lead"]),
        ("4", ["deadline", "lead"]),
    ]
    assert "bến đò" in run("tasks", "review").stdout
    assert "Không có mục nào chờ duyệt" in run("targets", "review").stdout


def test_the_sure_ones_of_a_document_are_confirmed(run: Run) -> None:
    done = _json(run("tasks", "confirm", "--document", "9/KH-UBND", "--sure", "--json"))
    assert [one["number"] for one in done] == ["1", "2"]
    assert set(_ids(run)) == {"3", "4"}


def test_a_draft_is_edited_and_confirmed(run: Run) -> None:
    entry = _ids(run)["3"]
    edited = run("tasks", "edit", entry, "--deadline", "30/6/2026", "--lead", "phòng kinh tế", "--assignee", "anh Páo")
    assert f"Đã sửa: {entry} – 3. Thay biển tên ngõ" in edited.stdout
    assert "Đã duyệt" in run("tasks", "confirm", entry).stdout
    task = next(t for t in _json(run("tasks", "list", "--json")) if t["number"] == "3")
    assert (task["confirmed"], task["deadline"]) == (True, {"kind": "date", "due": "2026-06-30"})


def test_drafts_are_merged_split_and_dropped(run: Run) -> None:
    ids = _ids(run)
    assert [one["outcome"] for one in _json(run("tasks", "merge", ids["3"], ids["4"], "--json"))] == ["merged"]
    parts = _json(run("tasks", "split", ids["2"], "Sơn vạch chợ", "Lắp 20 đèn chợ", "--json"))
    assert [part["number"] for part in parts] == ["2.1", "2.2"]
    run("tasks", "drop", ids["1"])
    rows = _json(run("tasks", "review", "--json"))
    assert [(row["number"], row["title"]) for row in rows] == [
        ("2.1", "Sơn vạch chợ"),
        ("2.2", "Lắp 20 đèn chợ"),
        ("3", "Thay biển tên ngõ; Sửa biển tên ngõ"),
    ]


def test_only_what_is_confirmed_is_published(run: Run) -> None:
    entry = _ids(run)["1"]
    assert isinstance(run("tasks", "publish", entry).exception, OperatorError)
    run("tasks", "confirm", entry)
    assert [one["outcome"] for one in _json(run("tasks", "publish", entry, "--json"))] == ["published"]
    assert _json(run("tasks", "publish", "--document", "9/KH-UBND", "--json")) == []
    assert "Ngừng công bố" in run("tasks", "unpublish", entry).stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("confirm",),
        ("confirm", "999"),
        ("confirm", "c1"),
        ("confirm", "--document", "1/KH-KHAC"),
        ("drop", "abc"),
        ("merge", "1"),
        ("edit", "1", "--deadline", "hôm nào rảnh"),
        ("edit", "1", "--assignee", "Không Ai"),
        ("split", "1", "Một phần"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(run: Run, arguments: tuple[str, ...]) -> None:
    before = run("tasks", "review", "--json").stdout
    result = run("tasks", *arguments)
    assert isinstance(result.exception, OperatorError)
    assert run("tasks", "review", "--json").stdout == before


def test_a_spreadsheet_shows_what_it_would_change_and_waits_for_apply(run: Run, tmp_path: Path) -> None:
    run("tasks", "export", "--out", "ra.xlsx")
    book = openpyxl.load_workbook(tmp_path / "ra.xlsx")
    page = book["Nhiệm vụ"]
    page.cell(2, [cell.value for cell in page[1]].index("Thời hạn") + 1).value = "30/9/2026"
    book.save(tmp_path / "ra.xlsx")
    shown = run("tasks", "import", "ra.xlsx")
    assert "    Thời hạn: 30/4/2026 → 30/9/2026" in shown.stdout and "--apply" in shown.stdout
    (change,) = _json(run("tasks", "import", "ra.xlsx", "--json"))["changes"]
    assert change["fields"] == [{"field": "Thời hạn", "before": "30/4/2026", "after": "30/9/2026"}]
    assert "30/4/2026" in run("tasks", "review").stdout
    assert "Đã ghi 1 thay đổi" in run("tasks", "import", "ra.xlsx", "--apply").stdout


PLAN_CHANGE = """ỦY BAN NHÂN DÂN
PHƯỜNG SUỐI MÂY
Số: 31/UBND-KT
Suối Mây, ngày 10 tháng 4 năm 2026

Kính gửi: Phòng Kinh tế.

Ủy ban nhân dân phường điều chỉnh thời gian hoàn thành nhiệm vụ số 1 tại Kế hoạch số 9/KH-UBND từ ngày 30/4/2026 thành \
ngày 31/7/2026.
"""


def test_a_later_paper_proposes_and_a_confirmation_moves_the_deadline(run: Run, tmp_path: Path) -> None:
    run("tasks", "confirm", _ids(run)["1"])
    paper = tmp_path / "cong-van.txt"
    paper.write_text(PLAN_CHANGE, encoding="utf-8")
    assert json.loads(run("ingest", paper, "--json").stdout)["changes"] == 1
    rows = _json(run("tasks", "review", "--json"))
    assert rows[0]["id"].startswith("c") and rows[0]["deadline"]["due"] == "2026-07-31"
    task = next(t for t in _json(run("tasks", "list", "--json")) if t["number"] == "1")
    assert task["deadline"]["due"] == "2026-04-30"
    assert "Đã đổi hạn" in run("tasks", "confirm", rows[0]["id"]).stdout
    task = next(t for t in _json(run("tasks", "list", "--json")) if t["number"] == "1")
    assert task["deadline"]["due"] == "2026-07-31"
    assert isinstance(run("tasks", "drop", rows[0]["id"]).exception, OperatorError)
