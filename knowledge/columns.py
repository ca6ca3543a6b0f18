"""The columns of a table: what they are called, what they hold, and which of a torn row's words are theirs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from domain.vietnamese import fold
from knowledge.drafts import joined
from knowledge.words import word_list

RULE = " | "
"""What stands between the cells of a row in its text."""

_YEAR = re.compile(r"\b(20[2-5]\d)\b")
_VALUE = r"(?:[<>≥≤~≈=]\s?|dat\s?)?\d[\d.,]*\s?%?(?:\s?-\s?\d[\d.,]*\s?%?)?"
_DASH = r"[-–]"
_DASH_OR_BRACKET = r"[-–\])]"
_BETWEEN = r"\s*[|\[\]{}]?\s*"
_SHARE = re.compile(r"(?:[<>≥≤~≈=]\s?)?\d{1,3}(?:,\d{1,2})?\s?%?(?:\s?-\s?\d{1,3}(?:,\d{1,2})?\s?)?%\Z")
_DECIMAL = re.compile(r"(?:[<>≥≤~≈=]\s?)?\d{1,3}[.,]\d{1,2}\Z")
_BARE_YEAR = 5
_HUNDRED = re.compile(r"100\d{1,2}[.,]?\Z")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name as shown, its year if it has one, and what it holds.

    `kind` is "number", "name", "lead", "support", "time", "product", "measure" or "note", empty where unknown.
    """

    name: str
    kind: str = ""
    year: int | None = None


def column_of(name: str) -> Column:
    """The column with this name over it."""
    folded = fold(name)
    year = _only_year(name)
    if year and sum(c.isalpha() for c in name) < _BARE_YEAR:
        return _of_year(year)
    for kind, known in _by_length():
        if kind != "number" and known in folded:
            return Column(name, kind, year)
    if folded.strip(" .") in word_list("columns")["kinds"]["number"]["names"]:
        return Column(name, "number")
    return Column(name, "", year)


def columns_in(head: str) -> tuple[Column, ...]:
    """The columns whose names can be told in a head that the scan ran together, in order."""
    kinds = word_list("columns")["kinds"]
    folded = fold(head)
    found: list[tuple[int, int, Column]] = []
    for kind, known in _by_length():
        for match in re.finditer(rf"(?<!\w){re.escape(known)}(?!\w)", folded):
            if not any(match.start() < end and start < match.end() for start, end, _ in found):
                found.append((match.start(), match.end(), Column(kinds[kind]["shown"], kind)))
    years = [(m.start(), m.end(), _of_year(int(m.group(1)))) for m in _YEAR.finditer(folded)]
    ordered = [c.year for *_, c in years] == sorted({c.year or 0 for *_, c in years})
    if len(years) > 1 and ordered and not _divides_years(folded, found):
        found.extend(years)
    return tuple(column for *_, column in sorted(found, key=lambda each: each[0]))


def _divides_years(head: str, named: Sequence[tuple[int, int, Column]]) -> bool:
    """True where a year may have several columns (planned, reached): then nothing tells which figure is whose."""
    words = "|".join(word_list("columns")["parts_of_a_year"])
    parts = re.finditer(rf"(?<!\w)(?:{words})(?!\w)", head)
    return any(not any(start <= part.start() < end for start, end, _ in named) for part in parts)


def labelled(cells: Sequence[str], columns: Sequence[Column]) -> str:
    """A row's cells as one text; each but the number and the row's own name says which column it stands in."""
    parts = []
    named = False
    for cell, column in zip(cells, columns, strict=True):
        words = joined([cell])
        if not words.strip(" -–"):
            continue
        if column.kind == "number" or not named:
            named = named or column.kind != "number"
            parts.append(words)
        else:
            parts.append(f"{joined([column.name])}: {words}")
    return RULE.join(parts)


@dataclass(frozen=True, slots=True)
class Said:
    """What part [start, end) of a line holds, said under its columns."""

    start: int
    end: int
    parts: tuple[str, ...]


def years_on(line: str, years: Sequence[int]) -> Said | None:
    """The figures on a torn line said by year, where it holds exactly one for each of them."""
    if len(years) < 2:
        return None
    folded = _same_length(line)
    for none in (_DASH, _DASH_OR_BRACKET):
        cell = f"(?:{_VALUE}|{none})"
        for match in re.finditer(rf"(?<![\w%.,/-])({cell}(?:{_BETWEEN}{cell})+)(?![\w%/])", folded):
            figures = _last_cells(list(re.finditer(cell, match.group())), match.group(), len(years))
            said = _said([found.group() for found in figures])
            if any(said):
                return Said(match.start() + figures[0].start(), match.end(), _by_year(years, said))
    return None


def cells_by_year(cells: Sequence[str], years: Sequence[int]) -> list[str]:
    """A row's cells of which nothing else is known, its figures said by year where there is one for each of them."""
    cell = re.compile(f"(?:{_VALUE}|{_DASH})")
    values = [bool(cell.fullmatch(_same_length(each.strip()))) for each in cells]
    for i in range(1, len(cells) - len(years) + 1 if len(years) > 1 else 0):
        end = i + len(years)
        if all(values[i:end]) and not values[i - 1] and not any(values[end : end + 1]):
            said = _said([_same_length(each) for each in cells[i:end]])
            if any(said):
                return [*cells[:i], *_by_year(years, said), *cells[end:]]
    return list(cells)


def time_on(line: str) -> Said | None:
    """The time of a task with which a line ends, in the words it is shown in."""
    found = _time_at_end().search(_same_length(line))
    if not found:
        return None
    words = " ".join(found["time"].split())
    for pattern, shown in word_list("columns")["words_of_time"]:
        words = re.sub(rf"(?<![^\W_]){pattern}(?![^\W_])", shown, words)
    words = re.sub(r"\bi{1,3}(?=/)", lambda roman: roman.group().upper(), words)
    return Said(found.start("time"), found.end(), (words[:1].upper() + words[1:],))


def without_rules(text: str) -> str:
    """The text without what a scan made of a table's rules."""
    return re.sub(r"\s*[|\[\]{}]+\s*", " ", text).strip()


def _by_year(years: Sequence[int], said: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{_of_year(year).name}: {words}" for year, words in zip(years, said, strict=True) if words)


def _last_cells(figures: list[re.Match[str]], run: str, count: int) -> list[re.Match[str]]:
    """The figures if they are as many as asked for; else the last ones, where a rule parts them from those before."""
    before = len(figures) - count
    if before <= 0:
        return figures if before == 0 else []
    parted = re.search(r"[|\[\]{}]", run[figures[before - 1].end() : figures[before].start()])
    return figures[before:] if parted and "%" not in run[: figures[before].start()] else []


def _of_year(year: int) -> Column:
    return Column(word_list("columns")["year"].replace("{year}", str(year)), "", year)


def _only_year(name: str) -> int | None:
    years = _YEAR.findall(name)
    return int(years[0]) if len(years) == 1 else None


def _said(figures: Sequence[str]) -> list[str]:
    """Figures as they may be shown, nothing where one is illegible; all must be shares, or all decimals.

    Among shares a scanned 1009 is 100%, among decimals 085 is 0,85.
    """
    bare = [re.sub(r"^dat\s?", "", figure.strip()) for figure in figures]
    hundreds = sum(bool(_HUNDRED.match(figure)) for figure in bare)
    if any("%" in figure for figure in bare) or hundreds > 1:
        shares = ["100%" if _HUNDRED.match(figure) else figure for figure in bare]
        return [figure if _SHARE.match(figure) else "" for figure in shares]
    decimals = [re.sub(r"(?<![\d,.])0(\d{1,2})(?![\d,.])", r"0,\1", figure) for figure in bare]
    told = [figure if _DECIMAL.match(figure) else "" for figure in decimals]
    return told if sum(map(bool, told)) > 1 else []


def _same_length(text: str) -> str:
    """The text in small letters without diacritics, letter for letter, so that positions stay true."""
    return "".join(map(_bare_letter, text))


@cache
def _bare_letter(letter: str) -> str:
    return letter if letter.isspace() else (fold(letter) or letter)[:1]


@cache
def _by_length() -> list[tuple[str, str]]:
    kinds: dict[str, dict[str, list[str]]] = word_list("columns")["kinds"]
    pairs = [(kind, name) for kind, each in kinds.items() for name in each["names"]]
    return sorted(pairs, key=lambda pair: -len(pair[1]))


@cache
def _time_at_end() -> re.Pattern[str]:
    return re.compile(rf"(?:^|[\s|])(?P<time>{'|'.join(word_list('columns')['times'])})[\s.|]*$")
