"""What a file is, its content decides; what cannot be read says why."""

from pathlib import Path

import pytest

from knowledge.reading import UnreadableFile, read_text
from tests.knowledge.reading import papers

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def reason_of(path: Path) -> str:
    with pytest.raises(UnreadableFile) as refused:
        read_text(path)
    return refused.value.reason


def test_a_paper_under_a_false_name_is_read_as_what_it_is(tmp_path: Path) -> None:
    for made, name in (
        (papers.word(tmp_path / "a.docx"), "b.pdf"),
        (papers.word(tmp_path / "a.docx"), "b.doc"),
        (papers.pdf(tmp_path / "a.pdf", papers.PARAGRAPHS), "b.docx"),
        (papers.workbook(tmp_path / "a.xlsx", Trang=[("Số: 41/KH-UBND", "x")]), "b.xls"),
    ):
        (tmp_path / name).write_bytes(made.read_bytes())
        assert "41/KH-UBND" in read_text(tmp_path / name).text, name
    (tmp_path / "c.pdf").write_text("Số: 41/KH-UBND", encoding="utf-8")
    assert read_text(tmp_path / "c.pdf").text == "Số: 41/KH-UBND"
    (tmp_path / "c.doc").write_text("<html><body><p>Số: 41/KH-UBND</p></body></html>", encoding="utf-8")
    assert read_text(tmp_path / "c.doc").text.strip() == "Số: 41/KH-UBND"


@pytest.mark.parametrize(
    ("raw", "name", "reason"),
    [
        (OLD + "WordDocument".encode("utf-16-le"), "a.doc", "old_word"),
        (OLD + "Workbook".encode("utf-16-le"), "a.xls", "old_sheet"),
        (OLD + "EncryptedPackage".encode("utf-16-le"), "a.docx", "encrypted"),
        (OLD, "a.ppt", "unsupported"),
        (rb"{\rtf1\ansi x}", "a.doc", "old_word"),
        (b"", "a.docx", "empty"),
        (b"", "a.pdf", "empty"),
        (b"", "a.png", "empty"),
        (b"MZ\x90\x00\x03", "a.exe", "unsupported"),
        (b"hello", "a.docx", "wrong_type"),
        (b"hello", "a.png", "wrong_type"),
        (b"\x00\x01\x02\x03" * 40, "a.pdf", "damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 50, "a.png", "damaged"),
        (b"%PDF-1.7\nno more", "a.pdf", "damaged"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, raw: bytes, name: str, reason: str) -> None:
    (tmp_path / name).write_bytes(raw)
    assert reason_of(tmp_path / name) == reason


def test_other_packed_kinds_are_named_for_what_they_are(tmp_path: Path) -> None:
    text = papers.packed(tmp_path / "a.odt", mimetype=b"application/vnd.oasis", content__xml=b"<a/>")
    assert reason_of(text) == "unsupported"
    slides = papers.packed(tmp_path / "a.pptx", **{"[Content_Types]__xml": b"<a/>", "ppt/a__xml": b"<a/>"})
    assert reason_of(slides) == "unsupported"
    assert reason_of(papers.packed(tmp_path / "b.docx", a__txt=b"a")) == "damaged"


def test_every_reason_has_its_sentence() -> None:
    import texts
    from knowledge.reading.refusals import REASONS

    blanks = {"most": 1, "pages": 2, "files": 3}
    assert all(texts.say(f"cli.ingest.unreadable.{reason}", **blanks) for reason in REASONS)
