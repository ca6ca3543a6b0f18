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
_DECIMAL = re.compile(r"(?:[<>≥≤~≈=]\s?)?\d{1,3}[.,]\d{1,3}\Z")
_HUNDRED = re.compile(r"100\d{1,2}[.,]?\Z")
_LABELLED = re.compile(r"([^|:]{2,80}): (.+)\Z")


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
    for kind, known in _by_length():
        if kind != "number" and known in folded:
            return Column(name, kind, _only_year(name))
    if folded.strip(" .") in word_list("columns")["kinds"]["number"]["names"]:
        return Column(name, "number")
    return Column(name, "", _only_year(name))


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
    if len(years) > 1 and [c.year for *_, c in years] == sorted({c.year or 0 for *_, c in years}):
        found.extend(years)
    return tuple(column for *_, column in sorted(found, key=lambda each: each[0]))


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


def with_years(text: str, years: Sequence[int]) -> str:
    """A torn row's text with its figures said by year, where it holds exactly one figure for each of them."""
    if len(years) < 2:
        return text
    folded = _same_length(text)
    for none in (_DASH, _DASH_OR_BRACKET):
        cell = f"(?:{_VALUE}|{none})"
        for match in re.finditer(rf"(?<![\w%.,/-])({cell}(?:{_BETWEEN}{cell})+)(?![\w%/])", folded):
            figures = _last_cells(list(re.finditer(cell, match.group())), match.group(), len(years))
            said = _said([found.group() for found in figures])
            parts = [f"{_of_year(year).name}: {words}" for year, words in zip(years, said, strict=False) if words]
            if parts:
                start = match.start() + figures[0].start()
                before, after = text[:start].rstrip(" |[]"), text[match.end() :].lstrip(" |[]")
                return RULE.join(part for part in (before, *parts, after) if part.strip())
    return text


def without_time(lines: Sequence[str], columns: Sequence[Column]) -> tuple[list[str], str]:
    """A torn row's lines without the time of its task, and that time under its column's name.

    The time is told where the table has a column for it and just one line of the row ends with one.
    """
    column = next((column for column in columns if column.kind == "time"), None)
    ends = [(i, found) for i, line in enumerate(lines) if (found := _time_at_end().search(_same_length(line)))]
    if column is None or len(ends) != 1:
        return list(lines), ""
    i, found = ends[0]
    time, rest = lines[i][found.start("time") :].strip(" .|"), lines[i][: found.start("time")].rstrip(" |")
    return [*lines[:i], rest, *lines[i + 1 :]], f"{column.name}: {time}"


def cells_of(text: str) -> tuple[tuple[str, str], ...]:
    """The cells of a row's text that say their column, as (column, words)."""
    found = (_LABELLED.match(part.strip()) for part in text.split(RULE.strip()))
    return tuple((each.group(1).strip(), each.group(2).strip()) for each in found if each)


def kind_of(column: str) -> str:
    """What the column of this name holds, as in `Column.kind`."""
    return column_of(column).kind


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
