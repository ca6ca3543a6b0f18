"""The commands about people: the staff list in and out, invitations, leaving and coming back, units."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from bot import cli
from bot.failures import OperatorError
from bot.invitations import held_by_qr, how_to_use

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `kehoach` in this process, in an empty data folder."""
    monkeypatch.setenv("KEHOACH_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("OFFICE_NAME", "Ủy ban nhân dân phường Suối Mây")
    monkeypatch.setenv("TELEGRAM_TOKEN", "")
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(cli.app, [str(a) for a in arguments])


def _people(run: Run) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in json.loads(run("people", "list", "--json").stdout)}


def _sheet(path: Path, *rows: tuple[object, ...]) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (("Họ tên", "Đơn vị", "Vai trò", "Điện thoại"), *rows):
        page.append(list(row))
    book.save(path)
    return path


def test_a_staff_list_is_shown_first_and_written_when_told_to(run: Run, tmp_path: Path) -> None:
    sheet = _sheet(
        tmp_path / "cb.xlsx",
        ("Mai Thị Sen", "Phòng Kinh tế", "Trưởng phòng", "0912 345 678"),
        ("Lý Văn Tre", "Phòng Kinh tế", "", 987654321),
        ("Hồ Minh Trúc", "", "Chủ tịch", ""),
    )
    shown = run("people", "import", sheet)
    assert "thêm: Mai Thị Sen | Phòng Kinh tế | trưởng phòng | 0912 345 678" in shown.stdout
    assert _people(run) == {}
    assert run("people", "import", sheet, "--apply").exit_code == 0
    people = _people(run)
    assert {n: (p["role"], p["unit"]) for n, p in people.items()} == {
        "Mai Thị Sen": ("head", "Phòng Kinh tế"),
        "Lý Văn Tre": ("official", "Phòng Kinh tế"),
        "Hồ Minh Trúc": ("leader", ""),
    }
    assert "Có 0 thay đổi" in run("people", "import", sheet).stdout
    assert run("people", "export", "-o", tmp_path / "ra.xlsx").exit_code == 0
    assert "Có 0 thay đổi" in run("people", "import", tmp_path / "ra.xlsx").stdout
    moved = _sheet(tmp_path / "cb2.xlsx", ("Lý Văn Tre", "Văn phòng", "", "0987654321"))
    assert "sửa: Lý Văn Tre | Phòng Kinh tế" in run("people", "import", moved, "--apply").stdout
    assert _people(run)["Lý Văn Tre"]["unit"] == "Văn phòng"
    assert len(_people(run)) == 3, "who is not in the sheet stays"


def test_one_wrong_cell_keeps_everything_out(run: Run, tmp_path: Path) -> None:
    sheet = _sheet(
        tmp_path / "cb.xlsx",
        ("Mai Thị Sen", "Phòng Kinh tế", "Trưởng phòng", "0912345678"),
        ("", "Phòng Kinh tế", "", ""),
        ("Lý Văn Tre", "", "vua", "12345"),
        ("Hồ Minh Trúc", "", "", "0912 345 678"),
    )
    refused = run("people", "import", sheet, "--apply")
    assert isinstance(refused.exception, OperatorError) and refused.exception.key == "cli.import_refused"
    for words in ("Hàng 3, cột Họ tên", "Hàng 4, cột Vai trò: “vua”", "Hàng 4, cột Điện thoại", "trùng số với hàng 2"):
        assert words in refused.stderr
    assert _people(run) == {}
    (tmp_path / "hong.xlsx").write_bytes(b"PK\x03\x04 not a sheet")
    assert "không phải là bảng tính" in run("people", "import", tmp_path / "hong.xlsx").stderr


def test_invitations_are_printed_with_codes(run: Run, tmp_path: Path) -> None:
    run("people", "add", "Mai Thị Sen", "--unit", "Phòng Kinh tế")
    assert run("people", "invite", "--all", "--bot", "TroLyBot", "--out", tmp_path / "p.pdf").exit_code == 0
    assert (tmp_path / "p.pdf").read_bytes().startswith(b"%PDF")
    assert run("people", "invite", "1", "--bot", "@TroLyBot", "--out", tmp_path / "p.png").exit_code == 0
    with Image.open(BytesIO((tmp_path / "p.png").read_bytes())) as page:
        colours = page.convert("L").getextrema()
        assert page.size == (1240, 1754) and colours == (0, 255)
    assert isinstance(run("people", "invite", "99", "--bot", "TroLyBot").exception, OperatorError)


def test_without_a_telegram_bot_a_card_holds_the_words_to_send(run: Run, tmp_path: Path) -> None:
    run("people", "add", "Mai Thị Sen", "--unit", "Phòng Kinh tế")
    assert run("people", "invite", "--all", "--out", tmp_path / "p.pdf").exit_code == 0
    assert (tmp_path / "p.pdf").read_bytes().startswith(b"%PDF")
    assert held_by_qr("7KQ4-M2XF", "") == "tham gia 7KQ4-M2XF"
    assert held_by_qr("7KQ4-M2XF", "TroLyBot") == "https://t.me/TroLyBot?start=7KQ4-M2XF"
    assert how_to_use("7KQ4-M2XF", "").endswith("nhắn: tham gia 7KQ4-M2XF")
    assert "Quét mã" not in how_to_use("7KQ4-M2XF", "") and "Quét mã" in how_to_use("7KQ4-M2XF", "TroLyBot")


def test_who_leaves_is_gone_and_comes_back_without_an_account(run: Run) -> None:
    run("people", "add", "Mai Thị Sen", "--unit", "Phòng Kinh tế")
    run("people", "add", "Lý Văn Tre", "--unit", "Phòng Kinh tế")
    assert "Mai Thị Sen đã nghỉ việc" in run("people", "leave", "1").stdout
    assert list(_people(run)) == ["Lý Văn Tre"]
    assert isinstance(run("people", "leave", "1").exception, OperatorError)
    assert isinstance(run("people", "transfer", "2", "--to", "1").exception, OperatorError)
    assert "trở lại" in run("people", "return", "1").stdout
    assert "Đã chuyển 0 nhiệm vụ" in run("people", "transfer", "2", "--to", "1").stdout
    arranged = run("people", "stand-in", "1", "--by", "2", "--from", "2026-03-10", "--to", "2026-03-20")
    assert "Lý Văn Tre làm thay Mai Thị Sen" in arranged.stdout
    wrong = run("people", "stand-in", "1", "--by", "2", "--from", "2026-03-20", "--to", "2026-03-10")
    assert isinstance(wrong.exception, OperatorError)
    assert "Đã sửa" in run("people", "edit", "1", "--role", "head", "--phone", "0912345678").stdout
    assert _people(run)["Mai Thị Sen"]["role"] == "head"
    assert isinstance(run("people", "edit", "1", "--phone", "12").exception, OperatorError)


def test_units_keep_their_old_names(run: Run) -> None:
    run("units", "add", "Phòng Kinh tế")
    run("units", "alias", "Phòng Kinh tế", "KT")
    run("units", "rename", "KT", "Phòng Kinh tế, Hạ tầng và Đô thị")
    assert run("units", "list").stdout.strip() == "Phòng Kinh tế, Hạ tầng và Đô thị | KT | Phòng Kinh tế"
    run("units", "add", "Văn phòng")
    assert isinstance(run("units", "rename", "Văn phòng", "KT").exception, OperatorError)
    assert isinstance(run("units", "rename", "Phòng Tư pháp", "Văn phòng").exception, OperatorError)
