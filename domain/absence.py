"""The days for which somebody is away, as people say them in chat."""

import re
from calendar import monthrange
from datetime import date, timedelta

from domain.vietnamese import fold

_WEEKDAYS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5, "2": 0, "3": 1, "4": 2, "5": 3, "6": 4, "7": 5}
_DAY = (
    r"(?:(?:ngay |hom |sang |chieu )*(?P<{0}d>\d{{1,2}})"
    r"(?:(?:\s*[/.-]\s*| thang )(?P<{0}m>\d{{1,2}})(?:(?:\s*[/.-]\s*| nam )(?P<{0}y>\d{{4}}|\d{{2}}))?)?"
    r"|(?P<{0}near>hom nay|bua nay|nay|ngay mai|sang mai|mai|ngay kia|ngay mot)"
    r"|(?P<{0}end>(?:het|cuoi) (?:tuan|thang|nam)(?: nay| sau| toi)?)"
    r"|(?:(?:thu |t)(?P<{0}w>hai|ba|tu|nam|sau|bay|[2-7])|(?P<{0}sun>chu nhat|cn))(?P<{0}wn> tuan (?:sau|toi))?)"
)
_FIRST, _LAST = _DAY.format("a"), _DAY.format("b")
_COUNT = r"(?P<n>\d{1,3}|mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi)"
_COUNTS = {w: n for n, w in enumerate(("mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin", "muoi"), 1)}
_TO = r"\s*(?:,? ?(?:cho )?(?:den|toi)(?: het)?|-|\u2013|->)\s*"
_RANGE = re.compile(rf"(?:tu (?:ngay )?)?{_FIRST}{_TO}{_LAST}")
_FOR = re.compile(rf"(?:trong |khoang )?{_COUNT} (?P<unit>ngay|tuan|thang)(?:,? (?:ke )?tu {_FIRST})?")
_FROM_FOR = re.compile(rf"tu {_FIRST},? (?:trong )?{_COUNT} (?P<unit>ngay|tuan|thang)")
_UNTIL = re.compile(rf"(?:cho )?(?:den|toi)(?: het)? {_LAST}")
_WHOLE = re.compile(r"(?:ca |trong )?(?P<span>tuan|thang) (?P<which>nay|sau|toi)")
_ONE = re.compile(rf"(?:vao |trong )?{_FIRST}")
_LONGEST_AGO = 183
"""A day without its year that passed longer ago than this, in days, is next year's."""


def days_away(words: str, today: date) -> tuple[date, date] | None:
    """The first and the last day said, or None where none can be read or the last would come before the first.

    A day without its year is the one nearest to come, or one that passed lately; it is never guessed from a day
    that does not exist.
    """
    said = fold(words).strip(" .,;!")
    try:
        return _read(said, today)
    except (ValueError, OverflowError):
        return None


def days_within(words: str, today: date) -> tuple[int, int, tuple[date, date]] | None:
    """Where in folded words the days are said (from, to), and the days: the longest stretch that can be read."""
    found: list[tuple[int, int, tuple[date, date]]] = []
    for pattern in (_RANGE, _FROM_FOR, _FOR, _UNTIL, _WHOLE, _ONE):
        for match in re.finditer(rf"(?<![\w/]){pattern.pattern}(?![\w/])", words):
            days = days_away(match[0], today)
            if days is not None and (pattern is not _ONE or _is_plainly_a_day(match)):
                found.append((match.start(), match.end(), days))
    return max(found, key=lambda stretch: stretch[1] - stretch[0], default=None)


def _is_plainly_a_day(match: "re.Match[str]") -> bool:
    """False for a bare number, which may be a task's."""
    return match["ad"] is None or match["am"] is not None or match[0].startswith("ngay ")


def _read(said: str, today: date) -> tuple[date, date] | None:
    if match := _RANGE.fullmatch(said):
        return _ordered(*_both(match, today))
    if match := _FROM_FOR.fullmatch(said) or _FOR.fullmatch(said):
        first = _day(match, "a", today) if _is_said(match, "a") else today
        return first, _after(first, _COUNTS.get(match["n"]) or int(match["n"]), match["unit"])
    if match := _UNTIL.fullmatch(said):
        return _ordered(today, _day(match, "b", today))
    if match := _WHOLE.fullmatch(said):
        return _whole(match["span"], match["which"] != "nay", today)
    if match := _ONE.fullmatch(said):
        day = _day(match, "a", today)
        return (today, day) if match["aend"] else (day, day)
    return None


def _both(match: "re.Match[str]", today: date) -> tuple[date, date]:
    last = _day(match, "b", today)
    if match["ad"] and not match["am"]:
        # "from 10 to 20/3": the month stands once, behind the last day.
        first = date(last.year, last.month, int(match["ad"]))
        return first, last
    first = _day(match, "a", today)
    if match["bd"] and not match["bm"]:
        return first, date(first.year, first.month, int(match["bd"]))
    if match["bd"] and not match["by"] and last < first:
        last = date(first.year + (date(first.year, last.month, last.day) < first), last.month, last.day)
    return first, last


def _ordered(first: date, last: date) -> tuple[date, date] | None:
    return (first, last) if first <= last else None


def _is_said(match: "re.Match[str]", which: str) -> bool:
    return any(match[f"{which}{part}"] for part in ("d", "near", "end", "w", "sun"))


def _day(match: "re.Match[str]", which: str, today: date) -> date:
    """The day said. Raises ValueError for one that does not exist."""
    if match[f"{which}d"]:
        return _dated(int(match[f"{which}d"]), match[f"{which}m"], match[f"{which}y"], today)
    near, end = match[f"{which}near"], match[f"{which}end"]
    if near:
        ahead = 0 if near.endswith("nay") else 2 if near.startswith("ngay ") and near != "ngay mai" else 1
        return today + timedelta(days=ahead)
    if end:
        return _end(end, today)
    weekday = 6 if match[f"{which}sun"] else _WEEKDAYS[match[f"{which}w"]]
    monday = today - timedelta(days=today.weekday())
    if match[f"{which}wn"]:
        return monday + timedelta(days=7 + weekday)
    return today + timedelta(days=(weekday - today.weekday()) % 7)


def _dated(day: int, month: str | None, year: str | None, today: date) -> date:
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month or 0), day)
    if month:
        this_year = date(today.year, int(month), day)
        passed = (today - this_year).days > _LONGEST_AGO
        return this_year.replace(year=today.year + 1) if passed else this_year
    if day >= today.day:
        return today.replace(day=day)
    return (today.replace(day=1) + timedelta(days=32)).replace(day=day)


def _end(words: str, today: date) -> date:
    is_next = words.endswith((" sau", " toi"))
    span = words.split()[1]
    if span == "nam":
        return date(today.year + is_next, 12, 31)
    return _whole(span, is_next, today)[1]


def _whole(span: str, is_next: bool, today: date) -> tuple[date, date]:
    """This week or month from today on, or the whole of the next."""
    if span == "tuan":
        monday = today - timedelta(days=today.weekday()) + timedelta(days=7 * is_next)
        return max(today, monday), monday + timedelta(days=6)
    first = (today.replace(day=1) + timedelta(days=32)).replace(day=1) if is_next else today
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def _after(first: date, count: int, unit: str) -> date:
    if unit == "thang":
        months = first.month - 1 + count
        year, month = first.year + months // 12, months % 12 + 1
        return date(year, month, min(first.day, monthrange(year, month)[1])) - timedelta(days=1)
    return first + timedelta(days=count * (7 if unit == "tuan" else 1) - 1)
