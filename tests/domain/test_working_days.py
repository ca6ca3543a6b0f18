"""Working days against the law, the sky and the arrangements of known years."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.public_holidays import LAST_YEAR, public_holidays, swapped, worked_weekends, works_by_law
from domain.working_days import CalendarDay, WorkCalendar
from tests.domain.moon import lunar_day

DAY = timedelta(days=1)


def off(year: int, *days: str) -> set[date]:
    """Days of a year written as day/month, or day-day/month."""
    found = set()
    for written in days:
        span, month = written.split("/")
        first, _, last = span.partition("-")
        found |= {date(year, int(month), day) for day in range(int(first), int(last or first) + 1)}
    return found


# The days off of civil servants on Monday to Friday, as announced for each year, and the Saturdays worked.
ANNOUNCED = {
    2023: (off(2023, "2/1", "20/1", "23-26/1", "1-3/5", "1/9", "4/9"), set()),
    2024: (off(2024, "1/1", "8-9/2", "12-14/2", "18/4", "29-30/4", "1/5", "2-3/9"), off(2024, "4/5")),
    2025: (off(2025, "1/1", "27-31/1", "7/4", "30/4", "1-2/5", "1-2/9"), off(2025, "26/4")),
    2026: (
        off(2026, "1-2/1", "16-20/2", "27/4", "30/4", "1/5", "31/8", "1-2/9", "24/11"),
        off(2026, "10/1", "22/8"),
    ),
}


@pytest.mark.parametrize("year", ANNOUNCED)
def test_a_year_is_as_it_was_announced(year: int) -> None:
    days = [date(year, 1, 1) + DAY * n for n in range(365 + (year % 4 == 0))]
    free, worked = ANNOUNCED[year]
    assert {day for day in days if day.weekday() < 5 and not works_by_law(day)} == free
    assert {day for day in days if day.weekday() >= 5 and works_by_law(day)} == worked == set(worked_weekends(year))


@pytest.mark.parametrize("year", range(2007, LAST_YEAR + 1))
def test_tet_and_the_hung_kings_day_stand_where_the_moon_puts_them(year: int) -> None:
    tet = lunar_day(year, 1, 1)
    for around in range(-1, 4 if year >= 2013 else 3):
        assert tet + DAY * around in public_holidays(year)
    assert lunar_day(year, 3, 10) in public_holidays(year)


def test_the_moon_of_viet_nam_is_not_that_of_beijing() -> None:
    assert lunar_day(2007, 1, 1) == date(2007, 2, 17)
    assert lunar_day(2030, 1, 1) == date(2030, 2, 2)
    assert lunar_day(2053, 1, 1) == date(2053, 2, 18)
    assert lunar_day(2026, 3, 10) == date(2026, 4, 26)


@pytest.mark.parametrize("year", range(2021, LAST_YEAR + 1))
def test_no_holiday_is_lost_to_a_weekend(year: int) -> None:
    """Eleven days off by the Labour Code of 2019, twelve with the day of Vietnamese culture: all on weekdays."""
    on_weekdays = sum(day.weekday() < 5 for day in public_holidays(year)) - len(swapped(year))
    assert on_weekdays == (11 if year < 2026 else 12)


def test_each_swapped_day_is_worked_on_a_weekend() -> None:
    for year in range(2010, 2031):
        for free, worked in swapped(year).items():
            assert free.weekday() < 5 <= worked.weekday()
            assert not works_by_law(free) and works_by_law(worked)
    assert date(2014, 12, 27) in worked_weekends(2014) and date(2019, 1, 5) in worked_weekends(2019)


def test_a_swapped_saturday_is_counted() -> None:
    calendar = WorkCalendar()
    friday = date(2026, 8, 21)
    assert calendar.after(friday, 1) == date(2026, 8, 22)
    assert calendar.between(friday, date(2026, 8, 24)) == 2
    assert calendar.after(date(2026, 8, 28), 1) == date(2026, 9, 3)


@pytest.mark.parametrize("year", [LAST_YEAR + 1, 2199, 9999])
def test_years_beyond_the_library_have_the_days_of_the_solar_calendar(year: int) -> None:
    assert {date(year, 1, 1), date(year, 4, 30), date(year, 5, 1), date(year, 9, 2)} <= set(public_holidays(year))
    assert all(public_holidays(year).values())
    assert 240 <= WorkCalendar().between(date(year, 1, 1), date(year, 12, 31)) <= 256


def test_the_ends_of_time_hold() -> None:
    calendar = WorkCalendar()
    assert calendar.after(date(9999, 12, 30), 40) == date.max
    assert calendar.before(date(1, 1, 3), 40) == date.min
    assert calendar.between(date.min, date.max) > 2_000_000


def test_a_calendar_keeps_the_exceptions_it_was_made_with() -> None:
    given_days = {date(2026, 12, 24): CalendarDay(date(2026, 12, 24), works=False)}
    calendar = WorkCalendar(given_days)
    given_days.clear()
    assert not calendar.is_working(date(2026, 12, 24))
    assert calendar == WorkCalendar(calendar.exceptions) != WorkCalendar()


DAYS = st.dates(date(2024, 11, 1), date(2028, 3, 31))
EXCEPTIONS = st.dictionaries(st.dates(date(2024, 12, 1), date(2028, 2, 29)), st.booleans(), max_size=12)


@given(exceptions=EXCEPTIONS, day=DAYS, count=st.integers(1, 60), other=DAYS)
@settings(max_examples=200, deadline=None)
def test_counting_agrees_with_walking(exceptions: dict[date, bool], day: date, count: int, other: date) -> None:
    calendar = WorkCalendar({d: CalendarDay(d, works) for d, works in exceptions.items()})
    assert calendar.after(day, count) == _walked(calendar, day, count, DAY)
    assert calendar.before(day, count) == _walked(calendar, day, count, -DAY)
    assert calendar.before(day, 0) == (day if calendar.is_working(day) else calendar.before(day, 1))
    span = range(1, max((other - day).days, 0) + 1)
    assert calendar.between(day, other) == sum(calendar.is_working(day + DAY * n) for n in span)


def _walked(calendar: WorkCalendar, day: date, count: int, step: timedelta) -> date:
    while count:
        day += step
        count -= calendar.is_working(day)
    return day
