"""What an administrator says of the office's reporting, and the days that plans name themselves."""

from dataclasses import replace

import pytest

from domain.deadlines import Deadline, parse_deadline
from domain.reporting_periods import PeriodKind, Schedule, default_schedules
from domain.schedule_words import (
    Wanted,
    asks_for_schedules,
    changed,
    plan_schedule,
    proposed,
    wanted_in,
)
from domain.tasks import Task

MONTH, QUARTER, HALF, YEAR = PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF_YEAR, PeriodKind.YEAR


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("chốt số liệu ngày 20 hằng tháng", Wanted(cutoff_day=20)),
        ("chot so lieu ngay 20 hang thang", Wanted(cutoff_day=20)),
        ("Đổi ngày chốt số liệu sang ngày 25", Wanted(cutoff_day=25)),
        ("chốt số liệu vào ngày cuối tháng", Wanted(cutoff_day=31)),
        ("chốt số liệu báo cáo quý vào ngày 10", Wanted(QUARTER, cutoff_day=10)),
        ("báo cáo trước hạn 3 ngày", Wanted(lead_days=3)),
        ("Nộp báo cáo quý trước hạn 5 ngày làm việc.", Wanted(QUARTER, lead_days=5)),
        ("mở kỳ báo cáo trước 7 ngày", Wanted(opens_before=7)),
        ("tắt báo cáo quý", Wanted(QUARTER, active=False)),
        ("bật lại báo cáo 6 tháng", Wanted(HALF, active=True)),
        ("bat bao cao nam", Wanted(YEAR, active=True)),
        ("tắt báo cáo tháng nhé", Wanted(MONTH, active=False)),
        (
            "kế hoạch 41/KH-UBND báo cáo trước ngày 05/6 và 10/12 hằng năm",
            Wanted(PeriodKind.PLAN, active=True, document="41/KH-UBND", dates=("06-05", "12-10")),
        ),
        (
            "tắt kỳ báo cáo riêng của kế hoạch 41/KH-UBND",
            Wanted(PeriodKind.PLAN, active=False, document="41/KH-UBND"),
        ),
    ],
)
def test_what_is_to_change(words: str, wanted: Wanted) -> None:
    assert wanted_in(words) == wanted


@pytest.mark.parametrize(
    "words",
    ["báo cáo nhiệm vụ 4 xong 40%", "tắt nhắc việc", "chốt đơn ngày 20", "kế hoạch 41/KH-UBND báo cáo thế nào",
     "ngày 20 hằng tháng làm gì", "bao giờ chốt số liệu", "xuất báo cáo quý 3"],
)  # fmt: skip
def test_what_is_about_something_else(words: str) -> None:
    assert wanted_in(words) is None


def test_days_that_no_month_has_and_leads_beyond_a_period_are_not_possible() -> None:
    assert not Wanted(cutoff_day=32).is_possible and not Wanted(cutoff_day=0).is_possible
    assert not Wanted(lead_days=21).is_possible
    assert Wanted(cutoff_day=31, lead_days=0).is_possible


def test_only_what_changes_is_changed() -> None:
    office = default_schedules(1)
    assert [(s.kind, s.first_day) for s in changed(office, Wanted(cutoff_day=20))] == [
        (kind, 21) for kind in (MONTH, QUARTER, HALF, YEAR)
    ]
    assert [s.first_day for s in changed(office, Wanted(MONTH, cutoff_day=31))] == [1]
    assert not changed(office, Wanted(cutoff_day=14))
    assert [(s.kind, s.active) for s in changed(office, Wanted(QUARTER, active=False))] == [(QUARTER, False)]
    (longer,) = changed(office, Wanted(MONTH, lead_days=8))
    assert (longer.lead_days, longer.opens_before) == (8, 8)


def test_a_plans_days_are_kept_when_they_are_switched_off() -> None:
    on = Wanted(PeriodKind.PLAN, active=True, dates=("06-05",))
    first = plan_schedule([], 1, 3, on)
    assert (first.id, first.document_id, first.dates, first.active) == (0, 3, ("06-05",), True)
    off = plan_schedule([replace(first, id=9)], 1, 3, Wanted(PeriodKind.PLAN, active=False))
    assert (off.id, off.dates, off.active) == (9, ("06-05",), False)


def test_plans_whose_report_tasks_name_days_are_proposed_until_somebody_decides() -> None:
    yearly = parse_deadline("trước ngày 05/6 và 10/12 hằng năm")
    report = Task(1, 1, "9", "Báo cáo kết quả thực hiện kế hoạch", yearly, document_id=3, document_number="41/KH-UBND")
    other = replace(report, id=2, title="Diễn tập phòng chống thiên tai")
    monthly = replace(report, id=4, document_id=5, deadline=parse_deadline("ngày 15 hằng tháng"))
    assert proposed([report, other, monthly], []) == [(3, "41/KH-UBND", ("06-05", "12-10"))]
    assert not proposed([other], []) and not proposed([replace(report, confirmed=False)], [])
    assert not proposed([report], [Schedule(1, 1, PeriodKind.PLAN, document_id=3, active=False)])
    assert not proposed([replace(report, deadline=Deadline(yearly.kind))], [])


@pytest.mark.parametrize("words", ["lịch báo cáo", "xem lịch báo cáo định kỳ", "che do bao cao", "/lichbaocao"])
def test_one_may_only_look(words: str) -> None:
    assert asks_for_schedules(words)
