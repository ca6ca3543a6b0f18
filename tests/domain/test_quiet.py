"""When nobody is disturbed, and when that ends."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.clock import VIETNAM
from domain.notice_rules import NoticeRules
from domain.quiet import is_quiet, next_open
from domain.working_days import CalendarDay, WorkCalendar

RULES = NoticeRules()
LAW = WorkCalendar()


def at(said: str) -> datetime:
    """A moment written as on the office's clock: 2026-08-22 07:00."""
    return datetime.fromisoformat(said).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-08-19 07:00", "2026-08-19 07:00"),
        ("2026-08-19 18:59", "2026-08-19 18:59"),
        ("2026-08-19 19:00", "2026-08-20 07:00"),
        ("2026-08-19 23:59", "2026-08-20 07:00"),
        ("2026-08-20 00:00", "2026-08-20 07:00"),
        ("2026-08-20 06:59", "2026-08-20 07:00"),
        ("2026-08-21 20:00", "2026-08-22 07:00"),  # a Saturday that is worked
        ("2026-08-22 10:00", "2026-08-22 10:00"),
        ("2026-08-22 19:30", "2026-08-24 07:00"),
        ("2026-08-29 09:00", "2026-09-03 07:00"),  # the day swapped for it, then the National Day
        ("2026-02-13 19:00", "2026-02-23 07:00"),  # Tet
        ("2026-12-31 19:00", "2027-01-04 07:00"),
    ],
)
def test_quiet_hours_over_midnight_and_days_off(moment: str, opens: str) -> None:
    assert next_open(at(moment), LAW, RULES) == at(opens)
    assert is_quiet(at(moment), LAW, RULES) == (moment != opens)


def test_the_offices_own_days_count() -> None:
    own = WorkCalendar(
        {d: CalendarDay(d, works) for d, works in ((date(2026, 8, 20), False), (date(2026, 8, 23), True))}
    )
    assert next_open(at("2026-08-20 09:00"), own, RULES) == at("2026-08-21 07:00")
    assert not is_quiet(at("2026-08-23 09:00"), own, RULES)


def test_quiet_hours_within_one_day() -> None:
    noon = replace(RULES, quiet_from=time(11, 30), quiet_to=time(13))
    assert next_open(at("2026-08-19 12:00"), LAW, noon) == at("2026-08-19 13:00")
    assert next_open(at("2026-08-19 23:00"), LAW, noon) == at("2026-08-19 23:00")
    assert next_open(at("2026-08-23 12:00"), LAW, noon) == at("2026-08-24 00:00")
    morning = replace(RULES, quiet_from=time(0), quiet_to=time(6))
    assert next_open(at("2026-08-23 12:00"), LAW, morning) == at("2026-08-24 06:00")
    evening = replace(RULES, quiet_from=time(20), quiet_to=time(0))
    assert next_open(at("2026-08-19 21:00"), LAW, evening) == at("2026-08-20 00:00")


def test_hours_set_equal_are_never_quiet() -> None:
    always = replace(RULES, quiet_from=time(7), quiet_to=time(7))
    for moment in (at("2026-08-19 03:00"), at("2026-08-23 12:00"), at("2026-02-17 07:00")):
        assert not is_quiet(moment, LAW, always)
        assert next_open(moment, LAW, always) == moment


MINUTES = st.integers(0, 24 * 60 - 1).map(lambda n: time(n // 60, n % 60))
MOMENTS = st.integers(0, 365 * 24 * 60).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n))


@given(moment=MOMENTS, start=MINUTES, end=MINUTES)
@settings(max_examples=300, deadline=None)
def test_what_opens_next_is_open_and_nothing_before_it_is(moment: datetime, start: time, end: time) -> None:
    rules = replace(RULES, quiet_from=start, quiet_to=end)
    opens = next_open(moment, LAW, rules)
    assert opens >= moment and not is_quiet(opens, LAW, rules)
    if opens > moment:
        assert is_quiet(opens - timedelta(minutes=1), LAW, rules) and is_quiet(moment, LAW, rules)
        step = (opens - moment) / 50
        assert all(is_quiet(moment + step * n, LAW, rules) for n in range(50))
