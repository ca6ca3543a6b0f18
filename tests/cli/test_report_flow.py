"""A periodic report's way from the command line: the same rules, audit entries and messages as in chat."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot import cli
from bot.failures import OperatorError
from domain.deadlines import parse_deadline
from domain.people import Role
from domain.tasks import Task
from storage import Storage

Run = Callable[..., Result]
OFFICE = "Ủy ban nhân dân phường Suối Mây"
THIS_YEAR = datetime.now(UTC).year
LAST_YEAR = f"năm {THIS_YEAR - 1}"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `kehoach` in this process, in a data folder with an office of four people and one task."""
    monkeypatch.setenv("KEHOACH_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("OFFICE_NAME", OFFICE)
    monkeypatch.chdir(tmp_path)
    asyncio.run(_furnish(tmp_path))
    return lambda *arguments: CliRunner().invoke(cli.app, list(arguments))


async def _furnish(folder: Path) -> None:
    (folder / "data").mkdir()
    storage = Storage.open(f"sqlite:///{folder / 'data' / 'kehoach.db'}")
    await storage.migrate()
    async with storage.writing() as records:
        office = await records.offices.ensure(OFFICE, "Suối Mây", [])
        unit = await records.people.add_unit(office.id, "Phòng Kinh tế")
        for name, role, unit_id in (
            ("Bùi Đức Hải", Role.HEAD, unit.id),
            ("Đặng Minh Sơn", Role.LEADER, None),
            ("Phan Thu Trang", Role.ADMINISTRATOR, None),
        ):
            person = await records.people.add(office.id, name, role, unit_id)
            await records.people.bind(person.id, "telegram", name, name)
        await records.register.add_task(
            Task(0, office.id, "1", "Lắp mã QR tại chợ", parse_deadline("Thường xuyên"), lead_unit_id=unit.id)
        )
    await storage.close()


def _told(folder: Path) -> list[tuple[str, str]]:
    """Who is told what, in the order in which it was queued."""
    with sqlite3.connect(folder / "data" / "kehoach.db") as database:
        rows = database.execute("SELECT chat_id, reply FROM outbox ORDER BY id").fetchall()
    return [(chat, json.loads(reply)["text"].splitlines()[0]) for chat, reply in rows]


def _audited(folder: Path) -> list[tuple[str, str]]:
    """What was done with reports, and by whom where it was done for somebody."""
    with sqlite3.connect(folder / "data" / "kehoach.db") as database:
        rows = database.execute(
            "SELECT action, coalesce(p.name, '') FROM audit_log a LEFT JOIN people p ON p.id = a.person_id"
            " WHERE action LIKE 'periodic_report.%' ORDER BY a.id"
        ).fetchall()
    return [(action.partition(".")[2], name) for action, name in rows]


def test_a_report_goes_all_the_way(run: Run, tmp_path: Path) -> None:
    year = THIS_YEAR - 1
    assert "Đã lập dự thảo." in run("report", "make", LAST_YEAR).stdout
    assert "bản 2" in run("report", "add", LAST_YEAR, "proposals", "Cấp 02 máy quét").stdout
    assert "Đã gửi 1 trưởng phòng góp ý: Bùi Đức Hải." in run("report", "circulate", LAST_YEAR).stdout
    run("report", "remark", LAST_YEAR, "Thiếu nhiệm vụ 1", "--by", "Bùi Đức Hải")
    assert "Đã trình Đặng Minh Sơn" in run("report", "submit", LAST_YEAR).stdout
    assert "Đã trả lại" in run("report", "return", LAST_YEAR, "Bổ sung", "--by", "đặng minh sơn").stdout
    assert "Đã lập bản 3" in run("report", "make", LAST_YEAR).stdout
    run("report", "submit", LAST_YEAR)
    assert "Đã duyệt" in run("report", "approve", LAST_YEAR, "--by", "Đặng Minh Sơn").stdout
    assert "số 15" in run("report", "number", LAST_YEAR, "15", "--by", "Phan Thu Trang").stdout
    shown = json.loads(run("report", "show", LAST_YEAR, "--json").stdout)
    assert (shown["status"], shown["number"][:2], shown["version"]) == ("final", "15", 3)
    assert [row["status"] for row in json.loads(run("report", "list", "--json").stdout)] == [
        "final",
        "replaced",
        "replaced",
    ]
    assert f"Báo cáo năm {year}, bản 3. Đã ban hành, số 15" in run("report", "list").stdout
    assert "bản 3  cho số  Phan Thu Trang" in run("report", "show", LAST_YEAR).stdout
    assert _audited(tmp_path) == [
        ("made", ""),
        ("added", ""),
        ("circulated", ""),
        ("remarked", "Bùi Đức Hải"),
        ("submitted", ""),
        ("returned", "Đặng Minh Sơn"),
        ("made", ""),
        ("submitted", ""),
        ("approved", "Đặng Minh Sơn"),
        ("issued", "Phan Thu Trang"),
    ]
    told = _told(tmp_path)
    assert ("Bùi Đức Hải", f"Quản trị viên tại máy chủ gửi anh/chị góp ý dự thảo báo cáo năm {year}, bản 2.") in told
    assert ("Phan Thu Trang", f"Bùi Đức Hải góp ý báo cáo năm {year}, bản 2: “Thiếu nhiệm vụ 1”") in told
    assert sum(text.startswith("Báo cáo năm") and "đã ban hành" in text for _, text in told) == 2


def test_the_files_of_a_version_are_written_again_as_they_were(run: Run, tmp_path: Path) -> None:
    run("report", "make", LAST_YEAR)
    for folder in ("one", "two"):
        assert run("report", "files", LAST_YEAR, "--out", str(tmp_path / folder)).exit_code == 0
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert {name.rpartition(".")[2] for name in names} == {"docx", "xlsx", "png"}
    assert all((tmp_path / "one" / n).read_bytes() == (tmp_path / "two" / n).read_bytes() for n in names)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("approve", LAST_YEAR, "--by", "Bùi Đức Hải"), "là việc của lãnh đạo"),
        (("approve", LAST_YEAR, "--by", ""), "là việc của lãnh đạo"),
        (("remark", LAST_YEAR, "x", "--by", "Đặng Minh Sơn"), "là việc của trưởng phòng"),
        (("approve", LAST_YEAR, "--by", "Đặng Minh Sơn"), "chưa được trình"),
        (("number", LAST_YEAR, "15"), "chưa được duyệt"),
        (("submit", LAST_YEAR, "--by", "Bùi Đức Hải"), "do quản trị viên hoặc người lập báo cáo"),
        (("make", LAST_YEAR), "chưa thay đổi"),
    ],
)
def test_the_rules_are_those_of_the_chat(run: Run, arguments: tuple[str, ...], words: str) -> None:
    run("report", "make", LAST_YEAR)
    refused = run("report", *arguments)
    assert refused.exit_code == 1 and words in refused.stderr
    assert json.loads(run("report", "show", LAST_YEAR, "--json").stdout)["status"] == "draft"


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (("make", "tháng 13"), "cli.report.no_period"),
        (("make", f"tháng 6/{THIS_YEAR + 2}"), "cli.report.not_yet"),
        (("show", LAST_YEAR), "cli.report.no_version"),
        (("make", LAST_YEAR, "--by", "Người Lạ"), "cli.report.no_person"),
        (("add", LAST_YEAR, "mở đầu", "x"), "cli.report.no_part"),
        (("number", LAST_YEAR, "mười lăm"), "cli.report.no_number"),
    ],
)
def test_what_cannot_be_done_is_said(run: Run, arguments: tuple[str, ...], key: str) -> None:
    refused = run("report", *arguments)
    assert isinstance(refused.exception, OperatorError) and refused.exception.key == key


def test_nothing_is_listed_where_nothing_was_made(run: Run) -> None:
    listed = run("report", "list")
    assert listed.exit_code == 0 and listed.stdout == "Chưa có gì trong danh sách.\n"


def test_doubtful_figures_and_silent_heads_are_submitted_only_on_purpose(run: Run) -> None:
    this_year = f"năm {THIS_YEAR + 1}" if datetime.now(UTC).date() > date(THIS_YEAR, 12, 14) else "năm nay"
    run("report", "make", this_year)
    run("report", "circulate", this_year)
    asked = run("report", "submit", this_year)
    assert asked.exit_code == 1
    assert "chưa chốt" in asked.stderr and "Chưa trả lời góp ý: Bùi Đức Hải." in asked.stderr
    assert "--anyway" in asked.stderr
    assert "Đã trình Đặng Minh Sơn" in run("report", "submit", this_year, "--anyway").stdout
