"""The load parts of the bench: what they measure is the real product, all is answered and in order."""

from pathlib import Path

from tests.bench import load, webhooks
from tests.bench.pushing import Push
from tests.web.malformed import TELEGRAM, ZALO_BOT, ZALO_OA


def test_every_message_of_a_rush_is_acknowledged_and_answered_in_order(tmp_path: Path) -> None:
    rush = load.measure(tmp_path, per_second=30, seconds=1)
    assert (rush.pushed, rush.refused, rush.unanswered, rush.out_of_order) == (30, 0, 0, 0)
    assert rush.questions == 10 and rush.without_source == 0
    assert rush.chats_in_a_row > 0 and len(rush.acknowledged) == len(rush.answered) == 30


def test_what_is_out_of_order_is_found() -> None:
    push = Push("", {}, b'{"message": {"message_id": "rush-%d"}}', "zalo-bot:aa")
    said = [Push(push.url, {}, push.body % number, push.lane) for number in (1, 2)]
    chat = ("zalo-bot", "aa")

    def told(*updates: str) -> int:
        known = load.Told({chat: updates}, {chat: ["m\u1ed9t", "hai"]}, [], 0, 0)
        return known.out_of_order(said, {chat: ["tr\u01b0\u1edbc", "m\u1ed9t", "hai\n1. Xem"]})

    assert (told("rush-1", "rush-2"), told("rush-2", "rush-1"), told("rush-1")) == (0, 1, 1)
    known = load.Told({chat: ["rush-1", "rush-2"]}, {chat: ["m\u1ed9t", "hai"]}, [], 0, 0)
    assert known.out_of_order(said, {chat: ["hai", "m\u1ed9t"]}) == 1


def test_every_webhook_endures(tmp_path: Path) -> None:
    endured = webhooks.measure(tmp_path, 60)
    assert [found.channel for found in endured] == [TELEGRAM, ZALO_OA, ZALO_BOT]
    for found in endured:
        assert found.is_alive and set(found.statuses) <= {200, 401, 413} and sum(found.statuses.values()) == 60
