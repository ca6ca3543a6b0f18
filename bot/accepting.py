"""Which photos and files are taken in, told by what they hold and never by their name."""

import io
import re
import zipfile

from bot.picture_size import is_absurd

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
_MOST_UNPACKED = 500 * MEGABYTE
_MOST_RATIO = 200
_SMALL = MEGABYTE
"""A document may unpack to so much, a part to so many times its size, unless the part is small: no zip bombs."""
_ENCRYPTED = 0x1
_LEFT_OUT = (
    ".exe",
    ".dll",
    ".js",
    ".vbs",
    ".bat",
    ".cmd",
    ".ps1",
    ".scr",
    ".jar",
    ".hta",
    ".lnk",
    ".zip",
    ".rar",
    ".7z",
)
_SETTINGS_OF_PRINTERS = re.compile(r"xl/printersettings/printersettings\d*\.bin")
_RELATION = re.compile(rb"<Relationship\b[^>]*>", re.IGNORECASE)
_EXTERNAL = re.compile(rb"TargetMode\s*=\s*[\"']External[\"']", re.IGNORECASE)
_LINK = re.compile(rb"Type\s*=\s*[\"'][^\"']*/(hyperlink|externalLinkPath)[\"']", re.IGNORECASE)
_FAR = re.compile(rb"Target\s*=\s*[\"'](?:https?:|ftp:|\\\\|file:/*\\\\|file://[^/])", re.IGNORECASE)
_ACTIVE = re.compile(rb"/(?:JavaScript|Launch|RichMedia)\b")
"""What makes a PDF act by itself; what is inside compressed objects is not looked for."""


def media_type_of(content: bytes) -> str | None:
    """What these bytes are, of the kinds that are taken in; None for any other kind.

    Taken in: JPEG, PNG, WebP, HEIC, PDF, DOCX, XLSX, ODT and plain text; no programs, archives, pages or macros.
    """
    found = _by_beginning(content)
    if found is not None:
        return None if _is_two_things(content) or _acts(found, content) or is_absurd(found, content) else found
    if content.startswith(b"PK\x03\x04"):
        return _packed(content)
    return "text/plain" if _is_plain(content) else None


def _by_beginning(content: bytes) -> str | None:
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return "image/heic"
    return "application/pdf" if content.startswith(b"%PDF-") else None


def _is_two_things(content: bytes) -> bool:
    """True for a photo or PDF that is an archive at the same time: what opens it decides what it is."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            return bool(pack.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return False


def _acts(media_type: str, content: bytes) -> bool:
    return media_type == "application/pdf" and _ACTIVE.search(content) is not None


def _packed(content: bytes) -> str | None:
    """The kind of a document that is a pack of parts; only the list of parts is read, nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            parts = pack.infolist()
            names = {part.filename for part in parts}
            if len(parts) > _MOST_PARTS or any(map(_is_left_out, names)) or _is_bomb(parts):
                return None
            if _reaches_out(pack, parts):
                return None
            if "mimetype" in names and pack.getinfo("mimetype").file_size == len(_OPEN_DOCUMENT):
                is_open_document = pack.read("mimetype") == _OPEN_DOCUMENT.encode()
                return _OPEN_DOCUMENT if is_open_document else None
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return None
    if "[Content_Types].xml" not in names:
        return None
    return next((media_type for part, media_type in _PACKED.items() if part in names), None)


def _is_left_out(name: str) -> bool:
    """True for a part that is a program, a macro, an archive, or that leads out of the folder it is unpacked to."""
    lowered = name.lower().replace("\\", "/")
    if lowered.endswith(".bin"):
        return _SETTINGS_OF_PRINTERS.fullmatch(lowered) is None
    return lowered.endswith(_LEFT_OUT) or lowered.startswith("/") or ".." in lowered.split("/")


def _is_bomb(parts: list[zipfile.ZipInfo]) -> bool:
    """True when the list of parts tells that it unpacks to far more than it holds, or hides what it holds."""
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        return True
    if sum(part.file_size for part in parts) > _MOST_UNPACKED:
        return True
    return any(p.file_size > max(_SMALL, _MOST_RATIO * max(1, p.compress_size)) for p in parts)


def _reaches_out(pack: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> bool:
    """True when opening the document would fetch something: a template, a picture, an object, another workbook afar.

    A link that somebody has to click is none of these.
    """
    for part in parts:
        if not part.filename.lower().endswith(".rels"):
            continue
        if part.file_size > _SMALL:
            return True
        for relation in _RELATION.findall(pack.read(part)):
            if not _EXTERNAL.search(relation):
                continue
            link = _LINK.search(relation)
            if link is None or (link[1].lower() == b"externallinkpath" and _FAR.search(relation)):
                return True
    return False


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
