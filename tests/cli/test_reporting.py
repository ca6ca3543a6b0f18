"""The periodic report from the command line."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from typer.testing import CliRunner, Result

from bot import cli
from bot.commands import reporting
from bot.failures import OperatorError
from bot.samples import load_samples
from storage import Storage

Run = Callable[..., Result]
OFFICE = "Ủy ban nhân dân phường Vân Sương"
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `kehoach` in this process, over the invented ward on a day in November."""
    monkeypatch.setenv("KEHOACH_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("OFFICE_NAME", OFFICE)
    monkeypatch.setattr(reporting, "moment_now", lambda: NOW)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    asyncio.run(_furnish(tmp_path / "data"))
    return lambda *arguments: CliRunner().invoke(cli.app, list(arguments))


async def _furnish(home: Path) -> None:
    storage = Storage.open(f"sqlite:///{home / 'kehoach.db'}")
    try:
        await storage.migrate()
        await load_samples(storage, SAMPLES, NOW)
    finally:
        await storage.close()


def _said(file: Path) -> str:
    body = Document(BytesIO(file.read_bytes())).element.body
    return "\n".join(node.text or "" for node in body.iter(qn("w:t")))


def test_the_report_of_the_sample_office_is_written_as_files(run: Run, tmp_path: Path) -> None:
    told = run("report", "write", "tháng 12/2026", "--out", "ra")
    assert told.exit_code == 0, told.output
    assert {file.name for file in (tmp_path / "ra").iterdir()} == {
        "bao-cao-thang-12-2026-tam-tinh.docx",
        "phu-luc-bao-cao-thang-12-2026-tam-tinh.xlsx",
        "anh-bao-cao-thang-12-2026-tam-tinh.png",
    }
    assert "số liệu tạm tính đến 10:00 ngày 24/11/2026" in told.output
    said = _said(tmp_path / "ra" / "bao-cao-thang-12-2026-tam-tinh.docx")
    for words in (
        "Kết quả thực hiện nhiệm vụ, chỉ tiêu kế hoạch tháng 12 năm 2026",
        "nv3 hoàn thành, đã nghiệm thu 06 điểm mạng không dây",
        "Đề nghị phường làm việc với cơ quan thuế",
        "UBND tỉnh Lam Giang",
    ):
        assert words in said
    again = (tmp_path / "ra" / "bao-cao-thang-12-2026-tam-tinh.docx").read_bytes()
    run("report", "write", "tháng 12 năm 2026", "--out", "ra", "--format", "docx")
    assert (tmp_path / "ra" / "bao-cao-thang-12-2026-tam-tinh.docx").read_bytes() == again


def test_lines_around_the_report_are_set_shown_and_missed(run: Run, tmp_path: Path) -> None:
    shown = run("office", "letterhead", "acting=KT. CHỦ TỊCH", "recipients=UBND tỉnh; Lưu: VT", "signer_name=")
    assert "acting (ký thay (KT.)): KT. CHỦ TỊCH" in shown.stdout
    assert "recipients (nơi nhận): UBND tỉnh; Lưu: VT" in shown.stdout
    told = run("report", "write", "quý IV/2026", "--out", "ra", "--format", "short")
    assert "họ tên người ký" in told.output
    said = _said(tmp_path / "ra" / "bao-cao-rut-gon-quy-iv-2026-tam-tinh.docx")
    assert "KT. CHỦ TỊCH" in said and "- Lưu: VT." in said and "……" in said
    assert "quý IV năm 2026" in said


def test_templates_are_copied_once_and_then_used(run: Run, tmp_path: Path) -> None:
    run("report", "template")
    own = tmp_path / "data" / "templates" / "bao-cao-dinh-ky.docx"
    read = Document(BytesIO(own.read_bytes()))
    read.add_paragraph("Mẫu của phường: {{ closing }}")
    read.save(str(own))
    assert "giữ nguyên" in run("report", "template").stdout
    run("report", "write", "tháng 12/2026", "--out", "ra", "--format", "docx")
    assert "Mẫu của phường: Trên đây" in _said(tmp_path / "ra" / "bao-cao-thang-12-2026-tam-tinh.docx")


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (("report", "write", "kỳ gì đó"), "cli.report.no_period"),
        (("office", "letterhead", "mau_chu=xanh"), "cli.report.no_line"),
        (("office", "letterhead", "symbol"), "cli.report.no_value"),
    ],
)
def test_what_cannot_be_done_is_said(run: Run, arguments: tuple[str, ...], key: str) -> None:
    error = run(*arguments).exception
    assert isinstance(error, OperatorError)
    assert error.key == key
