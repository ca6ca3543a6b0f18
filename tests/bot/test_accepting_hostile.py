"""Files that are made to harm whoever opens them are not taken in; honest ones of the same kinds are."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from PIL import Image

from bot.accepting import media_type_of
from domain.files import FileStatus, KeptFile

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORD = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}
SHEET = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}


def _pack(parts: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in parts.items():
            pack.writestr(name, content)
    return packed.getvalue()


def _relation(kind: str, target: str, mode: str = "External") -> bytes:
    found = f'<Relationship Id="r1" Type="http://schemas/relationships/{kind}" Target="{target}" TargetMode="{mode}"/>'
    return f"<Relationships>{found}</Relationships>".encode()


def _picture(kind: str, width: int = 4, height: int = 3) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (width, height)).save(drawn, kind)
    return drawn.getvalue()


def _png_that_says(width: int, height: int) -> bytes:
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


@pytest.mark.parametrize(
    "parts",
    [
        {"word/vbaProject.bin": b"macro"},
        {"word/embeddings/oleObject1.bin": b"object"},
        {"word/media/tool.EXE": b"MZ"},
        {"word/media/more.zip": b"PK"},
        {"../../etc/passwd": b"x"},
        {"word/media/image1.bmp": bytes(50 * 2**20)},
        {"word/_rels/settings.xml.rels": _relation("attachedTemplate", "http://example.org/t.dotm")},
        {"word/_rels/document.xml.rels": _relation("oleObject", "file:///c:/x")},
        {"word/_rels/document.xml.rels": _relation("image", "https://example.org/seen.png")},
        {"word/_rels/document.xml.rels": b"<Relationships>" + b" " * 2**21},
    ],
    ids=[
        "macro",
        "object",
        "program",
        "archive",
        "outside",
        "bomb",
        "template",
        "far object",
        "far picture",
        "endless",
    ],
)
def test_a_document_that_would_act_is_not_taken_in(parts: dict[str, bytes]) -> None:
    assert media_type_of(_pack(WORD | parts)) is None


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        (WORD, DOCX),
        (WORD | {"word/_rels/document.xml.rels": _relation("hyperlink", "https://example.org/")}, DOCX),
        (SHEET | {"xl/printerSettings/printerSettings1.bin": b"printer"}, XLSX),
        (SHEET | {"xl/externalLinks/_rels/e.rels": _relation("externalLinkPath", "file:///C:\\so-lieu.xlsx")}, XLSX),
    ],
    ids=["plain", "a link to click", "a printer's settings", "another workbook on the same machine"],
)
def test_an_honest_document_is(parts: dict[str, bytes], kind: str) -> None:
    assert media_type_of(_pack(parts)) == kind


def test_a_workbook_that_fetches_from_afar_is_not_taken_in() -> None:
    far = _relation("externalLinkPath", "\\\\198.51.100.7\\share\\x.xlsx")
    assert media_type_of(_pack(SHEET | {"xl/externalLinks/_rels/e.rels": far})) is None


def test_a_locked_document_is_not_taken_in() -> None:
    packed = bytearray(_pack(WORD))
    at = packed.index(b"PK\x01\x02")
    packed[at + 8] |= 1
    assert media_type_of(bytes(packed)) is None


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
def test_a_photo_is_taken_in_and_not_one_that_is_an_archive_too(kind: str, media_type: str) -> None:
    assert media_type_of(_picture(kind)) == media_type
    assert media_type_of(_picture(kind) + _pack({"a.txt": b"a"})) is None


@pytest.mark.parametrize(("width", "height"), [(60_000, 10), (30_000, 30_000), (0, 10)])
def test_a_photo_of_absurd_size_is_not_taken_in(width: int, height: int) -> None:
    assert media_type_of(_png_that_says(width, height)) is None


def test_the_largest_photos_of_telephones_are_taken_in() -> None:
    assert media_type_of(_png_that_says(16_320, 12_240)) == "image/png"


@pytest.mark.parametrize("words", [b"/JavaScript", b"/Launch", b"/RichMedia"])
def test_a_pdf_that_acts_by_itself_is_not_taken_in(words: bytes) -> None:
    assert media_type_of(b"%PDF-1.7\n1 0 obj <</Type /Catalog>>") == "application/pdf"
    assert media_type_of(b"%PDF-1.7\n1 0 obj <</S " + words + b" >>") is None


@pytest.mark.parametrize(
    ("name", "media_type", "shown"),
    [
        ("don.pdf.exe", "application/pdf", "don.pdf.exe.pdf"),
        ("don.PDF", "application/pdf", "don.PDF"),
        ("so-lieu.csv", "text/plain", "so-lieu.csv"),
        ("bao-cao.docm", DOCX, "bao-cao.docm.docx"),
    ],
)
def test_a_file_is_sent_on_under_the_ending_of_what_it_is(name: str, media_type: str, shown: str) -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    file = KeptFile(7, 1, "web", "c", "u", "m", "r", name, media_type, 9, FileStatus.KEPT, "s", "", 0, at)
    assert file.shown_name == shown
