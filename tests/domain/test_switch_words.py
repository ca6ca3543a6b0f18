"""Turning the bot off and on in words, and what is none of it."""

from datetime import UTC, datetime

import pytest

from domain.switch_words import SwitchedOff, asks_history, read_off, wants_on

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
AT_17 = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Tắt bot vì đang đổi số liệu", SwitchedOff("Đang đổi số liệu")),
        ("tam ngung tro ly: bao tri may chu", SwitchedOff("Bao tri may chu")),
        ("tạm dừng hoạt động của bot do mất điện.", SwitchedOff("Mất điện")),
        ("ngừng trợ lý ảo, lý do là trả lời sai", SwitchedOff("Trả lời sai")),
        ("tắt bot", SwitchedOff("")),
        ("tắt bot đến 17h vì bảo trì", SwitchedOff("Bảo trì", AT_17)),
        ("tắt bot đến 17h chiều nay", SwitchedOff("", AT_17)),
    ],
)
def test_a_wish_to_turn_off_is_read_with_its_reason(said: str, meant: SwitchedOff) -> None:
    assert read_off(said, NOW) == meant


@pytest.mark.parametrize(
    "said",
    ["tắt bot thế nào?", "bot tắt rồi à", "tắt thông báo", "nhiệm vụ tắt bot số 3 xong 80%", "tắt bot đến hôm ấy"],
)
def test_other_words_turn_nothing_off(said: str) -> None:
    assert read_off(said, NOW) is None


def test_on_and_the_question_about_it() -> None:
    assert wants_on("Bật lại bot nhé") and wants_on("mở lại trợ lý") and not wants_on("bật bot lên để hỏi việc khác")
    assert asks_history("bot có đang tắt không?") and asks_history("lịch sử tắt bot") and not asks_history("lịch sử xã")
