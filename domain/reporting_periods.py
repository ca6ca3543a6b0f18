"""Reporting periods: their first day, their cutoff, when they open and when the office wants them in."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class PeriodKind(StrEnum):
    """How long a reporting period is; PLAN has the dates that a plan itself names."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    YEAR = "year"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class Schedule:
    """That an office reports by this kind of period. `first_day` is the day of the month a period begins with.

    `opens_before` and `lead_days` are working days before the cutoff: when people are asked, and when the office wants
    it in. A schedule of a plan has its `document_id` and the `dates` ("MM-DD") of its cutoffs.
    """

    id: int
    office_id: int
    kind: PeriodKind
    first_day: int = 15
    opens_before: int = 5
    lead_days: int = 2
    document_id: int | None = None
    dates: tuple[str, ...] = ()
    active: bool = True


@dataclass(frozen=True, slots=True)
class Period:
    """One reporting period of an office. All days are inclusive; `id` is 0 until it is kept.

    `frozen` once its figures were taken at the cutoff.
    """

    id: int
    office_id: int
    kind: PeriodKind
    first: date
    cutoff: date
    opens: date
    due: date
    document_id: int | None = None
    document_number: str = ""
    schedule_id: int = 0
    frozen: bool = False
