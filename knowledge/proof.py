"""Holds a written answer to the passages it stands on: nothing in it that they do not say."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import takewhile

from domain.vietnamese import fold, nfc
from knowledge.phrases import phrases, spoken
from knowledge.words import word_list

_LINK = re.compile(
    r"(?:https?://|www\.)[^\s)\]>\"\u201d]+|\b[\w-]+(?:\.[\w-]+)*\.(?:vn|com|net|org|info|io|me|ly|app|xyz)\b[^\s,;)\]]*"
)
_FULL_DAY = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b|\bngay (\d{1,2}) thang (\d{1,2}) nam (\d{4})\b")
_MONTH = re.compile(r"(?<![\d/.-])(\d{1,2})[/-]((?:19|20)\d\d)\b|\bthang (\d{1,2}) nam ((?:19|20)\d\d)\b")
_DAY_OF_MONTH = re.compile(r"(?<![\d/.-])(\d{1,2})/(\d{1,2})(?![\d/.-]*\d)|\bngay (\d{1,2}) thang (\d{1,2})\b")
_QUARTER = re.compile(r"\bquy (iv|i{1,3}|[1-4])\b(?:(?:/| nam |-| )((?:19|20)\d\d))?")
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
_CODE = re.compile(
    r"\b\d+[-/](?:\d{4}[-/])?[a-z]+\d*(?:[-/][a-z]+\d*)*\b|\b(?:\d+[a-z]+|[a-z]+\d+)[a-z\d]*(?:[-/.][a-z\d]+)*\b"
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_ITEM = re.compile(r"(?m)^\s*(?:\d{1,2}[.)]|[-+*\u2022])\s+|\(\d{1,2}\)")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_WORD = re.compile(r"[^\W\d_]+")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_CLAUSE_END = re.compile(r"[;\n|]|\.\s")
_NEAR = 8
"""Words before and behind a name among which its part in a task is looked for."""
_SENTENCE_END = '.!?:\n\u201c"'

_OWN_WORDS = 0.15
"""The share of an answer's words of substance that the passages do not have. Some freedom to phrase is meant; more is
an answer about something else. The question's words do not count as known: an order may stand in it."""


def unproved(answer: str, passages: Sequence[str]) -> tuple[str, ...]:
    """What the answer says that the passages do not, in its own words; empty when all of it stands in them.

    Numbers with their units and bounds, dates, codes, links, names, negations and conditions are compared one by one,
    all other words by how many are foreign.
    """
    said, known = _Said.of(answer), _Said.of("\n".join(passages))
    return (
        *_missing(said.links, known.links),
        *_missing(said.codes, known.codes),
        *_missing(said.days, known.days),
        *_unproved_numbers(said, known),
        *_of_another_year(answer, passages),
        *_in_another_part(answer, said, known),
        *_unproved_names(answer, known),
        *_turned_round(said, known),
        *_lost_conditions(answer, "\n".join(passages)),
        *_foreign_words(said, known),
    )


@dataclass(frozen=True, slots=True)
class _Number:
    value: str
    unit: str
    bound: str


@dataclass(frozen=True)
class _Said:
    """The facts of a text, in forms that can be compared; `sentences` are its words with the marks that part them."""

    links: frozenset[str]
    days: frozenset[str]
    codes: frozenset[str]
    numbers: tuple[_Number, ...]
    spelled: frozenset[str]
    words: tuple[str, ...]
    sentences: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "_Said":
        rest = fold(_ITEM.sub(" \n", nfc(text)))
        links, rest = _taken(_LINK, rest)
        days, rest = _days(rest)
        codes, rest = _taken(_CODE, rest)
        rest = re.sub(r"\bphan tram\b", "%", rest)
        return cls(
            frozenset(links),
            frozenset(days),
            frozenset(codes),
            tuple(_numbers(rest)),
            frozenset(_spelled(rest)),
            tuple(_WORD.findall(fold(text))),
            tuple(re.findall(r"[^\W\d_]+|[.,;:!?]", fold(text))),
        )

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        return frozenset(self.words)

    @cached_property
    def running(self) -> str:
        return f" {' '.join(self.words)} "


def _taken(pattern: re.Pattern[str], text: str) -> tuple[set[str], str]:
    """What fits the pattern, and the text without it."""
    return {match.group().rstrip(".") for match in pattern.finditer(text)}, pattern.sub(" ; ", text)


def _days(text: str) -> tuple[set[str], str]:
    """Days, months and quarters; a full day is also known as its month and as its day in the month."""
    found: set[str] = set()
    for match in _FULL_DAY.finditer(text):
        day, month, year = (int(part) for part in match.groups() if part)
        found |= {f"{day}/{month}/{year}", f"{month}/{year}", f"{day}/{month}"}
    text = _FULL_DAY.sub(lambda m: f" {m.group(3) or m.group(6)} ", text)
    for match in _MONTH.finditer(text):
        month, year = (int(part) for part in match.groups() if part)
        found.add(f"{month}/{year}")
    text = _MONTH.sub(lambda m: f" {m.group(2) or m.group(4)} ", text)
    for match in _DAY_OF_MONTH.finditer(text):
        day, month = (int(part) for part in match.groups() if part)
        found.add(f"{day}/{month}")
    text = _DAY_OF_MONTH.sub(" ; ", text)
    for match in _QUARTER.finditer(text):
        quarter = _ROMAN.get(match.group(1), match.group(1))
        found.add(f"quy {quarter}")
        if match.group(2):
            found.add(f"quy {quarter}/{match.group(2)}")
    return found, _QUARTER.sub(lambda m: f" {m.group(2) or ''} ", text)


def _numbers(text: str) -> Iterator[_Number]:
    for match in _NUMBER.finditer(text):
        before = " ".join(re.findall(r"[^\W\d_]+|[;,.]", text[max(0, match.start() - 40) : match.start()])[-3:])
        behind = text[match.end() : match.end() + 40].lstrip(" ")
        unit = next((u for u in _units() if behind.startswith(u) and not behind[len(u) : len(u) + 1].isalpha()), "")
        bound = _bound(before, behind[len(unit) :].lstrip(" "))
        yield _Number(_value(match.group()), unit, bound)


def _value(written: str) -> str:
    """A number in one form: no separators of thousands, no zeros before it, a point before decimals."""
    if _THOUSANDS.fullmatch(written):
        return re.sub(r"[.,]", "", written).lstrip("0") or "0"
    whole, point, decimals = written.replace(",", ".").partition(".")
    return (whole.lstrip("0") or "0") + (point + decimals.rstrip("0") if decimals.strip("0.") else "")


def _bound(before: str, behind: str) -> str:
    lists = word_list("proof")
    for kind in ("at_least", "at_most"):
        if any(behind.startswith(phrase) for phrase in lists[f"{kind}_behind"]):
            return kind
    # The longest phrase decides: "not above" is not "above".
    ends = [
        (len(phrase), kind)
        for kind in ("at_least", "at_most")
        for phrase in lists[kind]
        if f" {before}".endswith(f" {phrase}")
    ]
    return max(ends)[1] if ends else ""


def _spelled(text: str) -> Iterator[str]:
    """Numbers in words: two such words in a row, or one before a share or a thousand."""
    words = re.findall(r"[^\W\d_]+|%", text)
    numeral = frozenset(word_list("proof")["number_words"])
    start = 0
    while start < len(words):
        end = start
        while end < len(words) and words[end] in numeral:
            end += 1
        if end - start >= 2 or (end > start and words[end : end + 1] == ["%"]):
            yield " ".join(words[start:end])
        start = max(end, start + 1)


@cache
def _units() -> tuple[str, ...]:
    return tuple(sorted((str(unit) for unit in word_list("proof")["units"]), key=len, reverse=True))


def _missing(said: Iterable[str], known: frozenset[str]) -> list[str]:
    return sorted(thing for thing in said if thing not in known)


def _unproved_numbers(said: _Said, known: _Said) -> Iterator[str]:
    yield from _missing(said.spelled, known.spelled)
    for number in said.numbers:
        same = [other for other in known.numbers if other.value == number.value]
        fits = [other for other in same if not number.unit or other.unit == number.unit]
        if not any(other.bound == number.bound for other in fits):
            yield f"{number.bound} {number.value} {number.unit}".strip()


def _of_another_year(answer: str, passages: Sequence[str]) -> Iterator[str]:
    """Figures that the answer gives for one year, and the passages, where they name years beside them, for others."""
    clauses = [_Clause.of(clause) for passage in passages for clause in _CLAUSE_END.split(passage)]
    for clause in map(_Clause.of, _CLAUSE_END.split(answer)):
        for figure in clause.figures:
            held = [other.years for other in clauses if figure in other.figures]
            if len(clause.years) == 1 and held and all(years and not clause.years & years for years in held):
                yield f"{figure} {min(clause.years)}"


@dataclass(frozen=True, slots=True)
class _Clause:
    years: frozenset[str]
    figures: frozenset[str]

    @classmethod
    def of(cls, text: str) -> "_Clause":
        said = _Said.of(text)
        values = frozenset(f"{n.value} {n.unit}" for n in said.numbers if not _YEAR.fullmatch(n.value))
        return cls(frozenset(_YEAR.findall(text)), values)


def _in_another_part(answer: str, said: _Said, known: _Said) -> Iterator[str]:
    """Names that the answer lets lead, support or answer for something when the passages give them another part."""
    for run, _, behind in _capitalised(nfc(answer)):
        name = tuple(fold(word) for word in (*run, behind) if word)
        if len(name) < 3:
            continue
        told, found = _parts(name, said.sentences), _parts(name, known.sentences)
        if told and found and not told & found:
            yield f"{' '.join(name)}: {min(told)}"


def _parts(name: tuple[str, ...], words: tuple[str, ...]) -> set[str]:
    """The part named nearest to each mention of the name, in the same sentence."""
    found: set[str] = set()
    for at in range(len(words) - len(name) + 1):
        if words[at : at + len(name)] != name:
            continue
        before = _up_to_mark(reversed(words[max(0, at - _NEAR) : at]))
        behind = _up_to_mark(words[at + len(name) : at + len(name) + _NEAR])
        near = [
            (place, part)
            for part, phrase in _part_words()
            for row in (behind, [*reversed(before)])
            for i in range(len(row) - 1)
            if (row[i], row[i + 1]) == phrase
            for place in ((i,) if row is behind else (len(row) - i - 2,))
        ]
        if near:
            found.add(min(near)[1])
    return found


def _up_to_mark(words: Iterable[str]) -> list[str]:
    return [word for word in takewhile(lambda word: word == ":" or word[0].isalnum(), words) if word != ":"]


@cache
def _part_words() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (str(part), tuple(str(phrase).split()))
        for part, listed in word_list("proof")["parts_in_a_task"].items()
        for phrase in listed
    )


def _unproved_names(answer: str, known: _Said) -> Iterator[str]:
    """Capitalised words in a row that the passages do not have in this row, and unknown words right behind them."""
    for run, is_first, behind in _capitalised(nfc(answer)):
        folded = [fold(word) for word in run]
        stands = f" {' '.join(folded)} " in known.running
        if is_first and not stands:
            # The first word of a sentence is capitalised for no reason of its own.
            folded = folded[1:]
            stands = f" {' '.join(folded)} " in known.running if folded else True
        if not stands:
            yield " ".join(run)
        elif len(run) > is_first and behind and behind not in known.vocabulary and behind not in _joining():
            yield f"{' '.join(run)} {behind}"


def _capitalised(text: str) -> Iterator[tuple[list[str], bool, str]]:
    """Each row of capitalised words, whether it opens a sentence, and the word behind it, folded."""
    found = list(_WORD.finditer(text))
    at = 0
    while at < len(found):
        if not found[at].group()[0].isupper():
            at += 1
            continue
        end = at + 1
        while (
            end < len(found)
            and found[end].group()[0].isupper()
            and re.fullmatch(r"[ -]{1,3}", text[found[end - 1].end() : found[end].start()])
        ):
            end += 1
        before = text[: found[at].start()].rstrip(" -+*\u2022\t(")
        gap = text[found[end - 1].end() : found[end].start()] if end < len(found) else "."
        behind = fold(found[end].group()) if gap == " " else ""
        yield [m.group() for m in found[at:end]], not before or before[-1] in _SENTENCE_END, behind
        at = end


def _turned_round(said: _Said, known: _Said) -> Iterator[str]:
    """What the answer denies and the passages do not, or the other way round."""
    negators = frozenset(word_list("proof")["negators"])
    denied_in_passages = {b for a, b in zip(known.sentences, known.sentences[1:], strict=False) if a in negators}
    for a, b in zip(said.sentences, said.sentences[1:], strict=False):
        if a in negators and b not in denied_in_passages:
            yield f"{a} {b}"
    polarity: dict[tuple[str, str], set[bool]] = {}
    for before, a, b in zip(("", *known.sentences), known.sentences, known.sentences[1:], strict=False):
        polarity.setdefault((a, b), set()).add(before in negators)
    for before, a, b in zip(("", *said.sentences), said.sentences, said.sentences[1:], strict=False):
        if before not in negators and a not in negators and polarity.get((a, b)) == {True}:
            yield f"{a} {b}"


def _lost_conditions(answer: str, passages: str) -> list[str]:
    """The kinds of condition that bound what the passages say and are not in the answer."""
    said, known = spoken(answer), spoken(passages)
    kinds = [(kind, phrases("conditions", kind, "proof")) for kind in word_list("proof")["conditions"]]
    return [str(kind) for kind, pattern in kinds if pattern.search(known) and not pattern.search(said)]


def _foreign_words(said: _Said, known: _Said) -> list[str]:
    of_substance = [word for word in said.words if word not in _joining()]
    foreign = sorted({w for w in of_substance if w not in known.vocabulary})
    return foreign if len(foreign) > max(1.0, _OWN_WORDS * len(set(of_substance))) else []


@cache
def _joining() -> frozenset[str]:
    return frozenset(str(word_list("proof")["joining"]).split())
