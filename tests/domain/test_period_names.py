"""Which reporting period a message names."""

from datetime import date

import pytest

from domain.period_names import NamedPeriod, period_named
from domain.reporting_periods import PeriodKind

TODAY = date(2026, 11, 24)
MONTH, QUARTER, HALF, YEAR = PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF_YEAR, PeriodKind.YEAR


@pytest.mark.parametrize(
    ("words", "kind", "year", "number"),
    [
        ("xuất báo cáo tháng 11", MONTH, 2026, 11),
        ("xuat bao cao thang 11", MONTH, 2026, 11),
        ("cho tôi báo cáo tháng 11/2025", MONTH, 2025, 11),
        ("bao cao thang 3 nam 2025", MONTH, 2025, 3),
        ("xuất báo cáo t10", MONTH, 2026, 10),
        ("báo cáo tháng này", MONTH, 2026, 11),
        ("báo cáo tháng trước", MONTH, 2026, 10),
        ("bao cao thang vua roi", MONTH, 2026, 10),
        ("báo cáo tháng 12", MONTH, 2026, 12),
        ("báo cáo quý IV/2025", QUARTER, 2025, 4),
        ("bao cao quy 3", QUARTER, 2026, 3),
        ("báo cáo quý II năm 2026", QUARTER, 2026, 2),
        ("xuất q1/2026", QUARTER, 2026, 1),
        ("báo cáo quý này", QUARTER, 2026, 4),
        ("báo cáo quý trước", QUARTER, 2026, 3),
        ("báo cáo 6 tháng đầu năm", HALF, 2026, 1),
        ("bao cao 6 thang cuoi nam 2025", HALF, 2025, 2),
        ("báo cáo sáu tháng đầu năm 2026", HALF, 2026, 1),
        ("báo cáo nửa đầu năm", HALF, 2026, 1),
        ("báo cáo năm 2026", YEAR, 2026, 0),
        ("báo cáo năm nay", YEAR, 2026, 0),
        ("báo cáo năm ngoái", YEAR, 2025, 0),
        ("báo cáo cả năm", YEAR, 2026, 0),
    ],
)
def test_a_period_is_named(words: str, kind: PeriodKind, year: int, number: int) -> None:
    assert period_named(words, TODAY) == NamedPeriod(kind, year, number)


@pytest.mark.parametrize(
    "words",
    ["xuất báo cáo", "báo cáo tháng 13", "báo cáo quý 5", "báo cáo tháng 10 và tháng 11", "báo cáo 9 tháng đầu năm",
     "nhiệm vụ 11 xong 40%", "báo cáo tháng sau", "họp ngày 20/11"],
)  # fmt: skip
def test_no_period_is_named(words: str) -> None:
    assert period_named(words, TODAY) is None


def test_said_in_january_the_last_months_are_those_of_last_year() -> None:
    new_year = date(2027, 1, 5)
    assert period_named("báo cáo tháng 12", new_year) == NamedPeriod(MONTH, 2026, 12)
    assert period_named("báo cáo quý 4", new_year) == NamedPeriod(QUARTER, 2026, 4)
    assert period_named("báo cáo 6 tháng cuối năm", new_year) == NamedPeriod(HALF, 2026, 2)
    assert period_named("báo cáo tháng 1", new_year) == NamedPeriod(MONTH, 2027, 1)
    assert period_named("báo cáo tổng kết năm", new_year) == NamedPeriod(YEAR, 2026, 0)
    assert period_named("báo cáo tháng trước", new_year) == NamedPeriod(MONTH, 2026, 12)
    assert period_named("báo cáo quý trước", new_year) == NamedPeriod(QUARTER, 2026, 4)


def test_this_period_and_the_one_before_have_no_kind() -> None:
    assert period_named("kỳ này thế nào", TODAY) == NamedPeriod(None)
    assert period_named("ky bao cao truoc", TODAY) == NamedPeriod(None, back=1)
