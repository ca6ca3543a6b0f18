"""Which stretch of time a question is about: this week, last month, quarter 4, before 30/6."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.periods import NUMBERS, Mention, Unit, month_end, read_phrase

_COUNT = rf"(\d{{1,2}}|{'|'.join(NUMBERS)})"
_NEAR = re.compile(
    r"\b(hom nay|hom qua|ngay mai|tuan nay|tuan (?:toi|sau)|tuan (?:truoc|qua|vua roi)|thang nay|thang (?:toi|sau)"
    r"|thang (?:truoc|qua|vua roi)|quy nay|quy (?:toi|sau)|quy (?:truoc|qua|vua roi)|nam nay|cuoi tuan(?: nay)?"
    r"|cuoi thang(?: nay)?|cuoi quy(?: nay)?|cuoi nam(?: nay)?)\b"
)
_AHEAD = re.compile(rf"\b(?:trong )?(?:vong )?{_COUNT} (ngay|tuan|thang) (?:toi|nua|sap toi|tiep theo|ke tiep)\b")
_UNTIL = re.compile(r"\b(?:tu nay )?(?:truoc|den|toi|cham nhat|cho den)(?: het)?(?: ngay)? (?=@0\b|<p>)")
_FROM_TO = re.compile(r"\btu(?: ngay)? @0 (?:den|toi|-)(?: het)?(?: ngay)? @1\b|@0 - @1")
_AROUND = r"(?:\b(?:trong|vao|cua|cho|ky|ngay) )*"


class Length(StrEnum):
    """What kind of stretch it is, as far as it has a name."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days from `first` to `last`, both among them; `first` is None for "before such a day"."""

    first: date | None
    last: date
    length: Length = Length.OTHER

    def holds(self, day: date) -> bool:
        """True for a day of the stretch."""
        return (self.first is None or self.first <= day) and day <= self.last


def month_of(day: date) -> Stretch:
    """The calendar month of a day."""
    return Stretch(day.replace(day=1), month_end(day.year, day.month), Length.MONTH)


def week_of(day: date) -> Stretch:
    """The week of a day, from Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return Stretch(monday, monday + timedelta(days=6), Length.WEEK)


def month_before(stretch: Stretch) -> Stretch:
    """The calendar month before the one in which the stretch begins."""
    return month_of((stretch.first or stretch.last).replace(day=1) - timedelta(days=1))


def take_stretch(text: str, today: date) -> tuple[Stretch | None, str]:
    """The stretch a folded question names, and the question with "<p>" in its place. Without one the text stays.

    A month or day without a year is this year's.
    """
    if match := _AHEAD.search(text):
        return _ahead(match, today), _without(text, match)
    if match := _NEAR.search(text):
        until = re.search(rf"\b(?:tu nay )?(?:truoc|den|cho den)(?: het)? {re.escape(match[1])}\b", text)
        near = _near(match[1], today)
        if until:
            return Stretch(None, near.last), _without(text, until)
        return near, _without(text, match)
    phrase = read_phrase(text, mended=False)
    days = [_days(mention, today) for mention in phrase.mentions[:2]]
    if not days or (first := days[0]) is None:
        return None, text
    words = re.sub(r" ([-/.,]) (?![@<])", r"\1", phrase.words)
    if len(phrase.mentions) > 1:
        spans = _FROM_TO.search(words)
        if not spans or (second := days[1]) is None or len(phrase.mentions) > 2:
            return None, text
        return Stretch(first.first, second.last), _tidy(words[: spans.start()] + "<p>" + words[spans.end() :])
    if until := _UNTIL.search(words):
        # "Den het thang 6" bounds what is due; so does "before 30/6".
        return Stretch(None, first.last), _tidy(words[: until.start()] + "<p>" + words[until.end() + 2 :])
    return first, _tidy(re.sub(rf"{_AROUND}@0", "<p>", words))


def _without(text: str, match: re.Match[str]) -> str:
    head = re.sub(rf"{_AROUND}$", "", text[: match.start()])
    return _tidy(f"{head} <p> {text[match.end() :]}")


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _ahead(match: re.Match[str], today: date) -> Stretch:
    count = int(match[1]) if match[1].isdigit() else NUMBERS[match[1]]
    days = {"ngay": 1, "tuan": 7, "thang": 30}[match[2]] * count
    return Stretch(today, today + timedelta(days=days))


def _near(words: str, today: date) -> Stretch:
    if words in ("hom nay", "hom qua", "ngay mai"):
        day = today + timedelta(days={"hom nay": 0, "hom qua": -1, "ngay mai": 1}[words])
        return Stretch(day, day, Length.DAY)
    name, _, which = words.removeprefix("cuoi ").partition(" ")
    ahead = {"toi": 1, "sau": 1, "truoc": -1, "qua": -1, "vua roi": -1}.get(which, 0)
    if name == "tuan":
        return week_of(today + timedelta(days=7 * ahead))
    if name == "nam":
        return Stretch(date(today.year, 1, 1), date(today.year, 12, 31), Length.YEAR)
    if name == "thang":
        months = today.year * 12 + today.month - 1 + ahead
        return month_of(date(months // 12, months % 12 + 1, 1))
    quarters = today.year * 4 + (today.month - 1) // 3 + ahead
    year, quarter = quarters // 4, quarters % 4 + 1
    return Stretch(date(year, quarter * 3 - 2, 1), month_end(year, quarter * 3), Length.QUARTER)


_LENGTHS = {
    Unit.DAY: Length.DAY,
    Unit.MONTH: Length.MONTH,
    Unit.QUARTER: Length.QUARTER,
    Unit.YEAR: Length.YEAR,
}


def _days(mention: Mention, today: date) -> Stretch | None:
    year = mention.year or today.year
    first, last = mention.first(year), mention.last(year)
    if first is None or last is None:
        return None
    return Stretch(first, last, _LENGTHS.get(mention.unit, Length.OTHER))
