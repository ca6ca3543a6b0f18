"""Telephone numbers, however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.phones import covered_phone, local_phone, phone_number


@pytest.mark.parametrize(
    "written",
    [
        "0912345678",
        "912345678",
        "84912345678",
        "+84912345678",
        "0084912345678",
        "+84 912 345 678",
        "+84 (0) 912 345 678",
        "84 0912345678",
        "0912.345.678",
        "0912-345-678",
        "(0912) 345 678",
        " 0912 345\u00a0678 ",
        "0912\u2013345\u2013678",
    ],
)
def test_one_number_has_one_form(written: str) -> None:
    assert phone_number(written) == "+84912345678"


def test_a_fixed_line_is_a_number_too() -> None:
    assert phone_number("0292 3821 234") == "+842923821234" == phone_number("2923821234")


@pytest.mark.parametrize("prefix", ["03", "05", "07", "08", "09"])
def test_every_mobile_network_is_known(prefix: str) -> None:
    assert phone_number(f"{prefix}12345678") == f"+84{prefix[1]}12345678"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "không có",
        "091234567",
        "09123456789",
        "01234567890",
        "0612345678",
        "0412345678",
        "+66912345678",
        "0912345678 hoặc 0987654321",
        "0912345678a",
        "\u0660\u0669\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668",
        "113",
    ],
)
def test_what_is_no_vietnamese_number_is_not_guessed(written: str) -> None:
    assert phone_number(written) is None


@given(st.text())
def test_anything_may_stand_in_a_cell(written: str) -> None:
    number = phone_number(written)
    assert number is None or phone_number(number) == number == phone_number(local_phone(number))


def test_a_number_is_shown_as_people_read_it() -> None:
    assert local_phone("+84912345678") == "0912 345 678"
    assert local_phone("") == ""


def test_a_log_shows_the_end_of_a_number_alone() -> None:
    assert covered_phone("+84912345678") == "…678"
    assert covered_phone("") == ""
