"""The moments people name in chat for what is to come: tomorrow afternoon, in two days, Monday, until 20/12."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from domain.clock import local
from domain.periods import NUMBERS, month_end

_COUNT = rf"(?P<count>\d{{1,3}}|nua|{'|'.join(NUMBERS)})"
_PARTS = {"sang": time(8), "trua": time(11, 30), "chieu": time(14), "toi": time(18), "dem": time(18)}
_HALF_DAY = 12
_PART = r"(?:(?:dau gio |dau |cuoi )?(?P<part>sang|trua|chieu|dem|toi(?= nay)) )"
_CLOCK = (
    r"(?:(?:vao )?(?:luc )?(?P<hour>\d{1,2}) ?(?:h|g|gio|:)(?: ?(?P<minute>\d{2}|ruoi))?"
    r"(?: (?P<half>sang|trua|chieu|toi|dem)(?= |$)(?! (?:\d|ngay|cuoi|het)))?)"
)
_WEEKDAYS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5}
_NOUN = " (?:cua|so|nguoi|viec|nhiem|don|lan|ngay|tuan|thang|chut|trong|vai|dau|phong|can)\\b"
"""What makes "mot" a number, not the day after tomorrow."""
_DAY = (
    rf"(?:(?P<near>hom nay|nay|ngay mai|hom sau|mai|ngay kia|ngay mot|mot(?!{_NOUN}))"
    r"|(?:thu |t)(?P<weekday>hai|ba|tu|nam|sau|bay|[2-7])(?P<week> tuan (?:nay|sau|toi))?"
    r"|(?P<sunday>chu nhat|cn)(?P<sundays> tuan (?:nay|sau|toi))?"
    r"|thang (?P<whole>\d{1,2})"
    r"|(?:(?P<edge>dau|giua|cuoi) )?(?P<span>tuan|thang|quy)(?P<which> nay| sau| toi)?"
    r"|(?:ngay |hom |mung )?(?P<day>\d{1,2})(?:[/.-]| thang )(?P<month>\d{1,2})(?:(?:[/.-]| nam )(?P<year>\d{4}))?"
    r"|(?:ngay|hom|mung) (?P<only>\d{1,2})(?! ?/))"
)
_LATER = (
    rf"(?:(?:sau|trong)(?: khoang)? {_COUNT} (?P<unit>ngay|hom|tuan|thang|tieng|gio|phut)(?: dong ho)?(?: nua)?"
    r"|{count2} (?P<unit2>ngay|hom|tuan|thang|tieng|gio|phut)(?: dong ho)? (?:nua|sau))"
).replace("{count2}", _COUNT.replace("count", "count2"))
_DAYS = frozenset({"near", "weekday", "sunday", "span", "day", "only", "whole"})
_EVENING = re.compile("\\bto\u0302\u0301i\\b")
_PATTERNS = tuple(
    re.compile(rf"(?<![\w/]){pattern}(?![\w/%])")
    for pattern in (
        _LATER,
        rf"(?P<het>het )?{_DAY},? {_CLOCK}",
        rf"{_CLOCK},? (?:ngay )?{_DAY}",
        rf"{_PART}(?:ngay )?{_DAY}",
        rf"{_PART}(?:ngay )?{_DAY},? {_CLOCK}",
        rf"{_DAY} (?:dau gio |dau |cuoi )?(?P<part>sang|trua|chieu|dem)",
        rf"(?P<het>het )?(?:ngay )?{_DAY}",
        _CLOCK,
        r"(?P<part>chieu)(?= (?:\w+ )?nhac)",
    )
)


@dataclass(frozen=True, slots=True)
class Said:
    """A moment as it was said: a day, with an hour where one was named, and where in the folded words it stands."""

    day: date
    hour: time | None
    start: int
    end: int


def with_evenings(text: str) -> str:
    """The text with the word for evening told from the one for "until", which fold to the same letters."""
    return _EVENING.sub("dem", unicodedata.normalize("NFD", text.lower()))


def moment_in(words: str, now: datetime) -> Said | None:
    """The moment to come that folded words name, the longest way of reading them; None where none can be read.

    `now` carries a zone. A day that has passed this year is none; "until the end of" a day is the day after.
    """
    found: list[Said] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(words):
            try:
                said = _read(match, local(now))
            except (ValueError, OverflowError):
                continue
            if said is not None:
                found.append(Said(said[0], said[1], match.start(), match.end()))
    return max(found, key=lambda said: (said.end - said.start, -said.start), default=None)


def _read(match: re.Match[str], now: datetime) -> tuple[date, time | None] | None:
    said = {name: value for name, value in match.groupdict().items() if value is not None}
    if count := said.get("count") or said.get("count2"):
        return _later(count, said.get("unit") or said["unit2"], now)
    hour = _hour(said)
    if not said.keys() & _DAYS:
        return None if hour is None else (now.date() + timedelta(days=hour <= now.time()), hour)
    day = _day(said, now.date())
    if day is None:
        return None
    return _after_its_end(said, day) if "het" in said else day, hour


def _later(count: str, unit: str, now: datetime) -> tuple[date, time | None] | None:
    if count == "nua":
        if unit not in ("tieng", "gio"):
            return None
        moment = now + timedelta(minutes=30)
    else:
        number = int(count) if count.isdigit() else NUMBERS[count]
        if unit == "thang":
            months = now.year * 12 + now.month - 1 + number
            year, month = months // 12, months % 12 + 1
            return date(year, month, min(now.day, month_end(year, month).day)), None
        if unit in ("ngay", "hom", "tuan"):
            return now.date() + timedelta(days=number * (7 if unit == "tuan" else 1)), None
        moment = now + (timedelta(minutes=number) if unit == "phut" else timedelta(hours=number))
    return moment.date(), moment.time().replace(second=0, microsecond=0)


def _hour(said: dict[str, str]) -> time | None:
    part = said.get("half") or said.get("part")
    if "hour" not in said:
        return _PARTS[part] if part and part != "sang" else None
    hour, minute = int(said["hour"]), said.get("minute", "0")
    if part in ("chieu", "toi", "dem") and hour < _HALF_DAY:
        hour += _HALF_DAY
    return time(hour, 30 if minute == "ruoi" else int(minute))


def _day(said: dict[str, str], today: date) -> date | None:
    if near := said.get("near"):
        ahead = {"hom nay": 0, "nay": 0, "ngay mai": 1, "hom sau": 1, "mai": 1}.get(near, 2)
        return today + timedelta(days=ahead)
    if "weekday" in said or "sunday" in said:
        return _weekday(said, today)
    if "day" in said:
        return _dated(int(said["day"]), int(said["month"]), said.get("year"), today)
    if only := said.get("only"):
        first = today if int(only) >= today.day else _next_month(today)
        return first.replace(day=int(only))
    if whole := said.get("whole"):
        return _dated(1, int(whole), None, today) if int(whole) != today.month else today.replace(day=1)
    return _span(said, today) if "span" in said else None


def _weekday(said: dict[str, str], today: date) -> date:
    """The weekday to come: never today, of the next week where that was said."""
    named = said.get("weekday", "")
    number = 6 if "sunday" in said else _WEEKDAYS[named] if named in _WEEKDAYS else int(named) - 2
    week = said.get("week") or said.get("sundays") or ""
    if week.endswith((" sau", " toi")):
        return today - timedelta(days=today.weekday()) + timedelta(days=7 + number)
    return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)


def _dated(day: int, month: int, year: str | None, today: date) -> date | None:
    named = date(int(year) if year else today.year, month, day)
    if named < today and not year:
        # In December people speak of January.
        named = named.replace(year=today.year + 1) if (today - named).days > 183 else named
    return named if named >= today else None


def _span(said: dict[str, str], today: date) -> date | None:
    """The day for "next week" (its Monday), "the end of the week" (its Friday), "next month", "the quarter's end"."""
    is_next, edge = said.get("which", "").endswith((" sau", " toi")), said.get("edge", "")
    if said["span"] == "tuan":
        monday = today - timedelta(days=today.weekday()) + timedelta(days=7 * is_next)
        named = monday + timedelta(days={"giua": 2, "cuoi": 4}.get(edge, 0))
    elif said["span"] == "quy":
        first = _quarter(today, ahead=is_next)
        named = _quarter(first, ahead=True) - timedelta(days=1) if edge == "cuoi" else first
    else:
        first = _next_month(today) if is_next else today.replace(day=1)
        named = month_end(first.year, first.month) if edge == "cuoi" else first
        named = first.replace(day=15) if edge == "giua" else named
    if "het" in said:
        return named
    return named if is_next or (edge and named > today) else None


def _after_its_end(said: dict[str, str], day: date) -> date:
    """The day after a day, week, month or quarter has ended."""
    if said.get("span") == "tuan":
        return day - timedelta(days=day.weekday()) + timedelta(days=7)
    if said.get("span") == "thang" or "whole" in said:
        return _next_month(day)
    return _quarter(day, ahead=True) if said.get("span") == "quy" else day + timedelta(days=1)


def _quarter(day: date, *, ahead: bool) -> date:
    """The first day of the quarter of a day, or of the one after it."""
    months = day.year * 12 + (day.month - 1) // 3 * 3 + 3 * ahead
    return date(months // 12, months % 12 + 1, 1)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
