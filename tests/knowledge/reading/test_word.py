"""Word papers: read as they are printed."""

from pathlib import Path

import pytest

from knowledge.reading import read_text
from tests.knowledge.reading import papers
from tests.knowledge.reading.papers import W, cell, paragraph, table

NUMBERING = f"""<w:numbering {W}>
<w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%2."/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%3)"/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="1">
<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="\uf0b7"/></w:lvl>
<w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/><w:lvlText w:val="o"/></w:lvl>
</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="0"/>
<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
</w:numbering>"""


def numbered(text: str, number: int, level: int = 0) -> str:
    properties = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return paragraph(text, properties=properties)


def lines_of(path: Path) -> list[str]:
    return [line for line in read_text(path).text.splitlines() if line]


def test_a_paper_is_read_with_its_table_row_by_row(tmp_path: Path) -> None:
    found = lines_of(papers.word(tmp_path / "a.docx"))
    assert found == [*papers.PARAGRAPHS, *(" | ".join(row) for row in papers.TABLE)]


def test_numbers_that_word_counts_are_written_down(tmp_path: Path) -> None:
    body = "".join(
        (
            numbered("MỤC TIÊU", 1),
            numbered("Đến năm 2026", 1, 1),
            numbered("Nước sạch", 1, 2),
            numbered("Đường làng", 1, 2),
            numbered("Đến năm 2030", 1, 1),
            numbered("Trường học", 1, 2),
            numbered("TỔ CHỨC THỰC HIỆN", 1),
            numbered("Các thôn", 1, 1),
            numbered("hộ nghèo", 2),
            numbered("hộ cận nghèo", 2, 1),
            numbered("Không thuộc danh sách", 0),
            numbered("PHỤ LỤC", 3),
        )
    )
    assert lines_of(papers.word(tmp_path / "a.docx", body, numbering=NUMBERING)) == [
        "I. MỤC TIÊU",
        "1.1. Đến năm 2026",
        "a) Nước sạch",
        "b) Đường làng",
        "1.2. Đến năm 2030",
        "a) Trường học",
        "II. TỔ CHỨC THỰC HIỆN",
        "2.1. Các thôn",
        "- hộ nghèo",
        "+ hộ cận nghèo",
        "Không thuộc danh sách",
        "I. PHỤ LỤC",
    ]


def test_changes_count_as_accepted_and_hidden_words_are_not_read(tmp_path: Path) -> None:
    body = paragraph(
        "Giảm ",
        "<w:del><w:r><w:delText>15%</w:delText></w:r></w:del>",
        "<w:ins><w:r><w:t>20%</w:t></w:r></w:ins>",
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t> (nháp)</w:t></w:r>",
        " số hộ nghèo",
    )
    assert lines_of(papers.word(tmp_path / "a.docx", body)) == ["Giảm 20% số hộ nghèo"]


def test_notes_stand_after_their_paragraph_with_the_mark_that_is_in_it(tmp_path: Path) -> None:
    notes = (
        f'<w:footnotes {W}><w:footnote w:id="-1" w:type="separator"><w:p/></w:footnote>'
        f'<w:footnote w:id="2">{paragraph(" Theo Quyết định số 7/QĐ-UBND.")}</w:footnote></w:footnotes>'
    )
    body = paragraph("Năm 2026", '<w:r><w:footnoteReference w:id="2"/></w:r>', " đạt 75%.") + paragraph("Năm 2030.")
    found = lines_of(papers.word(tmp_path / "a.docx", body, footnotes=notes))
    assert found == ["Năm 2026[1] đạt 75%.", "[1] Theo Quyết định số 7/QĐ-UBND.", "Năm 2030."]


def test_merged_cells_are_not_repeated_and_keep_columns_in_place(tmp_path: Path) -> None:
    body = table(
        [cell("TT", '<w:vMerge w:val="restart"/>'), cell("Chỉ tiêu"), cell("Năm", '<w:gridSpan w:val="2"/>')],
        [cell("", "<w:vMerge/>"), cell(""), cell("2026"), cell("2030")],
        [cell("1"), cell(paragraph("Hộ dùng") + paragraph("nước sạch")), cell("75%"), cell("98%")],
        [cell("2"), cell("Đơn vị: " + "a|b"), cell(""), cell("")],
    )
    assert lines_of(papers.word(tmp_path / "a.docx", body)) == [
        "TT | Chỉ tiêu | Năm |",
        "|  | 2026 | 2030",
        "1 | Hộ dùng nước sạch | 75% | 98%",
        "2 | Đơn vị: a/b |  |",
    ]


def test_a_table_within_a_cell_is_told_in_it(tmp_path: Path) -> None:
    inner = table([cell("Thôn Đông"), cell("12 hộ")], [cell("Thôn Tây"), cell("9 hộ")])
    body = table([cell("TT"), cell("Nơi")], [cell("1"), cell(paragraph("Gồm:") + inner + paragraph(""))])
    assert lines_of(papers.word(tmp_path / "a.docx", body)) == [
        "TT | Nơi",
        "1 | Gồm: Thôn Đông, 12 hộ; Thôn Tây, 9 hộ",
    ]


def test_a_table_that_only_puts_blocks_side_by_side_is_read_block_by_block(tmp_path: Path) -> None:
    body = table(
        [
            cell(paragraph("ỦY BAN NHÂN DÂN") + paragraph("XÃ HỒ SEN")),
            cell(paragraph("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM") + paragraph("Độc lập - Tự do - Hạnh phúc")),
        ],
        [cell("Số: 41/KH-UBND"), cell("Hồ Sen, ngày 06 tháng 5 năm 2026")],
        ruled=False,
    )
    assert lines_of(papers.word(tmp_path / "a.docx", body)) == [
        "ỦY BAN NHÂN DÂN",
        "XÃ HỒ SEN",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 41/KH-UBND",
        "Hồ Sen, ngày 06 tháng 5 năm 2026",
    ]


def test_text_boxes_are_read_once(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{paragraph('Dự thảo lần 2')}</w:txbxContent>"
    compatible = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    both = (
        f'<w:r><mc:AlternateContent {compatible}><mc:Choice Requires="wps"><w:drawing>{box}</w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert lines_of(papers.word(tmp_path / "a.docx", paragraph("KẾ HOẠCH", both))) == ["KẾ HOẠCH", "Dự thảo lần 2"]


def test_a_styled_heading_without_a_number_is_marked_as_one(tmp_path: Path) -> None:
    import docx

    paper = docx.Document()
    paper.add_heading("Quan điểm", level=2)
    paper.add_heading("II. Mục tiêu", level=1)
    paper.add_paragraph("Một câu.")
    paper.save(str(tmp_path / "a.docx"))
    assert lines_of(tmp_path / "a.docx") == ["## Quan điểm", "II. Mục tiêu", "Một câu."]


def test_a_letterhead_in_the_margin_is_read_and_a_running_title_is_not(tmp_path: Path) -> None:
    import docx

    paper = docx.Document()
    paper.add_paragraph("Kính gửi: Các thôn")
    header = paper.sections[0].header
    header.paragraphs[0].text = "ĐẢNG BỘ HUYỆN"
    header.add_paragraph("ĐẢNG ỦY XÃ HỒ SEN")
    paper.sections[0].footer.paragraphs[0].text = "Trang 1"
    paper.save(str(tmp_path / "a.docx"))
    assert lines_of(tmp_path / "a.docx") == ["ĐẢNG BỘ HUYỆN", "ĐẢNG ỦY XÃ HỒ SEN", "Kính gửi: Các thôn"]


@pytest.mark.parametrize(
    ("font", "held", "shown"),
    [
        (".VnTime", "KÕ ho¹ch chuyÓn ®æi sè", "Kế hoạch chuyển đổi số"),
        (".VnTimeH", "uû ban nh©n d©n", "UỶ BAN NHÂN DÂN"),
        ("Times New Roman", "Kế hoạch", "Kế hoạch"),
    ],
)
def test_letters_of_old_fonts_are_read_as_they_were_seen(tmp_path: Path, font: str, held: str, shown: str) -> None:
    body = paragraph(f'<w:r><w:rPr><w:rFonts w:ascii="{font}"/></w:rPr><w:t>{held}</w:t></w:r>')
    assert lines_of(papers.word(tmp_path / "a.docx", body)) == [shown]
