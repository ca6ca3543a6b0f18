"""PDF with words in it: pages, ruled tables, footnotes, and what keeps one from being read."""

from pathlib import Path

import pytest

from knowledge.reading import UnreadableFile, pdf, read_text
from tests.knowledge.reading import papers


def test_pages_are_read_and_kept_apart(tmp_path: Path) -> None:
    read = read_text(papers.pdf(tmp_path / "a.pdf", papers.PARAGRAPHS, ["Trang thứ hai nói về đường làng."]))
    assert read.pages == 2
    assert [line for line in read.text.splitlines() if line][: len(papers.PARAGRAPHS)] == list(papers.PARAGRAPHS)
    assert read.page_at(read.text.index("41/KH-UBND")) == 1
    assert read.page_at(read.text.index("Trang thứ hai")) == 2


def test_a_ruled_table_is_read_row_by_row(tmp_path: Path) -> None:
    long = ("3", "Kiểm tra chất lượng nước tại tất cả các thôn và báo cáo kết quả", "Trạm Y tế", "Hằng quý")
    read = read_text(papers.pdf(tmp_path / "a.pdf", papers.PARAGRAPHS[:2], table=[*papers.TABLE, long]))
    rows = [line for line in read.text.splitlines() if "|" in line]
    assert rows == [" | ".join(row) for row in (*papers.TABLE, long)]


def test_a_raised_figure_is_a_mark_and_no_part_of_the_number(tmp_path: Path) -> None:
    from fpdf import FPDF

    made = FPDF()
    made.add_page()
    made.add_font("serif", "", papers.font_file())
    made.set_font("serif", size=13)
    made.write(8, "Đến hết năm 2026")
    made.char_vpos = "SUP"
    made.write(8, "3")
    made.char_vpos = "LINE"
    made.write(8, " trên 75% hộ dân.")
    made.output(str(tmp_path / "a.pdf"))
    assert "năm 2026[3] trên 75%" in read_text(tmp_path / "a.pdf").text


def test_what_stands_on_every_page_is_left_away_but_not_the_names_of_columns(tmp_path: Path) -> None:
    pages = [
        ["Kế hoạch 41 của xã Hồ Sen", "TT Nhiệm vụ Chủ trì", f"{n} Việc thứ {word} của các thôn", f"Trang {n}"]
        for n, word in enumerate(("nhất", "nhì", "ba", "tư"), 1)
    ]
    text = read_text(papers.pdf(tmp_path / "a.pdf", *pages)).text
    assert "Kế hoạch 41" not in text
    assert "Trang" not in text
    assert text.count("TT Nhiệm vụ Chủ trì") == 4
    assert all(f"Việc thứ {word}" in text for word in ("nhất", "nhì", "ba", "tư"))


def test_a_locked_pdf_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_text(papers.pdf(tmp_path / "a.pdf", ["Mật"], password="khoa"))
    assert refused.value.reason == "encrypted"


def test_a_pdf_of_too_many_pages_is_refused_with_how_many_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "MOST_PAGES", 3)
    with pytest.raises(UnreadableFile) as refused:
        read_text(papers.pdf(tmp_path / "a.pdf", *(["một trang"] for _ in range(4))))
    assert (refused.value.reason, refused.value.blanks) == ("too_many_pages", {"pages": 4, "most": 3})


def test_a_truncated_pdf_is_damaged_or_read_as_far_as_it_goes(tmp_path: Path) -> None:
    raw = papers.pdf(tmp_path / "a.pdf", papers.PARAGRAPHS).read_bytes()
    (tmp_path / "b.pdf").write_bytes(raw[:300])
    with pytest.raises(UnreadableFile) as refused:
        read_text(tmp_path / "b.pdf")
    assert refused.value.reason == "damaged"


def test_a_page_without_a_word_counts_as_a_page(tmp_path: Path) -> None:
    read = read_text(papers.pdf(tmp_path / "a.pdf", ["Trang đầu"], [], ["Trang cuối"]))
    assert read.pages == 3
    assert read.page_at(read.text.index("Trang cuối")) == 3
