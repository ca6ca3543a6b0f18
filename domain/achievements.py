"""What was reached of a target in a year, as it was reported and confirmed, beside what the plan wants."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.milestones import Milestone, reached, read_milestone
from domain.plans import Target


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
