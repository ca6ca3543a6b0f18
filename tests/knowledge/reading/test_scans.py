"""Scans: read by tesseract after stamps, slant, specks and ruled lines are dealt with. Skipped where it is missing."""

import random
import re
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from domain.vietnamese import nfc
from knowledge.reading import FinishedPages, UnreadableFile, read_text, scans, tesseract
from knowledge.reading.legible import is_ruined, vietnamese_share
from tests.knowledge.conftest import SHARED
from tests.knowledge.reading import papers

LINES = (
    "Ủy ban nhân dân xã Hồ Sen ban hành Kế hoạch cải thiện",
    "nước sạch và đường làng giai đoạn 2026 - 2030 như sau:",
    "1. Đến hết năm 2026, trên 75% hộ dân dùng nước sạch.",
    "2. Phòng Kinh tế chủ trì khảo sát trước ngày 20/9/2026.",
    "3. Trạm Y tế kiểm tra chất lượng nước mỗi quý một lần.",
    "4. Các thôn phối hợp, báo cáo kết quả về xã hằng tháng.",
)


@pytest.fixture(autouse=True)
def able() -> None:
    if lacking := tesseract.missing():
        pytest.skip(f"scans cannot be read on this machine ({lacking}): make setup-system")


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", nfc(text).lower())


def missed(wanted: Sequence[str], text: str) -> float:
    """The share of the wanted words that are not in the text, whatever their order."""
    there = words_of(text)
    expected = [word for line in wanted for word in words_of(line)]
    lost = 0
    for word in expected:
        if word in there:
            there.remove(word)
        else:
            lost += 1
    return lost / len(expected)


def stamped(page: Any) -> Any:
    """The page with a round red stamp over its words, which show through it, and a blue signature beside them."""
    from PIL import Image, ImageChops, ImageDraw

    ink = Image.new("RGB", page.size, "white")
    pen = ImageDraw.Draw(ink)
    for inner in (0, 60):
        pen.ellipse((900 + inner, 250 + inner, 1500 - inner, 850 - inner), outline=(214, 40, 46), width=14)
    pen.text((1080, 500), "HỒ SEN", fill=(214, 40, 46), font_size=70)
    pen.line([(1700, 1100), (1850, 760), (1900, 1080), (2050, 800), (2200, 1120)], fill=(40, 60, 200), width=12)
    return ImageChops.multiply(page, ink)


def specked(page: Any) -> Any:
    from PIL import ImageDraw

    chance, pen = random.Random(5), ImageDraw.Draw(page)
    for _ in range(250):
        x, y = chance.randrange(page.width), chance.randrange(page.height)
        pen.ellipse((x, y, x + chance.randrange(2, 7), y + chance.randrange(2, 7)), fill=(60, 60, 60))
    return page


def test_a_slanted_page_with_a_stamp_a_signature_and_specks_is_read(tmp_path: Path) -> None:
    page = specked(stamped(papers.page_picture(LINES))).rotate(2, expand=True, fillcolor="white")
    read = read_text(papers.pdf(tmp_path / "a.pdf", pictures=[page]))
    assert read.pages == 1
    assert missed(LINES, read.text) <= 0.04
    assert len(words_of(read.text)) <= len(words_of(" ".join(LINES))) + 4, "the stamp and the signature are no words"


def test_a_ruled_table_on_a_scan_is_read_row_by_row(tmp_path: Path) -> None:
    from PIL import ImageDraw, ImageFont

    page = papers.page_picture(LINES[:2])
    pen, font = ImageDraw.Draw(page), ImageFont.truetype(papers.font_file(), 50)
    columns, rows = (200, 360, 1300, 1780, 2300), (500, 620, 740, 860)
    for x in columns:
        pen.line((x, rows[0], x, rows[-1]), fill="black", width=4)
    for y in rows:
        pen.line((columns[0], y, columns[-1], y), fill="black", width=4)
    for y, cells in zip(rows, papers.TABLE, strict=False):
        for x, cell in zip(columns, cells, strict=False):
            pen.text((x + 25, y + 25), cell, font=font, fill="black")
    page.save(tmp_path / "a.png")
    found = [line for line in read_text(tmp_path / "a.png").text.splitlines() if "|" in line]
    assert found == [" | ".join(row) for row in papers.TABLE]


@pytest.mark.parametrize("quarter", [90, 180, 270])
def test_a_page_that_lies_on_its_side_is_turned(tmp_path: Path, quarter: int) -> None:
    papers.page_picture([*LINES, *LINES]).rotate(quarter, expand=True).save(tmp_path / "a.png")
    assert missed(LINES, read_text(tmp_path / "a.png").text) <= 0.05


def test_pictures_of_any_size_and_kind_are_read(tmp_path: Path) -> None:
    small = papers.page_picture(LINES, width=2000, height=1000).resize((1000, 500)).convert("L")
    for name in ("a.png", "a.jpg", "a.tif", "a.bmp", "a.webp"):
        small.save(tmp_path / name)
        assert missed(LINES, read_text(tmp_path / name).text) <= 0.06, name


def test_a_shadow_over_a_photographed_page_does_no_harm(tmp_path: Path) -> None:
    from PIL import Image

    page = papers.page_picture(LINES)
    shadow = Image.linear_gradient("L").resize(page.size).point(lambda v: 90 + v // 2)
    Image.composite(page, Image.new("RGB", page.size, (30, 25, 20)), shadow).save(tmp_path / "a.jpg", quality=80)
    assert missed(LINES, read_text(tmp_path / "a.jpg").text) <= 0.06


def test_a_picture_of_many_pages_keeps_them_apart(tmp_path: Path) -> None:
    first, second = (papers.page_picture(part, height=700).convert("1") for part in (LINES[:3], LINES[3:]))
    first.save(tmp_path / "a.tif", save_all=True, append_images=[second], compression="group4")
    read = read_text(tmp_path / "a.tif")
    assert read.pages == 2
    assert missed(LINES[3:], read.text[read.page_starts[1] :]) <= 0.1


def test_ruined_words_give_way_to_what_is_seen(tmp_path: Path) -> None:
    from fpdf import FPDF

    picture = BytesIO()
    papers.page_picture([*LINES, *LINES]).save(picture, "PNG")
    made = FPDF()
    made.add_page()
    made.set_font("helvetica", size=6)
    for line in (*LINES, *LINES):
        made.cell(0, 4, line.encode("ascii", "ignore").decode().replace(" ", " c "), new_x="LMARGIN", new_y="NEXT")
    made.image(picture, x=0, y=0, w=210)
    made.output(str(tmp_path / "a.pdf"))
    read = read_text(tmp_path / "a.pdf")
    assert missed([*LINES, *LINES], read.text) <= 0.05


def test_finished_pages_are_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [papers.page_picture(part, height=700) for part in (LINES[:3], LINES[3:])]
    path = papers.pdf(tmp_path / "a.pdf", pictures=pages)
    told: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        told.append((done, total))
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_text(path, on_page=stop, finished=FinishedPages(tmp_path / "pages"))
    assert told[-1] == (1, 2)
    kept = sorted(p.name for p in (tmp_path / "pages").iterdir())
    assert kept[0] == "00000.txt"
    read_again: list[scans.Scan] = []
    real = scans.read_scan

    def counted(scan: scans.Scan) -> str:
        read_again.append(scan)
        return real(scan)

    monkeypatch.setattr(scans, "read_scan", counted)
    finished = FinishedPages(tmp_path / "pages")
    read = read_text(path, finished=finished)
    assert len(read_again) == 2 - len(kept)
    assert missed(LINES, read.text) <= 0.06
    finished.forget()
    assert not (tmp_path / "pages").exists()


def test_without_tesseract_a_scan_says_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = papers.pdf(tmp_path / "a.pdf", pictures=[papers.page_picture(LINES)])
    mixed = papers.pdf(tmp_path / "b.pdf", papers.PARAGRAPHS, pictures=[papers.page_picture(LINES)])
    monkeypatch.setattr(tesseract, "missing", lambda: "no_tesseract")
    with pytest.raises(UnreadableFile) as refused:
        read_text(path)
    assert refused.value.reason == "no_tesseract"
    read = read_text(mixed)
    assert [(page.page, page.reason) for page in read.left_out] == [(2, "no_tesseract")]
    assert "41/KH-UBND" in read.text


def test_a_picture_without_words_is_empty(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (800, 600), "white").save(tmp_path / "a.png")
    with pytest.raises(UnreadableFile) as refused:
        read_text(tmp_path / "a.png")
    assert refused.value.reason == "empty"


@pytest.mark.skipif(not (SHARED / "ocr").is_dir(), reason="no shared folder with real scans beside the repository")
def test_a_real_scan_is_read_and_a_real_letter_keeps_its_own_words(tmp_path: Path) -> None:
    from pypdf import PdfReader, PdfWriter

    pages = PdfWriter()
    pages.append(PdfReader(SHARED / "ocr" / "luat_cu_tru_68-2020-QH14_scan.pdf"), pages=(0, 2))
    pages.write(tmp_path / "two.pdf")
    read = read_text(tmp_path / "two.pdf")
    assert read.pages == 2
    assert vietnamese_share(read.text) > 0.45 and not is_ruined(read.text)
    for words in ("68/2020/QH14", "NHỮNG QUY ĐỊNH CHUNG", "Phạm vi điều chỉnh", "ít hơn 30 ngày"):
        assert words in read.text
    letter = read_text(SHARED / "ocr" / "cong_van_xin_y_kien.pdf")
    assert "trước ngày 03/7/2026" in letter.text
    assert letter.text.count("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM") == 1
