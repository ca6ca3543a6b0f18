"""Reads a plain-text file and finds its pages."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

LARGEST_BYTES = 20_000_000
"""Far above any plan, low enough that a mistaken file cannot fill the memory."""

_READABLE = frozenset({".txt", ".md", ".text", ""})
_FAINT_BREAK = re.compile(r"\n[ \t]*\n[ \t]*\n[ \t]*\n\s*|\n(?= \S)")
_SHORTEST_PAGE, _LONGEST_PAGE = 400, 9_000


class UnreadableFile(Exception):
    """A file cannot be read; `reason` is "missing", "empty", "binary", "too_large" or "unsupported"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ReadText:
    """A file's text and where its pages begin. Spans everywhere are character offsets into `text`.

    `page_starts` is empty where the file marks no pages.
    """

    text: str
    page_starts: tuple[int, ...] = ()

    @property
    def pages(self) -> int:
        """How many pages there are; one where none are marked."""
        return max(1, len(self.page_starts))

    def page_at(self, offset: int) -> int | None:
        """The page, from 1, on which a character stands; None where no pages are marked."""
        return bisect_right(self.page_starts, offset) if self.page_starts else None


def read_text(path: Path) -> ReadText:
    """The text of a .txt or .md file with its pages. Raises UnreadableFile."""
    if path.suffix.lower() not in _READABLE:
        raise UnreadableFile("unsupported")
    try:
        size = path.stat().st_size
        if size > LARGEST_BYTES:
            raise UnreadableFile("too_large")
        raw = path.read_bytes()
    except OSError:
        raise UnreadableFile("missing") from None
    text = _decode(raw)
    if not text.strip():
        raise UnreadableFile("empty")
    return ReadText(text, page_starts(text))


def _decode(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _without_controls(raw.decode("utf-16", errors="replace"))
    if b"\x00" in raw:
        raise UnreadableFile("binary")
    try:
        return _without_controls(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        # Windows-1258 is what old Vietnamese editors wrote; a file that is text in neither is not text at all.
        text = raw.decode("cp1258", errors="replace")
        if text.count("\ufffd") > len(text) // 100:
            raise UnreadableFile("binary") from None
        return _without_controls(text)


def _without_controls(text: str) -> str:
    odd = sum(1 for c in text if c < " " and c not in "\n\r\t\f\v")
    if odd > max(8, len(text) // 100):
        raise UnreadableFile("binary")
    return text


def page_starts(text: str) -> tuple[int, ...]:
    """Where each page begins, or nothing when the text marks no pages.

    A form feed marks a page. Text taken out of scans often shows it only as three blank lines or as one space at the
    head of a line; those count when the pages they make are of a believable length.
    """
    if "\f" in text:
        last = len(text.rstrip())
        return (0, *(m.end() for m in re.finditer("\f", text) if m.end() < last))
    starts = [0]
    for found in _FAINT_BREAK.finditer(text):
        start = found.end() + (1 if found.group() == "\n" else 0)
        if start < len(text.rstrip()):
            starts.append(start)
    if len(starts) == 1:
        return ()
    length = len(text) / len(starts)
    return tuple(starts) if _SHORTEST_PAGE <= length <= _LONGEST_PAGE else ()
