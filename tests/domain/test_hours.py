"""Hours of the day in words."""

from datetime import time

import pytest

from domain.hours import hour_in, hour_text, hours_in


@pytest.mark.parametrize(
    ("said", "hour"),
    [
        ("7h30", "07:30"),
        ("07:30", "07:30"),
        ("7g15", "07:15"),
        ("lúc 7 giờ rưỡi nhé", "07:30"),
        ("luc bay gio ruoi", "07:30"),
        ("7 rưỡi", "07:30"),
        ("7 rưỡi tối", "19:30"),
        ("8 giờ kém 15", "07:45"),
        ("tám giờ kém mười lăm phút", "07:45"),
        ("2 giờ chiều", "14:00"),
        ("2h30 chiều", "14:30"),
        ("14 giờ chiều", "14:00"),
        ("1 giờ trưa", "13:00"),
        ("11h trưa", "11:00"),
        ("9 giờ tối", "21:00"),
        ("12 giờ đêm", "00:00"),
        ("2 giờ đêm", "02:00"),
        ("mười lăm giờ ba mươi", "15:30"),
        ("17 giờ 05 phút", "17:05"),
        ("8 giờ sáng mai", "08:00"),
        ("6h", "06:00"),
        ("0h", "00:00"),
    ],
)
def test_an_hour_is_read(said: str, hour: str) -> None:
    found = hour_in(said)
    assert found is not None and hour_text(found) == hour


@pytest.mark.parametrize(
    "said", ["25h", "7:75", "24:00", "20/12", "ngày 20/12/2026", "nhiệm vụ 7", "sáng mai", "", "7 ngày"]
)
def test_what_names_no_hour_of_the_day_is_none(said: str) -> None:
    assert hour_in(said) is None


def test_two_hours_are_a_span() -> None:
    for said in ("từ 19h đến 7h", "19:00-07:00", "19h – 7h", "19 giờ tới 7 giờ sáng"):
        assert hours_in(said) == [time(19), time(7)], said
        assert hour_in(said) is None
