"""What a sentence of a plan wants reached: its parts with one figure each, or one figure a year."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from domain.milestones import Comparator, Figure, even, figures_in
from knowledge.words import word_list

_SENTENCE = re.compile(
    r"[;\n]|(?<=[\w%)”\"][.!?])\s+(?=[^\W\d_])|,?\s+(?=trong do\b)"
    r"|,\s+(?=(?:phan dau|bao dam|dam bao)\b[^,;.]{0,80}?\d)"
)
_WITHIN = re.compile(r"\([^()]{0,400}\)|“[^”]{0,400}”|\"[^\"]{0,400}\"")
_BETWEEN = re.compile(r",\s+(?:va\s+)?|\s+va\s+")
_YEAR = re.compile(
    r"(?:\bgiai doan\s+)?(?P<first>\b20[2-9]\d)\s*[-–]\s*(?P<last>20[2-9]\d)\b"
    r"|\b(?:(?:den|vao|het|trong|cuoi|(?<!phan )dau|tu|trong cac)\s+)*n[ai]m\s+(?P<year>20[2-9]\d)\b(?:\s+tro di\b)?"
    r"|\btruoc\s+nam\s+(?P<before>20[2-9]\d)\b"
    r"|\b(?:den|truoc|het|trong)\s+(?:ngay\s+)?(?:\d{1,2}/)?(?:thang\s+)?\d{1,2}/(?P<dated>20[2-9]\d)\b"
    r"|\b(?:den|truoc|het|trong|cuoi)\s+quy\s+\w{1,3}/(?P<quarter>20[2-9]\d)\b"
)
_NOT_THE_YEAR = re.compile(
    r"\b(?:so voi|so|ke tu|tam nhin|cung ky|luat|quyet dinh|nghi quyet)(?: den)?\s*(?:\w+\s+)?$"
    r"|(?<!den )(?<!truoc )\bngay \d{1,2} thang \d{1,2}\s*$"
)
_LED = re.compile(
    r"\W*(?:(?:phan dau|bao dam|dam bao|duy tri|dat|co|den|het|cuoi|trong|vao"
    r"|nam 20\d\d|tu nam 20\d\d(?: tro di)?)\b,?\s*)*"
)
_COMPARED = re.compile(
    r"\s*so (?:voi )?(?:(?:cung ky|giai doan|cuoi|nam truoc|nam)\s?)+(?:20\d\d(?:\s?-\s?20\d\d)?)?"
    r"|\s*so voi\s[^,;.\d]{3,40}"
)
_EACH = re.compile(r"\s?/\s?(?:nam|thang|quy|nguoi|ho|ha|lan|ngay)\b(?:/nam\b)?")
_BARE = 2
_SOON = 6
_MEASURES = r"(?:nghin|ngan|trieu|ty|ti|dong|usd|km2?|ha|m[23]?|met|tan|ta|kg|lit)\b"
_SHORT_TAIL = 4


@dataclass(frozen=True, slots=True)
class Year:
    """A year that a text names, characters [start, end)."""

    start: int
    end: int
    year: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """One milestone: its year where the clause names it, and the words [start, end) that say how much."""

    figure: Figure
    start: int
    end: int
    year: Year | None


@dataclass(frozen=True, slots=True)
class Clause:
    """A part [start, end) of a sentence that wants something reached.

    `title` is what it is about, `key` the same without its figure, so that one target of several years is found again.
    """

    start: int
    end: int
    title: str
    key: str
    unit: str
    milestones: tuple[Wanted, ...]


def years_in(text: str) -> list[Year]:
    """The years by which a text wants something, in order; of a period its last year."""
    folded = even(text)
    found = []
    for match in _YEAR.finditer(folded):
        if match["year"] and _NOT_THE_YEAR.search(folded[: match.start()]):
            continue
        if match["last"] and int(match["last"]) <= int(match["first"]):
            continue
        year = match["last"] or match["year"] or match["dated"] or match["quarter"] or match["before"]
        found.append(Year(match.start(), match.end(), int(year) - bool(match["before"])))
    return found


def clauses_of(text: str, start: int, *, is_under_targets: bool) -> Iterator[Clause]:
    """The parts of text[start:] that want something reached; elsewhere than under targets only what clearly wishes."""
    year: Year | None = None
    for begin, end in _sentences(text, start):
        figures = _figures(text, begin, end, is_under_targets=is_under_targets)
        years = [Year(y.start + begin, y.end + begin, y.year) for y in years_in(text[begin:end])]
        if begin == start or years:
            year = years[0] if years else None
        if not figures or not _wants(text[begin:end], figures[0], begin, is_under_targets=is_under_targets):
            continue
        parts = list(_parts(text, begin, end, figures, years))
        for clause in parts:
            yield clause if any(w.year for w in clause.milestones) or year is None else _in_year(clause, year)


def _in_year(clause: Clause, year: Year) -> Clause:
    """The clause in the year that the sentence before it named."""
    milestones = tuple(Wanted(w.figure, w.start, w.end, year) for w in clause.milestones)
    return Clause(clause.start, clause.end, clause.title, clause.key, clause.unit, milestones)


def _sentences(text: str, start: int) -> Iterator[tuple[int, int]]:
    folded = even(text)
    hidden = [match.span() for match in _WITHIN.finditer(folded)]
    at = start
    for match in _SENTENCE.finditer(folded, start):
        if any(low < match.start() < high for low, high in hidden):
            continue
        if text[match.start() - 1 : match.start()] == "." and not text[match.end() : match.end() + 1].isupper():
            continue
        yield at, match.start()
        at = match.end()
    yield at, len(text)


def _figures(text: str, begin: int, end: int, *, is_under_targets: bool) -> list[Figure]:
    """The figures that count: shares before all else, no figure in brackets or quotation marks."""
    part = text[begin:end]
    hidden = [match.span() for match in _WITHIN.finditer(even(part))]
    found = [figure for figure in figures_in(part) if not any(low < figure.at < high for low, high in hidden)]
    shares = [figure for figure in found if figure.unit == "%"]
    if shares:
        return _moved(part, shares, begin)
    counted = [figure for figure in found if _is_counted(part, figure)]
    if is_under_targets:
        return _moved(part, counted, begin)[:1]
    return _moved(part, [f for f in counted if f.unit and f.comparator is not Comparator.EXACTLY], begin)[:1]


def _is_counted(part: str, figure: Figure) -> bool:
    """True for a count that the sentence is about: led to by a word, or soon after the beginning."""
    if figure.comparator is not Comparator.EXACTLY:
        return True
    before = even(part[: figure.start])
    return bool(figure.unit) and (len(before.split()) <= _SOON or _link().search(before) is not None)


def _moved(part: str, figures: Sequence[Figure], by: int) -> list[Figure]:
    """The figures at their places in the whole text; of "from 40% to 60%" only the second."""
    folded = even(part)
    kept = [
        figure
        for n, figure in enumerate(figures)
        if not (n + 1 < len(figures) and re.search(r"\btu\s+$", folded[: figure.at]) and _goes_up(folded, figure))
    ]
    return [
        Figure(f.start + by, f.end + by, f.at + by, f.to + by, f.comparator, f.value, f.upper, f.unit) for f in kept
    ]


def _goes_up(folded: str, figure: Figure) -> bool:
    return bool(re.match(r"\s?%?[^,;]{0,60}\b(?:len|xuong)\b", folded[figure.to :]))


def _wants(part: str, first: Figure, begin: int, *, is_under_targets: bool) -> bool:
    """False for what is only told; elsewhere than under targets a sentence must begin as a wish does."""
    folded, words = even(part), word_list("drafting/targets")
    if any(re.search(pattern, folded[: first.to - begin]) for pattern in words["told"]):
        return False
    if any(re.search(pattern, folded) for pattern in words["not_wanted"]):
        return False
    if is_under_targets:
        return True
    if first.comparator in (Comparator.LESS, Comparator.AT_MOST) and "phan dau" not in folded:
        # Elsewhere an upper limit is a rule or a criterion.
        return False
    led = _LED.match(folded)
    opens = first.start - begin <= (led.end() if led else 0) + _BARE
    rest = folded[led.end() :] if led else folded
    if first.unit != "%":
        return "phan dau" in folded[: first.at - begin]
    if opens:
        return re.search(r"\b(?:duoc|co|dat|bao dam|dam bao|tham gia|thuc hien|nhan|mo|xu ly)\b", rest) is not None
    wishes = re.match(rf"\W*{words['wishes']}", folded) is not None
    asked = first.comparator in (Comparator.AT_LEAST, Comparator.MORE) or "phan dau" in folded
    return wishes and (asked or re.match(r"\W*(?:ty le|ti le)\b.*\bdat\b", rest) is not None)


def _parts(text: str, begin: int, end: int, figures: Sequence[Figure], years: Sequence[Year]) -> Iterator[Clause]:
    """The sentence as one target with a milestone a year, or cut between figures that are of different things."""
    own = [_year_of(figure, n, figures, years, begin, end) for n, figure in enumerate(figures)]
    if len(figures) > 1 and all(own) and len({year.year for year in own if year}) == len(figures):
        yield _clause(text, begin, end, list(zip(figures, own, strict=True)), years)
        return
    folded = even(text)
    at = begin
    pending: list[tuple[Figure, Year | None]] = []
    for n, figure in enumerate(figures):
        pending.append((figure, own[n]))
        if n + 1 == len(figures):
            break
        following = figures[n + 1]
        cuts = list(_BETWEEN.finditer(folded, figure.end, following.start))
        if not cuts or not folded[cuts[-1].end() : following.start].split() + folded[following.end : end].split():
            break
        yield _clause(text, at, cuts[-1].start(), pending[:1], years)
        at, pending = cuts[-1].end(), []
    if pending:
        yield _clause(text, at, end, pending[:1], years)


def _year_of(
    figure: Figure, n: int, figures: Sequence[Figure], years: Sequence[Year], begin: int, end: int
) -> Year | None:
    """The year said of this figure: between it and its neighbours, else the only one of the sentence."""
    low = figures[n - 1].end if n else begin
    high = figures[n + 1].start if n + 1 < len(figures) else end
    before = [year for year in years if low <= year.start and year.end <= figure.start]
    after = [year for year in years if figure.end <= year.start and year.end <= high]
    if before:
        return before[-1]
    if len(figures) == 1 or len(years) == len(figures):
        return after[0] if after else None
    return years[0] if len(years) == 1 else None


def _clause(
    text: str, begin: int, end: int, wanted: Sequence[tuple[Figure, Year | None]], years: Sequence[Year]
) -> Clause:
    figure = wanted[0][0]
    folded = even(text[:end])
    more = (_COMPARED.match(folded, figure.end) if len(wanted) == 1 else None) or _EACH.match(folded, figure.end)
    milestones = tuple(
        Wanted(each, each.start, more.end() if more and each is figure else each.end, year) for each, year in wanted
    )
    while begin < end and not (text[begin].isalnum() or text[begin] in '(“"><≥≤~'):
        begin += 1
    while end > begin and text[end - 1] in " .;,:":
        end -= 1
    title, key = _title(text, begin, end, milestones, years)
    return Clause(begin, end, title, key, figure.unit, milestones)


def _title(text: str, begin: int, end: int, milestones: Sequence[Wanted], years: Sequence[Year]) -> tuple[str, str]:
    """What the clause is about, and the same without its figure."""
    first, last = milestones[0], milestones[-1]
    gaps = [(year.start, year.end) for year in years]
    place, _, subject = _without(text, begin, first.start, gaps).rpartition(":")
    before = _trimmed(subject)
    after = _without(text, last.end, end, gaps).strip(" ,.;:-–")
    unit = "" if first.figure.unit == "%" else text[first.start : first.end].partition(first.figure.unit)[1]
    ranked = first.figure.comparator is Comparator.AT_MOST and unit and text[first.start :].startswith(unit)
    is_verb = len(before.split()) < _SHORT_TAIL and not re.match(_MEASURES, even(unit))
    if before and (ranked or "/" in unit or (not after and not (unit and is_verb))):
        words = [before]
    else:
        words = [before, "" if re.match(_MEASURES, even(unit)) else unit, after]
    key = _key(" ".join([place, *words]))
    if before and after and not unit and not re.match(word_list("drafting/targets")["goes_on"], even(after)):
        return _capital(text[begin:end]), key
    if ranked and not before:
        return _capital(text[begin:end]), key
    if not before:
        words[0] = _count_of(first.figure)
    title = " ".join(filter(None, words)) if before else _lowered_after(words)
    return _capital(f"{_capital(place.strip())}: {title}" if place.strip() else title), key


def _count_of(figure: Figure) -> str:
    """What a title begins with where the plan begins with the figure."""
    if figure.comparator in (Comparator.RISE, Comparator.FALL):
        return ""
    return str(word_list("drafting/targets")["shown"]["share" if figure.unit == "%" else "count"])


def _lowered_after(words: Sequence[str]) -> str:
    count, *rest = words
    said = " ".join(filter(None, rest))
    return f"{count} {_lowered(said)}" if count else said


def _key(words: str) -> str:
    """Words by which the same target is known in another year: bare, without signs."""
    return " ".join(re.findall(r"\w+", even(words)))


def _without(text: str, begin: int, end: int, gaps: Sequence[tuple[int, int]]) -> str:
    """text[begin:end] without the years in it."""
    kept, at = [], begin
    for low, high in sorted(gaps):
        if begin <= low and high <= end:
            kept.append(text[at:low])
            at = high
    return " ".join("".join([*kept, text[at:end]]).split())


def _trimmed(before: str) -> str:
    """The subject before a figure, without the words that only lead to it."""
    opening, link = _opening(), _link()
    while True:
        folded = even(before)
        if (found := opening.match(folded)) or (found := re.match(r"[\s,:–-]+", folded)):
            before = before[found.end() :]
        elif (found := link.search(folded)) or (found := re.search(r"[\s,:–(-]+$", folded)):
            before = before[: found.start()]
        else:
            return before


@cache
def _opening() -> re.Pattern[str]:
    return re.compile(rf"{word_list('drafting/targets')['openings']}\s*")


@cache
def _link() -> re.Pattern[str]:
    return re.compile(word_list("drafting/targets")["links"])


def _lowered(words: str) -> str:
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def _capital(words: str) -> str:
    flat = " ".join(words.split())
    return flat[:1].upper() + flat[1:]
