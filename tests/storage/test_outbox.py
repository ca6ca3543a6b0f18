"""Replies leave in order, once, and a crash loses none."""

import asyncio
from datetime import timedelta

from domain.messages import Attachment, Button, Reply
from storage import OutboxRow, Repositories, Storage
from tests.storage.conftest import NOW

CHANNELS = ("telegram", "web")
LATER = NOW + timedelta(seconds=30)


async def _say(records: Repositories, chat_id: str, text: str, channel: str = "telegram") -> int:
    queued = await records.outbox.queue(
        channel=channel, chat_id=chat_id, reply=Reply(text), key=f"{channel}/{chat_id}/{text}", now=NOW, cause="test"
    )
    assert queued is not None
    return queued


def _texts(rows: list[OutboxRow]) -> list[str]:
    return [row.reply.text for row in rows]


async def test_a_reply_with_one_key_is_queued_once(storage: Storage) -> None:
    async with storage.writing() as records:
        first = await records.outbox.queue(
            channel="web", chat_id="1", reply=Reply("A"), key="k", now=NOW, cause="update 1"
        )
        again = await records.outbox.queue(
            channel="web", chat_id="1", reply=Reply("B"), key="k", now=NOW, cause="update 1"
        )
        rows = await records.outbox.claim(NOW, 10, (), CHANNELS)
    assert first is not None and again is None
    assert _texts(rows) == ["A"]


async def test_a_reply_comes_out_as_it_went_in(storage: Storage) -> None:
    reply = Reply(
        "Báo cáo tháng \ud800\x00🌾",
        (Button("Đúng", "yes"), Button("Sai", "no")),
        (Attachment("báo cáo.xlsx", "application/vnd.ms-excel", bytes(range(256))),),
        (Attachment("a.png", "image/png", b""),),
        asks_phone=True,
    )
    async with storage.writing() as records:
        row_id = await records.outbox.queue(
            channel="web", chat_id="1", reply=reply, key="k", now=NOW, cause="c", office_id=None
        )
        (row,) = await records.outbox.claim(NOW, 10, (), CHANNELS)
    assert row == OutboxRow(
        id=row_id or 0, channel="web", chat_id="1", reply=reply, attempts=1, maybe_duplicate=False, cause="c", key="k",
        priority=0, office_id=None, queued_at=NOW,
    )  # fmt: skip


async def test_only_the_first_unfinished_reply_of_each_chat_goes_out(storage: Storage) -> None:
    async with storage.writing() as records:
        for text in ("a1", "a2", "a3"):
            await _say(records, "a", text)
        await _say(records, "b", "b1")
    async with storage.writing() as records:
        first = await records.outbox.claim(NOW, 10, (), CHANNELS)
        assert _texts(first) == ["a1", "b1"]
        assert await records.outbox.claim(NOW, 10, (), CHANNELS) == []
        await records.outbox.sent_many([(first[0].id, "m1")], NOW)
        second = await records.outbox.claim(NOW, 10, (), CHANNELS)
        assert _texts(second) == ["a2"]


async def test_a_reply_waiting_for_its_next_try_holds_back_those_behind_it(storage: Storage) -> None:
    async with storage.writing() as records:
        await _say(records, "a", "a1")
        await _say(records, "a", "a2")
        (row,) = await records.outbox.claim(NOW, 10, (), CHANNELS)
        await records.outbox.retry(row.id, LATER, "429")
    async with storage.writing() as records:
        assert await records.outbox.claim(NOW, 10, (), CHANNELS) == []
        assert await records.outbox.next_due() == LATER
        (row,) = await records.outbox.claim(LATER, 10, (), CHANNELS)
    assert (row.reply.text, row.attempts, row.maybe_duplicate) == ("a1", 2, False)


async def test_a_reply_that_failed_for_good_lets_the_next_one_go(storage: Storage) -> None:
    async with storage.writing() as records:
        await _say(records, "a", "a1")
        await _say(records, "a", "a2")
        (row,) = await records.outbox.claim(NOW, 10, (), CHANNELS)
        await records.outbox.failed(row.id, "text is empty")
        assert _texts(await records.outbox.claim(NOW, 10, (), CHANNELS)) == ["a2"]


async def test_busy_chats_and_other_channels_are_passed_over(storage: Storage) -> None:
    async with storage.writing() as records:
        for chat in "abc":
            await _say(records, chat, f"{chat}1")
        await _say(records, "a", "w1", channel="web")
        await _say(records, "z", "z1", channel="zalo-oa")
        busy = {("telegram", "a"), ("telegram", "b")}
        assert _texts(await records.outbox.claim(NOW, 1, busy, CHANNELS)) == ["c1"]
        assert _texts(await records.outbox.claim(NOW, 10, busy, CHANNELS)) == ["w1"]
        assert await records.outbox.claim(NOW, 10, (), ()) == []


async def test_a_limit_takes_the_oldest(storage: Storage) -> None:
    async with storage.writing() as records:
        for chat in "dcba":
            await _say(records, chat, chat)
        assert _texts(await records.outbox.claim(NOW, 3, (), CHANNELS)) == ["d", "c", "b"]


async def test_two_processes_never_claim_the_same_reply(storage: Storage, other_process: Storage) -> None:
    async with storage.writing() as records:
        for number in range(40):
            await _say(records, str(number % 20), str(number))

    async def send(where: Storage) -> list[int]:
        sent: list[int] = []
        while True:
            async with where.writing() as records:
                rows = await records.outbox.claim(NOW, 3, (), CHANNELS)
                await asyncio.sleep(0)
            if not rows:
                return sent
            async with where.writing() as records:
                await records.outbox.sent_many([(row.id, f"m{row.id}") for row in rows], NOW)
            sent += [row.id for row in rows]

    ours, theirs = await asyncio.gather(send(storage), send(other_process))
    # One of them may have stopped while the other still held the first row of every chat that was left.
    ours += await send(storage)
    assert sorted(ours + theirs) == sorted(set(ours + theirs))
    assert len(ours + theirs) == 40


async def test_what_was_being_sent_in_a_crash_goes_out_again_as_a_possible_duplicate(storage: Storage) -> None:
    async with storage.writing() as records:
        await _say(records, "a", "a1")
        await _say(records, "b", "b1")
        rows = await records.outbox.claim(NOW, 10, (), CHANNELS)
        await records.outbox.sent_many([(rows[1].id, "m")], NOW)
    async with storage.writing() as records:
        assert await records.outbox.take_up(LATER, ["telegram"]) == 1
        assert await records.outbox.take_up(LATER, ["telegram"]) == 0
        assert await records.outbox.claim(NOW, 10, (), CHANNELS) == []
        (row,) = await records.outbox.claim(LATER, 10, (), CHANNELS)
    assert (row.reply.text, row.maybe_duplicate, row.attempts) == ("a1", True, 2)


async def test_an_uncertain_failure_is_remembered_as_a_possible_duplicate(storage: Storage) -> None:
    async with storage.writing() as records:
        await _say(records, "a", "a1")
        (row,) = await records.outbox.claim(NOW, 10, (), CHANNELS)
        await records.outbox.unknown(row.id, NOW, "timeout")
        (row,) = await records.outbox.claim(NOW, 10, (), CHANNELS)
        await records.outbox.retry(row.id, NOW, "429")
        (row,) = await records.outbox.claim(NOW, 10, (), CHANNELS)
    assert row.maybe_duplicate


async def test_a_reply_can_be_cancelled_until_it_is_being_sent(storage: Storage) -> None:
    async with storage.writing() as records:
        await _say(records, "a", "a1")
        await _say(records, "a", "a2")
        assert await records.outbox.cancel("telegram/a/a2")
        assert not await records.outbox.cancel("telegram/a/a2")
        await records.outbox.claim(NOW, 10, (), CHANNELS)
        assert not await records.outbox.cancel("telegram/a/a1")
        assert not await records.outbox.cancel("unheard of")
        assert await records.outbox.counts() == {
            "pending": 0, "sending": 1, "unknown": 0, "sent": 0, "failed": 0, "cancelled": 1,
        }  # fmt: skip


async def test_nothing_is_due_while_the_first_reply_of_the_chat_is_on_its_way(storage: Storage) -> None:
    async with storage.writing() as records:
        assert await records.outbox.next_due() is None
        await _say(records, "a", "a1")
        await _say(records, "a", "a2")
        assert await records.outbox.next_due(CHANNELS) == NOW
        assert await records.outbox.next_due(("web",)) is None
        await records.outbox.claim(NOW, 10, (), CHANNELS)
        assert await records.outbox.next_due() is None


async def test_the_history_of_a_chat_is_what_was_sent_in_order(storage: Storage) -> None:
    async with storage.writing() as records:
        for text in ("a1", "a2", "a3"):
            await _say(records, "a", text, channel="web")
            rows = await records.outbox.claim(NOW, 10, (), CHANNELS)
            await records.outbox.sent_many([(row.id, "m") for row in rows], LATER)
        await _say(records, "a", "a4", channel="web")
        await _say(records, "b", "b1", channel="web")
    async with storage.reading() as records:
        history = await records.outbox.history("web", "a")
        assert [(row.reply.text, row.sent_at) for row in history] == [("a1", LATER), ("a2", LATER), ("a3", LATER)]
        rest = await records.outbox.history("web", "a", after_id=history[0].id, limit=1)
        assert [row.reply.text for row in rest] == ["a2"]


async def test_what_another_process_is_sending_on_its_channel_is_left_to_it(storage: Storage) -> None:
    async with storage.writing() as records:
        for channel in ("telegram", "terminal"):
            reply = Reply("chào")
            await records.outbox.queue(channel=channel, chat_id="1", reply=reply, key=channel, now=NOW, cause="reply")
        assert len(await records.outbox.claim(NOW, 9, channels=["telegram", "terminal"])) == 2
        assert await records.outbox.take_up(LATER, ["terminal"]) == 1
        assert (await records.outbox.counts(["telegram"]))["sending"] == 1
