"""Which documents a question means, by the place or the number it names; also where a scan damaged the name."""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from domain.plans import Document
from domain.vietnamese import fold
from knowledge.lexical import frame_of, shape_of
from knowledge.words import word_list

_WORD = re.compile(r"[^\W_]+")
_CODE = re.compile(r"\b(\d{1,5})\s?[-/]\s?([a-z]{2,5})\s?[-/]\s?([a-z]{2,8})\b")
_LOOKALIKE = str.maketrans("04135689", "oaiesbbg")
_WIDEST_SHARE = 0.5
_LEAST_TITLE = 3


@dataclass(frozen=True, slots=True)
class Meant:
    """The documents a question means. `documents` is None when it names none; `rest` is the question without the name;
    `unknown` is a place it names that no document knows; `likely` are those whose title it says."""

    documents: frozenset[int] | None
    rest: str
    unknown: str = ""
    likely: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Names:
    """Pairs of words by which documents are told apart, each with the documents that have it."""

    of_head: dict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    of_body: dict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))


@dataclass(frozen=True, slots=True)
class _Named:
    """Where a name may begin when it is typed as the document has it, and when the scan may have damaged it."""

    exact: list[int]
    fuzzy: list[int]


@dataclass(frozen=True, slots=True)
class Pairs:
    """The pairs of words that the text of one document has: in capitals, as names are, and in small letters."""

    capital: frozenset[tuple[str, str]]
    small: frozenset[tuple[str, str]]


def pairs_in(texts: Iterable[str]) -> Pairs:
    """The pairs of words of a document's passages."""
    capital: set[tuple[str, str]] = set()
    small: set[tuple[str, str]] = set()
    for text in texts:
        for first, second in itertools.pairwise(_WORD.findall(text)):
            if len(first) < 2 or len(second) < 2 or first.isdigit() or second.isdigit():
                continue
            if first[0].isupper() and second[0].isupper() and not (first.isupper() and second.isupper()):
                capital.add((_read(first), _read(second)))
            elif first[0].islower() and second[0].islower():
                small.add((_read(first), _read(second)))
    return Pairs(frozenset(capital), frozenset(small))


class Places:
    """The names and numbers of a set of documents."""

    def __init__(self, documents: Iterable[Document], pairs: Mapping[int, Pairs], *, known: bool = True) -> None:
        """`pairs` are those of each document, by its id. Without `known`, a question names no place at all."""
        self._known = known
        self._documents = list(documents)
        self._names = _Names()
        self._places = {tuple(fold(word).split()) for word in word_list("words")["units_of_place"]}
        self._kinds = sorted((fold(str(kind)) for kind in word_list("words")["kinds"].values()), key=len, reverse=True)
        self._titles = {d.id: f" {' '.join(_WORD.findall(fold(d.title)))} " for d in self._documents}
        small: set[tuple[str, str]] = set()
        for document in self._documents:
            for text in (document.issuer, document.title):
                for pair in self._after_unit(text):
                    self._names.of_head[pair].add(document.id)
            if own := pairs.get(document.id):
                for pair in own.capital:
                    self._names.of_body[pair].add(document.id)
                small |= own.small
        for pair in small & self._names.of_body.keys():
            del self._names.of_body[pair]

    def meant(self, question: str) -> Meant:
        """The documents that the question names by place or number."""
        if not self._known:
            return Meant(None, question)
        numbered = self._by_number(question)
        if numbered:
            return numbered
        words = [(m.group(), m.start(), m.end()) for m in _WORD.finditer(question)]
        for names, fuzzy in ((self._names.of_head, False), (self._names.of_head, True)):
            if found := self._find(names, words, question, fuzzy=fuzzy):
                return found
        named = self._named(words)
        widest = max(1, int(len(self._documents) * _WIDEST_SHARE))
        for fuzzy in (False, True):
            found = self._find(
                self._names.of_body, words, question, fuzzy=fuzzy, only=named.fuzzy if fuzzy else named.exact
            )
            if found and found.documents and len(found.documents) <= widest:
                return found
        if unknown := self._unknown(words):
            return Meant(None, question, unknown)
        return Meant(None, question, likely=self._by_title(question))

    def _by_title(self, question: str) -> frozenset[int]:
        """The one document whose title the question says after the kind of paper ("plan on clean water")."""
        folded = " ".join(_WORD.findall(fold(question)))
        for kind in self._kinds:
            for found in re.finditer(rf"\b{kind} (?:ve |so )?((?:\S+ ){{2,5}}\S+)", f"{folded} "):
                words = found.group(1).split()
                for size in range(len(words), _LEAST_TITLE - 1, -1):
                    said = f" {' '.join(words[:size])} "
                    ids = [i for i, title in self._titles.items() if said in title]
                    if len(ids) == 1 and len(self._titles) > 1:
                        return frozenset(ids)
        return frozenset()

    def _by_number(self, question: str) -> Meant | None:
        folded = fold(question)
        for found in _CODE.finditer(folded):
            wanted = plain_number("".join(found.groups()))
            ids = frozenset(d.id for d in self._documents if d.number and plain_number(d.number) == wanted)
            if ids:
                return Meant(ids, folded.replace(found.group(), " "))
        found_plain = re.search(r"\bke hoach (?:so )?(\d{1,5})\b(?!\s?[-/]\s?(?!kh)\w|%)", folded)
        if found_plain:
            figure = found_plain.group(1).lstrip("0")
            ids = frozenset(d.id for d in self._documents if re.split(r"\D", d.number)[0].lstrip("0") == figure)
            if ids:
                return Meant(ids, folded.replace(found_plain.group(), " "))
        return None

    def _find(
        self,
        names: Mapping[tuple[str, str], set[int]],
        words: list[tuple[str, int, int]],
        question: str,
        *,
        fuzzy: bool,
        only: Sequence[int] | None = None,
    ) -> Meant | None:
        for i in range(len(words) - 1) if only is None else only:
            pair = (fold(words[i][0]), fold(words[i + 1][0]))
            ids = names.get(pair, set()) if not fuzzy else _alike(pair, names)
            if ids:
                start = words[i][1]
                for unit in self._places:
                    before = words[max(0, i - len(unit)) : i]
                    if tuple(fold(w[0]) for w in before) == unit:
                        start = min(start, before[0][1])
                return Meant(frozenset(ids), f"{question[:start]} , {question[words[i + 1][2] :]}")
        return None

    def _named(self, words: list[tuple[str, int, int]]) -> _Named:
        """Where in a question a name may begin, likeliest first: after "xa" or "phuong", after "o" or "tai", and at two
        words in capitals. In a question typed all in small letters, anywhere."""
        after_unit, after_at, capitals = [], [], []
        cased = any(w[0].istitle() for w in words[1:])
        for i in range(len(words) - 1):
            before = fold(words[i - 1][0]) if i else ""
            is_name = words[i][0][0].isupper() and words[i + 1][0][0].isupper()
            if cased and not is_name:
                continue
            if (before,) in self._places or tuple(fold(w[0]) for w in words[max(0, i - 2) : i]) in self._places:
                after_unit.append(i)
            elif before in ("o", "tai"):
                after_at.append(i)
            elif is_name:
                capitals.append(i)
        likely = after_unit + after_at + capitals
        return _Named(likely if cased else [*likely, *range(len(words) - 1)], likely)

    def _unknown(self, words: list[tuple[str, int, int]]) -> str:
        """A place named with its kind and in capitals, which none of the documents ever names."""
        for i in range(1, len(words) - 1):
            unit = tuple(fold(w[0]) for w in words[max(0, i - 2) : i])
            if not (unit in self._places or unit[-1:] in self._places):
                continue
            first, second = words[i][0], words[i + 1][0]
            if not (first.istitle() and second.istitle()):
                continue
            pair = (fold(first), fold(second))
            if not (_alike(pair, self._names.of_body) or _alike(pair, self._names.of_head)):
                return f"{first} {second}"
        return ""

    def _after_unit(self, text: str) -> Iterable[tuple[str, str]]:
        words = [fold(w) for w in _WORD.findall(text)]
        raw = _WORD.findall(text)
        for i in range(len(words) - 1):
            unit = (words[i - 1],) if i else ()
            two = tuple(words[max(0, i - 2) : i])
            if (unit in self._places or two in self._places) and raw[i][0].isupper() and raw[i + 1][0].isupper():
                yield words[i], words[i + 1]


@lru_cache(maxsize=100_000)
def _read(word: str) -> str:
    """A folded word with figures inside it read as the letters they look like (gi4 as gia)."""
    folded = fold(word)
    return folded.translate(_LOOKALIKE) if re.search(r"\d", folded) else folded


def codes_in(folded: str) -> list[str]:
    """The numbers of papers that a folded text names, each as `plain_number` writes it."""
    return [plain_number("".join(found.groups())) for found in _CODE.finditer(folded)]


def plain_number(number: str) -> str:
    """A document number without what typing varies: signs, case, a leading zero."""
    return re.sub(r"[^a-z0-9]", "", fold(number)).lstrip("0")


def _alike(pair: tuple[str, str], names: Mapping[tuple[str, str], set[int]]) -> set[int]:
    """The documents of every name that a scan could have made of this one."""
    found: set[int] = set()
    for name, ids in names.items():
        if name[0][:1] == pair[0][:1] and _same(pair[0], name[0]) and _same(pair[1], name[1]):
            found |= ids
    return found


@lru_cache(maxsize=100_000)
def _same(one: str, other: str) -> bool:
    if one == other or shape_of(one) == shape_of(other):
        return True
    read = other.translate(_LOOKALIKE)
    if one == read:
        return True
    return len(one) > 2 and abs(len(one) - len(other)) < 2 and _is_one_edit(one, read) and _begin_alike(one, read)


def _begin_alike(one: str, other: str) -> bool:
    return frame_of(one).split(".")[0] == frame_of(other).split(".")[0]


def _is_one_edit(one: str, other: str) -> bool:
    if len(one) > len(other):
        one, other = other, one
    for i, letter in enumerate(one):
        if letter != other[i]:
            return one[i + 1 :] == other[i + 1 :] if len(one) == len(other) else one[i:] == other[i + 1 :]
    return True
