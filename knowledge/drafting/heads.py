"""What the columns of a table hold, told from its head, also where a scan tore the names apart."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from domain.spelling import is_near
from domain.vietnamese import fold
from knowledge.lines import Line
from knowledge.outline import TableAt
from knowledge.rows import HEAD
from knowledge.words import word_list

_DAMAGE = 0.22
_SHORTEST = 5
_ORDER = ("number", "name", "direct", "lead", "support", "product", "time", "measure", "note")
_WORD = re.compile(r"[^\s|\[\]{}]+")
_YEAR = re.compile(r"\b20[2-5]\d\b")


@dataclass(frozen=True, slots=True)
class Columns:
    """The kinds of a table's columns from left to right; `sets_figures` where the table holds targets, not tasks."""

    kinds: tuple[str, ...]
    sets_figures: bool = False

    @property
    def are_of_tasks(self) -> bool:
        """True where each row is somebody's task: it has a name and a lead, or a name and a time."""
        kinds = set(self.kinds)
        return "name" in kinds and bool({"lead", "time"} & kinds) and not self.sets_figures


@dataclass(frozen=True, slots=True)
class _Found:
    kind: str
    line: int
    at: int
    letters: int


def columns_of(table: TableAt) -> Columns:
    """The columns of a table, from whichever of its heads tells the most."""
    heads = [table.lines[row.first : row.last] for row in table.table.rows if row.is_head]
    told = [_told_by(head) for head in heads if head and _looks_like_head(head)]
    return max(
        told,
        key=lambda columns: len([kind for kind in columns.kinds if not kind.startswith("other")]),
        default=Columns(()),
    )


def _looks_like_head(head: Sequence[Line]) -> bool:
    return sum(len(line.text) for line in head) < 900


def _told_by(head: Sequence[Line]) -> Columns:
    """The columns this head names, in their order from left to right."""
    stacked = len(head) > 3 and sum(len(line.text) for line in head) / len(head) < 32
    found: dict[str, _Found] = {}
    for each in _names_on(head):
        known = found.get(each.kind)
        if known is None or (each.letters, -each.line) > (known.letters, -known.line):
            found[each.kind] = each
    if stacked:
        _add_unnamed(head, found)
    placed = sorted(found.values(), key=lambda each: (each.line, each.at) if stacked else (each.at, each.line))
    kinds = [each.kind for each in placed]
    if not stacked and len({each.line for each in placed}) > 1:
        kinds.sort(key=_ORDER.index)
    words = " ".join(fold(line.shown) for line in head)
    figures = len(set(_YEAR.findall(words))) > 1 or ("chi tieu" in words and "nhiem vu" not in words)
    return Columns(tuple(kind for kind in kinds if kind != "number"), figures)


def _add_unnamed(head: Sequence[Line], found: dict[str, _Found]) -> None:
    """Count the cells of a head that name nothing known; they are columns too."""
    named = {each.line for each in found.values()}
    for n, line in enumerate(head):
        if n and n not in named and line.shown[:1].isupper() and HEAD.match(line.text[:12]) is None:
            found[f"other {n}"] = _Found(f"other {n}", n, 0, 0)


def _names_on(head: Sequence[Line]) -> Iterator[_Found]:
    """Where the head names a column, in the words it shows and in those that were read."""
    for text_of in (_shown, _read):
        words = [
            (fold(m.group()).strip(".,;:()"), n, m.start())
            for n, line in enumerate(head)
            for m in _WORD.finditer(text_of(line))
        ]
        for at in range(len(words)):
            if HEAD.fullmatch(words[at][0].upper()):
                continue
            if best := _name_at(words, at):
                yield best


def _shown(line: Line) -> str:
    return line.shown


def _read(line: Line) -> str:
    return line.text


def _name_at(words: Sequence[tuple[str, int, int]], at: int) -> _Found | None:
    """The longest name of a column that begins with this word."""
    for kind, name in _known_names():
        count = name.count(" ") + 1
        window = words[at : at + count]
        seen = " ".join(word for word, *_ in window)
        if len(window) == count and seen[:1] and _is_like(seen, name):
            return _Found(kind, words[at][1], words[at][2], len(name))
    return None


@lru_cache(maxsize=16384)
def _is_like(seen: str, name: str) -> bool:
    if seen == name:
        return True
    allowed = _DAMAGE * len(name)
    return (
        len(name) >= _SHORTEST
        and abs(len(seen) - len(name)) < 4
        and is_near(seen.split(" ", 1)[0], name.split(" ", 1)[0], allowed)
        and is_near(seen, name, allowed)
    )


@cache
def _known_names() -> list[tuple[str, str]]:
    kinds = word_list("columns")["kinds"]
    pairs = [(kind, name) for kind, each in kinds.items() if kind != "number" for name in each["names"]]
    pairs += [(kind, name) for kind, names in word_list("drafting/words")["columns"].items() for name in names]
    return sorted(pairs, key=lambda pair: -len(pair[1]))
