"""What was reached of a target in a year, as it was reported and confirmed, beside what the plan wants."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.figures import percent_in
from domain.milestones import Comparator, Milestone, even, figures_in, reached, read_milestone
from domain.plans import Target
from domain.sentences import sentence


@dataclass(frozen=True, slots=True)
class Achievement:
    """A reported value of a target for a year. `said` is the original sentence; `supersedes_id` is the report it
    corrects."""

    id: int
    target_id: int
    person_id: int
    person_name: str
    year: int
    value: float
    said: str
    at: datetime
    supersedes_id: int | None = None


@dataclass(frozen=True, slots=True)
class YearOfTarget:
    """One year of a target: the plan's words and, where they could be read and something was reported, how it stands.

    `is_reached` is None where nothing was reported, or where the two cannot be compared.
    """

    year: int
    words: str
    milestone: Milestone | None
    achievement: Achievement | None
    is_reached: bool | None


@dataclass(frozen=True, slots=True)
class SaidValue:
    """What a sentence reports of a target: a value with its unit where it names one, and the year it speaks of."""

    value: float
    unit: str = ""
    year: int | None = None


_YEAR = re.compile(r"\b(?:(?:trong|cua|den|het|cuoi) )*nam (20\d\d)\b")
_PARTS = re.compile(r"(?<![\d.,/])(\d{1,3}(?:\.\d{3})+|\d{1,7})\s?/\s?(\d{1,3}(?:\.\d{3})+|\d{1,7})(?![\d/]|\.\d)")
_WISH = re.compile(
    r"\b(?:phan dau|se|du kien|muc tieu|ke hoach|yeu cau|can dat|phai dat|can phai|hy vong|mong|neu|chua dat|chua duoc"
    r"|khong dat|co gang|quyet tam|de nghi|xin)\b"
)
_UPWARD = re.compile(r"\btu\b[^,;]*\b(?:len|xuong)\b")
_INEXACT = (Comparator.MORE, Comparator.LESS, Comparator.ABOUT, Comparator.AT_LEAST, Comparator.AT_MOST)
_LEVEL = re.compile(r"\b(?:len|xuong|con)(?: den| muc| toi| con)? $")


def said_value(words: str) -> SaidValue | None:
    """The one value that words report as reached; None for a wish, for none, for several or for "about" and "over"."""
    folded = even(" ".join(words.split()))
    year = _YEAR.search(folded)
    rest = _YEAR.sub(" ", folded)
    if _WISH.search(rest):
        return None
    named = int(year[1]) if year else None
    if parts := _PARTS.search(rest):
        part, whole = (int(number.replace(".", "")) for number in parts.groups())
        return SaidValue(round(100 * part / whole, 1), "%", named) if whole > 0 and part <= whole else None
    figures = figures_in(rest)
    if not figures and "phan tram" in rest and (spoken := percent_in(sentence(words))) is not None:
        return SaidValue(spoken, "%", named)
    if len(figures) > 1 and _UPWARD.search(rest):
        figures = figures[-1:]
    if len(figures) != 1 or figures[0].upper is not None:
        return None
    figure = figures[0]
    if figure.comparator in _INEXACT and not _LEVEL.search(rest[: figure.at]):
        return None
    return SaidValue(figure.value, figure.unit, named)


def fits(target: Target, said: SaidValue) -> bool:
    """True when the value is said in the target's own unit, or in none."""
    if not said.unit:
        return True
    wanted = [target.unit_of_measure, *(words for _, words in target.values)]
    units = {even(unit) for unit in (_unit_of(words) for words in wanted) if unit}
    return not units or even(said.unit) in units


def _unit_of(words: str) -> str:
    found = read_milestone(words) if any(c.isdigit() for c in words) else None
    return found.unit if found else ("" if any(c.isdigit() for c in words) else words.strip())


def standing(reports: Sequence[Achievement]) -> dict[int, Achievement]:
    """The report that counts for each year: the newest that no other corrects."""
    corrected = {report.supersedes_id for report in reports}
    counting = sorted((report for report in reports if report.id not in corrected), key=lambda report: report.id)
    return {report.year: report for report in counting}


def years_of(target: Target, reports: Sequence[Achievement]) -> list[YearOfTarget]:
    """The target year by year, planned and reported; a year only reported on stands without words."""
    counting = standing(reports)
    planned = dict(target.values)
    return [_year(target, year, planned.get(year, ""), counting.get(year)) for year in sorted({*planned, *counting})]


def milestone_in(target: Target, year: int) -> Milestone | None:
    """What the plan wants of the target in a year, or None where it says nothing that can be read."""
    words = dict(target.values).get(year)
    return read_milestone(words, year, target.unit_of_measure) if words else None


def year_asked(target: Target, today_year: int) -> int | None:
    """The planned year that a report without one is about: this year, else the next planned one, else the last."""
    years = sorted(year for year, _ in target.values)
    return next((year for year in years if year >= today_year), years[-1] if years else None)


def _year(target: Target, year: int, words: str, achievement: Achievement | None) -> YearOfTarget:
    milestone = milestone_in(target, year)
    stands = None if milestone is None or achievement is None else reached(milestone, achievement.value)
    return YearOfTarget(year, words, milestone, achievement, stands)
