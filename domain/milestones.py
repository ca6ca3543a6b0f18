"""What a plan wants reached: figures of targets in words, what is reached of them, and what is still missing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from domain.vietnamese import fold


class Comparator(StrEnum):
    """How a value is held against a milestone's figure."""

    AT_LEAST = ">="
    MORE = ">"
    EXACTLY = "="
    ABOUT = "~"
    LESS = "<"
    AT_MOST = "<="
    RISE = "rise"
    FALL = "fall"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a text: characters [start, end) with its comparator and unit, [at, to) its digits alone.

    `upper` is the higher end of a range ("15 - 20%").
    """

    start: int
    end: int
    at: int
    to: int
    comparator: Comparator
    value: float
    upper: float | None
    unit: str


@dataclass(frozen=True, slots=True)
class Milestone:
    """What is to be reached in a year; `words` are the plan's own, `unit` is empty where they name none."""

    year: int
    comparator: Comparator
    value: float
    unit: str
    words: str
    upper: float | None = None


_NUMBER = r"(?:\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?)"
_PERCENT = r"%|phan tram\b"
_SCALE = r"(?:nghin|ngan|trieu|ty|ti)"
# Longer units before their beginnings. Single words only where a number before them is a count of things reached.
_UNITS = (
    r"dong|usd|vnd|luot khach|luot nguoi|luot|nguoi dan|nguoi|ho gia dinh|ho dan|ho ngheo|ho so|ho|thu tuc hanh chinh"
    r"|thu tuc|dich vu cong|dich vu|doanh nghiep|hop tac xa|to hop tac|co so|truong hoc|truong|lop hoc|lop|mo hinh"
    r"|san pham|de tai|sang kien|nhiem vu|du an|cong trinh|cong viec|van ban|hoi nghi|cuoc|buoi|chuyen de|bai viet"
    r"|tin bai|phong su|dot|khoa|hoc vien|hoc sinh|sinh vien|tre em|can bo|cong chuc|giao vien|bac si|giuong benh"
    r"|giuong|thiet bi|he thong|co quan|don vi|to chuc|tuyen duong|tuyen|diem cau|diem|bac|km2|km|ha|hec ta|m2|m3"
    r"|met|tan|ta|kg|lit|kwh|mw|cay xanh|cay|con|can ho|can nha|can|ngoi nha|nha|thon|ban|xa|phuong|khu pho|to dan pho"
    r"|lao dong|viec lam|vu|ca|tram|tu sach|thu vien|chuong trinh|ke hoach|lan|ngay|gio|phut|bo|may|gian hang|quay"
    r"|ca sinh|nganh nghe|ngon ngu|hop dong|chung chi|sach|cuon|tap|chuong|trang|tai khoan|giao dich|san|dia diem"
    r"|nen tang|phan mem|ung dung|camera|sao|suat|chi hoi|chi bo|dang vien|hoi vien|doan vien|khu"
    r"|nhom tre|nhom|gia dinh"
)
_UNIT = rf"(?:{_PERCENT}|{_SCALE}(?: (?:{_UNITS})\b)?(?!\w)|(?:{_UNITS})\b)"
_PER = r"(?:(?: [a-z]+){0,4}\s?/\s?(?:1\.000|10\.000|100\.000|100|van)\b(?: [a-z]+){0,2})"
_WORDS = (
    (Comparator.AT_LEAST, r"toi thieu(?: dat| la)?|it nhat(?: dat| la)?|khong duoi|khong thap hon|khong it hon"),
    (Comparator.AT_MOST, r"khong (?:vuot )?qua|khong cao hon|khong lon hon|khong nhieu hon|toi da|nhieu nhat"),
    (Comparator.LESS, r"(?:con |xuong )?duoi|it hon|nho hon|thap hon"),
    (Comparator.MORE, r"tren|hon|vuot(?: qua| muc)?|lon hon|cao hon|qua"),
    (Comparator.ABOUT, r"khoang|xap xi|gan|tam"),
    (Comparator.EXACTLY, r"bang|dung"),
)
_MEANT = {
    "hon": "h\u01a1n",
    "qua": "qu\u00e1",
    "gan": "g\u1ea7n",
    "tam": "t\u1ea7m",
    "tren": "tr\u00ean",
    "bang": "b\u1eb1ng",
}
"""Words of comparing that fold to the same letters as others: with marks, they must be these."""
_SIGNS = {
    "≥": Comparator.AT_LEAST,
    ">=": Comparator.AT_LEAST,
    "=>": Comparator.AT_LEAST,
    "≤": Comparator.AT_MOST,
    "<=": Comparator.AT_MOST,
    "=<": Comparator.AT_MOST,
    ">": Comparator.MORE,
    "<": Comparator.LESS,
    "~": Comparator.ABOUT,
    "≈": Comparator.ABOUT,
    "=": Comparator.EXACTLY,
}
_RISING = r"tang(?: truong)?(?: them)?|nang them"
_FALLING = r"giam(?: them)?|cat giam|rut ngan|tiet kiem"
_MOVE_FILL = r"(?:\s+(?:binh quan|trung binh|hang nam|moi nam|duoc|bot|thoi gian|chi phi))*"
_COMPARED = "|".join(pattern for _, pattern in _WORDS)
_FIGURE = re.compile(
    rf"(?P<top>\b(?:top|nhom|xep hang|xep thu|thu hang|vi tri|hang)(?: thu| tu| trong)?\s+)?"
    rf"(?P<move>\b(?:{_RISING}|{_FALLING}){_MOVE_FILL}\s+)?"
    r"(?P<level>\b(?:len|xuong|con)(?: den| con| muc)?\s+)?"
    rf"(?P<word>\b(?:{_COMPARED})\s+)?(?P<fill>(?:\b(?:la|dat|muc)\s+)?)"
    r"(?P<from>\btu\s+)?(?P<sign>(?:>=|<=|=>|=<|[≥≤><~≈=])\s*)?"
    rf"(?P<digits>(?<![\w.,/])(?<!\d-){_NUMBER})(?![\w.,]*\d)(?=\s?{_UNIT}|\W|$)"
    rf"(?P<first>\s?(?:%|phan tram\b))?"
    rf"(?:\s*(?:-|–|den)\s*(?P<sign2>[≥≤><~≈=]\s*)?(?P<upper>{_NUMBER})(?![.,]?\d)(?![/\w]))?"
    rf"(?P<unit>\s?{_UNIT}{_PER}?|\s?{_PER})?(?P<after>\s+(?:tro len|tro xuong))?"
)
_UPWARD = re.compile(rf"\btu\s+{_NUMBER}\s?(?:%|phan tram)?\s+(?:len|xuong)")
_NO_COUNT = re.compile(
    r"\b(?:nam|ngay|thang|quy|so|dieu|khoan|diem|muc do|cap do|cap|giai doan|phien ban|khoa|ky|lan thu|thu|the he|loai"
    r"|tuoi|bang|bieu|mau|trang|phu luc|chuong|phan|muc|iso|de an|luc|gio|tcvn|dot|lop|thong tu|nghi dinh|nghi quyet"
    r"|quyet dinh|chi thi|cong van|ke hoach|luat|qcvn|khu pho|khu|ap|thon|to|duong|quoc lo|level)"
    r"(?: (?:so|thu|den|cuoi|dau|vao|la))?\s*$"
)
_YEAR = re.compile(r"(?:19|20)\d\d\Z")
_AFTER_NO_COUNT = re.compile(
    r"\s*(?:/(?!\s?(?:nam|thang|quy|nguoi|ho|ha|lan|ngay|phu nu|dan)\b)|-\s?(?:nq|qd|kh|ct|cv|tt|nd|bc|hd|ttg)"
    r"|thang\b|tuoi\b|con so\b|g\b|gbps|mbps|mb/s)"
)
_ABOUT_SHARE = 0.95


def even(text: str) -> str:
    """The text in small letters without diacritics, letter for letter, so that positions stay true."""
    return "".join(map(_bare, text))


@cache
def _bare(letter: str) -> str:
    return " " if letter.isspace() else (fold(letter) or letter)[:1]


def figures_in(text: str) -> list[Figure]:
    """The figures that a text gives, in order; years, dates, numbers of papers and the like are none."""
    folded = even(text)
    return list(_found(text, folded))


def _found(text: str, folded: str) -> Iterator[Figure]:
    at = 0
    while match := _FIGURE.search(folded, at):
        at = max(match.end(), match.start() + 1)
        figure = _figure(text, folded, match)
        if figure is not None:
            yield figure


def _figure(text: str, folded: str, match: re.Match[str]) -> Figure | None:
    digits, unit = match["digits"], match["unit"] or ""
    before, after = folded[: match.start("digits")], folded[match.end() :]
    percent = bool(re.match(rf"\s?(?:{_PERCENT})", unit)) or bool(match["first"])
    if not percent and _counts_nothing(match, before, after, digits):
        return None
    value, upper = _value(digits), _value(match["upper"]) if match["upper"] else None
    if value is None or (match["upper"] and (upper is None or upper <= value)):
        return None
    end = match.end()
    if match["first"] and not match["upper"]:
        unit, end = match["first"], max(match.end("first"), match.end("after"))
    elif match["first"] and not unit:
        unit = match["first"]
    shown = "%" if percent else text[match.start("unit") : match.end("unit")].strip() if match["unit"] else ""
    comparator = _comparator(match, is_word := _means_to_compare(text, match))
    start = _start(match, is_word=is_word)
    if match["top"] and not percent:
        comparator, shown = Comparator.AT_MOST, text[match.start("top") : match.end("top")].split()[0]
        start = match.start("top")
    return Figure(start, end, match.start("digits"), match.end("digits"), comparator, value, upper, shown)


def _counts_nothing(match: re.Match[str], before: str, after: str, digits: str) -> bool:
    """True for a year, a date, the number of a paper or of a section."""
    if match["top"] or "/" in (match["unit"] or ""):
        return False
    if _YEAR.match(digits) and not match["unit"]:
        return True
    if _AFTER_NO_COUNT.match(after) or ((match["unit"] or "").strip() in ("ngay", "lan") and "/" in after[:2]):
        return True
    if match["word"] or match["sign"] or match["move"]:
        return False
    return bool(_NO_COUNT.search(before))


def _means_to_compare(text: str, match: re.Match[str]) -> bool:
    """False for a word that only without its marks is one of comparing."""
    word = (match["word"] or "").strip()
    written = text[match.start("word") : match.end("word")].strip().lower() if word else ""
    return bool(word) and (written == word or written == _MEANT.get(word, written))


def _comparator(match: re.Match[str], is_word: bool) -> Comparator:
    after = (match["after"] or "").strip()
    if after:
        return Comparator.AT_LEAST if after == "tro len" else Comparator.AT_MOST
    if (move := (match["move"] or "").strip()) and not match["level"]:
        return Comparator.FALL if re.match(_FALLING, move) else Comparator.RISE
    if sign := (match["sign"] or "").strip():
        return _SIGNS[sign]
    if is_word:
        word = match["word"].strip()
        return next(kind for kind, pattern in _WORDS if re.fullmatch(pattern, word))
    if level := (match["level"] or "").strip():
        return Comparator.AT_LEAST if level.startswith("len") else Comparator.AT_MOST
    return Comparator.AT_LEAST if match["upper"] or match["from"] else Comparator.EXACTLY


def _start(match: re.Match[str], *, is_word: bool) -> int:
    names = ("move", "level", "word", "from", "sign", "digits") if is_word or not match["word"] else ("sign", "digits")
    return min(match.start(name) for name in names if match[name])


def _value(digits: str) -> float | None:
    """What a number is worth, as Vietnamese papers write it: 1.200 and 1,5; a lone point before other than three digits
    parts decimals too."""
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", digits) and not digits.startswith("0"):
        return float(digits.replace(".", "").replace(",", "."))
    return float(digits.replace(",", ".")) if digits.count(".") + digits.count(",") <= 1 else None


def read_milestone(words: str, year: int = 0, unit: str = "") -> Milestone | None:
    """The milestone that a few words tell ("tren 60%", "tu 15 - 20%"); None where they hold no figure, or several.

    `unit` is the target's own, for words that name none.
    """
    flat = " ".join(words.split())
    figures = figures_in(flat)
    if len(figures) == 2 and _UPWARD.search(even(flat)[: figures[1].at]):
        # "from 40% to 60%" wants the second.
        figures = figures[1:]
    if len(figures) != 1:
        return None
    figure = figures[0]
    return Milestone(year, _meant(figure), figure.value, figure.unit or unit, flat, figure.upper)


def _meant(figure: Figure) -> Comparator:
    """The comparator as it can only be meant: nothing is more than all of it."""
    if figure.comparator is Comparator.MORE and figure.unit == "%" and figure.value == 100:
        return Comparator.AT_LEAST
    return figure.comparator


def reached(milestone: Milestone, value: float) -> bool | None:
    """True when the value reaches the milestone; None where "about" leaves it open."""
    wanted, comparator = milestone.value, milestone.comparator
    if comparator is Comparator.MORE:
        return value > wanted
    if comparator is Comparator.LESS:
        return value < (milestone.upper or wanted)
    if comparator is Comparator.AT_MOST:
        return value <= (milestone.upper or wanted)
    if comparator is Comparator.ABOUT and wanted * _ABOUT_SHARE <= value < wanted:
        return None
    return value >= wanted


def missing(milestone: Milestone, value: float) -> float:
    """How far the value is from the milestone: what is to be gained, or lost where less is wanted; 0 when reached."""
    if reached(milestone, value):
        return 0.0
    if milestone.comparator in (Comparator.LESS, Comparator.AT_MOST):
        return round(value - (milestone.upper or milestone.value), 6)
    return round(milestone.value - value, 6)


def is_downward(milestone: Milestone) -> bool:
    """True where less is better: the value is to stay under the figure."""
    return milestone.comparator in (Comparator.LESS, Comparator.AT_MOST)
