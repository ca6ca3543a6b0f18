"""Footnotes: which lines of a page they are, and where in the page their marks stand."""

import re
from collections.abc import Sequence

from knowledge.lines import Line
from knowledge.markers import marker_of
from knowledge.tables import begins_table

_NOTE = re.compile(r"(?:\[?(\d{1,2})\]?|[!|*’‘\"“'¹²³⁴⁵⁶⁷⁸⁹])\s?(?=[^\W\d_]|\(|\d+[^\W\d_])")
_NOTES_FROM = 0.4
_RAISED = str.maketrans("¹²³⁴⁵⁶⁷⁸⁹⁰", "1234567890")


def lines_of_notes(lines: Sequence[Line]) -> dict[int, bool]:
    """The lines that are footnotes, each with whether a note begins there: from the first note in the lower part of a
    page to the page's end."""
    found: dict[int, bool] = {}
    first = 0
    for i in range(1, len(lines) + 1):
        if i < len(lines) and not lines[i].opens_page:
            continue
        if lines[i - 1].page is not None:
            found.update(_notes_of_page(lines, first, i))
        first = i
    return found


def marked_words(note: str, text: str) -> str:
    """The words of `text` before the mark of this footnote, or nothing where its mark does not stand there."""
    found = _NOTE.match(note.translate(_RAISED)[:6])
    if not found or not found.group(1):
        return ""
    number = found.group(1)
    mark = re.search(rf"(?<=[^\W\d_])(?:\[{number}\]|\({number}\)|{number}(?![\d\w%]))", text.translate(_RAISED))
    if not mark:
        return ""
    return " ".join(re.split(r"[.;:!?,(]\s*", text[: mark.start()])[-1].split()[-12:])


def _notes_of_page(lines: Sequence[Line], first: int, end: int) -> dict[int, bool]:
    if any(begins_table(lines, i) for i in range(first, end)):
        return {}
    from_line = first + int((end - first) * _NOTES_FROM)
    for i in range(from_line, end):
        if lines[i].gap and _begins_note(lines[i].text):
            rest = lines[i:end]
            if any(line.gap and marker_of(line.text) and not _begins_note(line.text) for line in rest[1:]):
                continue
            return {j: j == i or _begins_another(lines[j - 1].text, lines[j]) for j in range(i, end)}
    return {}


def _begins_another(before: str, line: Line) -> bool:
    """True for a note's first line below another note; a blank line alone may also part a note's own lines."""
    return _begins_note(line.text) or (line.gap and line.text[:1].isupper() and before[-1] not in "-,")


def _begins_note(text: str) -> bool:
    found = _NOTE.match(text[:8])
    if not found or marker_of(text) is not None:
        return False
    return text[found.end() :].lstrip("(0123456789")[:1].isupper()
