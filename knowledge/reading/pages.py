"""A file's text, and where its pages begin."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

_FAINT_BREAK = re.compile(r"\n[ \t]*\n[ \t]*\n[ \t]*\n\s*|\n(?= \S)")
_SHORTEST_PAGE, _LONGEST_PAGE = 400, 9_000


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A page that could not be read, and why (one of the reasons of UnreadableFile)."""

    page: int
    reason: str


@dataclass(frozen=True, slots=True)
class ReadText:
    """A file's text and where its pages begin. Spans everywhere are character offsets into `text`.

    `page_starts` is empty where the file marks no pages; `left_out` names the pages that could not be read.
    """

    text: str
    page_starts: tuple[int, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def pages(self) -> int:
        """How many pages there are; one where none are marked."""
        return max(1, len(self.page_starts))

    def page_at(self, offset: int) -> int | None:
        """The page, from 1, on which a character stands; None where no pages are marked."""
        return bisect_right(self.page_starts, offset) if self.page_starts else None


def of_pages(pages: Sequence[str], left_out: Sequence[LeftOut] = ()) -> ReadText:
    """The text of pages one after another; each begins on a line of its own, also one without a word."""
    starts, parts, at = [], [], 0
    for page in pages:
        starts.append(at)
        parts.append(page.strip("\n") + "\n\n")
        at += len(parts[-1])
    return ReadText("".join(parts), tuple(starts), tuple(left_out))


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
