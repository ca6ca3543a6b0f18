"""What was reported of targets: values read from words, and which report counts for a year."""

from datetime import UTC, datetime

import pytest

from domain.achievements import Achievement, SaidValue, fits, said_value, standing, year_asked, years_of
from domain.plans import Target

AT = datetime(2026, 4, 7, 2, 30, tzinfo=UTC)
WATER = Target(1, 1, "3", "Tỷ lệ hộ dùng nước sạch", ((2026, "trên 80%"), (2030, "98%")), unit_of_measure="%")


def report(number: int, year: int, value: float, supersedes: int | None = None) -> Achievement:
    return Achievement(number, 1, 7, "Lê Hoài An", year, value, f"{value}", AT, supersedes)


@pytest.mark.parametrize(
    ("words", "value", "unit", "year"),
    [
        ("hiện 63%", 63, "%", None),
        ("đã đạt 63,5 %", 63.5, "%", None),
        ("63 phần trăm", 63, "%", None),
        ("được sáu mươi ba phần trăm", 63, "%", None),
        ("năm 2027 được 63%", 63, "%", 2027),
        ("63% trong năm 2027", 63, "%", 2027),
        ("từ 50% lên 63%", 63, "%", None),
        ("tăng lên 63%", 63, "%", None),
        ("giảm còn 31 hộ", 31, "ho", None),
        ("còn 31 hộ", 31, "ho", None),
        ("giảm 9%", 9, "%", None),
        ("được 1.340 hồ sơ", 1340, "ho so", None),
        ("90/120 hồ sơ", 75, "%", None),
        ("0,68", 0.68, "", None),
        ("12", 12, "", None),
    ],
)
def test_a_value_is_read_from_words(words: str, value: float, unit: str, year: int | None) -> None:
    assert said_value(words) == SaidValue(value, unit, year)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "khá tốt",
        "phấn đấu 80%",
        "sẽ đạt 80%",
        "dự kiến 80%",
        "chưa đạt 80%",
        "trên 70%",
        "khoảng 70%",
        "70 - 75%",
        "70% nam và 65% nữ",
        "ngày 14/5/2026",
        "200/120 hồ sơ",
        "năm 2027",
    ],
)
def test_wishes_and_unsure_values_are_none(words: str) -> None:
    assert said_value(words) is None


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (SaidValue(63, "%"), True),
        (SaidValue(63), True),
        (SaidValue(63, "ho so"), False),
    ],
)
def test_a_value_fits_the_unit_of_its_target(said: SaidValue, expected: bool) -> None:
    assert fits(WATER, said) is expected


def test_a_target_counted_in_words_takes_that_unit_only() -> None:
    shops = Target(2, 1, "4", "Số điểm bán hàng", ((2026, "12 điểm"),))
    assert fits(shops, SaidValue(5, "diem"))
    assert not fits(shops, SaidValue(5, "%"))


def test_the_newest_report_that_nothing_corrects_counts() -> None:
    reports = [report(1, 2026, 60), report(2, 2026, 66, 1), report(3, 2030, 20), report(4, 2026, 70)]
    assert {year: each.value for year, each in standing(reports).items()} == {2026: 70, 2030: 20}
    assert standing([report(1, 2026, 60), report(2, 2026, 66, 1)])[2026].value == 66


def test_years_stand_with_what_is_planned_and_reported() -> None:
    years = years_of(WATER, [report(1, 2026, 81), report(2, 2028, 90)])
    assert [(year.year, year.words, year.is_reached) for year in years] == [
        (2026, "trên 80%", True),
        (2028, "", None),
        (2030, "98%", None),
    ]


@pytest.mark.parametrize(("today", "expected"), [(2025, 2026), (2026, 2026), (2027, 2030), (2031, 2030)])
def test_a_report_without_a_year_is_about_this_year_or_the_next_planned(today: int, expected: int) -> None:
    assert year_asked(WATER, today) == expected


def test_a_target_that_plans_nothing_is_about_no_year() -> None:
    assert year_asked(Target(3, 1, "5", "Số tuyến đường"), 2026) is None
