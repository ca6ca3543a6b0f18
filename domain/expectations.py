"""When people say they will be done: "next week", "ten days from now", "by the end of the first quarter"."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from domain.periods import NUMBERS, Mention, Unit, month_end, read_phrase
from domain.sentences import Clause, Sentence

FINISH = (
    r"(?:nghiem thu|cong bo|giao nop|dua vao (?:su dung|van hanh)|xong|hoan thanh|hoan tat|done|nop"
    r"|trinh|ban giao|ban hanh|bao cao|ket thuc)"
)
AHEAD = (
    r"(?:du kien|se|hen|gia han|lui|phan dau|co gang|hy vong|mong|cham nhat|som nhat|quyet tam|kha nang|cam ket|"
    r"muon nhat|dam bao|ke hoach la|toi da)"
)
_COUNT = r"(\d{1,3}|mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi)"
_SPAN = r"(ngay|hom|bua|tuan|thang)"
_IN_SPANS = re.compile(
    rf"\b{_COUNT} {_SPAN} (?:nua|sau nua)\b|\b(?:sau|trong|trong vong|them|lui|gian|doi|xin|gia han"
    rf"|khat) {_COUNT} {_SPAN}\b"
)
VAGUE = re.compile(
    r"\b(?:vai|may|it|mot so|mot hai|dam ba) (?:ngay|hom|bua|tuan|thang)(?: nua| toi)?\b|\b(?:thoi gian toi|sap toi"
    r"|(?:sau|qua|ra) tet|ra gieng|mai mot"
    r"|nay mai|som thoi|khong lau nua|chac la|it lau nua)\b"
)
"""Times ahead that name no day."""
_HALF_MONTH = re.compile(r"\bnua thang nua\b|\b(?:sau|trong) nua thang\b")
_TODAY = re.compile(r"\b(?:hom nay|trong ngay|chieu nay|toi nay|cuoi ngay)\b")
_TOMORROW = re.compile(
    rf"\b(?:ngay|sang|trua|chieu|toi) mai\b|(?<!thuong )(?<!khuyen )\bmai (?:la )?(?:se )?{FINISH}"
    rf"|(?<!thuong )\bmai\s*$"
)
_OVERMORROW = re.compile(
    rf"\b(?:ngay|hom|sang|chieu) (?:kia|mot)\b(?! thang)|\bmot kia\b|^\W*(?:den |toi "
    rf"|chac )?mot (?:la )?(?:se )?{FINISH}"
)
_WEEK = re.compile(
    r"\b(dau |giua |cuoi |het |trong )?tuan (nay|sau|toi|ke tiep)\b|\b(cuoi|het|trong|sang|qua) tuan\b(?! truoc)"
)
_WEEKDAY = re.compile(
    r"\b(?:thu ([2-7]|hai|ba|tu|nam|sau|bay)|(chu nhat)) (tuan )?(nay|sau|toi)\b"
    r"|(?<!dot )(?<!lan )(?<!doan )(?<!nguoi )(?<!thon )(?<!lop )(?<!buoc )(?<!vong )(?<!khoa )(?<!phan )"
    r"(?<!ho )(?<!tuyen )(?<!trinh )(?<!nha )(?<!muc )(?<!viec )(?<!truong )(?<!ban )(?<!cau )\bthu ([2-7]|hai"
    r"|ba|tu|nam|sau|bay)\b(?! (?:nhat|tuc|hai|ba))"
    r"|\b(chu nhat)\b"
)
_DAY_OF_MONTH = re.compile(r"\bngay (\d{1,2}) thang (nay|sau|toi)\b|\b(\d{1,2}) thang (nay|sau|toi)\b")
_MONTH = re.compile(
    r"\b(dau |giua |cuoi |het |trong )?thang (nay|sau|toi)\b|\b(cuoi|het|trong|sang|qua) thang\b(?! (?:truoc|\d"
    r"|mot|hai|ba|muoi))"
)
_QUARTER = re.compile(
    r"\b(dau |giua |cuoi |het |trong )?quy (nay|sau|toi)\b|\b(cuoi|het|trong|sang|qua) quy\b(?! (?:truoc|\d|i|v))"
)
_YEAR = re.compile(
    r"\b(dau |giua |cuoi |het |trong )?(?:(?<![\div] )nam (nay|sau|toi)|((?:sang|qua) nam))\b|\b(cuoi|het"
    r"|trong) nam\b(?! \d)"
)
_NOT_A_PROMISE = re.compile(
    r"\b(?:tu|hom|ke tu|tu ngay|(?<!gia )(?<!qua )han(?: la| chot| nop| cuoi| cu)?|thoi han(?: la)?|so voi"
    r"|thay vi|thay cho"
    r"|chu khong phai|khong phai)(?: ngay)?\s*$"
)
_TET = re.compile(r"\b(?:truoc|giap|can) tet\b")
_TETS = {
    2026: date(2026, 2, 17),
    2027: date(2027, 2, 6),
    2028: date(2028, 1, 26),
    2029: date(2029, 2, 13),
    2030: date(2030, 2, 3),
    2031: date(2031, 1, 23),
    2032: date(2032, 2, 11),
    2033: date(2033, 1, 31),
    2034: date(2034, 2, 19),
    2035: date(2035, 2, 8),
}
"""New Year's days of the lunar calendar as Vietnam keeps it; before Tet means by its eve."""
_MEETING = re.compile(r"\b(?:hop(?! dong| tac| le| phan)|lam viec voi|giao ban|kiem tra|hoi nghi)\b")


def expected_in(sentence: Sentence, today: date) -> date | None:
    """The day by which the speaker hopes to be done, the last one if they name several; None when they name none."""
    found = [day for clause in sentence.clauses() for day in _promised(clause, today)]
    return found[-1] if found else None


def finishes(folded: str) -> bool:
    """True when the words speak of finishing or handing in."""
    return bool(re.search(rf"\b{FINISH}\b", folded))


def _promised(clause: Clause, today: date) -> Iterator[date]:
    text = clause.text
    looks_ahead = re.search(rf"\b{AHEAD}\b", text)
    finishes = re.search(rf"\b{FINISH}\b(?!\s*(?:duoc |khoang |hon |gan )?\d+(?:[.,]\d+)?\s*(?:%|phan))", text)
    if _MEETING.search(text) and not (finishes or looks_ahead):
        return
    if (
        re.search(r"\b(?:bat dau|khoi dong|khoi cong|se (?:trien khai|thuc hien|to chuc|mo|lam viec))\b", text)
        and not finishes
    ):
        return
    if re.search(r"\b(?:da|vua)\b", text) and not looks_ahead and not re.search(r"\bgia han\b", text):
        return
    if not (finishes or looks_ahead) and re.search(r"\b(?:dat|duoc|moi|len)\b", text):
        return
    found = sorted(_days(text, today), key=lambda entry: entry[0])
    for at, day, is_present in found:
        if day < today or _NOT_A_PROMISE.search(text[:at]):
            continue
        if is_present and not (finishes or looks_ahead):
            continue
        yield day


def _days(text: str, today: date) -> Iterator[tuple[int, date, bool]]:
    """Where a day is named, which day, and whether it is one of the present stretch, such as "this week"."""
    covered: list[tuple[int, int]] = []
    for reader in (
        _counted,
        _weekdays,
        _near,
        _weeks,
        _days_of_month,
        _months,
        _quarters,
        _years,
        _before_tet,
        _dated,
    ):
        for start, end, day, is_present in reader(text, today):
            if not any(start < other_end and end > other_start for other_start, other_end in covered):
                covered.append((start, end))
                yield start, day, is_present


_Named = Iterator[tuple[int, int, date, bool]]


def _counted(text: str, today: date) -> _Named:
    for match in _IN_SPANS.finditer(text):
        count, span = (match[1], match[2]) if match[1] else (match[3], match[4])
        number = int(count) if count.isdigit() else NUMBERS[count]
        yield match.start(), match.end(), _later(today, number, span), False
    for match in _HALF_MONTH.finditer(text):
        yield match.start(), match.end(), today + timedelta(days=15), False


def _later(today: date, count: int, span: str) -> date:
    if span == "thang":
        months = today.year * 12 + today.month - 1 + count
        last = month_end(months // 12, months % 12 + 1)
        return last.replace(day=min(today.day, last.day))
    return today + timedelta(days=count * (7 if span == "tuan" else 1))


def _near(text: str, today: date) -> _Named:
    for pattern, days in ((_TODAY, 0), (_TOMORROW, 1), (_OVERMORROW, 2)):
        for match in pattern.finditer(text):
            yield match.start(), match.end(), today + timedelta(days=days), days == 0


def _sunday(today: date) -> date:
    return today + timedelta(days=7 - today.isoweekday())


def _is_next(word: str | None) -> bool:
    return word in ("sau", "toi", "ke tiep")


def _goes_over(word: str | None) -> bool:
    """True for a word that leads over into the next stretch: "over into the month"."""
    return word in ("sang", "qua")


def _weekdays(text: str, today: date) -> _Named:
    for match in _WEEKDAY.finditer(text):
        word = match[1] or match[5]
        weekday = 7 if word is None else (int(word) if word.isdigit() else NUMBERS[word]) - 1
        monday = today - timedelta(days=today.isoweekday() - 1)
        day = monday + timedelta(days=weekday - 1)
        if _is_next(match[4]) or (day < today and match[4] is None):
            day += timedelta(days=7)
        yield match.start(), match.end(), day, False


def _weeks(text: str, today: date) -> _Named:
    for match in _WEEK.finditer(text):
        sunday = _sunday(today) + timedelta(days=7 if _is_next(match[2]) or _goes_over(match[3]) else 0)
        back = {"dau": 6, "giua": 4}.get((match[1] or "").strip(), 0)
        yield match.start(), match.end(), sunday - timedelta(days=back), match[1] is None and match[2] == "nay"


def _days_of_month(text: str, today: date) -> _Named:
    for match in _DAY_OF_MONTH.finditer(text):
        last = _month_end(today, 1 if _is_next(match[2] or match[4]) else 0)
        day = int(match[1] or match[3])
        if 1 <= day <= last.day:
            yield match.start(), match.end(), last.replace(day=day), False


def _month_end(today: date, ahead: int) -> date:
    months = today.year * 12 + today.month - 1 + ahead
    return month_end(months // 12, months % 12 + 1)


def _part_of_month(last: date, part: str | None) -> date:
    # The first ten days are the beginning of a month, and the fifteenth is its middle.
    day = {"dau": 10, "giua": 15}.get((part or "").strip())
    return last if day is None else last.replace(day=day)


def _months(text: str, today: date) -> _Named:
    for match in _MONTH.finditer(text):
        last = _month_end(today, 1 if _is_next(match[2]) or _goes_over(match[3]) else 0)
        is_present = match[1] is None and match[2] == "nay"
        yield match.start(), match.end(), _part_of_month(last, match[1]), is_present


def _quarters(text: str, today: date) -> _Named:
    for match in _QUARTER.finditer(text):
        ahead = 2 - (today.month - 1) % 3 + (3 if _is_next(match[2]) or _goes_over(match[3]) else 0)
        day = _part_of_quarter(_month_end(today, ahead), match[1])
        yield match.start(), match.end(), day, match[1] is None and match[2] == "nay"


def _part_of_year(year: int, part: str | None) -> date:
    # The first quarter is the beginning of a year, and the end of June its middle.
    return {"dau": date(year, 3, 31), "giua": date(year, 6, 30)}.get((part or "").strip(), date(year, 12, 31))


def _part_of_quarter(last: date, part: str | None) -> date:
    # Each month of a quarter is one of its parts.
    back = {"dau": 2, "giua": 1}.get((part or "").strip(), 0)
    return month_end(last.year, last.month - back)


def _before_tet(text: str, today: date) -> _Named:
    for match in _TET.finditer(text):
        for tet in _TETS.values():
            if tet - timedelta(days=1) >= today:
                yield match.start(), match.end(), tet - timedelta(days=1), False
                break


def _years(text: str, today: date) -> _Named:
    for match in _YEAR.finditer(text):
        part = (match[1] or "").strip()
        year = today.year + (1 if _is_next(match[2]) or match[3] else 0)
        day = _part_of_year(year, part)
        yield match.start(), match.end(), day, match[1] is None and match[2] == "nay"


_HYPHENED = re.compile(r"(?<=[a-z] )(\d{1,2})-(\d{1,2})(?![\d%/-]| ?%| phan| [a-z]+ (?:nua|toi))")
"""A day and its month with a hyphen between them; a stretch of per cent or of days is none."""


def _dated(text: str, today: date) -> _Named:
    """Days that stand in the calendar; one without its year is the next such day that comes."""
    phrase = read_phrase(_HYPHENED.sub(r"\1/\2", text), mended=False)
    for number, mention in enumerate(phrase.mentions):
        before = phrase.words.split(f"@{number}")[0]
        after = phrase.words.split(f"@{number}")[1]
        named = re.match(r" nam (nay|sau|toi)\b", after)
        day = mention.last(today.year + _is_next(named[1])) if named else _coming(mention, today)
        if (
            mention.year is None
            and not named
            and not re.search(rf"\b{AHEAD}\b", text)
            and _has_just_been(mention, today)
        ):
            continue
        if day is None or re.search(r"\b(?:tu|ke tu)(?: ngay)? $", before):
            continue
        part = re.search(r"(?<!phan )\b(dau|giua) $", before)
        if part and (parted := _PARTED.get(mention.unit)):
            day = parted(day, part[1])
        if re.search(_NOT_A_PROMISE, before):
            continue
        at = _place(text, mention)
        yield at, at + 1, day, False


def finished_before(text: str, today: date) -> bool:
    """True when folded words name a day or month of the last weeks and look at nothing ahead."""
    if re.search(rf"\b{AHEAD}\b", text):
        return False
    mentions = read_phrase(_HYPHENED.sub(r"\1/\2", text), mended=False).mentions
    return any(_has_just_been(mention, today) for mention in mentions if mention.unit is not Unit.DAY_OF_MONTH)


def _has_just_been(mention: Mention, today: date) -> bool:
    years = (mention.year,) if mention.year is not None else (today.year - 1, today.year)
    days = (mention.last(year) for year in years)
    return any(day is not None and today - _JUST <= day < today for day in days)


_JUST = timedelta(days=60)
"""A day without a year that lies no longer back is taken for the past one, not for next year's."""

_PARTED: dict[Unit, Callable[[date, str | None], date]] = {
    Unit.MONTH: _part_of_month,
    Unit.QUARTER: _part_of_quarter,
    Unit.YEAR: lambda last, part: _part_of_year(last.year, part),
}


def _place(text: str, mention: Mention) -> int:
    """About where a mention stands; its day or number is looked for in the text."""
    number = mention.day or mention.number or mention.year or 0
    match = re.search(rf"(?<!\d)0?{number}(?!\d)", text)
    return match.start() if match else len(text)


def _coming(mention: Mention, today: date) -> date | None:
    if mention.unit is Unit.DAY_OF_MONTH:
        for ahead in range(3):
            last = _month_end(today, ahead)
            if 1 <= mention.day <= last.day and last.replace(day=mention.day) >= today:
                return last.replace(day=mention.day)
        return None
    if mention.year is not None:
        return mention.last(mention.year)
    this_year = mention.last(today.year)
    if this_year is not None and this_year >= today:
        return this_year
    return mention.last(today.year + 1)
