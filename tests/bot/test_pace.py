"""How many messages may go out, and in which parts."""

import pytest

from bot.delivery import fit
from bot.pace import Pace
from domain.messages import Button, Reply
from domain.ports import Limits


class Hands:
    """A clock whose hands the test moves."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def test_a_burst_passes_and_then_the_rate_holds() -> None:
    hands = Hands()
    pace = Pace(per_second=1.0, burst=3.0, monotonic=hands)
    for _ in range(3):
        assert pace.free() >= 1
        pace.take()
    assert pace.free() == 0
    assert pace.wait() == pytest.approx(1.0)
    hands.at += 1.0
    assert pace.free() == 1


def test_over_a_minute_no_more_goes_out_than_the_rate_and_one_burst() -> None:
    hands = Hands()
    pace = Pace(per_second=30.0, burst=30.0, monotonic=hands)
    sent = 0
    for _ in range(6000):
        while pace.free():
            pace.take()
            sent += 1
        hands.at += 0.01
    assert 30 * 60 - 1 <= sent <= 30 * 60 + 30


def test_what_the_app_asks_for_is_waited_out() -> None:
    hands = Hands()
    pace = Pace(per_second=30.0, burst=30.0, monotonic=hands)
    pace.hold(7.0)
    assert pace.free() == 0
    assert pace.wait() == pytest.approx(7.0, abs=0.1)
    hands.at += 6.9
    assert pace.free() == 0
    hands.at += 0.2
    assert pace.free() >= 1


def test_a_long_reply_keeps_its_buttons_at_its_end() -> None:
    reply = Reply("Một câu dài. " * 200, (Button("Đồng ý", "yes"),))
    parts = fit(reply, Limits(text_units=500, per_second=1, per_chat_second=1))
    assert len(parts) > 1
    assert all(not part.buttons for part in parts[:-1])
    assert parts[-1].buttons == reply.buttons
    assert all(len(part.text) <= 500 for part in parts)


def test_a_channel_without_buttons_gets_numbered_lines() -> None:
    reply = Reply("Anh/chị chọn:", (Button("Đồng ý", "yes"), Button("Thôi", "no")))
    (part,) = fit(reply, Limits(text_units=2000, per_second=1, per_chat_second=1, has_buttons=False))
    assert "1" in part.text and "Đồng ý" in part.text and "Thôi" in part.text
    assert not part.buttons


def test_nothing_to_say_is_nothing_to_send() -> None:
    assert fit(Reply("  "), Limits(text_units=2000, per_second=1, per_chat_second=1)) == []
