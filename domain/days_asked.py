"""Questions for the days off of a month, of a year or around a holiday, as the stretch of days to be shown."""

import re
from collections.abc import Sequence
from datetime import MAXYEAR, date, timedelta

from domain.periods import month_end
from domain.public_holidays import public_holidays
from domain.shorthand import written_out
from domain.vietnamese import fold
from domain.word_classes import FILLING, POLITE, Reading, WordClasses

LONGEST = 120
AHEAD = timedelta(days=365)
_AROUND = timedelta(days=6)
"""How far around a holiday the days off are shown: the weekends beside it, and what is worked for it."""

_WORDS = WordClasses(
    {
        FILLING: f"""{POLITE}; <m>; <y>; <d>; trong; cua; va; ngay; hom; minh; ta; chung ta; chung toi; duoc; co; dip;
            ky; mung; cho; tu; den; toi; phai; khong; cac; nhung; chinh thuc; theo; lich; thoi gian; xem; cho xem;
            ca; toan; tong cong; biet; nam; bao gom; ke; vao; ben; thang; k; theo quy dinh; sau; het; roi; le""",
        "list": """lich nghi; lich nghi le; nhung ngay nghi; nhung ngay le; cac ngay nghi; cac ngay le; ngay nghi le;
            danh sach ngay nghi; nhung ngay nghi le; cac ngay nghi le""",
        "off": """nghi; nghi le; nghi bu; nghi lam; ngay nghi; ngay le; di lam; lam lai; di lam lai; lam viec lai;
            ngay lam bu; lam bu; nghi lam viec; duoc nghi""",
        "asks": """nao; ngay nao; hom nao; nhung ngay nao; nhung hom nao; may ngay; may hom; bao nhieu ngay; bao gio;
            khi nao; bao lau; ngay gi; nhu the nao; the nao; ra sao; ngay may""",
        "office": "co quan; uy ban; phuong; xa; don vi; can bo; cong chuc",
        "coming": "sap toi; sap den; toi day; cuoi nam; tu gio den cuoi nam",
        "nguyen dan": """tet; tet nguyen dan; nguyen dan; tet am lich; tet ta; tet co truyen; am lich""",
        "duong lich": "tet duong lich; duong lich; tet tay; nam moi; dau nam moi",
        "gio to": "gio to; gio to hung vuong; hung vuong",
        "quoc khanh": "quoc khanh; le quoc khanh",
        "chien thang": "giai phong; giai phong mien nam; chien thang; thong nhat",
        "quoc te lao dong": "quoc te lao dong; le lao dong",
    }
)
_HOLIDAYS = ("nguyen dan", "duong lich", "gio to", "quoc khanh", "chien thang", "quoc te lao dong")
_MONTH = re.compile(
    r"\bthang (?:(?P<month>1[0-2]|0?[1-9])(?!\d)(?:(?:/| nam )(?P<of>20\d\d))?|(?P<near>nay|sau|toi))(?: nay)?"
)
_YEAR = re.compile(r"\bnam (?:(?P<year>20\d\d)|(?P<near>nay|sau|toi))\b")
_DAY = re.compile(r"(?<!\d)(?P<day>\d{1,2}) ?/ ?(?P<month>\d{1,2})(?![\d/])")
_NEXT = ("sau", "toi")


def days_off_asked(text: str, today: date) -> tuple[date, date] | None:
    """The first and the last day that the question is about; None where nobody asks for the office's days off."""
    if len(text) > LONGEST or "\n" in text.strip():
        return None
    said = " ".join(re.sub(r"[?!,;\"]|\.(?=\s|$)", " ", written_out(fold(text))).split())
    said = re.sub(r"(?<=\d)\s*-\s*(?=\d)", " ", said)
    year = _YEAR.search(said)
    words = _YEAR.sub("<y>", said)
    days = list(_DAY.finditer(words))
    words = _DAY.sub("<d>", words)
    month = _MONTH.search(words)
    read = _WORDS.read(_MONTH.sub("<m>", words))
    if read.rest or not (read.has("list") or (read.has("off") and (read.has("asks") or _two_sided(said)))):
        return None
    wanted = _year(year, today)
    if month is not None:
        return _of_month(month, wanted, today)
    if days or read.has_any(*_HOLIDAYS):
        return _of_holiday(read, days, wanted, today)
    if year is not None:
        return date(wanted or today.year, 1, 1), date(wanted or today.year, 12, 31)
    return (today, today + AHEAD) if read.has_any("office", "coming") else None


def _two_sided(said: str) -> bool:
    return re.search(r"\bco (?:duoc |phai |ngay )*(?:nghi|di lam|le)\b.*\bk(?:hong)?\b", said) is not None


def _year(match: "re.Match[str] | None", today: date) -> int | None:
    if match is None:
        return None
    return int(match["year"]) if match["year"] else today.year + (match["near"] in _NEXT)


def _of_month(match: "re.Match[str]", year: int | None, today: date) -> tuple[date, date]:
    """The whole month: without a year the one to come, or this one."""
    if match["near"]:
        months = today.year * 12 + today.month - 1 + (match["near"] in _NEXT)
        first = date(months // 12, months % 12 + 1, 1)
    else:
        number = int(match["month"])
        first = date(int(match["of"] or 0) or year or today.year + (number < today.month), number, 1)
    return first, month_end(first.year, first.month)


def _of_holiday(
    read: Reading, days: "Sequence[re.Match[str]]", year: int | None, today: date
) -> tuple[date, date] | None:
    """The days around the holiday: of the year named, else of the one to come."""
    named = [name for name in _HOLIDAYS if read.has(name)]
    dates = {(int(day["month"]), int(day["day"])) for day in days}
    years = [year] if year else [y for y in (today.year, today.year + 1) if y <= MAXYEAR]
    for one in years:
        found = [
            day
            for day, why in public_holidays(one).items()
            if (day.month, day.day) in dates or any(name in fold(why) for name in named)
        ]
        if found and (year or max(found) >= today):
            return min(found) - _AROUND, max(found) + _AROUND
    return None
