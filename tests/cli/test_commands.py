"""Each command on a data folder of its own; the words of `shared/design.md` are the contract."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from bot import cli
from bot.failures import OperatorError
from knowledge import UnreadableFile
from tests.knowledge.reading import papers
from tests.running import KEHOACH, ROOT

Run = Callable[..., Result]

PLAN = """ỦY BAN NHÂN DÂN        CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
PHƯỜNG SUỐI MÂY         Độc lập - Tự do - Hạnh phúc
Số: 12/KH-UBND          Suối Mây, ngay 09 tháng 01 năm 2026

KẾ HOẠCH
Lắp đèn đường bằng năng lượng mặt trời năm 2026

I. MỤC TIÊU
- Lắp mới {lamps} bộ đèn trên các tuyến ngõ của phường trong năm 2026.
- Tiền điện chiếu sáng giảm 35% so với năm 2025.

II. TỔ CHỨC THỰC HIỆN
1. Phòng Kinh tế chủ trì khảo sát các tuyến ngõ trước ngày 15/3/2026.
2. Công an phường phối hợp bảo đảm trật tự khi thi công.
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `kehoach` in this process, in an empty data folder."""
    monkeypatch.setenv("KEHOACH_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("OFFICE_NAME", "Ủy ban nhân dân phường Suối Mây")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(cli.app, [str(a) for a in arguments])

    return run


def _lines(result: Result) -> list[dict[str, object]]:
    assert result.exit_code == 0, (result.stdout, result.stderr, result.exception)
    return [json.loads(line) for line in result.stdout.splitlines()]


def _plan(folder: Path, lamps: int = 240) -> Path:
    file = folder / "ke-hoach-den-duong.txt"
    file.write_text(PLAN.format(lamps=lamps), encoding="utf-8")
    return file


def test_a_plan_is_read_once_and_again_only_when_it_changed(run: Run, tmp_path: Path) -> None:
    file = _plan(tmp_path)
    (first,) = _lines(run("ingest", file, "--json"))
    assert (first["outcome"], first["number"], first["date"]) == ("added", "12/KH-UBND", "2026-01-09")
    (again,) = _lines(run("ingest", file, "--json"))
    assert (again["outcome"], again["passages"]) == ("unchanged", first["passages"])
    _plan(tmp_path, lamps=260)
    (changed,) = _lines(run("ingest", file, "--json"))
    assert changed["outcome"] == "replaced"
    (found,) = _lines(run("search", "lắp bao nhiêu bộ đèn", "--k", "20"))
    sources = [passage["source"] for passage in found["passages"]]  # type: ignore[attr-defined]
    assert any("260 bộ đèn" in source for source in sources)
    assert not any("240 bộ đèn" in source for source in sources)


def test_a_broken_file_never_stops_the_others(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    _plan(folder)
    (folder / "rong.txt").write_bytes(b"")
    (folder / "anh.txt").write_bytes(bytes(range(256)) * 20)
    outcomes = {line["file"]: line["outcome"] for line in _lines(run("ingest", folder, "--json"))}
    assert outcomes == {"ke-hoach-den-duong.txt": "added", "rong.txt": "unreadable", "anh.txt": "unreadable"}


def test_an_answer_cites_the_verbatim_slice_of_the_file(run: Run, tmp_path: Path) -> None:
    file = _plan(tmp_path)
    run("ingest", file)
    batch = tmp_path / "questions.jsonl"
    questions = ["Phòng nào khảo sát các tuyến ngõ?", "tien dien chieu sang giam bao nhieu", "Giá vàng hôm nay?"]
    batch.write_text("".join(json.dumps({"question": q}) + "\n" for q in questions), encoding="utf-8")
    who, how_much, gold = _lines(run("ask", "--batch", batch))
    text = file.read_text(encoding="utf-8")
    for answer in (who, how_much):
        assert answer["status"] in ("answered", "partial")
        assert answer["citations"]
        for citation in answer["citations"]:  # type: ignore[attr-defined]
            assert citation["source"] in text
            assert citation["file"] == file.name
    assert "35%" in str(how_much["answer"])
    assert gold["status"] not in ("answered", "partial")
    assert not gold["citations"]


def test_what_is_internal_is_answered_to_staff_and_not_to_citizens(run: Run, tmp_path: Path) -> None:
    run("ingest", _plan(tmp_path), "--visibility", "internal")
    asked = "Lắp mới bao nhiêu bộ đèn trên các tuyến ngõ?"
    (to_citizen,) = _lines(run("ask", asked, "--json"))
    (to_official,) = _lines(run("ask", asked, "--as", "official", "--json"))
    assert "240" not in str(to_citizen) and to_citizen["status"] != "answered"
    assert "240" in str(to_official["answer"])


def test_reports_and_deadlines_are_read_a_line_each_in_order(run: Run, tmp_path: Path) -> None:
    batch = tmp_path / "lines.jsonl"
    batch.write_text('{"text": "nv 6 xong 70%"}\n{"text": "phường mình có bao nhiêu tổ?"}\n', encoding="utf-8")
    report, question = _lines(run("parse", "report", "--today", "2026-03-02", "--batch", batch))
    assert (report["intent"], report["task"], report["percent"]) == ("report", "6", 70)
    assert question["intent"] == "not_report"
    (deadline,) = _lines(run("parse", "deadline", "Tháng 9/2026"))
    assert deadline == {"kind": "date", "due": "2026-09-30"}


def test_damaged_text_is_restored_from_a_file_and_a_line_each_from_a_batch(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "hong.txt"
    file.write_text("Ké hoach phat trién kinh té\nctia phudng nam 2026\n", encoding="utf-8")
    restored = run("restore", file)
    assert restored.stdout == "Kế hoạch phát triển kinh tế\ncủa phường năm 2026\n"
    batch = tmp_path / "hong.jsonl"
    raws = ["ting buéc x4y dung x4 hoi s6", "Đã đủ dấu rồi.", ""]
    batch.write_text("".join(json.dumps({"raw": raw}) + "\n" for raw in raws), encoding="utf-8")
    texts_ = [line["text"] for line in _lines(run("restore", "--batch", batch))]
    assert texts_ == ["từng bước xây dựng xã hội số", "Đã đủ dấu rồi.", ""]


def test_a_spreadsheet_goes_in_and_comes_out(run: Run, tmp_path: Path) -> None:
    assert run("tasks", "template", "--out", "mau.xlsx").exit_code == 0
    book = openpyxl.load_workbook(tmp_path / "mau.xlsx")
    sheet = book.worksheets[0]
    columns = {str(cell.value): number for number, cell in enumerate(sheet[1], 1)}
    row = sheet.max_row + 1
    for name, value in {"Số": "3", "Nội dung nhiệm vụ": "Lắp đèn ngõ 12", "Thời hạn": "Quý II/2026"}.items():
        sheet.cell(row, columns[name], value)
    book.save(tmp_path / "mau.xlsx")
    imported = run("tasks", "import", "mau.xlsx", "--apply")
    assert imported.exit_code == 0, (imported.stdout, imported.exception)
    result = run("tasks", "list", "--json")
    (task,) = json.loads(result.stdout)
    assert (task["number"], task["deadline"]) == ("3", {"kind": "date", "due": "2026-06-30"})
    assert run("tasks", "export", "--out", "ra.xlsx").exit_code == 0
    assert run("tasks", "import", "ra.xlsx", "--apply").exit_code == 0
    assert len(json.loads(run("tasks", "list", "--json").stdout)) == 1


def test_targets_are_listed_with_what_is_planned(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "ke-hoach-nuoc-sach.txt"
    file.write_text(
        "ỦY BAN NHÂN DÂN\nXÃ HỒ SEN\nSố: 31/KH-UBND\nHồ Sen, ngày 09 tháng 3 năm 2026\n\nKẾ HOẠCH\nCấp nước sạch\n\n"
        "I. MỤC TIÊU\n\n1. Đến năm 2027\n- Tỷ lệ hộ dân dùng nước sạch đạt trên 85%.\n- Giữ gìn nguồn nước.\n",
        encoding="utf-8",
    )
    run("ingest", file)
    (target,) = json.loads(run("targets", "list", "--json").stdout)
    assert (target["title"], target["confirmed"]) == ("Tỷ lệ hộ dân dùng nước sạch", False)
    (year,) = target["years"]
    assert (year["year"], year["words"], year["comparator"], year["value"]) == (2027, "trên 85%", ">", 85)
    assert (year["unit"], year["reported"], year["reached"]) == ("%", None, None)
    assert json.loads(run("targets", "list", "--document", "99/KH", "--json").stdout) == []
    assert "trên 85%" in run("targets", "list").stdout.replace("\n", "")


def test_a_spreadsheet_with_one_bad_cell_changes_nothing_and_names_it(run: Run, tmp_path: Path) -> None:
    run("tasks", "template", "--out", "mau.xlsx")
    book = openpyxl.load_workbook(tmp_path / "mau.xlsx")
    sheet = book.worksheets[0]
    columns = {str(cell.value): number for number, cell in enumerate(sheet[1], 1)}
    row = sheet.max_row + 1
    rows = [("1", "Việc tốt", "Tháng 5/2026"), ("2", "Việc hỏng", "ngày 45 tháng 13")]
    for offset, (number, title, deadline) in enumerate(rows):
        for name, value in zip(("Số", "Nội dung nhiệm vụ", "Thời hạn"), (number, title, deadline), strict=True):
            sheet.cell(row + offset, columns[name], value)
    book.save(tmp_path / "mau.xlsx")
    refused = run("tasks", "import", "mau.xlsx")
    assert isinstance(refused.exception, OperatorError)
    cell = f"{openpyxl.utils.get_column_letter(columns['Thời hạn'])}{row + 1}"
    assert cell in refused.stderr
    assert json.loads(run("tasks", "list", "--json").stdout) == []


def test_a_person_is_added_with_a_code_and_listed(run: Run) -> None:
    added = run("people", "add", "Nguyễn Văn Mẫu", "--role", "head", "--unit", "Phòng Kinh tế")
    assert added.exit_code == 0
    assert "tham gia" in added.stdout
    (person,) = json.loads(run("people", "list", "--json").stdout)
    assert (person["name"], person["role"], person["unit"]) == ("Nguyễn Văn Mẫu", "head", "Phòng Kinh tế")
    assert run("people", "code", str(person["id"])).exit_code == 0


def test_the_heads_word_is_switched_on_and_off(run: Run) -> None:
    assert "Đã bật" in run("office", "second-confirmation", "on").stdout
    assert "Đã tắt" in run("office", "second-confirmation", "off").stdout


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (("office", "second-confirmation", "maybe"), "cli.neither_on_nor_off"),
        (("people", "add", "Ai Đó", "--role", "vua"), "cli.bad_role"),
        (("people", "code", "999"), "cli.no_person"),
        (("notices", "--at", "hôm qua"), "cli.bad_time"),
        (("ask", "gì cũng được", "--as", "ai"), "cli.bad_role"),
        (("parse", "report", "nv 1 xong", "--today", "mồng một"), "cli.bad_day"),
        (("ingest", ".", "--visibility", "mật"), "cli.bad_visibility"),
        (("restore", "khong-co.txt"), "cli.unreadable_file"),
        (("chat", "--as", "leader"), "cli.chat.nobody"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(run: Run, arguments: tuple[str, ...], key: str) -> None:
    result = run(*arguments)
    assert isinstance(result.exception, OperatorError), (result.stdout, result.exception)
    assert result.exception.key == key


def test_the_doctor_says_what_is_missing_and_what_to_do(run: Run) -> None:
    found = {line["check"]: line["level"] for line in _lines(run("doctor", "--json"))}
    assert found["home"] == "ok" and found["database"] == "ok"
    assert found["library"] == "warning" and found["people"] == "warning"
    assert found["time_zone"] == "ok" and found["notices"] == "ok"


def test_the_installed_command_ends_with_a_sentence_and_no_traceback(tmp_path: Path) -> None:
    env = {**os.environ, "KEHOACH_HOME": str(tmp_path / "data"), "PORT": "many"}
    ended = subprocess.run([KEHOACH, "migrate"], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "PORT" in ended.stderr and "Traceback" not in ended.stderr


def test_a_folder_of_many_kinds_is_read_and_what_is_not_says_why(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "con").mkdir(parents=True)
    text = _plan(folder).read_text(encoding="utf-8")
    papers.word(folder / "nuoc-sach.docx")
    papers.workbook(folder / "con" / "bieu.xlsx", Trang=papers.TABLE)
    papers.packed(folder / "goi.zip", **{"trong/den-duong__txt": text.replace("12/KH", "13/KH").encode()})
    (folder / "cu.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"))
    (folder / "hong.pdf").write_bytes(b"%PDF-1.7 x")
    found = {str(line["file"]): line for line in _lines(run("ingest", folder, "--json"))}
    assert {file: line["outcome"] for file, line in found.items()} == {
        "bieu.xlsx": "added",
        "cu.doc": "unreadable",
        "den-duong.txt": "added",
        "hong.pdf": "unreadable",
        "ke-hoach-den-duong.txt": "added",
        "nuoc-sach.docx": "added",
    }
    assert ".docx" in str(found["cu.doc"]["reason"])
    assert found["nuoc-sach.docx"]["number"] == "41/KH-UBND"
    assert found["den-duong.txt"]["number"] == "13/KH-UBND"
    quality = found["nuoc-sach.docx"]["quality"]
    assert isinstance(quality, dict) and 0 <= quality["before"] <= 1 and 0 <= quality["after"] <= 1
    again = [line["outcome"] for line in _lines(run("ingest", folder, "--json"))]
    assert sorted(map(str, again)) == ["unchanged"] * 4 + ["unreadable"] * 2
    shown = run("ingest", folder).stdout
    assert "không đọc được" in shown and "không đổi" in shown
    assert "hong.pdf: tệp bị hỏng" in shown


def test_files_of_one_name_are_kept_side_by_side(run: Run, tmp_path: Path) -> None:
    for number, ward in enumerate(("a", "b")):
        (tmp_path / "in" / ward).mkdir(parents=True)
        _plan(tmp_path / "in" / ward, lamps=100 + number)
    assert [line["file"] for line in _lines(run("ingest", tmp_path / "in", "--json"))] == [
        "a/ke-hoach-den-duong.txt",
        "b/ke-hoach-den-duong.txt",
    ]
    (alone,) = _lines(run("ingest", tmp_path / "in" / "b", "--json"))
    assert alone["outcome"] == "same"
    assert "b/ke-hoach-den-duong.txt" in str(alone["reason"])


def test_what_an_older_reader_read_is_read_again(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot import ingesting

    file = _plan(tmp_path)
    run("ingest", file)
    monkeypatch.setattr(ingesting, "READER_VERSION", "later")
    (again,) = _lines(run("ingest", file, "--json"))
    assert again["outcome"] == "replaced"


def test_an_interrupted_scan_goes_on_where_it_was(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from knowledge.reading import FinishedPages, ReadText, of_pages
    from knowledge.reading.apart import Apart

    file = papers.pdf(tmp_path / "a.pdf", papers.PARAGRAPHS)
    seen: list[str | None] = []

    async def stopping(_: object, path: Path, on_page: Callable[[int, int], None], folder: Path) -> ReadText:
        finished = FinishedPages(folder)
        seen.append(finished.get(0))
        finished.put(0, "trang một")
        on_page(1, 2)
        if len(seen) == 1:
            raise UnreadableFile("too_slow")
        return of_pages(["trang một", "trang hai"])

    monkeypatch.setattr(Apart, "read", stopping)
    assert run("ingest", file, "--json").exit_code == 1
    assert list((tmp_path / "data" / "pages").iterdir())
    (read,) = _lines(run("ingest", file, "--json"))
    assert (read["outcome"], read["pages"], seen) == ("added", 2, [None, "trang một"])
    assert not list((tmp_path / "data" / "pages").iterdir())
