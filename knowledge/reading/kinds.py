"""Tells what a file is from what is in it; its name only decides where the content leaves it open."""

import zipfile
from enum import StrEnum
from pathlib import Path

from knowledge.reading.refusals import UnreadableFile


class Kind(StrEnum):
    """What can be read."""

    PLAIN = "plain"
    WORD = "word"
    SHEET = "sheet"
    PDF = "pdf"
    PICTURE = "picture"
    WEB_PAGE = "web page"
    PACKED = "packed"


SUFFIXES = {
    ".txt": Kind.PLAIN,
    ".text": Kind.PLAIN,
    ".md": Kind.PLAIN,
    "": Kind.PLAIN,
    ".docx": Kind.WORD,
    ".docm": Kind.WORD,
    ".xlsx": Kind.SHEET,
    ".xlsm": Kind.SHEET,
    ".pdf": Kind.PDF,
    ".png": Kind.PICTURE,
    ".jpg": Kind.PICTURE,
    ".jpeg": Kind.PICTURE,
    ".tif": Kind.PICTURE,
    ".tiff": Kind.PICTURE,
    ".bmp": Kind.PICTURE,
    ".webp": Kind.PICTURE,
    ".html": Kind.WEB_PAGE,
    ".htm": Kind.WEB_PAGE,
    ".zip": Kind.PACKED,
}
"""The endings of names that are looked for in a folder, with what such a file should be."""

OLD_SUFFIXES = {".doc": "old_word", ".rtf": "old_word", ".xls": "old_sheet"}
"""Endings of older kinds that are named in a refusal, with its reason."""

_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"BM")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TOLD_FROM = 4_096


def kind_of(path: Path) -> Kind:
    """What the file is. Raises UnreadableFile for what cannot be read, saying what it is where that is known."""
    suffix = path.suffix.lower()
    with path.open("rb") as file:
        head = file.read(_TOLD_FROM)
    bare = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"%PDF-" in head[:1_024]:
        return Kind.PDF
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _packed(path)
    if head.startswith(_OLD_OFFICE):
        raise UnreadableFile(_old_office(path, suffix))
    if bare.startswith(b"{\\rtf"):
        raise UnreadableFile("old_word")
    if head.startswith(_PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return Kind.PICTURE
    return _text(suffix, bare)


def _text(suffix: str, bare: bytes) -> Kind:
    """What a file without a known beginning is: a web page, text, or not what its name says."""
    begins = bare[:_TOLD_FROM].lower()
    if begins.startswith((b"<!doctype html", b"<html", b"<?xml")) and b"<html" in begins:
        return Kind.WEB_PAGE
    expected = SUFFIXES.get(suffix)
    if expected in (Kind.PLAIN, Kind.WEB_PAGE):
        return expected
    if not bare:
        raise UnreadableFile("empty")
    if expected is None:
        raise UnreadableFile(OLD_SUFFIXES.get(suffix, "unsupported"))
    if b"\x00" in bare or sum(byte < 32 and byte not in (9, 10, 12, 13) for byte in bare) > len(bare) // 50:
        raise UnreadableFile("damaged")
    # Text under another name, as when a page was saved with the ending of a paper.
    try:
        bare[: len(bare) - 4].decode("utf-8")
    except UnicodeDecodeError:
        raise UnreadableFile("wrong_type") from None
    if expected is Kind.PDF:
        return Kind.PLAIN
    raise UnreadableFile("wrong_type")


def _packed(path: Path) -> Kind:
    """A paper or sheet is a packed folder too; what is in it tells them apart."""
    try:
        with zipfile.ZipFile(path) as packed:
            names = set(packed.namelist()[:5_000])
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        raise UnreadableFile("damaged") from None
    if "[Content_Types].xml" in names:
        if any(name.startswith("word/") for name in names):
            return Kind.WORD
        if any(name.startswith("xl/") for name in names):
            return Kind.SHEET
        raise UnreadableFile("unsupported")
    if "mimetype" in names and "content.xml" in names:
        raise UnreadableFile("unsupported")
    return Kind.PACKED


def _old_office(path: Path, suffix: str) -> str:
    """Why a file in Office's old container cannot be read: the container also wraps new files under a password."""
    with path.open("rb") as file:
        raw = file.read(4_000_000)
    if "EncryptedPackage".encode("utf-16-le") in raw:
        return "encrypted"
    if "WordDocument".encode("utf-16-le") in raw:
        return "old_word"
    if "Workbook".encode("utf-16-le") in raw:
        return "old_sheet"
    return OLD_SUFFIXES.get(suffix, "unsupported")
