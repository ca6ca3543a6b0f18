"""Which photos and files are taken in, told by what they hold and never by their name."""

import io
import zipfile

MEGABYTE = 2**20

_OFFICE = "application/vnd.openxmlformats-officedocument"
_PACKED = {
    "word/document.xml": f"{_OFFICE}.wordprocessingml.document",
    "xl/workbook.xml": f"{_OFFICE}.spreadsheetml.sheet",
}
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument.text"
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"})
_SCRIPTS = (b"<", b"#!", b"%!")
"""How a page, a drawing of markup, a script or a PostScript program begins: never plain text to us."""
_MOST_PARTS = 5000


def media_type_of(content: bytes) -> str | None:
    """What these bytes are, of the kinds that are taken in; None for any other kind.

    Taken in: JPEG, PNG, WebP, HEIC, PDF, DOCX, XLSX, ODT and plain text; no programs, archives, pages or macros.
    """
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return "image/heic"
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"PK\x03\x04"):
        return _packed(content)
    return "text/plain" if _is_plain(content) else None


def _packed(content: bytes) -> str | None:
    """The kind of a document that is a pack of parts; only the list of parts is read, nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            parts = pack.infolist()
            names = {part.filename for part in parts}
            if len(parts) > _MOST_PARTS or any(name.lower().endswith((".bin", ".exe", ".js")) for name in names):
                return None
            if "mimetype" in names and pack.getinfo("mimetype").file_size == len(_OPEN_DOCUMENT):
                is_open_document = pack.read("mimetype") == _OPEN_DOCUMENT.encode()
                return _OPEN_DOCUMENT if is_open_document else None
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return None
    if "[Content_Types].xml" not in names:
        return None
    return next((media_type for part, media_type in _PACKED.items() if part in names), None)


def _is_plain(content: bytes) -> bool:
    if not content.strip() or content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_SCRIPTS):
        return False
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return False
    if text.lstrip("\ufeff \t\r\n").startswith(("<", "#!")):
        return False
    return all(character.isprintable() or character in "\t\r\n\f\ufeff" for character in text)
