"""When something in a group is said to the bot, and when a group's summary is due."""

from datetime import UTC, date, datetime, time

import pytest

from domain.clock import at_local
from domain.groups import SummaryTime, said_to, summary_due
from domain.working_days import CalendarDay, WorkCalendar


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Kế hoạch ơi, khi nào mở lớp tin học?", "khi nào mở lớp tin học?"),
        ("ke hoach oi cho hỏi chỉ tiêu", "cho hỏi chỉ tiêu"),
        ("Kế hoạch: chỉ tiêu năm nay?", "chỉ tiêu năm nay?"),
        ("@Kế hoạch chỉ tiêu năm nay?", "chỉ tiêu năm nay?"),
        ("Kế hoạch", ""),
        ("Kế hoạch , giúp với\ndòng hai", "giúp với\ndòng hai"),
        ("Trợ lý Gò Mây cho hỏi chỉ tiêu", "cho hỏi chỉ tiêu"),
        ("Kế hoạch tuần này nộp chưa các anh chị?", None),
        ("Hỏi Kế hoạch ơi đi", None),
        ("Kế", None),
        ("", None),
    ],
)
def test_the_bot_is_called_by_its_name_at_the_beginning(text: str, rest: str | None) -> None:
    assert said_to(text, ["Kế hoạch", "Trợ lý Gò Mây"]) == rest


def test_a_bot_without_a_name_is_never_called() -> None:
    assert said_to("chỉ tiêu?", ["", " "]) is None


MONDAYS = SummaryTime(0, time(8))
WORKING_DAYS = SummaryTime(None, time(7, 30))
LAW = WorkCalendar()
MONDAY = date(2026, 3, 9)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return at_local(date(2026, 3, day), time(hour, minute))


@pytest.mark.parametrize(
    ("rule", "summed_on", "now", "due"),
    [
        (MONDAYS, date(2026, 3, 2), at(9, 7, 59), None),
        (MONDAYS, date(2026, 3, 2), at(9, 8), MONDAY),
        (MONDAYS, None, at(9, 8), MONDAY),
        (MONDAYS, MONDAY, at(9, 8), None),
        (MONDAYS, date(2026, 3, 2), at(10, 15), MONDAY),
        (MONDAYS, date(2026, 3, 2), at(12, 9), None),
        (MONDAYS, date(2026, 3, 4), at(8, 9), None),
        (WORKING_DAYS, date(2026, 3, 5), at(6, 7, 30), date(2026, 3, 6)),
        (WORKING_DAYS, date(2026, 3, 6), at(7, 9), None),
        (WORKING_DAYS, date(2026, 3, 6), at(9, 7), None),
    ],
    ids=[
        "not yet",
        "on time",
        "the first",
        "sent",
        "late",
        "too late",
        "switched on later",
        "daily",
        "saturday",
        "early",
    ],
)
def test_a_summary_is_due_once_at_its_hour(
    rule: SummaryTime, summed_on: date | None, now: datetime, due: date | None
) -> None:
    assert summary_due(rule, summed_on, LAW, now) == due


def test_a_summary_of_a_day_off_goes_out_on_the_next_working_day() -> None:
    calendar = WorkCalendar({MONDAY: CalendarDay(MONDAY, False, "nghỉ")})
    assert summary_due(MONDAYS, date(2026, 3, 2), calendar, at(9, 10)) is None
    assert summary_due(MONDAYS, date(2026, 3, 2), calendar, at(10, 7)) is None
    assert summary_due(MONDAYS, date(2026, 3, 2), calendar, at(10, 8)) == MONDAY


def test_what_is_switched_on_before_its_hour_is_sent_the_same_day() -> None:
    assert MONDAYS.first_after(datetime(2026, 3, 9, 0, 30, tzinfo=UTC)) == date(2026, 3, 8)
    assert MONDAYS.first_after(datetime(2026, 3, 9, 1, 0, tzinfo=UTC)) == MONDAY
