"""When a task is due, as plans say it: a date, a rhythm, always, on request, or not readable."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from domain.periods import NUMBERS, VOCABULARY, Mention, Phrase, Unit, month_end, read_phrase
from domain.spelling import distance, nearest
from domain.vietnamese import fold


class DeadlineKind(StrEnum):
    """What sort of deadline a plan sets."""

    DATE = "date"
    RECURRING = "recurring"
    ONGOING = "ongoing"
    ON_REQUEST = "on_request"
    UNKNOWN = "unknown"


class Rhythm(StrEnum):
    """How often a recurring task or report comes round."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline. `due` is the last day allowed; `dates` are "MM-DD" in the year; `day` is a day of the month.

    For a quarter or a half-year `day` is a day of its last month; for a week it counts from Monday, 1, to Sunday, 7.
    A recurring deadline with a `due` comes round until that day. `text` keeps the plan's own words.
    """

    kind: DeadlineKind
    due: date | None = None
    every: Rhythm | None = None
    dates: tuple[str, ...] = ()
    day: int | None = None
    text: str = ""

    def as_json(self) -> dict[str, Any]:
        """The form the command line prints: only the fields that are set, without the words."""
        found: dict[str, Any] = {"kind": str(self.kind)}
        if self.due is not None:
            found["due"] = self.due.isoformat()
        if self.every is not None:
            found["every"] = str(self.every)
        if self.dates:
            found["dates"] = list(self.dates)
        if self.day is not None:
            found["day"] = self.day
        return found


LONGEST = 300
"""A deadline is a phrase; a longer text is a paragraph, and a date found in it may be anything."""

_RHYTHM_BY_MONTHS = {1: Rhythm.MONTH, 3: Rhythm.QUARTER, 6: Rhythm.HALF_YEAR, 12: Rhythm.YEAR}
_UNIT_MONTHS = {"thang": 1, "quy": 3, "nam": 12}
_SMALLEST_FIRST = tuple(Rhythm)
_PLAIN = (
    "thuong xuyen",
    "thuong xuyen lien tuc",
    "thuong xuyen hang nam",
    "theo yeu cau",
    "khi co yeu cau",
    "hang tuan",
    "hang thang",
    "hang quy",
    "hang nam",
    "dinh ky hang thang",
    "dinh ky hang quy",
    "dinh ky hang nam",
)
"""Whole phrases without a figure, for print so damaged that no single word of it can be read."""


def parse_deadline(text: str) -> Deadline:
    """The deadline that a plan's words set; UNKNOWN when they cannot be read with certainty, never a guess."""
    if len(text) > LONGEST:
        return Deadline(DeadlineKind.UNKNOWN, text=text)
    phrase = read_phrase(_without_asides(text))
    found = _read(phrase)
    if found.kind is DeadlineKind.UNKNOWN and not phrase.mentions and not any(c.isdigit() for c in phrase.words):
        letters = re.sub(r"[^a-z ]", "", phrase.words).strip()
        if (plain := nearest(letters, _PLAIN, 0.25 * len(letters))) is not None:
            found = _read(read_phrase(plain))
    return replace(found, text=text)


_CLOCK = re.compile(
    r"\b\d{1,2} ?(?:h|g|gio|:) ?(?:[0-5]\d)?(?: ?(?:phut|p))?(?: cua)?(?=[ ,]+(?:ngay|thu|\d{1,2} ?[/.]))"
)
_VISION = re.compile(r"[,;(] *t\w{1,3} nh\w{1,3} .*|\btam nhin\b.*")
_QUARTER_DOT = re.compile(r"\bq ?\. ?(?=[ivl1-4]{1,3}\b)")
_MONTH_DOT = re.compile(r"\bt ?\. ?(?=\d{1,2} ?[/.-] ?20\d\d)")


def _without_asides(text: str) -> str:
    """The words without a time of day, which no deadline of ours keeps, and without what is only looked out to."""
    plain = fold(text)
    for aside, instead in ((_CLOCK, " "), (_VISION, ""), (_QUARTER_DOT, "quy "), (_MONTH_DOT, "thang ")):
        plain = aside.sub(instead, plain)
    return plain if plain != fold(text) else text


def occurrences(deadline: Deadline, start: date, end: date) -> list[date]:
    """The days between `start` and `end`, both included, on which something is due, in order.

    A rhythm without days of its own ends with its period; a week ends on Friday, the last day the office works.
    A day that a month lacks is that month's last. Deadlines without a date or rhythm have none.
    """
    if deadline.kind is DeadlineKind.DATE:
        return [deadline.due] if deadline.due is not None and start <= deadline.due <= end else []
    if deadline.kind is not DeadlineKind.RECURRING or deadline.every is None:
        return []
    last = end if deadline.due is None else min(end, deadline.due)
    return sorted({day for day in _rounds(deadline, start, last) if start <= day <= last})


def _rounds(deadline: Deadline, start: date, end: date) -> Iterator[date]:
    if deadline.every is Rhythm.WEEK and not deadline.dates:
        yield from _weekly(deadline.day if deadline.day and 1 <= deadline.day <= 7 else 5, start, end)
        return
    for year in range(start.year, end.year + 1):
        if deadline.dates:
            yield from (_in_year(year, month_day) for month_day in deadline.dates)
        else:
            yield from (_on_day(year, month, deadline.day) for month in _last_months(deadline.every))


def _weekly(weekday: int, start: date, end: date) -> Iterator[date]:
    days = (weekday - start.isoweekday()) % 7
    while days <= (end - start).days:
        yield start + timedelta(days=days)
        days += 7


def _last_months(every: Rhythm | None) -> range:
    step = {Rhythm.MONTH: 1, Rhythm.QUARTER: 3, Rhythm.HALF_YEAR: 6}.get(every or Rhythm.YEAR, 12)
    return range(step, 13, step)


def _on_day(year: int, month: int, day: int | None) -> date:
    last = month_end(year, month)
    return last if day is None or not 1 <= day <= last.day else last.replace(day=day)


def _in_year(year: int, month_day: str) -> date:
    month, day = (int(part) for part in month_day.split("-"))
    return date(year, month, min(day, monthrange(year, month)[1]))


_UNKNOWN = Deadline(DeadlineKind.UNKNOWN)
_NUMBER = r"(?:(?P<n>\d{1,2}|mot|hai|ba|bon|sau) )?"
_UNIT = r"(?P<unit>tuan|thang|quy(?! (?:dinh|che|trinh|mo|hoach|1|2|3|4))|nam|ngay)"
_ONCE = re.compile(rf"\b{_NUMBER}{_UNIT} (?:/ )?(?:(?:mot|0?1) )?lan\b")
_TIMES = re.compile(
    r"\b(?:(?:moi|mot|hang|0?1) )?(?P<unit>tuan|thang|quy|nam) (?P<n>\d{1,2}|mot|hai|ba|bon) lan\b"
    r"|\b(?P<n2>\d{1,2}|mot|hai|ba|bon) lan (?:/ |moi |mot |trong |tren |hang )+(?P<unit2>tuan|thang|quy|nam)\b"
)
_EVERY = re.compile(rf"\b(?:hang|moi|dinh ky|tung|theo|bao cao)(?: (?:hang|moi|dinh ky|theo|cho))* {_NUMBER}{_UNIT}\b")
_EVERY_TOO = re.compile(rf" ?(?:,|;|/|-|va|hoac)? ?(?:(?:hang|moi|tung|theo|dinh ky) )*{_NUMBER}{_UNIT}\b(?! @)")
_YEARS_ON = re.compile(
    r"\b(?:va |, |- )?(?:hang |trong |cho )?(?:cac|nhung|moi) nam (?:tiep theo|ke tiep|sau do|sau nay|sau|tiep)\b"
)
_LAST_MONTH_DAY = re.compile(r"\b(?P<which>cuoi|dau) (?:cua )?(?:moi |hang )?quy\b(?! \d)")
_WEEKDAY = re.compile(r"\bthu (?P<day>[2-7]|hai|ba|tu|nam|sau|bay)\b|\bchu nhat\b")
_ALWAYS = re.compile(r"\bthuong xuyen\b|\blien tuc\b|\bhang ngay\b")
_ASKED = re.compile(
    r"\btheo (?:yeu cau|de nghi)\b|\bdot xuat\b"
    r"|\b(?:khi|neu) (?:(?:co|duoc) )?(?:[a-z]+ ){0,3}?(?:yeu cau|de nghi|chi dao|phat sinh|can)\b"
)
_ASIDE = re.compile(
    r"\b(?:theo|can cu|tai)\b(?! (?:yeu cau|de nghi|tuan|thang|quy(?! (?:dinh|che|trinh|mo))|nam|dinh ky)\b).*"
)
_NOT_A_DATE = re.compile(r"\b(?:sau|khong|chua|vong|hoc|ke tu|tinh tu|ngay sau|khi)\b")
_START = re.compile(
    r"\b(?:bat dau )?(?:tu|ke tu) (?:dau |cuoi |giua |het )?@\d+ (?:tro di|ve sau|tro ve sau)|\btro di\b"
)
_RANGE = re.compile(
    r"(?:tu )?(?:dau |cuoi |giua |het )?@(?P<a>\d+) ?(?:-|den|toi) ?(?:het |cuoi |dau |giua |truoc )*@(?P<b>\d+)"
)


_WEEKDAY_OF_A_DAY = re.compile(r"\b(?:thu (?:[2-7]|hai|ba|tu|nam|sau|bay)|chu nhat) ?,? (?=(?:ngay )?@)")
_LIST_OF_RHYTHMS = re.compile(
    r"(?:thuong xuyen ,? ?)?(?:bao cao )?(?:tuan|thang|quy|0?[369] thang|nam)"
    r"(?: (?:,|;|va|-|/) (?:bao cao )?(?:ca )?(?:thang|quy|0?[369] thang|nam))+"
)
_RHYTHM_OF_A_PART = re.compile(r"(?:^|(?<=, )|(?<=; ))(?=(?:quy|[36] thang|nam) (?:\( )?(?:truoc|ngay|cham nhat) )")


def _plainly(words: str) -> str:
    """The words with several ways of saying a thing made one."""
    plain = re.sub(r"\bkhong (?:muon|tre|cham) hon\b|\bmuon nhat(?: la)?\b|\bcham nhat la\b", "truoc", words)
    plain = _WEEKDAY_OF_A_DAY.sub("", plain)
    plain = re.sub(
        r"\b(?:cac |moi )?thang (cuoi|dau) (?:cung|tien)\b|\b(?:cac|moi) thang (cuoi|dau)\b", _last_or_first, plain
    )
    plain = re.sub(r"(@\d+) cua thang\b(?! cuoi| dau| @)", r"\1 hang thang", plain)
    plain = re.sub(r"\bca nam\b", "nam", plain)
    plain = re.sub(r"\bnua nam\b(?! @)", "6 thang", plain)
    plain = re.sub(r"\b(?:so|tong) ket\b", "bao cao", plain)
    if match := _LIST_OF_RHYTHMS.fullmatch(plain.strip()):
        return re.sub(r"^(thuong xuyen ,? ?)?", r"\1dinh ky ", match.group())
    if re.search(r"[,;] nam (?:\( )?(?:truoc|ngay|cham nhat) ", plain):
        return _RHYTHM_OF_A_PART.sub("dinh ky ", plain)
    return plain


def _last_or_first(match: re.Match[str]) -> str:
    return f"thang {match[1] or match[2]}"


def _read(phrase: Phrase) -> Deadline:
    words = _plainly(_ASIDE.sub("", phrase.words))
    mentions = phrase.mentions
    if (rhythm := _recurring(words, mentions)) is not None:
        return rhythm
    if _START.fullmatch(words) and all(m.year and m.last(m.year) for m in mentions):
        return Deadline(DeadlineKind.ONGOING)
    if _names_a_stretch(words):
        return _dated(words, mentions)
    if re.search(r"\d", _BEGINNING.sub("", words) if _ALWAYS.search(words) else words):
        return _UNKNOWN
    if _ALWAYS.search(words) and not re.search(r"\b(?:khong|chua) (?:thuong|lien)", words):
        return Deadline(DeadlineKind.ONGOING)
    if _ASKED.search(words) and not re.search(r"\b(?:sau khi|khong|dinh ky)\b", words):
        return Deadline(DeadlineKind.ON_REQUEST)
    return _UNKNOWN


_BEGINNING = re.compile(r"\btu (?:dau |cuoi |giua |het )?@\d+(?! ?(?:-|den|toi))")


def _names_a_stretch(words: str) -> bool:
    """True when a date sets the deadline; a mere beginning does not end anything."""
    starts_only = _BEGINNING.sub("", words)
    return "@" in starts_only or ("@" in words and not _ALWAYS.search(words))


def _recurring(words: str, mentions: tuple[Mention, ...]) -> Deadline | None:
    """The rhythm the words set, UNKNOWN for one that cannot be kept, None when they set none."""
    rest = words
    found: list[Rhythm | None] = []
    if _YEARS_ON.search(rest) or (_START.search(rest) and any(m.unit is Unit.YEAR for m in mentions)):
        rest = _START.sub(" ", _YEARS_ON.sub(" ", rest))
        found.append(Rhythm.YEAR)
        mentions = ()
        rest = re.sub(r"@\d+", " ", rest)
    last_month = _LAST_MONTH_DAY.search(rest)
    if last_month and re.search(r"@\d+ (?:cua )?(?:thang )?(?:cuoi|dau)|moi quy|hang quy", rest):
        return _in_quarter(last_month["which"], words, mentions)
    for pattern in (_ONCE, _TIMES):
        while match := pattern.search(rest):
            group = match.groupdict()
            unit, count = group.get("unit") or group["unit2"], group.get("n") or group.get("n2") or ""
            found.append(_times(unit, _number(count)) if pattern is _TIMES else _each(unit, _number(count)))
            rest = f"{rest[: match.start()]} {rest[match.end() :]}"
    if match := _EVERY.search(rest):
        rest, more = _every(rest, match)
        found.extend(more)
    while more_match := _EVERY.search(rest):
        rest, more = _every(rest, more_match)
        found.extend(more)
    if not found:
        return None
    rhythms = [r for r in found if r is not None]
    if not rhythms or (len(rhythms) < len(found) and len(found) == 1):
        return _always_daily(words, mentions)
    every = min(rhythms, key=_SMALLEST_FIRST.index)
    return _with_days(every, " ".join(rest.split()), mentions)


def _always_daily(words: str, mentions: tuple[Mention, ...]) -> Deadline:
    daily = re.search(r"\b(?:hang|moi) ngay\b", words) and not mentions and not re.search(r"\d", words)
    return Deadline(DeadlineKind.ONGOING) if daily else _UNKNOWN


def _every(rest: str, match: re.Match[str]) -> tuple[str, list[Rhythm | None]]:
    """The rhythms of one list, where only the first may say "every", and the words without them."""
    found = [_each(match["unit"], _number(match["n"] or ""))]
    end = match.end()
    while more := _EVERY_TOO.match(rest, end):
        found.append(_each(more["unit"], _number(more["n"] or "")))
        end = more.end()
    return f"{rest[: match.start()]} {rest[end:]}", found


def _number(word: str) -> int:
    return 1 if not word else int(word) if word.isdigit() else NUMBERS[word]


def _each(unit: str, count: int) -> Rhythm | None:
    """The rhythm of once in `count` units; None for one the office does not keep."""
    if unit == "tuan":
        return Rhythm.WEEK if count == 1 else None
    return _RHYTHM_BY_MONTHS.get(_UNIT_MONTHS.get(unit, 0) * count)


def _times(unit: str, count: int) -> Rhythm | None:
    """The rhythm of `count` times in one unit."""
    if unit == "tuan":
        return Rhythm.WEEK if count == 1 else None
    months = _UNIT_MONTHS[unit]
    return _RHYTHM_BY_MONTHS.get(months // count) if count and months % count == 0 else None


def _in_quarter(which: str, words: str, mentions: tuple[Mention, ...]) -> Deadline:
    """A day of the last or first month of each quarter."""
    ends, until = _ends(words, mentions)
    if ends is None or len(ends) > 1 or any(m.unit is not Unit.DAY_OF_MONTH or not 1 <= m.day <= 31 for m in ends):
        return _UNKNOWN
    day = ends[0].day if ends else None
    rhythm = Deadline(DeadlineKind.RECURRING, every=Rhythm.QUARTER, due=until)
    if which == "cuoi":
        return replace(rhythm, day=day)
    if day is None or "thang" not in words or day > 30:
        return _UNKNOWN
    return replace(rhythm, dates=tuple(f"{month:02d}-{day:02d}" for month in (1, 4, 7, 10)))


def _with_days(every: Rhythm, words: str, mentions: tuple[Mention, ...]) -> Deadline:
    ends, until = _ends(words, mentions)
    if ends is None or re.search(r"(?<!@)\b\d|\b(?:thang|quy)\b(?! (?:cuoi|@))(?<!cua thang)", _WEEKDAY.sub("", words)):
        return _UNKNOWN
    rhythm = Deadline(DeadlineKind.RECURRING, every=every, due=until)
    if not ends and re.search(r"\b(?:dau|giua)$|\b(?:dau|giua) (?:thang|quy|nam)\b", words):
        return _UNKNOWN
    if every is Rhythm.WEEK:
        return replace(rhythm, day=_weekday(words)) if not ends else _UNKNOWN
    if not ends:
        return rhythm
    if all(m.unit is Unit.DAY_OF_MONTH for m in ends):
        fits = len(ends) == 1 and 1 <= ends[0].day <= 31 and every is not Rhythm.YEAR
        return replace(rhythm, day=ends[0].day) if fits else _UNKNOWN
    days = [m.last(2024) for m in ends]
    if every is Rhythm.MONTH or None in days:
        return _UNKNOWN
    dates = tuple(_month_day(m, day) for m, day in zip(ends, days, strict=True) if day is not None)
    return replace(rhythm, dates=tuple(sorted(set(dates))))


def _month_day(mention: Mention, last: date) -> str:
    """A day of any year: the end of February is written 02-29 and means that month's last day."""
    return f"{last.month:02d}-{last.day:02d}"


def _weekday(words: str) -> int | None:
    if (match := _WEEKDAY.search(words)) is None:
        return None
    if match["day"] is None:
        return 7
    return _number(match["day"]) - 1


def _ends(words: str, mentions: tuple[Mention, ...]) -> tuple[list[Mention] | None, date | None]:
    """The yearless stretches a rhythm names (the end of each range), and the day until which it goes on.

    None for the stretches when the words bound them in a way that cannot be kept.
    """
    starts = {int(m["a"]) for m in _RANGE.finditer(words)}
    bounded = {int(m["b"]) for m in _RANGE.finditer(words)}
    bounded |= {int(n) for n in re.findall(r"\bden (?:het |cuoi |truoc )*@(\d+)", words)}
    bounded |= {int(n) for n in re.findall(r"\b(?:giai doan|nhiem ky) @(\d+)", words)}
    ends: list[Mention] = []
    until: date | None = None
    for at, mention in enumerate(mentions):
        if f"@{at}" not in words.split() or at in starts:
            continue
        if mention.year is None:
            if re.search(rf"\b(?:sau|dau|giua) @{at}\b", words):
                return None, None
            ends.append(mention)
        elif at in bounded:
            until = mention.last(mention.year)
            if until is None:
                return None, None
        elif mention.last(mention.year) is None or mention.unit is Unit.DAY:
            return None, None
    return ends, until


def _dated(words: str, mentions: tuple[Mention, ...]) -> Deadline:
    """The last day that the stretches named in the words allow."""
    rest = re.sub(r"@\d+", "@", words)
    if re.search(r"\d|/|\b(?:quy|thang|tro di)\b", rest) or _NOT_A_DATE.search(rest):
        return _UNKNOWN
    seen = [int(n) for n in re.findall(r"@(\d+)", words)]
    starts = {int(m["a"]) for m in _RANGE.finditer(words)}
    for start in re.findall(r"\btu (?:ngay |dau |cuoi |giua |het )*@(\d+)", words):
        if int(start) not in starts and not _ends_later(words, int(start)):
            return _UNKNOWN
        starts.add(int(start))
    lasts: list[date] = []
    lenders = {_lender(at, mentions) for at in seen if mentions[at].year is None and at not in starts}
    for at in seen:
        mention = mentions[at]
        if (mention.unit is Unit.DAY_OF_MONTH and at in starts) or (mention.unit is Unit.YEAR and at in lenders):
            continue
        lender = _lender(at, mentions)
        year = mention.year or (None if lender is None else mentions[lender].year)
        first, last = (None, None) if year is None else (mention.first(year), mention.last(year))
        if first is None or last is None:
            return _UNKNOWN
        before = _before(words, at)
        is_a_part = before in ("dau", "giua") and mention.unit is not Unit.DAY
        if at not in starts and (is_a_part or _may_hide_a_limit(before, mention)):
            return _UNKNOWN
        if before == "truoc" and mention.unit is not Unit.DAY:
            last = first - timedelta(days=1)
        lasts.append(last)
    return _latest(lasts, list(_RANGE.finditer(words)), mentions)


def _ends_later(words: str, start: int) -> bool:
    """True when an end is named for what begins with a stretch."""
    after = words.partition(f"@{start}")[2]
    return bool(re.search(r"\b(?:hoan thanh|xong|ket thuc|den|toi)(?: \w+){0,3} @\d", after))


def _before(words: str, at: int) -> str:
    match = re.search(rf"(\w+) (?:cua )?@{at}\b", words)
    return match[1] if match else ""


def _may_hide_a_limit(word: str, mention: Mention) -> bool:
    """True for an unreadable word that could have been one that moves the last day, such as "from" or "before"."""
    if not word or word in VOCABULARY:
        return False
    limits = ("tu", "sau") if mention.unit is Unit.DAY else ("tu", "sau", "dau", "giua", "truoc")
    return any(distance(word, limit) <= max(1.5, 0.4 * len(limit)) for limit in limits)


def _lender(at: int, mentions: tuple[Mention, ...]) -> int | None:
    """Whose year a yearless stretch shares: the next stretch that has one, else a year named before it."""
    after = (n for n in range(at + 1, len(mentions)) if mentions[n].year is not None)
    before = (n for n in range(at) if mentions[n].unit is Unit.YEAR)
    return next(after, next(before, None))


def _latest(lasts: list[date], ranges: list[re.Match[str]], mentions: tuple[Mention, ...]) -> Deadline:
    if not lasts:
        return _UNKNOWN
    for pair in ranges:
        start, end = mentions[int(pair["a"])], mentions[int(pair["b"])]
        if start.year is not None and end.year is not None:
            opened, closed = start.first(start.year), end.last(end.year)
            if opened is None or closed is None or opened > closed:
                return _UNKNOWN
    return Deadline(DeadlineKind.DATE, due=max(lasts))
