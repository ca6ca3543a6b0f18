"""Which reporting period people mean: month 11, quarter IV/2025, the first six months, this period, the one before."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from domain.periods import Unit, read_phrase
from domain.reporting_periods import MONTHS, Period, PeriodKind
from domain.vietnamese import fold


@dataclass(frozen=True, slots=True)
class NamedPeriod:
    """A period as words name it. `number` is the month, quarter or half; 0 for a year.

    Without a `kind` it is the one that is running or opened last (`back` 0), or the one before it (`back` 1).
    """

    kind: PeriodKind | None
    year: int = 0
    number: int = 0
    back: int = 0

    def is_named_by(self, period: Period) -> bool:
        """True for a period of the office with this kind, year and number."""
        return (self.kind, self.year, self.number) == (period.kind, period.year, period.number)


_THIS = re.compile(r"\bky(?: bao cao)? (?:nay|hien tai|dang mo|hien nay)\b")
_LAST = re.compile(r"\bky(?: bao cao)? (?:truoc|vua roi|vua qua|roi|truoc do|lien truoc)\b")
_NEAR = re.compile(
    r"\b(?P<unit>thang|quy|nam) (?P<which>nay|nay nay|truoc|vua roi|vua qua|qua|roi|ngoai|sau|toi)\b(?! (?:dau|cuoi))"
)
_HALF_NAMED = re.compile(r"\bnua (?:nam )?(?P<which>dau|cuoi)(?: cua)?(?: nam)?(?: (?P<year>20\d\d))?\b")
_WHOLE_YEAR = re.compile(r"\b(?:ca nam|bao cao (?:tong ket )?nam|tong ket nam)\b(?! (?:20)?\d)")
_KINDS = {Unit.MONTH: PeriodKind.MONTH, Unit.QUARTER: PeriodKind.QUARTER, Unit.YEAR: PeriodKind.YEAR}
_BY_WORD = {"thang": PeriodKind.MONTH, "quy": PeriodKind.QUARTER, "nam": PeriodKind.YEAR}
_BACK = frozenset({"truoc", "vua roi", "vua qua", "qua", "roi", "ngoai"})


def period_named(words: str, today: date) -> NamedPeriod | None:
    """The one period that words name, typed with or without diacritics; None for none and for several.

    Without a year it is the last one of that name that has begun: "month 12" said in January is last December.
    """
    text = " ".join(fold(words).split())
    if _LAST.search(text):
        return NamedPeriod(None, back=1)
    if _THIS.search(text):
        return NamedPeriod(None)
    if near := _NEAR.search(text):
        return _near(near["unit"], near["which"], today)
    if half := _HALF_NAMED.search(text):
        return _of(PeriodKind.HALF_YEAR, 1 if half["which"] == "dau" else 2, half["year"], today)
    found = {(m.unit, m.year, m.number, m.months) for m in read_phrase(text, mended=False).mentions}
    named = [mention for mention in found if mention[0] in (*_KINDS, Unit.HALF)]
    if len(named) > 1 and len(years := {m for m in named if m[0] is Unit.YEAR}) == 1:
        # A year that stands apart from the month it belongs to ("month 11 of the year 2025").
        rest, year = [m for m in named if m not in years], next(iter(years))[1]
        named = [(unit, own or year, number, months) for unit, own, number, months in rest]
    if not named:
        return _of(PeriodKind.YEAR, 0, None, _in_new_year(today)) if _WHOLE_YEAR.search(text) else None
    if len(named) > 1:
        return None
    unit, year, number, months = named[0]
    if unit is Unit.HALF:
        return _of(PeriodKind.HALF_YEAR, number, year, today) if months == 6 else None
    kind = _KINDS[unit]
    return _of(kind, 0 if kind is PeriodKind.YEAR else number, year, today) if _exists(kind, number) else None


def which_of(named: NamedPeriod, periods: Iterable[Period]) -> Period | None:
    """The period that is meant, of those that were opened; "this" and "the one before" are of the shortest kind."""
    kept = [period for period in periods if period.kind is not PeriodKind.PLAN]
    if named.kind is not None:
        return next((period for period in kept if named.is_named_by(period)), None)
    order = list(PeriodKind)
    shortest = min((period.kind for period in kept), key=order.index, default=None)
    latest_first = sorted((p for p in kept if p.kind is shortest), key=lambda p: p.cutoff, reverse=True)
    return latest_first[named.back] if len(latest_first) > named.back else None


def _exists(kind: PeriodKind, number: int) -> bool:
    return kind is PeriodKind.YEAR or 1 <= number <= 12 // MONTHS[kind]


def _in_new_year(today: date) -> date:
    """In January people still speak of the year that has just ended."""
    return today - timedelta(days=31) if today.month == 1 else today


def _of(kind: PeriodKind, number: int, year: int | str | None, today: date) -> NamedPeriod:
    if year is not None:
        return NamedPeriod(kind, int(year), number)
    return NamedPeriod(kind, today.year if _has_begun(kind, number, today) else today.year - 1, number)


def _has_begun(kind: PeriodKind, number: int, today: date) -> bool:
    """True when the period of this year began by today, taking the decree's fifteenth for its first day."""
    month = 1 if number == 0 else (number - 1) * MONTHS[kind] + 1
    return month == 1 or date(today.year, month - 1, 15) <= today


def _near(unit: str, which: str, today: date) -> NamedPeriod | None:
    if which in ("sau", "toi"):
        return None
    kind, months = _BY_WORD[unit], MONTHS[_BY_WORD[unit]]
    at = today.year * 12 + today.month - 1 - months * (which in _BACK)
    year, month = divmod(at, 12)
    return NamedPeriod(kind, year, 0 if kind is PeriodKind.YEAR else month // months + 1)
