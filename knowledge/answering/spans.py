"""What stands in a sentence of a plan: figures with their units, times, names of units, amounts of money."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from domain.sentences import Sentence, as_written
from knowledge.asking import patterns
from knowledge.words import word_list

_QUALIFIER = (
    r"(?:tren|duoi|it nhat|toi thieu|toi da|khong qua|khong duoi|khoang|hon|gan|tu|top|thuoc top|xuong con|xuong|len)"
)
_NUMBER = r"\d+(?:[.,]\d+)*"
_UNIT = r"(?: ?%| phan tram|(?: (?:nghin|trieu|ty))? dong| trieu| ty(?! le))"
_FIGURE = re.compile(
    rf"(?:(?:{_QUALIFIER} ){{0,2}}|[<>=\u2265\u2264] ?=? ?)(?<![\w/.,-])(?P<number>{_NUMBER})(?P<unit>{_UNIT})?"
    rf"(?: ?(?:-|den) ?{_NUMBER} ?%?)?(?![\w/]|[.,-]\d)(?: tro len)?"
)
_DAY = (
    r"(?:ngay )?\d{1,2} ?[/.-] ?\d{1,2} ?[/.-] ?\d{4}|(?:ngay )?\d{1,2} thang \d{1,2}(?: nam \d{4})?"
    r"|(?:ngay )?\d{1,2} ?/ ?\d{1,2}(?! ?[/.]?\d)|ngay \d{1,2}(?! ?[/.]?\d)"
)
_MONTH = r"thang \d{1,2}(?: ?/ ?\d{4}| nam \d{4})?|\d{1,2}/20\d\d"
_QUARTER = r"quy (?:[ivx]{1,4}|[1-4]|1v)\b(?: ?[/-] ?(?:20\d\d)| nam 20\d\d)?(?: hang nam)?"
_YEARLY = r"nam 20\d\d(?: va (?:cac|nhung) nam (?:tiep theo|sau))?|giai doan 20\d\d ?- ?20\d\d|20\d\d ?- ?20\d\d"
_PERIOD = r"(?:ngay|tuan|thang|quy|nam)"
_REPEATED = (
    rf"(?:hang|moi) {_PERIOD}(?: (?:mot|1) lan)?|thuong xuyen|dinh ky(?: (?:hang|moi) {_PERIOD})?"
    r"|(?:\d{1,2} thang|1 nam)(?! ?\d| tuoi)(?:, (?:\d{1,2} thang|1 nam)(?! ?\d))*"
    rf"|\d{{1,2}} lan ?/ ?{_PERIOD}|theo yeu cau|khi (?:co )?yeu cau|dot xuat|lien tuc"
)
_WEEKDAY = (
    r"(?:(?:buoi )?(?:sang|chieu|toi|trua) )?(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)"
    r"(?: (?:hang tuan|dau thang|cuoi thang|tuan dau))?"
)
_SPAN = (
    r"\d{1,3}(?: ?- ?\d{1,3})? (?:gio|ngay|tuan|phut)(?: dau| lam viec)?|\d{1,2} ?[h:] ?\d{0,2}\b"
    r"|ngay sau khi [^.;,]{3,60}"
)
_ONE_TIME = f"(?:{_SPAN}|{_WEEKDAY}|{_DAY}|{_QUARTER}|{_MONTH}|{_YEARLY}|{_REPEATED})"
_OPENING = (
    r"(?:truoc|moi|cac|tu nay|tu|den|trong|vao|sau|cham nhat|xong|hoan thanh|het|cuoi|dau|la|bat dau|ket thuc"
    r"|muon nhat|luc)"
)
_LINKED = rf"(?: ?,? (?:den|va|hoac|-|cua)(?: (?:{_OPENING}) ?)?){{1,3}} ?{_ONE_TIME}"
_TIME = re.compile(
    rf"(?<!\w)(?:{_OPENING} ){{0,4}}(?<!\w){_ONE_TIME}(?:{_LINKED}| ?,? {_ONE_TIME}| ?, (?:tuan|thang|quy|nam)(?=,))*"
    r"(?: (?:cho )?den khi [^.;,]{3,80})?(?!\w)"
)
_YEAR_ONLY = re.compile(r"(?:giai doan )?(?:tu |den |trong |het |cuoi )*(?:nam )?20\d\d(?: ?- ?20\d\d)?\Z")
_CODE_BEFORE = re.compile(
    r"(?<!\w)(?:(?:nghi quyet|quyet dinh|chi thi|thong tu|nghi dinh|cong van|ket luan|de an|ke hoach|thong bao)(?: so)?"
    r"|dieu|khoan|diem|phu luc|muc do|nhom|dot|lan thu|thu|khoa|giai doan|loai|bieu|mau|tcvn|iso|chi tieu|muc tieu"
    r"|du an|tieu du an|hoat dong|bo chinh tri|chuong|phan) \Z"
)
_LEVEL = re.compile(r"muc 0?[1-4]\Z")
_MONEY = re.compile(r"\d[\d.,]* ?(?:nghin |trieu |ty )?(?:dong|trieu|ty|nghin|vnd|usd)\b")
_SENTENCE_END = re.compile(r"[;:](?=\s)|\.(?=\s+[^\W\d_])|\s\|\s|\n")
_NAME_ENDS = re.compile(
    r":|\s(?=(?:chu tri|phoi hop|can cu|theo doi|tham muu|chi dao|co trach nhiem|chiu trach nhiem|chu dong|xay dung|"
    r"to chuc|bo tri|huong dan|thuc hien|trien khai|tiep tuc|day manh|tang cuong|co nhiem vu)\b)"
)
_BESIDE = ("phoi hop voi ", "phoi hop chat che voi ", "cung voi ", "phoi hop cung ", "gui ", "gui ve ", "trinh ")
"""What stands before a unit that only helps or is told."""
_LONGEST_NAME, _WORDS_OF_NAME = 160, 12
_YEAR_NUMBER = re.compile(r"(?:19|20)\d\d\Z")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a sentence: what is written there, and where."""

    text: str
    start: int
    end: int


def clauses_of(sentence: Sentence) -> Iterator[Span]:
    """The parts of a passage that each say one thing: between full stops, semicolons, colons and cell rules."""
    start = 0
    for end in (*_SENTENCE_END.finditer(sentence.folded), None):
        stop = len(sentence.folded) if end is None else end.start()
        if sentence.folded[start:stop].strip():
            yield Span(sentence.said[start:stop], start, stop)
        start = stop if end is None else end.end()


def figures_in(sentence: Sentence) -> list[Span]:
    """Amounts and shares with the words that bound them; years, days and numbers of papers are none."""
    found = []
    times = [time for time in times_in(sentence) if not _is_span(sentence.folded[time.start : time.end])]
    for match in _FIGURE.finditer(sentence.folded):
        before = sentence.folded[: match.start("number")]
        bare = match["unit"] is None
        if bare and (_YEAR_NUMBER.match(match["number"]) or before.endswith(("nam ", "thang ", "quy ", "ngay "))):
            continue
        if bare and any(time.start <= match.start("number") < time.end for time in times):
            continue
        if bare and (_CODE_BEFORE.search(before[-40:]) or _LEVEL.search(f"{before[-5:]}{match['number']}")):
            continue
        start, end = match.start(), match.end()
        found.append(Span(sentence.said[start:end].strip(), start, end))
    return found


def times_in(sentence: Sentence) -> list[Span]:
    """Days, months, quarters, years, rhythms and spans of time, each with the words that lead to it."""
    found = []
    for match in _TIME.finditer(sentence.folded):
        start, end = match.span()
        while end > start and sentence.folded[end - 1] in " ,":
            end -= 1
        found.append(Span(sentence.said[start:end], start, end))
    return found


@lru_cache(maxsize=100)
def _named_paper(kind: str) -> re.Pattern[str]:
    mark = word_list("questions")["marks_of_papers"].get(kind, "[a-z]+")
    return re.compile(
        rf"(?:(?<!\w){kind}(?: hanh dong)? (?:so )?)?(?<![\w/-])\d+ ?(?:/ ?\d{{4}} ?)?[-/] ?{mark}[-/][a-z\d-]+"
        rf"(?:,? ngay \d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{4}})?"
    )


def papers_named(sentence: Sentence, kind: str) -> list[Span]:
    """The papers of a kind that a sentence names by their numbers, each with its day where one follows."""
    found = _named_paper(kind).finditer(sentence.folded)
    return [Span(sentence.said[match.start() : match.end()], *match.span()) for match in found]


def day_after(sentence: Sentence, code: str) -> Span | None:
    """The day that follows the number of a paper in a sentence; None where none does."""
    written = r"[^a-z\d]{0,2}".join(re.findall(r"[a-z]+|\d+", code))
    found = re.search(rf"(?<!\d)0*{written}(?![a-z\d])[^;.\d]{{0,60}}?({_DAY})", sentence.folded)
    return Span(sentence.said[found.start(1) : found.end(1)], *found.span(1)) if found else None


def is_year_only(folded: str) -> bool:
    """True for a time that is no more than a year, which most passages name by the way."""
    return bool(_YEAR_ONLY.match(folded))


def holds_money(folded: str) -> bool:
    """True where an amount of money is written."""
    return bool(_MONEY.search(folded))


def _is_span(folded: str) -> bool:
    return bool(re.match(rf"(?:{_OPENING} )*(?:{_SPAN})", folded))


@cache
def _unit_start() -> re.Pattern[str]:
    names = sorted((str(name) for name in word_list("questions")["units"]), key=len, reverse=True)
    return re.compile(r"(?:cac |de nghi |giao )*(?:" + "|".join(re.escape(name) for name in names) + r")(?!\w)")


def begins_with_unit(folded: str) -> bool:
    """True for words that begin with the name of a unit."""
    return bool(_unit_start().match(folded)) and not patterns("no_units").match(folded)


def unit_before(sentence: Sentence, at: int) -> Span | None:
    """The unit named last before a place in a sentence, its whole name; None when none is."""
    start = max((m.end() for m in re.finditer(r"[.;:(|]\s|\bgiao\s", sentence.folded[:at])), default=0)
    stretch = sentence.folded[start:at]
    starts = [m.start() for m in re.finditer(r"(?<!\w)" + _unit_start().pattern, stretch)]
    named = [i for i in starts if not patterns("no_units").match(stretch[i:])]
    if not named:
        return None
    begin = start + named[0]
    if sentence.folded[:begin].endswith(_BESIDE):
        return None
    said = sentence.said[begin:at].strip(" ,:-")
    return Span(said, begin, begin + len(said)) if 3 < len(said) < 160 and said[:1].isupper() else None


def unit_name(text: str) -> str:
    """The name of the unit that a text begins with, up to what it does."""
    whole = as_written(text)
    end = _NAME_ENDS.search(whole.folded[:_LONGEST_NAME])
    name = whole.said[: end.start()] if end else " ".join(whole.said.split()[:_WORDS_OF_NAME])
    return name.strip(" :.;,-")


def label_value(sentence: Sentence, name: str) -> str:
    """What stands after a label of that list at the head of a passage ("Leading office: ..."); "" without one."""
    found = re.match(rf"[-+*\s]*(?:{patterns(name).pattern})[^:|]{{0,30}}:\s*", sentence.folded)
    return sentence.said[found.end() :].strip(" .;") if found else ""
