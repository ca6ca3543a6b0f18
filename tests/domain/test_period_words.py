"""Which reporting period words name, by the days of the decree and by an office's own."""

from dataclasses import replace
from datetime import date

import pytest

from domain.period_words import period_keyed, period_meant
from domain.reporting_periods import PeriodKind, Schedule, default_schedules
from domain.working_days import WorkCalendar

CALENDAR = WorkCalendar()
SCHEDULES = default_schedules(1)


def named(words: str, today: date, schedules: list[Schedule] = SCHEDULES) -> str | None:
    """The key of the period the words name."""
    found = period_meant(words, today, 1, schedules, CALENDAR)
    return None if found is None else found.key


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("thang 6", "month:2026-06"),
        ("t6", "month:2026-06"),
        ("thang 6/2025", "month:2025-06"),
        ("thang 6/25", "month:2025-06"),
        ("thang 12", "month:2025-12"),
        ("thang 7", "month:2026-07"),
        ("thang 8", "month:2025-08"),
        ("thang hai", "month:2026-02"),
        ("thang gieng", "month:2026-01"),
        ("thang 3 nam ngoai", "month:2025-03"),
        ("thang nay", "month:2026-06"),
        ("thang truoc", "month:2026-05"),
        ("quy ii", "quarter:2026-02"),
        ("quy 1/2026", "quarter:2026-01"),
        ("q4", "quarter:2025-04"),
        ("quy iv nam 2024", "quarter:2024-04"),
        ("quy nay", "quarter:2026-02"),
        ("quy truoc", "quarter:2026-01"),
        ("6 thang dau nam", "half-year:2026-01"),
        ("sau thang cuoi nam 2025", "half-year:2025-02"),
        ("nua dau nam", "half-year:2026-01"),
        ("6 thang cuoi nam", "half-year:2026-02"),
        ("nam 2025", "year:2025-00"),
        ("nam nay", "year:2026-00"),
        ("nam ngoai", "year:2025-00"),
    ],
)
def test_a_period_is_named_by_the_month_it_ends_in(words: str, key: str) -> None:
    # On 18 June the July period of the decree (15 June to 14 July) has begun, and so has the second half-year.
    assert named(words, date(2026, 6, 18)) == key


@pytest.mark.parametrize(
    ("today", "this", "last"),
    [
        (date(2026, 6, 16), "month:2026-06", "month:2026-05"),
        (date(2026, 6, 12), "month:2026-06", "month:2026-05"),
        (date(2026, 7, 1), "month:2026-06", "month:2026-05"),
        (date(2026, 7, 13), "month:2026-07", "month:2026-06"),
        (date(2026, 1, 2), "month:2025-12", "month:2025-11"),
    ],
)
def test_this_period_is_the_one_people_are_asked_for(today: date, this: str, last: str) -> None:
    assert named("ky nay", today) == named("", today) == this
    assert named("ky truoc", today) == last


def test_an_office_with_calendar_months_has_its_own_days() -> None:
    months = [replace(schedule, first_day=1) for schedule in SCHEDULES]
    found = period_meant("thang 6", date(2026, 6, 18), 1, months, CALENDAR)
    assert found is not None and (found.first, found.cutoff) == (date(2026, 6, 1), date(2026, 6, 30))
    assert named("thang 7", date(2026, 6, 18), months) == "month:2025-07"


def test_where_months_are_switched_off_the_quarter_is_at_hand() -> None:
    schedules = [replace(s, active=s.kind is not PeriodKind.MONTH) for s in SCHEDULES]
    assert named("ky nay", date(2026, 6, 12), schedules) == "quarter:2026-02"
    assert named("thang 5", date(2026, 6, 12), schedules) == "month:2026-05"


@pytest.mark.parametrize("words", ["thang 13", "quy 5", "hom nay", "tuan nay", "thang 6 quy 2", "nam 0"])
def test_what_names_no_period_is_none(words: str) -> None:
    assert named(words, date(2026, 6, 18)) is None


@pytest.mark.parametrize("key", ["month:2026-06", "quarter:2025-04", "half-year:2026-02", "year:2025-00"])
def test_a_period_is_found_by_its_key(key: str) -> None:
    found = period_keyed(key, 1, SCHEDULES, CALENDAR)
    assert found is not None and found.key == key


@pytest.mark.parametrize("key", ["", "month:2026-13", "month:1999-01", "plan:3:2026-06-05", "week:2026-01"])
def test_a_forged_key_finds_none(key: str) -> None:
    assert period_keyed(key, 1, SCHEDULES, CALENDAR) is None
