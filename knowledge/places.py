"""Which documents a question means, by the place or the number it names; also where a scan damaged the name."""

import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache

from domain.plans import Document
from domain.vietnamese import fold, nfc
from knowledge.lexical import frame_of, is_syllable, shape_of
from knowledge.words import word_list

_WORD = re.compile(r"[^\W_]+")
_CODE = re.compile(r"\b(\d{1,5})\s?[-/]\s?([a-z]{2,5})\s?[-/]\s?([a-z]{2,8})\b")
_LOOKALIKE = str.maketrans("04135689", "oaiesbbg")
_DATELINE = re.compile(r"((?:[^\W\d_]+ )?[^\W\d_]+), ng[\u00e0a]y\b")
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
    """Pairs of words by which documents are told apart, each with the documents that have it.

    `of_head` are the places that papers speak for, by how they are spelt; `wide` those of them that hold other places.
    """

    of_head: dict[tuple[str, str], dict[str, set[int]]] = field(default_factory=lambda: defaultdict(dict))
    of_body: dict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    wide: set[tuple[str, str]] = field(default_factory=set)


class _Before(IntEnum):
    """What stands before a name in a question, the surest first."""

    UNIT = 0
    AT = 1
    CAPITALS = 2
    NOTHING = 3


@dataclass(frozen=True, slots=True)
class _Said:
    """Two words of a question that may be a name: where they stand, how they are spelt, what stands before them."""

    start: int
    end: int
    pair: tuple[str, str]
    spelt: str
    before: _Before


@dataclass(frozen=True, slots=True)
class Pairs:
    """The pairs of words that the text of one document has: in capitals, as names are, and in small letters; and the
    places before the day at its head."""

    capital: frozenset[tuple[str, str]]
    small: frozenset[tuple[str, str]]
    dated_at: tuple[str, ...] = ()


def pairs_in(texts: Iterable[str]) -> Pairs:
    """The pairs of words of a document's passages."""
    capital: set[tuple[str, str]] = set()
    small: set[tuple[str, str]] = set()
    dated_at: list[str] = []
    for number, text in enumerate(texts):
        if number == 0:
            dated_at = [found.group(1) for found in _DATELINE.finditer(nfc(text))]
        for first, second in itertools.pairwise(_WORD.findall(text)):
            if len(first) < 2 or len(second) < 2 or first.isdigit() or second.isdigit():
                continue
            if first[0].isupper() and second[0].isupper() and not (first.isupper() and second.isupper()):
                capital.add((_read(first), _read(second)))
            elif first[0].islower() and second[0].islower():
                small.add((_read(first), _read(second)))
    return Pairs(frozenset(capital), frozenset(small), tuple(dated_at))


class Places:
    """The names and numbers of a set of documents."""

    def __init__(self, documents: Iterable[Document], pairs: Mapping[int, Pairs], *, known: bool = True) -> None:
        """`pairs` are those of each document, by its id. Without `known`, a question names no place at all."""
        self._known = known
        self._documents = list(documents)
        self._names = _Names()
        lists = word_list("words")
        self._units = {tuple(fold(word).split()) for word in lists["units_of_place"]}
        self._wide = {tuple(fold(word).split()) for word in lists["wide_places"]}
        self._own_place = self._units | self._wide | {tuple(fold(word).split()) for word in lists["narrow_committees"]}
        self._not_before = {tuple(fold(word).split()) for word in lists["not_before_places"]}
        self._no_place = {tuple(fold(word).split()[:2]) for word in [*lists["bodies"], *lists["kinds"].values()]}
        self._at = frozenset(lists["before_places"])
        self._joins = frozenset(lists["side_by_side"])
        self._kinds = sorted((fold(str(kind)) for kind in lists["kinds"].values()), key=len, reverse=True)
        self._titles = {d.id: f" {' '.join(_WORD.findall(fold(d.title)))} " for d in self._documents}
        small: set[tuple[str, str]] = set()
        for document in self._documents:
            own = pairs.get(document.id)
            self._learn_head(document, own.dated_at if own else ())
            if own:
                for pair in own.capital:
                    if not (self._is_no_place(pair) or pair in self._own_place or pair[:1] in self._own_place):
                        self._names.of_body[pair].add(document.id)
                small |= own.small
        self._common = small
        self._heads = {pair: set().union(*spellings.values()) for pair, spellings in self._names.of_head.items()}
        for pair in small & self._names.of_body.keys():
            del self._names.of_body[pair]

    def _learn_head(self, document: Document, dated_at: Sequence[str]) -> None:
        """Keep the places a paper speaks for: of its issuer, else of its title, else where it is dated."""
        issuer = _WORD.findall(fold(document.issuer))
        named = list(self._after_unit(document.issuer)) or list(self._after_unit(document.title))
        is_national = any(
            issuer[: len(words)] == words for words in (fold(w).split() for w in word_list("words")["national"])
        )
        if not named and not is_national:
            named = [(pair, spelt, False) for text in dated_at for pair, spelt, _ in self._after_unit(f"xa {text}")]
        for pair, spelt, wide in named:
            self._names.of_head[pair].setdefault(spelt, set()).add(document.id)
            if wide:
                self._names.wide.add(pair)

    def meant(self, question: str) -> Meant:
        """The documents that the question names by place or number. A place that papers speak for counts before one
        that they only mention, and one spelt as they spell it before one that a scan may have made of it."""
        if not self._known:
            return Meant(None, question)
        numbered = self._by_number(question)
        if numbered:
            return numbered
        words = [(m.group(), m.start(), m.end()) for m in _WORD.finditer(question)]
        said = self._said(words)
        near = [name for name in said if name.before <= _Before.AT]
        likely = [name for name in said if name.before <= _Before.CAPITALS]
        found = (
            self._speaking(said, question)
            or self._mentioning(near, question, fuzzy=False)
            or self._resembling(likely, question)
            or self._mentioning(said, question, fuzzy=False)
            or self._mentioning(likely, question, fuzzy=True)
        )
        if found:
            return found
        if unknown := self._unknown(words):
            return Meant(None, question, unknown)
        return Meant(None, question, likely=self._by_title(question))

    def _said(self, words: Sequence[tuple[str, int, int]]) -> list[_Said]:
        """Where in a question a name may stand, likeliest first: after "xa" or "phuong", after "o" or "tai", at two
        words in capitals, anywhere."""
        cased = any(w[0].istitle() and w[0].isalpha() for w in words[1:])
        found: list[_Said] = []
        for i, ((first, start, _), (second, _, end)) in enumerate(itertools.pairwise(words)):
            pair = (fold(first), fold(second))
            before_it = tuple(fold(w[0]) for w in words[max(0, i - 2) : i])
            if self._is_no_place(pair) or before_it in self._not_before:
                continue
            unit = self._unit_before(words, i)
            if unit:
                before, start = _Before.UNIT, words[i - len(unit)][1]
            elif i and fold(words[i - 1][0]) in self._at:
                before = _Before.AT
            elif first[0].isupper() and second[0].isupper() and (cased or i):
                before = _Before.CAPITALS
            else:
                before = _Before.NOTHING
            found.append(_Said(start, end, pair, _spelling(first, second), before))
        return sorted(found, key=lambda name: name.before)

    def _unit_before(self, words: Sequence[tuple[str, int, int]], i: int) -> tuple[str, ...]:
        """The kind of place that stands before a word, longest first; empty where none does."""
        for size in (4, 3, 2, 1):
            unit = tuple(fold(w[0]) for w in words[max(0, i - size) : i])
            if len(unit) == size and unit in self._own_place:
                return unit
        return ()

    def _is_unit(self, words: Sequence[tuple[str, int, int]], i: int) -> bool:
        """True where a kind of place begins at a word."""
        return any(tuple(fold(w[0]) for w in words[i : i + size]) in self._own_place for size in (1, 2))

    def _is_no_place(self, pair: tuple[str, str]) -> bool:
        """True for the beginning of the name of a body or of a kind of paper."""
        return pair in self._no_place or (pair[0],) in self._no_place

    def _speaking(self, said: Sequence[_Said], question: str) -> Meant | None:
        """The papers of the places named. Of a place and the wider one that holds it the smaller is meant, unless the
        question sets them side by side."""
        named: dict[int, tuple[_Said, set[int]]] = {}
        for name in said:
            spellings = self._names.of_head.get(name.pair)
            if not spellings or self._reads_as_words(name, spellings):
                continue
            ids = spellings.get(name.spelt) or set().union(*spellings.values())
            named.setdefault(name.start, (name, ids))
        if not named:
            return None
        narrow = [each for each in named.values() if each[0].pair not in self._names.wide]
        meant = list(named.values())
        if narrow and len(narrow) < len(named) and not self._side_by_side(question, [name for name, _ in meant]):
            meant = narrow
        return Meant(frozenset().union(*(ids for _, ids in meant)), _without(question, [n for n, _ in named.values()]))

    def _reads_as_words(self, name: _Said, spellings: Iterable[str]) -> bool:
        """True where nothing but its letters makes a name of two words, and papers use them as words or they are spelt
        otherwise."""
        if name.before is not _Before.NOTHING:
            return False
        return name.pair in self._common or all(_contradict(name.spelt, known) for known in spellings)

    def _side_by_side(self, question: str, named: Sequence[_Said]) -> bool:
        """True where a question joins two names, or compares."""
        ordered = sorted(named, key=lambda name: name.start)
        return any(
            fold(question[one.end : other.start]).strip(" ,") in self._joins
            for one, other in itertools.pairwise(ordered)
        )

    def _resembling(self, said: Sequence[_Said], question: str) -> Meant | None:
        """The papers of a place whose name a scan could have made of the one in the question, or typing."""
        for name in said:
            if ids := _alike(name.pair, self._heads):
                return Meant(frozenset(ids), _without(question, [name]))
        return None

    def _mentioning(self, said: Sequence[_Said], question: str, *, fuzzy: bool) -> Meant | None:
        """The papers that mention a place of the question, where hardly any others do."""
        widest = max(1, int(len(self._documents) * _WIDEST_SHARE))
        names = self._names.of_body
        cased = any(name.before is _Before.CAPITALS for name in said)
        for name in said:
            if name.before is _Before.NOTHING and (cased or name.pair in self._names.of_head):
                continue
            ids = _alike(name.pair, names) if fuzzy else names.get(name.pair, set())
            if ids and len(ids) <= widest:
                return Meant(frozenset(ids), _without(question, [name]))
        return None

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

    def _unknown(self, words: list[tuple[str, int, int]]) -> str:
        """A place named with its kind and in capitals, which none of the documents ever names."""
        for i in range(1, len(words) - 1):
            if not self._unit_before(words, i):
                continue
            first, second = words[i][0], words[i + 1][0]
            if not (first.istitle() and second.istitle()):
                continue
            pair = (fold(first), fold(second))
            if not (self._is_no_place(pair) or _alike(pair, self._names.of_body) or _alike(pair, self._heads)):
                return f"{first} {second}"
        return ""

    def _after_unit(self, text: str) -> Iterable[tuple[tuple[str, str], str, bool]]:
        """Each place a text names after its kind: its first two words, how they are spelt, whether it is a wide one.
        One named by a single word or a number is kept with the word before it."""
        found = [(m.group(), m.start(), m.end()) for m in _WORD.finditer(text)]
        for i in range(1, len(found)):
            unit = self._unit_before(found, i)
            first = found[i][0]
            if not unit or not (first[0].isupper() or first.isdigit()) or self._is_unit(found, i):
                continue
            second = found[i + 1][0] if i + 1 < len(found) and not first.isdigit() else ""
            if not second or not second[0].isupper():
                first, second = found[i - 1][0], first
            pair = (fold(first), fold(second))
            if not self._is_no_place(pair):
                yield pair, _spelling(first, second), unit in self._wide


def _spelling(first: str, second: str) -> str:
    """Two words as they are spelt, wherever in a syllable its tone is set."""
    return " ".join("".join(sorted(unicodedata.normalize("NFD", word.lower()))) for word in (first, second))


def _contradict(spelt: str, known: str) -> bool:
    """True for two spellings that have diacritics and not the same."""
    pairs = zip(spelt.split(), known.split(), strict=True)
    return any(one != other and not one.isascii() and not other.isascii() for one, other in pairs)


def _without(question: str, named: Sequence[_Said]) -> str:
    """A question without names that stand in it."""
    for name in sorted(named, key=lambda name: -name.start):
        question = f"{question[: name.start]} , {question[name.end :]}"
    return question


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
    if len(one) < 3 or abs(len(one) - len(other)) > 1 or not _is_one_edit(one, read):
        return False
    # An edit between two syllables that both exist makes another name, not a damaged one.
    return not (is_syllable(one) and is_syllable(other)) and _begin_alike(one, read)


def _begin_alike(one: str, other: str) -> bool:
    return frame_of(one).split(".")[0] == frame_of(other).split(".")[0]


def _is_one_edit(one: str, other: str) -> bool:
    if len(one) > len(other):
        one, other = other, one
    for i, letter in enumerate(one):
        if letter != other[i]:
            return one[i + 1 :] == other[i + 1 :] if len(one) == len(other) else one[i:] == other[i + 1 :]
    return True
