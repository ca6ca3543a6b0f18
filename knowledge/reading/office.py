"""Looks into a packed Office file before it is opened: whole, unlocked, and not a trap."""

import zipfile
import zlib
from pathlib import Path

from knowledge.reading.refusals import UnreadableFile

MOST_UNPACKED = 400_000_000
"""Bytes of all parts together; the largest honest papers, full of pictures, have a tenth."""
_MOST_PARTS = 20_000
_MOST_XML = 120_000_000
_LOCKED = 0x1


def check_package(path: Path) -> None:
    """Raises UnreadableFile where the file is damaged, locked, or would unfold beyond all measure."""
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
            if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise UnreadableFile("too_much_inside")
            for part in parts:
                if part.flag_bits & _LOCKED:
                    raise UnreadableFile("encrypted")
                if part.filename.endswith((".xml", ".rels")):
                    if part.file_size > _MOST_XML:
                        raise UnreadableFile("too_much_inside")
                    _check_xml(packed, part)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, zlib.error):
        raise UnreadableFile("damaged") from None


def _check_xml(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Office never declares entities; a part that does is made to swell or to reach for other files."""
    with packed.open(part) as opened:
        head = opened.read(4_096)
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head or "<!DOCTYPE".encode("utf-16-le") in head:
        raise UnreadableFile("damaged")
