"""The Word paper made of a report's content: its form, its facts, and that nothing in it can be played with."""

import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.document_template import FOLDER, FULL, SHORT, build
from bot.documents import BrokenTemplate, render, settled
from bot.paper_writing import ReportWriter
from domain.exports import ReportForm
from domain.letterhead import Letterhead
from domain.periodic_report import ReportContent
from domain.report_facts import content_of
from handlers.report_wording import worded
from tests.reports import office

TEMPLATE = build(annexes=True)


def paper(content: ReportContent, template: bytes = TEMPLATE) -> Any:
    """The paper as python-docx reads it."""
    return Document(BytesIO(render(content, template)))


def lines_of(read: Any) -> list[str]:
    """What each paragraph says, those of tables among them."""
    paragraphs = read.element.body.iter(qn("w:p"))
    return ["".join(t.text or "" for t in paragraph.iter(qn("w:t"))) for paragraph in paragraphs]


def _millimetres(*lengths: int) -> tuple[int, ...]:
    """Word counts in twentieths of a point, so a millimetre is met to a hundredth."""
    return tuple(round(length / Mm(1)) for length in lengths)


def _with_template(words: str) -> bytes:
    read = Document()
    read.add_paragraph(words)
    held = BytesIO()
    read.save(held)
    return held.getvalue()


def test_the_kept_templates_are_what_the_script_builds() -> None:
    for name, annexes in ((FULL, True), (SHORT, False)):
        assert (FOLDER / name).read_bytes() == settled(build(annexes=annexes)), "run python -m bot.document_template"


def test_a_page_is_a4_with_the_margins_of_the_decree() -> None:
    body, *annexes = paper(office.report()).sections
    assert _millimetres(body.page_width, body.page_height) == (210, 297)
    top, bottom, left, right = _millimetres(body.top_margin, body.bottom_margin, body.left_margin, body.right_margin)
    assert 20 <= top <= 25 and 20 <= bottom <= 25
    assert 30 <= left <= 35 and 15 <= right <= 20
    assert len(annexes) == 3
    for annex in annexes:
        assert annex.orientation == WD_ORIENT.LANDSCAPE
        assert _millimetres(annex.page_width, annex.page_height) == (297, 210)
        assert annex._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"


def test_pages_are_numbered_in_the_middle_on_top_but_for_the_first() -> None:
    for section in paper(office.report()).sections:
        assert section.different_first_page_header_footer
        number = section.header.paragraphs[0]
        assert number.alignment == WD_ALIGN_PARAGRAPH.CENTER
        assert "PAGE" in number._p.xml
        assert "PAGE" not in section.first_page_header.paragraphs[0]._p.xml


def test_letters_are_times_new_roman_of_13_to_14() -> None:
    read = paper(office.report())
    assert read.styles["Normal"].font.name == "Times New Roman"
    prose = [p for p in read.paragraphs if p.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY and p.text]
    assert prose
    assert {run.font.size.pt for paragraph in prose for run in paragraph.runs} <= {13.0, 14.0}
    assert all(paragraph.paragraph_format.first_line_indent for paragraph in prose)
    fonts = {font.get(qn("w:ascii")) for font in read.element.body.iter(qn("w:rFonts"))}
    assert fonts <= {"Times New Roman", None}


def test_the_head_and_the_signature_stand_as_the_decree_wants_them() -> None:
    said = lines_of(paper(office.report().signed("45", date(2026, 3, 6))))
    for line in (
        "ỦY BAN NHÂN DÂN TỈNH SÔNG TRẦM",
        "ỦY BAN NHÂN DÂN PHƯỜNG GÒ MÂY",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 45/BC-UBND",
        "Gò Mây, ngày 06 tháng 3 năm 2026",
        "BÁO CÁO",
        "Nơi nhận:",
        "- Ủy ban nhân dân tỉnh;",
        "- Lưu: VT.",
        "TM. ỦY BAN NHÂN DÂN",
        "KT. CHỦ TỊCH",
        "PHÓ CHỦ TỊCH",
        "Đặng Minh Sơn",
    ):
        assert line in said
    assert "(Kèm theo Báo cáo số 45/BC-UBND ngày 06 tháng 3 năm 2026 của Ủy ban nhân dân phường Gò Mây)" in said


def test_what_nobody_gave_is_a_blank() -> None:
    said = lines_of(paper(replace(office.report(), letterhead=Letterhead())))
    assert "Số: ……/……" in said
    assert "……, ngày … tháng … năm …" in said
    assert not any(line.startswith("KT.") for line in said)


def test_every_fact_stands_in_the_paper() -> None:
    content = office.report()
    said = "\n".join(lines_of(paper(content)))
    wording = content.wording
    for sentence in (*wording.overall, *wording.gaps, *wording.difficulties, *wording.proposals, *wording.upcoming):
        assert sentence in said
    for row in wording.tasks:
        assert row.title in said and row.position in said and row.deadline in said
    for source in wording.sources:
        assert source.said in said and source.person in said and source.record in said


def test_the_head_of_a_table_stands_on_each_of_its_pages() -> None:
    tables = [t for t in paper(office.long_report()).tables if len(t.rows) > 1 and len(t.columns) > 2]
    assert len(tables) == 10
    for table in tables:
        repeated = [row._tr.trPr is not None and row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
        assert repeated == [True] + [False] * (len(table.rows) - 1)


def test_no_table_is_wider_than_its_page() -> None:
    read = paper(office.long_report())
    room = [s.page_width - s.left_margin - s.right_margin for s in read.sections]
    for number, table in enumerate(read.tables):
        is_annex = number >= len(read.tables) - 3
        wide = sum(int(column.get(qn("w:w"))) for column in table._tbl.tblGrid.findall(qn("w:gridCol"))) * 635
        assert wide <= (room[1] if is_annex else room[0]) + 635


def test_the_short_form_is_the_paper_without_annexes() -> None:
    read = paper(office.report(), build(annexes=False))
    assert len(read.sections) == 1
    assert "Phụ lục I" not in lines_of(read)
    assert "BÁO CÁO" in lines_of(read)


def test_the_same_content_gives_the_same_bytes() -> None:
    content = office.report().signed("45", date(2026, 3, 16))
    again = ReportContent.from_json(content.as_json())
    assert again == content
    assert render(content, TEMPLATE) == render(again, TEMPLATE)
    with zipfile.ZipFile(BytesIO(render(content, TEMPLATE))) as parts:
        assert {part.date_time[0] for part in parts.infolist()} == {1980}
        core = parts.read("docProps/core.xml").decode()
    assert "2026-03-14T17:00:00Z" in core


def test_an_empty_report_is_a_paper_too() -> None:
    content = office.report((), (), replace(office.BESIDE, requests=(), drafts=0))
    said = lines_of(paper(content))
    assert "Trong kỳ không có nhiệm vụ nào phải báo cáo." in said
    assert "Trong kỳ, các đơn vị không báo cáo khó khăn, vướng mắc." in said
    assert "Không có." in said


ODD = st.one_of(
    st.text(max_size=120),
    st.sampled_from(
        (
            "{{ letterhead.signer_name }}",
            "{% for x in range(9) %}lặp{% endfor %}",
            "{{ 7 * 191 }}",
            "<w:p>&amp;</w:p> & \"dấu\" 'ngoặc'",
            "\x00\x07\x0b\ud800\ufffe bẩn \x1b[0m",
            "=HYPERLINK(1)",
            "dòng một\r\ndòng hai\ttab\fngắt",
            "rất dài " * 900,
            "",
        )
    ),
)


@settings(max_examples=25, deadline=None)
@given(title=ODD, words=ODD, name=ODD)
def test_whatever_people_write_is_printed_and_never_run(title: str, words: str, name: str) -> None:
    market = replace(
        office.MARKET,
        title=title,
        reports=(replace(office.MARKET.reports[0], said=words, obstacle=words, product=words),),
    )
    who = replace(office.OFFICE, letterhead=replace(office.HEAD, signer_name=name or "-"))
    content = worded(content_of(office.figures((market,)), office.PERIOD, who, office.BESIDE))
    said = "\n".join(lines_of(paper(content)))
    kept = [" ".join(each.split()) for each in (title, name) if each.isprintable() and len(each) < 1000]
    assert all(each in said for each in kept if "{_{" not in each and "}_}" not in each and "_%" not in each)
    assert "1337" not in said


def test_a_template_of_the_office_is_used_and_kept(tmp_path: Path) -> None:
    writer = ReportWriter(tmp_path)
    (tmp_path / "templates").mkdir()
    own = tmp_path / "templates" / FULL
    own.write_bytes(_with_template("Mẫu riêng: {{ subject }}"))
    first = writer.write(office.report(), ReportForm.FULL)
    assert lines_of(Document(BytesIO(first.file.content)))[0].startswith("Mẫu riêng: Kết quả")
    assert not first.notes
    own.write_bytes(_with_template("Mẫu mới: {{ office }}"))
    assert writer.write(office.report(), ReportForm.FULL).file.content != first.file.content
    again = writer.write(office.report(), ReportForm.FULL, first.template_sha256)
    assert again.file.content == first.file.content


@pytest.mark.parametrize(
    ("words", "tag"),
    [
        ("{{ ten_sai }}", "ten_sai"),
        ("{{ letterhead.chuc_danh }}", "chuc_danh"),
        ("{{ subject | khong_co }}", "khong_co"),
        ("{% for line in overall %}{{ line }}", "for"),
        ("{{ ''.__class__.__mro__ }}", "__class__"),
    ],
)
def test_a_broken_template_names_its_tag_and_the_products_own_is_used(tmp_path: Path, words: str, tag: str) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / FULL).write_bytes(_with_template(words))
    written = ReportWriter(tmp_path).write(office.report(), ReportForm.FULL)
    assert "BÁO CÁO" in lines_of(Document(BytesIO(written.file.content)))
    assert len(written.notes) == 1
    assert tag in written.notes[0]


def test_a_file_that_is_no_template_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / FULL).write_bytes(b"khong phai tep Word")
    written = ReportWriter(tmp_path).write(office.report(), ReportForm.FULL)
    assert "không đọc được" in written.notes[0]
    with pytest.raises(BrokenTemplate):
        render(office.report(), b"khong phai tep Word")


def test_the_paper_opens_in_an_office_suite_and_is_as_long_as_it_should_be(tmp_path: Path) -> None:
    program = shutil.which("soffice")
    counter = shutil.which("pdfinfo")
    if program is None or counter is None:
        pytest.skip("LibreOffice and poppler are not on this machine")
    (tmp_path / "a.docx").write_bytes(render(office.long_report(), TEMPLATE))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), "a.docx"]
    subprocess.run(command, check=True, cwd=tmp_path, capture_output=True, timeout=300)
    told = subprocess.run([counter, "a.pdf"], check=True, cwd=tmp_path, capture_output=True, text=True).stdout
    pages = int(next(line.split()[1] for line in told.splitlines() if line.startswith("Pages:")))
    assert 8 <= pages <= 25
