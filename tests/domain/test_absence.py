"""Days away, as people say them; today is Monday 2 March 2026."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.absence import days_away, days_within

TODAY = date(2026, 3, 2)


def d(day: int, month: int = 3, year: int = 2026) -> date:
    return date(year, month, day)


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("từ 10/3 đến 20/3", d(10), d(20)),
        ("từ ngày 10/3 đến hết ngày 20/3", d(10), d(20)),
        ("tu 10/03/2026 den 20/03/2026", d(10), d(20)),
        ("10/3 - 20/3", d(10), d(20)),
        ("10-3 tới 20-3", d(10), d(20)),
        ("từ 10 đến 20/3", d(10), d(20)),
        ("từ 10/3 đến 20", d(10), d(20)),
        ("từ ngày 10 tháng 3 đến ngày 20 tháng 3 năm 2026", d(10), d(20)),
        ("từ 28/12 đến 05/01", d(28, 12), d(5, 1, 2027)),
        ("từ hôm nay đến 15/3", d(2), d(15)),
        ("từ mai đến thứ sáu", d(3), d(6)),
        ("từ thứ hai tuần sau đến thứ tư tuần sau", d(9), d(11)),
        ("từ mai đến hết tuần", d(3), d(8)),
        ("từ 05/3 đến hết tháng", d(5), d(31)),
        ("đến hết 20/3", d(2), d(20)),
        ("tới cuối tháng", d(2), d(31)),
        ("ngày 10/3", d(10), d(10)),
        ("hôm nay", d(2), d(2)),
        ("mai", d(3), d(3)),
        ("ngày kia", d(4), d(4)),
        ("chủ nhật", d(8), d(8)),
        ("tuần này", d(2), d(8)),
        ("tuần sau", d(9), d(15)),
        ("tháng sau", d(1, 4), d(30, 4)),
        ("3 ngày", d(2), d(4)),
        ("hai tuần", d(2), d(15)),
        ("3 ngày từ 10/3", d(10), d(12)),
        ("từ 10/3 trong 2 tuần", d(10), d(23)),
        ("6 tháng kể từ 01/4", d(1, 4), d(30, 9)),
        ("05/01", d(5, 1), d(5, 1)),
        ("15/8/25", d(15, 8, 2025), d(15, 8, 2025)),
        ("ngày 1", d(1, 4), d(1, 4)),
    ],
)
def test_the_days_said_are_read(said: str, first: date, last: date) -> None:
    assert days_away(said, TODAY) == (first, last)


def test_near_the_end_of_the_year_a_day_of_january_is_next_years() -> None:
    assert days_away("từ 05/01 đến 09/01", date(2026, 12, 20)) == (d(5, 1, 2027), d(9, 1, 2027))


@pytest.mark.parametrize(
    "said",
    [
        "",
        "mấy hôm",
        "từ 30/02 đến 05/3",
        "từ 20/3/2026 đến 10/3/2026",
        "32/3",
        "từ 10/13",
        "nhiệm vụ 4",
        "khi nào xong",
    ],
)
def test_what_cannot_be_read_is_not_guessed(said: str) -> None:
    assert days_away(said, TODAY) is None


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ("anh binh nghi tu 10/3 den 20/3, chi an thay", "tu 10/3 den 20/3"),
        ("mai toi vang, nho chi an", "mai"),
        ("chi an nghi 3 ngay tu 10/3", "3 ngay tu 10/3"),
        ("anh binh nghi het tuan nay", "het tuan nay"),
    ],
)
def test_the_days_are_found_inside_a_sentence(said: str, where: str) -> None:
    found = days_within(said, TODAY)
    assert found is not None and said[found[0] : found[1]] == where


def test_a_bare_number_in_a_sentence_is_no_day() -> None:
    assert days_within("giao nhiem vu 5 cho anh binh", TODAY) is None


@given(st.text(alphabet="0123456789/- tudenhgaym", max_size=40), st.dates(date(2020, 1, 1), date(2090, 1, 1)))
def test_any_words_give_ordered_days_or_none(said: str, today: date) -> None:
    found = days_away(said, today)
    assert found is None or found[0] <= found[1]
