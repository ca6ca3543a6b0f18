"""Reads files of all kinds into text with pages; what a file is, its content decides."""

from collections.abc import Callable
from pathlib import Path

from knowledge.reading.finished import FinishedPages
from knowledge.reading.kinds import SUFFIXES, Kind, kind_of
from knowledge.reading.pages import LeftOut, ReadText, of_pages, page_starts
from knowledge.reading.refusals import UnreadableFile

__all__ = [
    "LARGEST_BYTES",
    "READER_VERSION",
    "SUFFIXES",
    "FinishedPages",
    "Kind",
    "LeftOut",
    "ReadText",
    "UnreadableFile",
    "kind_of",
    "of_pages",
    "page_starts",
    "read_text",
]

READER_VERSION = "4"
"""Raised whenever reading, restoring or outlining makes other passages of the same file: files are then read again."""

LARGEST_BYTES = 20_000_000
"""Of plain text: far above any plan, low enough that a mistaken file cannot fill the memory."""

_LARGEST = {
    Kind.PLAIN: LARGEST_BYTES,
    Kind.WEB_PAGE: LARGEST_BYTES,
    Kind.WORD: 100_000_000,
    Kind.SHEET: 50_000_000,
    Kind.PICTURE: 200_000_000,
    Kind.PDF: 400_000_000,
}


def read_text(
    path: Path,
    *,
    on_page: Callable[[int, int], None] = lambda done, total: None,
    finished: FinishedPages | None = None,
) -> ReadText:
    """The text of a file with its pages. Raises UnreadableFile, whatever the file holds.

    `on_page` is told how many pages are done of how many; `finished` remembers the pages of a scan that are done.
    """
    try:
        return _read(path, on_page, finished or FinishedPages())
    except OSError:
        raise UnreadableFile("missing") from None
    except (MemoryError, RecursionError):
        raise UnreadableFile("too_much_inside") from None


def _read(path: Path, on_page: Callable[[int, int], None], finished: FinishedPages) -> ReadText:
    size = path.stat().st_size
    if size > max(_LARGEST.values()):
        raise UnreadableFile("too_large", most=max(_LARGEST.values()) // 1_000_000)
    kind = kind_of(path)
    if kind is Kind.PACKED:
        raise UnreadableFile("damaged" if SUFFIXES.get(path.suffix.lower()) is not Kind.PACKED else "nested_too_deep")
    if size > _LARGEST[kind]:
        raise UnreadableFile("too_large", most=_LARGEST[kind] // 1_000_000)
    read = _read_as(kind, path, on_page, finished)
    if not read.text.strip():
        raise UnreadableFile("empty")
    return read


def _read_as(kind: Kind, path: Path, on_page: Callable[[int, int], None], finished: FinishedPages) -> ReadText:
    # Each reader brings libraries of its own; only the one that is needed is loaded.
    match kind:
        case Kind.WORD:
            from knowledge.reading.word import read_word

            return read_word(path)
        case Kind.SHEET:
            from knowledge.reading.sheet import read_sheet

            return read_sheet(path)
        case Kind.PDF:
            from knowledge.reading.pdf import read_pdf

            return read_pdf(path, on_page, finished)
        case Kind.PICTURE:
            from knowledge.reading.pictures import read_pictures

            return read_pictures(path, on_page, finished)
        case Kind.WEB_PAGE:
            from knowledge.reading.webpage import read_web_page

            return read_web_page(path.read_bytes())
        case _:
            from knowledge.reading.plain import read_plain

            return read_plain(path.read_bytes())
