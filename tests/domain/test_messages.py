"""Splitting, numbering and choosing: what any channel needs of a reply."""

import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.messages import Button, Reply, choice, numbered, split, utf16_length

TEXTS = st.text(alphabet=st.sampled_from("aệ \n.\t😀Đ\u0301\u200d👩x,!"), max_size=300)


@given(TEXTS, st.integers(2, 40))
@example("a" + "\u0301" * 50, 4)
@example("\n\n \n\n", 3)
def test_every_part_fits_and_only_white_space_is_lost(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(0 < utf16_length(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(TEXTS, st.integers(8, 40))
def test_a_letter_keeps_its_mark(text: str, limit: int) -> None:
    for part in split(text, limit)[1:]:
        before = text[: text.index(part)].rstrip() if part in text else ""
        lone = unicodedata.combining(part[0]) and before and not text[text.index(part) - 1].isspace()
        assert not lone or len(before) >= limit // 3


@given(st.text(max_size=60))
def test_a_text_within_the_limit_is_one_part(text: str) -> None:
    assert split(text, 200) == ([text.strip()] if text.strip() else [])


def test_a_part_of_two_halves_of_one_picture_does_not_exist() -> None:
    assert split("😀😀😀", 3) == ["😀", "😀", "😀"]
    assert split("👩\u200d💻" * 3, 7) == ["👩\u200d💻"] * 3


def test_the_cut_is_at_a_paragraph_then_a_sentence_then_a_word() -> None:
    assert split("Một hai ba.\n\nBốn năm sáu bảy tám", 22) == ["Một hai ba.", "Bốn năm sáu bảy tám"]
    assert split("Một hai ba. Bốn năm sáu", 20) == ["Một hai ba.", "Bốn năm sáu"]
    assert split("Một hai ba bốn năm", 12) == ["Một hai ba", "bốn năm"]
    assert split("Một hai", 7) == ["Một hai"]


def test_a_limit_without_room_for_one_character_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        split("a", 1)


@pytest.mark.parametrize("text", ["a " * 500_000, "\n" * 1_000_000 + "x", "x" * 1_000_000, "\n \t" * 330_000 + "x"])
def test_a_million_characters_are_split_in_no_time(text: str) -> None:
    started = time.process_time()
    split(text, 4096)
    split(text[:200_000], 2)
    assert time.process_time() - started < 10


BUTTONS = (Button("Xác nhận", "yes"), Button("Sửa lại", "edit"))


def test_a_channel_without_buttons_numbers_the_choices() -> None:
    assert numbered(Reply("Ghi lại?", BUTTONS)).text == "Ghi lại?\n\n1. Xác nhận\n2. Sửa lại"
    assert numbered(Reply("", BUTTONS)).text == "1. Xác nhận\n2. Sửa lại"
    assert numbered(Reply("Vâng.")) == Reply("Vâng.")
    assert numbered(Reply("?", (Button("{number} %s", "a"),))).text == "?\n\n1. {number} %s"


@pytest.mark.parametrize(
    ("typed", "action"),
    [
        ("1", "yes"),
        ("2.", "edit"),
        ("(2)", "edit"),
        ("xác nhận", "yes"),
        ("SUA LAI", "edit"),
        ("3", None),
        ("", None),
        ("không", None),
    ],
)
def test_a_choice_is_typed_by_number_or_by_name(typed: str, action: str | None) -> None:
    assert choice(typed, BUTTONS) == action


@pytest.mark.parametrize("action", ["", "a" * 65, "đồng-ý"])
def test_a_button_carries_a_short_plain_action(action: str) -> None:
    with pytest.raises(ValueError, match="ASCII"):
        Button("Nhãn", action)
