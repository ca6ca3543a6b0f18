"""How far a piece of work is, as people put it: percentages, fractions, so many of so many, halves."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from domain.sentences import Clause, Sentence

_UNITS = {
    "khong": 0,
    "mot": 1,
    "hai": 2,
    "ba": 3,
    "bon": 4,
    "tu": 4,
    "nam": 5,
    "lam": 5,
    "nham": 5,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
}
_SPOKEN = rf"(?:{'|'.join(_UNITS)}|muoi|chuc|tram|ruoi)"
_PERCENT_SIGN = r"\s*(?:%|phan tram\b)"
_PERCENT = re.compile(rf"(?<![\d/])(\d+(?:[.,]\d+)?)(?:\s*(?:-|den)\s*\d+(?:[.,]\d+)?)?{_PERCENT_SIGN}")
_SPOKEN_PERCENT = re.compile(rf"\b({_SPOKEN}(?: {_SPOKEN})*) phan tram\b")
_COUNT = r"\d{1,3}(?:\.\d{3})+|\d{1,6}"
_OF = re.compile(
    rf"(?<![\d/.,])({_COUNT})(?: (?!nam|ngay|thang|tuan|quy)[a-z]+){{0,3}} ?(?:/|tren"
    rf"|trong)(?: tong)?(?: so)?(?: tong)? ?"
    rf"({_COUNT})(?![\d/%]|\.\d)"
)
_OF_TOTAL = re.compile(
    rf"\b(?:tong(?: so| cong)?|ca thay|tat ca|het thay|co) ({_COUNT})(?: [a-z]+){{1,3}}(?:,| thi| ma)? "
    rf"(?:(?:da|moi|lam|xong|duoc|hoan thanh|thuc hien|nhap|cap|lap|so hoa|xu ly"
    rf"|giai quyet) ){{1,4}}({_COUNT})(?![\d/%.])"
)
_PARTS = re.compile(
    r"\b(\d{1,2}|mot|hai|ba|bon|nam|sau|bay|tam|chin) phan (\d{1,3}|ba|tu|bon|nam|sau|bay|tam|chin|muoi)\b(?! phan"
    r"| tram)"
)
_TENTHS = re.compile(
    r"\b(?:duoc|dat|xong|lam|khoang|chung|co|hon) ([1-9]|mot|hai|ba|bon|nam|sau|bay|tam|chin)(?: phan muoi| phan)"
    r"(?= (?:roi|cong viec|khoi luong|a|anh|chi|em|thoi)\b|\s*(?:$|[,.;\n]))"
)
_HALF = re.compile(
    r"\b(?:(?:mot|1) (?:nua|phan hai)|phan nua|non nua|(?:duoc|dat|qua|gia|gan|hon|moi|khoang|xong|co|lam) nua)\b"
    r"(?! (?:dau|cuoi|thang|nam|tuan|ngay|roi moi))"
)
_BARE = re.compile(
    r"\b(?:dat|duoc|xong|len|la|khoang|hoan thanh|toi|chung|moi) (\d{1,3})(?=(?: (?:roi|a|thoi|anh|chi|em|do|nha"
    r"|nhe|luon))*\s*$)"
)

_WANTED = re.compile(
    r"\b(?:du kien|se|phan dau|muc tieu|chi tieu|hy vong|mong|co gang|quyet tam|can|phai|yeu cau|toi thieu"
    r"|theo ke hoach|giao"
    r"|cam ket|rang|so voi|thay vi|chu khong phai|khong phai|tranh thu|de nghi|hen"
    r"|(?:thang|tuan|quy|ky|hom|nam|lan|dot) (?:truoc|qua|roi)|hom qua|hom kia|truoc do|truoc day|truoc kia|ban dau"
    r"|luc dau"
    r"|nam ngoai|nam kia|cung ky)\b(?:(?!\b(?:ma|hien|nay|gio|moi|thuc te|con|den nay)\b)[^,;])*$"
)
_ASIDE = re.compile(
    r"\b(?:giai ngan|kinh phi|von|tien|ngan sach|da chi|trieu|ty|dong|nguoi dan|hai long|tham gia)\b[^,;]{0,25}$"
)
_MONEY_AFTER = re.compile(r"^ ?(?:trieu|ty|nghin|ngan|dong|tr|trd|kinh phi|von|tien)\b")
_LEFT_OVER = re.compile(
    r"(?<!giam )(?<!tut )(?<!xuong )(?<!rot )(?<!ha )\b(?:con lai|con thieu|chi con|con)(?: khoang| tam| hon"
    r"| gan| chung| do)?\s*$"
)
_GROWTH = re.compile(r"\b(?:tang|giam|nhich|them|nhanh|cham|vuot)(?: them| duoc)?(?: khoang| duoc)?\s*$")
_REACHED = re.compile(
    r"\b(?:len|dat|duoc|moi|hien|hien tai|hien nay|nay|gio|xong|hoan thanh|khoang|khoi luong|tien do)(?: \w+){0,2}\s*$"
)
_NOT_YET = re.compile(r"\b(?:chua|chua duoc|chua toi|chua den|chua dat)(?: duoc| toi| den| dat| qua)?\s*$")
_DAY_BEFORE = re.compile(
    r"\b(?:ngay|truoc|nhat|den|vao|tu|han|hom|sang|chieu|het|kien|thang|thu \w+|tuan|mung|toi|sau|cuoi|dau|giua)\s*$"
)
_MEASURED = re.compile(
    r"^ ?(?:thon|ap|khu pho|to dan pho|ho|truong|lop|tram|diem|nguoi|hoc vien|can bo|don vi|phong|ho so|cong trinh"
    r"|hang muc|chi tieu|noi dung|buoc|cau|tuyen|camera|may|loa)\b"
)
_COUNTED = re.compile(
    r"^ ?(?!nam\b|ngay\b|thi\b|nay\b|toi\b|xong\b|hoan\b|trinh\b|la\b|se\b|va\b|de\b|nop\b|thang\b|a\b|nha\b|nhe\b"
    r"|do\b|em\b|moi\b"
    r"|bao\b|ban\b|gui\b|phai\b|luc\b|tuc\b|vi\b|nhung\b|nghiem\b|hop\b|anh\b|tren\b|trong\b)[a-z]{2,}"
)
_DONE_BEFORE = re.compile(
    r"\b(?:duoc|lam|lam xong|dat|moi|xong|hoan thanh|khoang|thuc hien|xu ly|giai quyet|da|co|nhap|cap|lap|so hoa"
    r"|khao sat|mo|phat"
    r"|hien|la|len|gan|hon|:)\s*$|:\s*$|^\W*$"
)
_NO_COUNT = re.compile(
    r"\b(?:so|qd|quyet dinh|cong van|ke hoach|nghi quyet|to trinh|thong bao|van ban|dieu|khoan|phong|duong|nha|ngo"
    r"|hem)\s*$"
)


@dataclass(frozen=True, slots=True)
class _Figure:
    value: float
    at: int
    is_reached: bool
    is_aside: bool


def percent_in(sentence: Sentence) -> float | None:
    """The percentage, 0 to 100, that a sentence says is reached now; None when it gives no figure or only a wish.

    Of several the last one told as reached counts; money spent or people content count only when nothing else does.
    """
    totals = list(_of_totals(sentence.folded))
    figures = [_Figure(value, start, True, False) for start, _, value in totals]
    for figure in (figure for clause in sentence.clauses() for figure in _figures(clause)):
        if not any(start <= figure.at < end for start, end, _ in totals):
            figures.append(figure)
    if not figures:
        return None
    of_work = [figure for figure in figures if not figure.is_aside] or figures
    reached = [figure for figure in of_work if figure.is_reached] or of_work
    return max(0.0, min(100.0, max(reached, key=lambda figure: figure.at).value))


def without_figures(sentence: Sentence) -> Sentence:
    """The sentence with every figure of work done blanked out, so that a fraction is not taken for a day."""
    rest = sentence
    for start, end, _ in _of_totals(sentence.folded):
        rest = rest.without(start, end)
    for clause in sentence.clauses():
        for start, end, _ in _values(clause.text):
            rest = rest.without(clause.start + start, clause.start + end)
    return rest


def _figures(clause: Clause) -> Iterator[_Figure]:
    text = clause.text
    for start, end, value in _values(text):
        before, after = text[:start], text[end:]
        if _WANTED.search(before) or _GROWTH.search(before) or _NOT_YET.search(before):
            continue
        if re.match(r"\s*(?:len|tang len)\b", after):
            continue
        if _LEFT_OVER.search(before):
            value = 100 - value
        is_aside = bool(_ASIDE.search(before) or _MONEY_AFTER.match(after))
        yield _Figure(value, clause.start + start, bool(_REACHED.search(before)), is_aside)


def _values(text: str) -> Iterator[tuple[int, int, float]]:
    for match in _PERCENT.finditer(text):
        yield match.start(), match.end(), _number(match[1])
    for match in _SPOKEN_PERCENT.finditer(text):
        if (spoken := _spoken(match[1])) is not None:
            yield match.start(), match.end(), spoken
    for match in _OF.finditer(text):
        part, whole = (_whole(number) for number in match.groups())
        if whole > 0 and part <= whole and _is_share(text, match, part, whole):
            yield match.start(), match.end(), 100 * part / whole
    for match in _PARTS.finditer(text):
        part, whole = _small(match[1]), _small(match[2])
        if 0 < part <= whole:
            yield match.start(), match.end(), 100 * part / whole
    for match in _TENTHS.finditer(text):
        yield match.start(), match.end(), 10.0 * _small(match[1])
    for match in _HALF.finditer(text):
        yield match.start(), match.end(), 50.0
    if (bare := _BARE.search(text)) and int(bare[1]) <= 100:
        yield bare.start(1), bare.end(), float(bare[1])


def _of_totals(text: str) -> Iterator[tuple[int, int, float]]:
    """Counts told after their total: "120 in all, 90 entered so far"."""
    for match in _OF_TOTAL.finditer(text):
        whole, part = (_whole(number) for number in match.groups())
        if whole > 0 and part <= whole:
            yield match.start(), match.end(), 100 * part / whole


def _is_share(text: str, match: re.Match[str], part: int, whole: int) -> bool:
    """True for "three of four", false for the third of April: a fraction and a day are written alike."""
    before, after = text[: match.start()], text[match.end() :]
    if (part <= 12 and 2000 <= whole < 2100) or _NO_COUNT.search(before) or re.match(r"/?-?[a-z]*/", after):
        return False
    if "/" not in match.group():
        return not re.search(r"\b(?:trieu|ty|dong|ngay|tuan|thang|nam)\b", match.group()) and not _MONEY_AFTER.match(
            after
        )
    if whole > 31 or part > 31:
        return True
    if _MEASURED.match(after):
        return True
    if _COUNTED.match(after):
        return not _DAY_BEFORE.search(before)
    if _DAY_BEFORE.search(before):
        return False
    return whole <= 10 or (whole > 12 and bool(_DONE_BEFORE.search(before)))


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _whole(text: str) -> int:
    return int(text.replace(".", ""))


def _small(word: str) -> int:
    return int(word) if word.isdigit() else 10 if word == "muoi" else _UNITS[word]


def _spoken(text: str) -> float | None:
    """A number up to a hundred in words; None when the words make no number."""
    words = text.split()
    if words in (["tram"], ["mot", "tram"]):
        return 100.0
    half = 0.5 if words[-1] == "ruoi" else 0.0
    words = words[:-1] if half else words
    tens = next((at for at, word in enumerate(words) if word in ("muoi", "chuc")), None)
    if tens is None:
        return _UNITS[words[0]] + half if len(words) == 1 and words[0] in _UNITS else None
    before, after = words[:tens], words[tens + 1 :]
    if len(before) > 1 or len(after) > 1 or any(word not in _UNITS for word in (*before, *after)):
        return None
    return (_UNITS[before[0]] if before else 1) * 10 + (_UNITS[after[0]] if after else 0) + half
