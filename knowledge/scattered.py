"""Rows of tables that a scan took apart: their lines are told from running numbers and from what rows begin with."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from math import ceil

from domain.vietnamese import fold
from knowledge.columns import (
    RULE,
    Column,
    cells_by_year,
    column_of,
    columns_in,
    labelled,
    time_on,
    without_rules,
    years_on,
)
from knowledge.drafts import LONGEST_PASSAGE, joined
from knowledge.lines import Aligned, Line
from knowledge.markers import announced, marker_of, share_of_capitals
from knowledge.rows import HEAD, Row

_NUMBER_AND_RULE = re.compile(r"\W{0,2}(\d{1,3})\s?[.)]?\s?[|\[{\]]\s?(\S?)")
_NUMBER_AND_POINT = re.compile(r"(\d{1,3})\s?[.)]\s+(\S)")
_NUMBER_AND_WORD = re.compile(r"(\d{1,3})\s+[(“\"]?([^\W\d_])")
_NUMBER_ALONE = re.compile(r"(\d{1,3})[.)]?\Z")
_DECIMAL = re.compile(r"\d{1,2}\.\d{1,2}\.?(?:\s+\S|\Z)")
_ODD_AND_RULE = re.compile(r"(?:\S|\d\S|\S\d)\s?[|\[]\s?(\S)")
_NUMBER_AND_SIGN = re.compile(r"\W{0,2}(\d{1,3})\s?[.)]?\s?[|\[{\]]?\s*")
_FEW_LETTERS = 3
_OPENING = 24
_LONGEST_LABEL = 160
_RULE_AFTER_FIGURE = re.compile(r"^([IVX1l]{1,5}\s?)[|]")
_GROUP = re.compile(r"\W{0,2}[IVX][IVX1l]{0,4}\s?[.|)]\s?\S")
_GROUP_ALONE = re.compile(r"[IVX]{1,4}\.?\Z")
_LEFT_OUT = re.compile(r"[.\s…]{6,}\Z")
"""Dots for rows that were left out; after them any number may come."""

_FURTHEST_JUMP = 3
_LONGEST_HEAD = 30


def read_scattered(lines: Sequence[Line]) -> tuple[tuple[Row, ...], str]:
    """The rows of the table on these lines and its column names as one text."""
    starts = _row_starts(lines)
    head_end = _end_of_head(lines, starts)
    heads = _repeated_heads(lines, head_end, starts)
    alike = [end - at for at, end in heads.items() if _alike(_plain(lines[at].text), _plain(lines[0].text))]
    # What the first head has more than the head of a later page already belongs to the first row.
    head_end = min([head_end, *alike])
    centred = _is_centred(lines, starts)
    head_end = _without_first_row(lines, starts, head_end, centred)
    bounds = _bounds(lines, starts, heads, head_end, centred)
    names = [_named_cells(lines[bound.at : bound.end]) for bound in bounds if bound.kind == "head"]
    whole = max(names, key=len)
    told = [column_of(name) for name in whole]
    text = RULE.join(column.name for column in told) if told else _names_on(lines[:head_end])
    rows = _Rows(lines, starts, bounds, told or list(columns_in(text)), centred, bool(told)).all()
    return tuple(rows), text[:240]


def _without_first_row(lines: Sequence[Line], starts: dict[int, bool], head_end: int, centred: bool) -> int:
    """Where the head ends, less what already is a heading inside the table or the beginning of the first row."""
    last = lines[head_end - 1]
    if not centred:
        return head_end - 1 if head_end > 2 and _is_worded_group(last) and not columns_in(last.shown) else head_end
    if starts.get(head_end, True):
        return head_end
    named = (i for i in range(head_end - 1, 0, -1) if _begins_words(lines[i].shown) and not columns_in(lines[i].shown))
    return next(named, head_end)


def _names_on(head: Sequence[Line]) -> str:
    """The words of a head that the scan ran together; its first ones, for the running number, as they were read."""
    number = HEAD.match(head[0].text[:12])
    rest = Aligned(head[0]).between(head[0].start + number.end(), head[0].end) if number else head[0].shown
    first = number.group().strip("|[ ") if number else ""
    return joined([first, rest, *(line.shown for line in head[1:])])


def _named_cells(head: Sequence[Line]) -> list[str]:
    """The column names of a head in which each stands in a paragraph of its own; else nothing."""
    cells = [shown if HEAD.fullmatch(raw) is None else raw for raw, shown in _paragraphs(head)]
    return cells if len(cells) > 2 and not any("|" in cell for cell in cells) else []


def _paragraphs(lines: Sequence[Line]) -> list[tuple[str, str]]:
    """The cells that blank lines set apart, as they were read and repaired."""
    cells: list[list[Line]] = []
    for line in lines:
        if line.gap or not cells:
            cells.append([])
        cells[-1].append(line)
    return [(joined(line.text for line in cell), joined(line.shown for line in cell)) for cell in cells]


def _row_starts(lines: Sequence[Line]) -> dict[int, bool]:
    """The lines that hold a row's number, each with whether its words begin there (a capital after the number)."""
    starts: dict[int, bool] = {}
    last: int | None = None
    fresh = True
    for i, line in enumerate(lines):
        if i and _is_group(line.text):
            fresh = True
            continue
        if HEAD.match(line.text[:12]):
            fresh = fresh or not line.opens_page
            continue
        if _LEFT_OUT.match(line.text[:40]):
            fresh, last = True, None
            continue
        value, letter = _number_of(line.text)
        if value is None and letter is None:
            continue
        if value is None:
            starts[i] = bool(letter and letter.isupper())
            last = last + 1 if last is not None and not fresh else None
        elif _follows(value, last, fresh, letter):
            starts[i] = not (letter and letter.islower()) and _opens_in_capitals(line)
            last, fresh = value, False
    return starts


def _opens_in_capitals(line: Line) -> bool:
    """False where the repaired words beside a number plainly go on from the line above."""
    words = _after_number(line)
    return not words[:1].islower()


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
    if HEAD.match(text[:12]):
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
        if not HEAD.match(lines[i].text[:12]):
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


def _is_centred(lines: Sequence[Line], starts: dict[int, bool]) -> bool:
    """True when numbers stand in the middle of their rows: then words often go on at the number in small letters."""
    worded = [i for i in starts if not _NUMBER_ALONE.match(lines[i].text)]
    ruled = sum(any(rule in lines[i].text for rule in "|[") for i in worded)
    return len(worded) > 2 and ruled * 4 > len(worded) and sum(not starts[i] for i in worded) * 5 > len(worded)


def _is_worded_group(line: Line) -> bool:
    """True for a line that may be a heading inside the table whose roman figure the scan lost."""
    text = line.shown
    return "|" not in text and text[:1].isupper() and len(text.split()) > 3 and len(columns_in(text)) < 2


def _bounds(
    lines: Sequence[Line], starts: dict[int, bool], heads: dict[int, int], head_end: int, centred: bool
) -> list[_Bound]:
    found = [_Bound(0, head_end, "head")]
    i = head_end
    while i < len(lines):
        if i in heads:
            found.append(_Bound(i, heads[i], "head"))
            i = heads[i]
            continue
        follows = i + 1 in starts and not centred and not _NUMBER_ALONE.match(lines[i + 1].text)
        apart = i == head_end or (lines[i].gap and follows and lines[i + 1].gap)
        if follows and apart and i not in starts and _is_worded_group(lines[i]):
            found.append(_Bound(i, i + 1, "group"))
            i += 1
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


@dataclass(frozen=True, slots=True)
class _Cut:
    """Where one row's lines end and the next one's begin; they overlap where nothing tells."""

    end: int
    begin: int


class _Rows:
    """The rows between the bounds of a table."""

    def __init__(
        self,
        lines: Sequence[Line],
        starts: dict[int, bool],
        bounds: list[_Bound],
        columns: Sequence[Column],
        centred: bool,
        whole: bool,
    ) -> None:
        self._lines = lines
        self._starts = starts
        self._bounds = bounds
        self._columns = columns
        self._years = [column.year for column in columns if column.year]
        self._centred = centred
        self._whole = whole
        self._first_words = self._habitual_openings()
        self._tops, self._feet = self._habitual_edges()

    def all(self) -> Iterator[Row]:
        """The rows in order, each with its group and its text."""
        group, begin = "", 0
        for bound, following in zip(self._bounds, [*self._bounds[1:], None], strict=True):
            gap_end = following.at if following else len(self._lines)
            leads_to_row = following is not None and following.kind == "row"
            cut = self._cut(bound, gap_end, leads_to_row)
            if bound.kind == "row":
                first = min(begin, bound.at)
                yield Row(first, cut.end, group, text=self._text(first, cut.end, bound.at))
            else:
                if bound.kind == "group":
                    group = _label(self._lines[bound.at : bound.end])
                yield Row(bound.at, bound.end, group, is_head=True)
                if cut.end > bound.end:
                    yield Row(bound.end, cut.end, group, text=self._text(bound.end, cut.end, None))
            begin = cut.begin

    def _cut(self, bound: _Bound, gap_end: int, leads_to_row: bool) -> _Cut:
        if gap_end == bound.end or not leads_to_row:
            return _Cut(gap_end, gap_end)
        if not self._centred or self._stands_alone(gap_end):
            return _Cut(gap_end, gap_end)
        if bound.kind != "row":
            return _Cut(bound.end, bound.end)
        return self._cut_between(bound.end, gap_end)

    def _stands_alone(self, i: int) -> bool:
        """True where a number is a cell of its own: then its row begins with it and not above."""
        after = self._lines[i + 1] if i + 1 < len(self._lines) else None
        return bool(_NUMBER_ALONE.match(self._lines[i].text)) and (after is None or after.gap or not self._lines[i].gap)

    def _cut_between(self, first: int, number_at: int) -> _Cut:
        """The cut among the lines between two numbers, from where the next row's words begin and from what rows of
        this table use to begin and end with."""
        named_at = self._beginning(first, number_at)
        until = number_at if named_at is None else named_at
        low = first
        for i in range(first, until):
            if named_at is not None and self._is_of_words(i):
                low = i + 1
        best, at = max(((self._bears(i), i) for i in range(low, until + 1)), default=(0, until))
        if best > 0 or low == named_at:
            return _Cut(at, at)
        if named_at is not None:
            return _Cut(named_at, low)
        third = (number_at - first) - ceil((number_at - first) * 2 / 3)
        return _Cut(number_at - third, first + third)

    def _beginning(self, first: int, number_at: int) -> int | None:
        """The line on which the words of the row numbered at `number_at` begin; None where that cannot be told."""
        own = _after_number(self._lines[number_at])
        if self._starts[number_at] and _is_worded(own):
            return number_at
        found = [i for i in range(first, number_at) if _begins_words(self._lines[i].shown) and not self._opens_top(i)]
        if not found:
            return number_at if self._starts[number_at] else None
        return max(found, key=lambda i: (self._first_words[_opening(self._lines[i].shown)], i))

    def _is_of_words(self, i: int) -> bool:
        """True for a line on which a row's words go on; what other columns hold is shorter."""
        text = self._lines[i].shown
        return _is_worded(text) and sum(c.isalpha() for c in text[:80]) > 12 and not self._opens_top(i)

    def _opens_top(self, i: int) -> bool:
        return any(pair in self._tops for pair in _pairs(self._lines[i].shown[:_OPENING]))

    def _is_top(self, i: int) -> bool:
        return any(pair in self._tops for pair in _pairs(self._lines[i].shown))

    def _bears(self, i: int) -> int:
        """How much speaks for a cut before line `i`."""
        score = 0
        if self._is_top(i):
            score += 1
        if any(pair in self._feet for pair in _pairs(self._lines[i - 1].shown)):
            score += 1
        return score

    def _habitual_openings(self) -> Counter[str]:
        """How often the rows' words begin with the same letters."""
        found: Counter[str] = Counter()
        for start, begins in self._starts.items():
            if begins:
                found[_opening(_after_number(self._lines[start]))] += 1
        for bound, following in pairwise(self._bounds):
            if following.kind == "row":
                lines = self._lines[bound.end : following.at]
                found.update({_opening(line.shown) for line in lines if _begins_words(line.shown)})
        return found

    def _habitual_edges(self) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
        """Pairs of words with which rows of this table begin and end above and below its heads, and between rows."""
        tops: set[tuple[str, str]] = set()
        feet: set[tuple[str, str]] = set()
        within: Counter[tuple[str, str]] = Counter()
        gaps = 0
        for bound, following in zip(self._bounds, [*self._bounds[1:], None], strict=True):
            end = following.at if following else len(self._lines)
            if end == bound.end:
                continue
            if bound.kind == "row" and following is not None and following.kind == "row":
                gaps += 1
                within.update({pair for line in self._lines[bound.end : end] for pair in _pairs(line.shown)})
            elif bound.kind == "row" and not _is_long(self._lines[end - 1]):
                feet.update(_pairs(self._lines[end - 1].shown))
            elif bound.kind != "row" and not _is_long(self._lines[bound.end]):
                tops.update(_pairs(self._lines[bound.end].shown))
        usual = {pair for pair, count in within.items() if count > 2 or count * 2 > gaps}
        return (tops - feet) & usual, (feet - tops) & usual

    def _text(self, first: int, last: int, number_at: int | None) -> str:
        lines = self._lines[first:last]
        if lines[-1].end - lines[0].start > LONGEST_PASSAGE * 1.3:
            return ""
        if number_at is not None and _NUMBER_ALONE.match(self._lines[number_at].text):
            return RULE.join(self._cells(lines))
        number, begins = _number_and_rest(self._lines[number_at].text) if number_at is not None else ("", 0)
        parts = [_Torn(line, begins if first + i == number_at else 0) for i, line in enumerate(lines)]
        words = self._told(parts)
        return RULE.join(part for part in (number, *words) if part)

    def _told(self, lines: "list[_Torn]") -> list[str]:
        """The words of a torn row, with the time and the figures that can be told said under their columns."""
        time = self._time(lines)
        told = next(((i, said) for i, line in enumerate(lines) if (said := years_on(line.raw, self._years))), None)
        if told is None:
            ruled = not self._centred and sum("|" in line.raw for line in lines) * 2 > len(lines)
            shown = [line.shown() for line in lines]
            if not ruled and self._centred:
                return [without_rules(joined(shown)), time]
            return [*(_by_columns(shown) if ruled else [joined(shown)]), time]
        i, said = told
        before = [*(line.shown() for line in lines[:i]), lines[i].shown(end=said.start)]
        after = [lines[i].shown(start=said.end), *(line.shown() for line in lines[i + 1 :])]
        return [without_rules(joined(before)), *said.parts, without_rules(joined(after)), time]

    def _time(self, lines: "list[_Torn]") -> str:
        """The row's time under its column, taken off its line; nothing unless just one line ends with a time."""
        column = next((column for column in self._columns if column.kind == "time"), None)
        found = [(line, said) for line in lines if (said := time_on(line.raw) or time_on(line.shown()))]
        if column is None or len(found) != 1:
            return ""
        line, said = found[0]
        line.end_at(said.start)
        return f"{column.name}: {said.parts[0]}"

    def _cells(self, lines: Sequence[Line]) -> list[str]:
        pairs = _paragraphs(lines) if any(line.gap for line in lines[1:]) else [(x.text, x.shown) for x in lines]
        cells = [raw if sum(map(str.isalpha, raw)) < _FEW_LETTERS else shown for raw, shown in pairs]
        if not self._whole:
            return cells
        if len(cells) == len(self._columns):
            return [labelled(cells, self._columns)]
        return cells_by_year([joined([cell]) for cell in cells], self._years)


class _Torn:
    """A line of a torn row, from which what has been told is taken off."""

    def __init__(self, line: Line, begins: int) -> None:
        self._line = line
        self._aligned = Aligned(line)
        self._begins = begins
        self._ends = len(line.text)

    @property
    def raw(self) -> str:
        """What is left of the line as it was read; what was taken off before it is blank, so that places stay true."""
        return " " * self._begins + self._line.text[self._begins : self._ends]

    def shown(self, start: int = 0, end: int | None = None) -> str:
        """What is left of the line between two places, repaired."""
        first, last = max(start, self._begins), self._ends if end is None else min(end, self._ends)
        return self._aligned.between(self._line.start + first, self._line.start + last) if first < last else ""

    def end_at(self, place: int) -> None:
        """Take off the end of the line."""
        self._ends = min(place, self._ends)


def _number_and_rest(text: str) -> tuple[str, int]:
    """A row's number, and where the words on its line begin."""
    found = _NUMBER_AND_SIGN.match(text)
    return (found.group(1), found.end()) if found else ("", 0)


def _label(lines: Sequence[Line]) -> str:
    """What a heading inside the table says, its roman figure as it must have been."""
    marker = marker_of(_RULE_AFTER_FIGURE.sub(r"\1.", lines[0].text))
    words = joined([announced(lines[0], marker), *(line.shown for line in lines[1:])])
    return without_rules(words.strip("| "))[:_LONGEST_LABEL]


def _after_number(line: Line) -> str:
    """The repaired words beside a row's number."""
    begins = _number_and_rest(line.text)[1]
    return Aligned(line).between(line.start + begins, line.end) if begins else line.shown


def _by_columns(lines: Sequence[str]) -> list[str]:
    """The words of a row read down its columns, as far as the rules on its lines still part them."""
    columns: list[list[str]] = []
    for line in lines:
        for n, cell in enumerate(line.strip(" |").split("|")):
            columns.extend([] for _ in range(n + 1 - len(columns)))
            columns[n].append(cell)
    return [words for column in columns if (words := joined(column))]


def _opening(text: str) -> str:
    return "".join(c for c in fold(text[:24]) if c.isalpha())[:6]


def _is_long(line: Line) -> bool:
    """True for a line that holds words of the row and not only a cell's end."""
    return sum(c.isalpha() for c in line.text[:80]) > 20


def _begins_words(text: str) -> bool:
    """True for a line that may begin what a row says: a capital, and more than a fragment of a cell."""
    return text[:1].isupper() and sum(c.isalpha() for c in text[:80]) > 15


def _is_worded(text: str) -> bool:
    """True for text that begins with a whole word and goes on in words; specks and figures are none."""
    found = re.match(r"[(\u201c\"]?[^\W\d_]{2,}", text)
    return bool(found) and sum(c.isalpha() for c in text[:60]) > 7


def _pairs(text: str) -> set[tuple[str, str]]:
    words = re.findall(r"[a-z/]{2,}", fold(text[:200]))
    return set(pairwise(words))
