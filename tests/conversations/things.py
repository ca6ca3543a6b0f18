"""What people in a transcript send besides words: small, but of the kind it says it is."""

import io
import mimetypes
import zipfile
from dataclasses import dataclass
from functools import cache

from PIL import Image

from domain.messages import Kind
from tests.conversations.transcript import Said

PHOTO_NAME = "anh.jpg"
FILE_NAME = "bao-cao.docx"
_PACKED = {
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
}


@dataclass(frozen=True, slots=True)
class Thing:
    """A photo or file as somebody's telephone sends it."""

    name: str
    content: bytes

    @property
    def media_type(self) -> str:
        """What the telephone says it is."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"


def thing_sent(said: Said, number: int = 0) -> Thing:
    """What is sent with these words; the photos of an album differ from each other."""
    name = said.name or (PHOTO_NAME if said.kind is Kind.PHOTO else FILE_NAME)
    return Thing(name, content_of(name.rpartition(".")[2].lower(), number))


@cache
def content_of(kind: str, number: int = 0) -> bytes:
    """A file of the kind that this ending names; text for one that names none of the known."""
    if kind in ("jpg", "jpeg", "png", "webp"):
        return _picture({"jpg": "JPEG"}.get(kind, kind.upper()), number)
    if kind == "pdf":
        return b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
    if kind in _PACKED:
        return _packed(_PACKED[kind])
    if kind == "exe":
        return b"MZ\x90\x00" + bytes(60)
    return f"Biên bản số {number}\n".encode()


def _picture(form: str, number: int) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (48, 32), (40 * (number % 6), 90, 160)).save(held, form)
    return held.getvalue()


def _packed(part: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as pack:
        pack.writestr("[Content_Types].xml", "<Types/>")
        pack.writestr(part, "<w/>")
    return held.getvalue()
