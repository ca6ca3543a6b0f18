"""Whatever a file holds, it is read or refused with a known reason: no crash, no hang, no swelling."""

import zipfile
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.reading import SUFFIXES, ReadText, UnreadableFile, read_text, tesseract
from knowledge.reading.packed import sources
from knowledge.reading.refusals import REASONS
from tests.knowledge.reading import papers

ENDINGS = sorted({*SUFFIXES, ".doc", ".xls", ".exe"})
HEADS = [b"", b"%PDF-1.7\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"II*\x00", b"BM", b"\xff\xd8\xff\xe0"]
HEADS += [
    b"\x89PNG\r\n\x1a\n",
    b"RIFF\x10\x00\x00\x00WEBP",
    b"<html>",
    b"<?xml version='1.0'?><html>",
    b"\xff\xfe",
    b"{\\rtf",
]


@pytest.fixture(autouse=True)
def no_scans(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here is about recognising words, which takes seconds."""
    monkeypatch.setattr(tesseract, "missing", lambda: "no_tesseract")


def outcome(raw: bytes, name: str) -> str:
    """ "" when the file is read, else the reason for which it is not."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(raw)
        try:
            read = read_text(path)
        except UnreadableFile as unreadable:
            assert unreadable.reason in REASONS
            return unreadable.reason
        assert isinstance(read, ReadText) and read.text.strip()
        assert list(read.page_starts) == sorted(read.page_starts)
        return ""


@given(head=st.sampled_from(HEADS), tail=st.binary(max_size=600), ending=st.sampled_from(ENDINGS))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_bytes_under_every_name(head: bytes, tail: bytes, ending: str) -> None:
    outcome(head + tail, "a" + ending)


@cache
def corpus() -> tuple[tuple[str, bytes], ...]:
    """One small honest file of each kind."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        papers.page_picture(["Kế hoạch"], width=600, height=300).save(folder / "a.png")
        papers.page_picture(["Kế hoạch"], width=600, height=300).save(folder / "a.jpg")
        papers.page_picture(["Kế hoạch"], width=600, height=300).save(folder / "a.tif")
        papers.word(folder / "a.docx")
        papers.pdf(folder / "a.pdf", papers.PARAGRAPHS, table=papers.TABLE)
        papers.workbook(folder / "a.xlsx", Trang=papers.TABLE)
        (folder / "a.html").write_text("<html><body><table><tr><td>a<td>b</table>", encoding="utf-8")
        return tuple((path.name, path.read_bytes()) for path in sorted(folder.iterdir()))


@given(
    which=st.integers(0, 6),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=12), st.integers(0, 40)), max_size=5),
    end=st.one_of(st.just(1.0), st.floats(0, 1)),
)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_copies_of_honest_files(which: int, cuts: list[tuple[float, bytes, int]], end: float) -> None:
    name, raw = corpus()[which]
    for place, put, length in cuts:
        at = int(place * len(raw))
        raw = raw[:at] + put + raw[at + length :]
    outcome(raw[: int(end * len(raw))], name)


@given(
    part=st.sampled_from(["word/document.xml", "word/styles.xml", "word/numbering.xml", "[Content_Types].xml"]),
    place=st.floats(0, 1),
    put=st.text(alphabet="<>/w:pt\"'& \u1ebf0", max_size=20),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_parts_within_an_honest_paper(part: str, place: float, put: str) -> None:
    raw = dict(corpus())["a.docx"]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.docx"
        papers.repacked(raw, path, {})
        with zipfile.ZipFile(path) as old:
            text = old.read(part).decode("utf-8") if part in old.namelist() else ""
        at = int(place * len(text))
        papers.repacked(raw, path, {part: text[:at] + put + text[at:]})
        outcome(path.read_bytes(), "b.docx")


@pytest.mark.parametrize("ending", [".txt", ".md", ".html", ".htm", ""])
def test_a_line_of_a_million_letters(ending: str) -> None:
    assert outcome("kế hoạch ".encode() * 100_000, "a" + ending) == ""
    assert outcome(b"<" * 1_000_000, "a" + ending) in ("", *REASONS)


def test_entities_that_swell_or_reach_for_other_files_are_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("mật", encoding="utf-8")
    swelling = '<!DOCTYPE a [<!ENTITY x0 "ha">' + "".join(
        f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 12)
    )
    reaching = f'<!DOCTYPE a [<!ENTITY x11 SYSTEM "file://{secret}">'
    for declared in (swelling, reaching):
        body = (
            f"{declared}]><w:document {papers.W}><w:body><w:p><w:r><w:t>&x11;</w:t></w:r></w:p></w:body></w:document>"
        )
        path = papers.repacked(dict(corpus())["a.docx"], tmp_path / "a.docx", {"word/document.xml": body})
        assert outcome(path.read_bytes(), "a.docx") == "damaged"
        sheet = papers.repacked(dict(corpus())["a.xlsx"], tmp_path / "a.xlsx", {"xl/workbook.xml": body})
        assert outcome(sheet.read_bytes(), "a.xlsx") == "damaged"


def test_a_paper_that_unfolds_beyond_measure_is_refused(tmp_path: Path) -> None:
    huge = f"<w:document {papers.W}><w:body>" + " " * 130_000_000
    path = papers.repacked(dict(corpus())["a.docx"], tmp_path / "a.docx", {"word/document.xml": huge})
    assert path.stat().st_size < 1_000_000
    assert outcome(path.read_bytes(), "a.docx") == "too_much_inside"


def test_a_picture_that_unfolds_beyond_measure_is_refused(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("1", (40_000, 40_000)).save(tmp_path / "a.png")
    assert (tmp_path / "a.png").stat().st_size < 1_000_000
    assert outcome((tmp_path / "a.png").read_bytes(), "a.png") == "too_many_dots"


def test_a_sheet_that_claims_a_million_rows_is_read_at_once(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.worksheets[0].append(["TT", "Nhiệm vụ"])
    book.worksheets[0].cell(1_048_576, 16_384, "cuối")
    book.save(str(tmp_path / "a.xlsx"))
    assert outcome((tmp_path / "a.xlsx").read_bytes(), "a.xlsx") == ""


@given(raw=st.binary(max_size=400), head=st.sampled_from([b"PK\x03\x04", b"PK\x05\x06" + bytes(18)]))
@settings(max_examples=60, deadline=None)
def test_random_packed_folders(raw: bytes, head: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.zip"
        path.write_bytes(head + raw)
        for source in sources([path], Path(folder)):
            try:
                with source.at_hand() as file:
                    read_text(file)
            except UnreadableFile as unreadable:
                assert unreadable.reason in REASONS
