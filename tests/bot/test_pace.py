"""How many messages may go out, and in which parts."""

import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from bot.fitting import fit, labelled
from bot.pace import JITTER, MOST_AT_ONCE, PATIENCE, UNANSWERED, Crossings, Flow, Pace, Ticket
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


class Meter:
    """Counts as the app does: it refuses what is more than its limit within the second before."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.times: list[float] = []

    def accepts(self, at: float) -> bool:
        recent = [moment for moment in self.times if moment > at - 1.0]
        self.times.append(at)
        return len(recent) < self._limit


@pytest.mark.parametrize("woken_late", [0.0, 0.004, 0.03])
def test_an_app_gets_its_full_rate_evenly_and_never_more_in_any_second(woken_late: float) -> None:
    hands, meter, chance = Hands(), Meter(30), random.Random(7)
    flow = Flow(30.0, monotonic=hands)
    ends = hands.at + 60
    arrived: list[float] = []
    on_their_way: list[tuple[float, Ticket]] = []
    most_in_a_tenth = 0
    while hands.at < ends:
        for due, ticket in [flight for flight in on_their_way if flight[0] <= hands.at]:
            flow.done(ticket)
            on_their_way.remove((due, ticket))
        if flow.free():
            ticket = flow.take()
            way = chance.uniform(0.002, JITTER)
            arrived.append(hands.at + way)
            on_their_way.append((hands.at + way + 0.001, ticket))
        if hands.at > ends - 30:
            most_in_a_tenth = max(most_in_a_tenth, sum(at > hands.at - 0.1 for at in arrived[-40:]))
        hands.at += max(0.001, flow.wait()) + chance.uniform(0, woken_late)
    assert all(meter.accepts(at) for at in sorted(arrived))
    assert len(arrived) / 60 >= 28
    assert most_in_a_tenth <= 9


def test_two_senders_share_what_the_app_allows() -> None:
    hands, meter = Hands(), Meter(30)
    flows = [Flow(30.0, monotonic=hands) for _ in range(2)]
    sent = [0, 0]
    for flow in flows:
        flow.senders = 2
    for _ in range(60_000):
        for number, flow in enumerate(flows):
            if flow.free():
                flow.done(flow.take())
                assert meter.accepts(hands.at)
                sent[number] += 1
        hands.at += 0.001
    assert sent[0] == sent[1] and 28 <= sum(sent) / 60 <= 30


def test_a_slow_app_and_a_fast_one_get_their_rate() -> None:
    for per_second, seconds in ((0.5, 60), (1000.0, 3)):
        hands = Hands()
        flow = Flow(per_second, monotonic=hands)
        sent = 0
        for _ in range(seconds * 1000):
            for _ in range(flow.free()):
                flow.done(flow.take())
                sent += 1
            hands.at += 0.001
        assert per_second * seconds * 0.95 <= sent <= per_second * (seconds + 1)


def test_one_message_is_taken_up_at_a_time_unless_the_app_is_fast() -> None:
    assert [Flow(rate).together for rate in (0.5, 30.0, 1000.0)] == [1, 1, 20]


@dataclass
class Sent:
    """What a simulated minute of sending came to: messages a second, and the most that were on their way at once."""

    per_second: float
    most: int


def _send_for_a_minute(answer_takes: Callable[[], float]) -> Sent:
    """Messages through an app that takes so long to answer; not counting the first ten seconds."""
    hands = Hands()
    flow, crossings = Flow(30.0, monotonic=hands), Crossings(monotonic=hands)
    under_way: list[tuple[float, float, Ticket]] = []
    answered = most = 0
    start = hands.at
    while hands.at < start + 60:
        for flight in [flight for flight in under_way if flight[0] <= hands.at]:
            under_way.remove(flight)
            flow.done(flight[2])
            crossings.end(flight[1], is_answered=True)
            answered += hands.at > start + 10
        if min(flow.free(), crossings.free(flow.even_rate, flow.together)):
            crossings.leave(hands.at)
            under_way.append((hands.at + answer_takes(), hands.at, flow.take()))
            most = max(most, len(under_way) if hands.at > start + 10 else 0)
        hands.at += 0.001
    return Sent(answered / 50, most)


@pytest.mark.parametrize(("seconds", "most"), [(0.005, 1), (0.03, 2), (0.1, 4), (0.25, 10)])
def test_no_more_are_on_their_way_than_the_answers_take_and_the_rate_holds(seconds: float, most: int) -> None:
    chance = random.Random(5)
    sent = _send_for_a_minute(lambda: chance.uniform(0.8, 1.2) * seconds)
    assert sent.per_second >= 28 and sent.most <= most


def test_a_message_without_an_answer_now_and_then_does_not_slow_the_others() -> None:
    chance = random.Random(6)
    sent = _send_for_a_minute(lambda: 20.0 if chance.random() < 0.01 else 0.01)
    assert sent.per_second >= 27.5 and sent.most <= MOST_AT_ONCE - 5


def test_an_app_that_answers_nothing_is_sent_nothing_more_until_it_is_heard_of() -> None:
    hands = Hands()
    crossings = Crossings(monotonic=hands)
    taken: list[float] = []
    for _ in range(10_000):
        if crossings.free(28.8, 1):
            crossings.leave(hands.at)
            taken.append(hands.at)
        hands.at += 0.001
    assert crossings.is_silent and len(taken) == len(crossings) == UNANSWERED
    crossings.heard()
    assert not crossings.is_silent and crossings.free(28.8, 1) == 1
    crossings.leave(hands.at)
    assert crossings.free(28.8, 1) == 0 and crossings.wait() == pytest.approx(PATIENCE)
    crossings.end(hands.at, is_answered=True)
    for since in taken:
        crossings.end(since, is_answered=False)
    assert len(crossings) == 0 and crossings.wait() > 1e9


def test_an_app_that_says_wait_is_left_alone() -> None:
    hands = Hands()
    flow = Flow(30.0, monotonic=hands)
    flow.hold(7.0)
    hands.at += 6.9
    assert flow.free() == 0 and flow.wait() == pytest.approx(0.1)
    hands.at += 0.2
    assert flow.free() >= 1


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


def test_a_full_message_leaves_room_for_the_line_that_says_it_may_be_a_copy() -> None:
    limits = Limits(text_units=500, per_second=1, per_chat_second=1)
    for length in (400, 470, 499, 500, 501, 1200):
        parts = fit(Reply("x" * length), limits)
        assert "".join(part.text for part in parts) == "x" * length
        assert all(len(labelled(part).text) <= 500 for part in parts)
