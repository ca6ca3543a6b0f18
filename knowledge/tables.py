"""Rows of annex tables, whether a row stands on one line, one cell a line, or scattered over lines by the scan."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from math import ceil

from domain.vietnamese import fold
from knowledge.lines import Line
from knowledge.markers import Style, marker_of, share_of_capitals

_HEAD = re.compile(r"[|\[\s]{0,2}(?:S?TT|S[oO6]\s?TT)(?=[\s|]|\Z)")
_NUMBER_AND_RULE = re.compile(r"\W{0,2}(\d{1,3})\s?[.)]?\s?[|\[{\]]\s?(\S?)")
_NUMBER_AND_POINT = re.compile(r"(\d{1,3})\s?[.)]\s+(\S)")
_NUMBER_AND_WORD = re.compile(r"(\d{1,3})\s+[(“\"]?([^\W\d_])")
_NUMBER_ALONE = re.compile(r"(\d{1,3})[.)]?\Z")
_DECIMAL = re.compile(r"\d{1,2}\.\d{1,2}\.?(?:\s+\S|\Z)")
_ODD_AND_RULE = re.compile(r"\S{1,2}\s?[|\[]\s?(\S)")
_GROUP = re.compile(r"\W{0,2}[IVX][IVX1l]{0,4}\s?[.|)]\s?\S")
_GROUP_ALONE = re.compile(r"[IVX]{1,4}\.?\Z")
_FURTHEST_JUMP = 3
_LONGEST_HEAD = 30


@dataclass(frozen=True, slots=True)
class Row:
    """Lines [first, last) of a table that belong together; `group` is the table's own heading above them.

    Neighbouring rows of a scattered table share the lines between them, because nothing tells whose they are.
    """

    first: int
    last: int
    group: str
    is_head: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table's rows, its column names, and whether each cell stands on a line of its own."""

    rows: tuple[Row, ...]
    columns: str
    one_cell_a_line: bool


def begins_table(lines: Sequence[Line], i: int) -> bool:
    """True for a line of column names, which in these papers begin with the words for a running number."""
    line = lines[i]
    if _HEAD.match(line.text[:12]):
        return len(line.text) < 300
    return sum(any(c.isalnum() for c in cell) for cell in line.text[:400].split("|")) > 3


def is_column_names(heading: str) -> bool:
    """True for a heading made of a table's column names."""
    return bool(_HEAD.match(heading[:12]))


def end_of_table(lines: Sequence[Line], start: int, last_roman: int) -> int:
    """Where the table that begins at `start` ends: at the next annex, at the recipients, or where the plan's own
    sequence of roman headings goes on."""
    for i in range(start + 1, len(lines)):
        text = lines[i].text
        marker = marker_of(text)
        if marker and marker.style is Style.ANNEX:
            return i
        if marker and marker.style is Style.ROMAN and marker.value == last_roman + 1 > 1 and "|" not in text:
            return i
        if begins_recipients(lines[i]):
            return i
    return len(lines)


def begins_recipients(line: Line) -> bool:
    """True for the words above the list of those who receive the paper."""
    return bool(re.match(r"noi nh\S{1,2}n\b", fold(line.text[:20])) or fold(line.shown[:20]).startswith("noi nhan"))


def read_table(lines: Sequence[Line]) -> Table:
    """The rows of the table on these lines, the first of which holds the column names."""
    starts = _row_starts(lines)
    head_end = _end_of_head(lines, starts)
    heads = _repeated_heads(lines, head_end, starts)
    bounds = _bounds(lines, starts, heads, head_end)
    alone = sum(1 for i in starts if _NUMBER_ALONE.match(lines[i].text))
    rows = tuple(_rows(lines, bounds, _is_centred(lines, starts)))
    one_cell = alone * 2 > len(starts)
    return Table(rows, _columns(lines[:head_end], one_cell), one_cell)


def _columns(head: Sequence[Line], one_cell: bool) -> str:
    return " ".join((" | " if one_cell else " ").join(line.shown for line in head).split())[:240]


def _row_starts(lines: Sequence[Line]) -> dict[int, bool]:
    """The lines that hold a row's number, each with whether its words begin there (a capital after the number)."""
    starts: dict[int, bool] = {}
    last: int | None = None
    fresh = True
    for i, line in enumerate(lines):
        if i and _is_group(line.text):
            fresh = True
            continue
        if _HEAD.match(line.text[:12]):
            fresh = fresh or not line.opens_page
            continue
        value, letter = _number_of(line.text)
        if value is None and letter is None:
            continue
        if value is None:
            starts[i] = bool(letter and letter.isupper())
            last = last + 1 if last is not None else None
        elif _follows(value, last, fresh, letter):
            starts[i] = not (letter and letter.islower())
            last, fresh = value, False
    return starts


def _number_of(text: str) -> tuple[int | None, str | None]:
    """A line's row number and the first letter after it; the number is None where the scan made it illegible."""
    head = text[:60]
    for pattern in (_NUMBER_AND_RULE, _NUMBER_AND_POINT, _NUMBER_AND_WORD):
        if found := pattern.match(head):
            return int(found.group(1)), found.group(2) or " "
    if found := _NUMBER_ALONE.match(head):
        return int(found.group(1)), ""
    if _DECIMAL.match(head):
        return None, "A"
    if text.count("|") > 1 and (found := _ODD_AND_RULE.match(head)):
        return None, found.group(1)
    return None, None


def _follows(value: int, last: int | None, fresh: bool, letter: str | None) -> bool:
    """True where a number goes on counting the rows; a footnote's or a figure's does not."""
    if last is None:
        return value <= _FURTHEST_JUMP or fresh
    if value == 1:
        return fresh
    return last <= value <= last + _FURTHEST_JUMP if letter else value == last + 1


def _is_group(text: str) -> bool:
    """True for a heading inside the table: a roman figure, or a line in capitals."""
    if _HEAD.match(text[:12]):
        return False
    head = text[:120]
    if _GROUP.match(head) or _GROUP_ALONE.match(head):
        return True
    words = re.findall(r"[^\W\d_]{2,}", head)
    return len(words) > 1 and sum(map(len, words)) > 9 and share_of_capitals(head) > 0.85 and text.count("|") < 3


def _end_of_head(lines: Sequence[Line], starts: dict[int, bool]) -> int:
    for i in range(1, len(lines)):
        if i in starts or _is_group(lines[i].text):
            return i
    return min(len(lines), 3)


def _repeated_heads(lines: Sequence[Line], head_end: int, starts: dict[int, bool]) -> dict[int, int]:
    """Where the column names are printed again on a later page, and where each such repetition ends."""
    first = [_plain(line.text) for line in lines[:head_end]]
    found: dict[int, int] = {}
    for i in range(head_end, len(lines)):
        if not _HEAD.match(lines[i].text[:12]):
            continue
        same = _alike(_plain(lines[i].text), first[0])
        if not (lines[i].opens_page or (same and (len(first[0]) > 8 or _is_same_head(lines, i, first)))):
            continue
        j = i + 1
        while j < len(lines) and j - i < len(first) and _alike(_plain(lines[j].text), first[j - i]):
            j += 1
        if j == i + 1 and not same:
            j = next((n for n in range(j, min(j + _LONGEST_HEAD, len(lines))) if n in starts), j)
        found[i] = j
    return found


def _is_same_head(lines: Sequence[Line], i: int, first: list[str]) -> bool:
    return i + 1 < len(lines) and len(first) > 1 and _alike(_plain(lines[i + 1].text), first[1])


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", fold(text[:200]))


def _alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() > 0.6


@dataclass(frozen=True, slots=True)
class _Bound:
    at: int
    end: int
    kind: str  # "head", "group" or "row"


def _bounds(lines: Sequence[Line], starts: dict[int, bool], heads: dict[int, int], head_end: int) -> list[_Bound]:
    found = [_Bound(0, head_end, "head")]
    i = head_end
    while i < len(lines):
        if i in heads:
            found.append(_Bound(i, heads[i], "head"))
            i = heads[i]
            continue
        if i in starts:
            found.append(_Bound(i, i + 1, "row"))
        elif _is_group(lines[i].text):
            end = i + 2 if _GROUP_ALONE.match(lines[i].text) and i + 1 not in starts else i + 1
            found.append(_Bound(i, min(end, len(lines)), "group"))
            i = end
            continue
        i += 1
    return found


def _is_centred(lines: Sequence[Line], starts: dict[int, bool]) -> bool:
    """True when numbers stand in the middle of their rows: then words often go on at the number in small letters."""
    ruled = [i for i in starts if not _NUMBER_ALONE.match(lines[i].text)]
    return len(ruled) > 2 and sum(not starts[i] for i in ruled) * 5 > len(ruled)


def _rows(lines: Sequence[Line], bounds: list[_Bound], centred: bool) -> list[Row]:
    found: list[Row] = []
    group = ""
    for n, bound in enumerate(bounds):
        following = bounds[n + 1] if n + 1 < len(bounds) else None
        gap_end = following.at if following else len(lines)
        gap = gap_end - bound.end
        leads_to_row = following is not None and following.kind == "row"
        if bound.kind == "row":
            share = ceil(gap * 2 / 3) if centred and leads_to_row else gap
            found.append(Row(_first_line(bounds, n, centred), bound.end + share, group))
            continue
        if bound.kind == "group":
            group = " ".join(" ".join(line.shown for line in lines[bound.at : bound.end]).split())[:160]
        found.append(Row(bound.at, bound.end, group, is_head=True))
        if gap and not (centred and leads_to_row):
            found.append(Row(bound.end, gap_end, group))
    return found


def _first_line(bounds: list[_Bound], n: int, centred: bool) -> int:
    at, before = bounds[n].at, bounds[n - 1]
    if not centred:
        return at
    gap = at - before.end
    return at - (ceil(gap * 2 / 3) if before.kind == "row" else gap)
