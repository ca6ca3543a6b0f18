"""Small files of every kind, made while the tests run."""

import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

FONTS = (
    "/usr/share/fonts/truetype/noto/NotoSerif-Regular.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
)
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
PARAGRAPHS = (
    "ỦY BAN NHÂN DÂN XÃ HỒ SEN",
    "Số: 41/KH-UBND",
    "KẾ HOẠCH",
    "Cải thiện nước sạch và đường làng giai đoạn 2026 - 2030",
    "I. MỤC TIÊU",
    "- Trên 75% hộ dân dùng nước sạch từ công trình tập trung.",
    "- Bê tông hóa 12 km đường liên thôn trước ngày 20/9/2026.",
)
TABLE = (
    ("TT", "Nhiệm vụ", "Chủ trì", "Thời hạn"),
    ("1", "Lắp đồng hồ nước cho hộ nghèo", "Trạm Y tế", "Quý III/2026"),
    ("2", "Thay bơm tại giếng trung tâm", "Phòng Kinh tế", "Tháng 11/2026"),
)


def font_file() -> str:
    """A font that has the Vietnamese letters; the test is skipped where none is installed."""
    found = next((font for font in FONTS if Path(font).is_file()), None)
    if found is None:
        pytest.skip("no font with Vietnamese letters: make setup-system installs one")
    return found


def pdf(
    path: Path,
    *pages: Sequence[str],
    table: Sequence[Sequence[str]] = (),
    password: str = "",
    pictures: Sequence[Any] = (),
) -> Path:
    """A PDF with these lines on its pages, a ruled table after the last, or pictures that fill pages of their own."""
    from fpdf import FPDF
    from fpdf.fonts import FontFace

    document = FPDF(format="A4")
    document.set_margin(20)
    document.add_font("serif", "", font_file())
    for lines in pages:
        document.add_page()
        document.set_font("serif", size=13)
        for line in lines:
            document.multi_cell(0, 8, line, new_x="LMARGIN", new_y="NEXT")
    if table:
        with document.table(col_widths=(10, 50, 25, 25), headings_style=FontFace()) as drawn:
            for cells in table:
                row = drawn.row()
                for cell in cells:
                    row.cell(cell)
    for picture in pictures:
        document.add_page()
        document.image(picture, x=0, y=0, w=210)
    if password:
        document.set_encryption(owner_password=password, user_password=password)
    document.output(str(path))
    return path


def word(path: Path, body: str = "", **parts: str) -> Path:
    """A Word paper of the paragraphs and the table above, or with this XML as its body and these other parts."""
    import docx

    paper = docx.Document()
    if not body:
        for text in PARAGRAPHS:
            paper.add_paragraph(text)
        rows = paper.add_table(rows=0, cols=4, style="Table Grid")
        for cells in TABLE:
            for cell, text in zip(rows.add_row().cells, cells, strict=True):
                cell.text = text
        paper.save(str(path))
        return path
    made = BytesIO()
    paper.save(made)
    return repacked(
        made.getvalue(),
        path,
        {"word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>"}
        | {f"word/{name}.xml": text for name, text in parts.items()},
    )


def repacked(raw: bytes, path: Path, parts: dict[str, str]) -> Path:
    """A packed file with some of its parts put in place of others, new ones with what makes them known."""
    kinds = {"footnotes", "endnotes"}
    with zipfile.ZipFile(BytesIO(raw)) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name).decode("utf-8") if name.endswith((".xml", ".rels")) else None
            if name == "word/_rels/document.xml.rels" and content:
                for kind in kinds & {Path(part).stem for part in parts}:
                    address = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
                    relation = f'<Relationship Id="rId{kind}" Type="{address}" Target="{kind}.xml"/></Relationships>'
                    content = content.replace("</Relationships>", relation)
            if name == "[Content_Types].xml" and content:
                for kind in kinds & {Path(part).stem for part in parts}:
                    type_ = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"
                    override = f'<Override PartName="/word/{kind}.xml" ContentType="{type_}"/></Types>'
                    content = content.replace("</Types>", override)
            new.writestr(name, parts.get(name, content if content is not None else old.read(name)))
        for name, text in parts.items():
            if name not in old.namelist():
                new.writestr(name, text)
    return path


def paragraph(*runs: str, properties: str = "") -> str:
    """The XML of a paragraph of these runs of text or XML."""
    inner = "".join(run if run.startswith("<") else f"<w:r><w:t xml:space='preserve'>{run}</w:t></w:r>" for run in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def cell(text: str, properties: str = "") -> str:
    """The XML of a table's cell."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{text if text.startswith('<') else paragraph(text)}</w:tc>"


def table(*rows: Sequence[str], ruled: bool = True) -> str:
    """The XML of a table of these cells."""
    borders = '<w:tblBorders><w:insideH w:val="single"/></w:tblBorders>' if ruled else ""
    inner = "".join("<w:tr>" + "".join(row) + "</w:tr>" for row in rows)
    return f"<w:tbl><w:tblPr>{borders}</w:tblPr>{inner}</w:tbl>"


def workbook(path: Path, **sheets: Sequence[Sequence[Any]]) -> Path:
    """A workbook with these rows on its sheets."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(str(path))
    return path


def packed(path: Path, **files: bytes) -> Path:
    """A packed folder with these files; two underscores in a name stand for a point."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, raw in files.items():
            made.writestr(name.replace("__", "."), raw)
    return path


def page_picture(lines: Sequence[str], *, size: int = 54, width: int = 2480, height: int = 1500) -> Any:
    """The picture of a page at 300 dots an inch with these lines on it."""
    from PIL import Image, ImageDraw, ImageFont

    page = Image.new("RGB", (width, height), "white")
    pen, font = ImageDraw.Draw(page), ImageFont.truetype(font_file(), size)
    for number, line in enumerate(lines):
        pen.text((240, 200 + number * round(size * 1.6)), line, font=font, fill=(25, 25, 30))
    return page
