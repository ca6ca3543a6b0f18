"""What an app tells without anybody saying anything: a message arrived, was read, somebody called the account."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import reception
from bot.channels import zalo_oa_updates
from bot.delivery import Delivery
from bot.nursery import Nursery
from bot.reception import Reception, id_of
from bot.turns import Turns
from domain.channels import LAST_WINDOW, ZALO_OA
from domain.messages import Incoming, Reply
from domain.ports import Channel
from storage import Busy, Storage
from tests.bot.desk import NOW, Nothing, Postbox, echo, open_desk

DAN = "2512007"


class Oa(Postbox):
    """An Official Account that reads its own events."""

    name = ZALO_OA

    def update_id(self, raw: Mapping[str, Any]) -> str:
        return zalo_oa_updates.update_id(raw)

    def read(self, raw: Mapping[str, Any]) -> Incoming:
        return zalo_oa_updates.read(raw, zalo_oa_updates.Me("999", "UBND"))


def clock() -> datetime:
    return NOW


class House:
    """An office whose only app is an Official Account."""

    def __init__(self, storage: Storage, nursery: Nursery, database: Path) -> None:
        self.storage, self.oa, self._database = storage, Oa(), database
        channels: dict[str, Channel] = {ZALO_OA: self.oa}
        self.delivery = Delivery(storage, channels, clock, nursery, sender_id="d")
        turns = Turns(storage, channels, Nothing(), clock, nursery, respond=echo, on_queued=self.delivery.ring)
        self.reception = Reception(storage, channels, turns, nursery)
        nursery.keep("oa reception", self.reception.run)

    async def tells(self, event: str, **more: Any) -> None:
        raw = {"app_id": "1", "event_name": event, "timestamp": "1781000000000", **more}
        await self.reception.accept(ZALO_OA, [(id_of(self.oa, raw), raw)])

    async def sent(self, message_id: str, text: str = "x") -> int:
        async with self.storage.writing() as records:
            row_id = await records.outbox.queue(
                channel=ZALO_OA, chat_id=DAN, reply=Reply(text), key=message_id, now=NOW, cause="reply"
            )
            (row,) = await records.outbox.claim(NOW, 1, (), (ZALO_OA,))
            await records.outbox.sent_many([(row.id, message_id)], NOW)
        assert row_id is not None
        return row_id

    async def until_closed(self) -> None:
        async with asyncio.timeout(20):
            while True:
                async with self.storage.reading() as records:
                    if not (await records.inbox.counts())["new"]:
                        return
                await asyncio.sleep(0.005)

    def moments(self, row_id: int) -> tuple[bool, bool]:
        """Whether a message is known to have arrived, and to have been read."""
        with contextlib.closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True)) as database:
            asked = "select delivered_at is not null, seen_at is not null from outbox where id = ?"
            arrived, read = database.execute(asked, (row_id,)).fetchone()
        return bool(arrived), bool(read)


@contextlib.asynccontextmanager
async def a_house(folder: Path) -> AsyncIterator[House]:
    async with open_desk(folder, echo, serving=False) as desk:
        yield House(desk.storage, desk.nursery, folder / "kehoach.db")


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reception, "RECEIPT_PAUSES", (0.02, 0.05))


async def test_what_arrived_and_what_was_read_is_noted_and_answered_by_nothing(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        first, second = await house.sent("m1"), await house.sent("m2")
        await house.tells("user_received_message", recipient={"id": DAN}, message={"msg_id": "m1"})
        await house.until_closed()
        assert house.moments(first) == (True, False)
        await house.tells("user_seen_message", recipient={"id": DAN}, message={"msg_ids": ["m1", "m2"]})
        await house.until_closed()
        assert house.moments(first) == house.moments(second) == (True, True)
        async with house.storage.reading() as records:
            assert (await records.outbox.counts())["pending"] == 0
            assert await records.contacts.of([(ZALO_OA, DAN)]) == {}


async def test_a_receipt_that_comes_before_the_message_is_recorded_is_not_lost(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.tells("user_received_message", recipient={"id": DAN}, message={"msg_id": "m9"})
        row = await house.sent("m9")
        await house.until_closed()
        assert house.moments(row) == (True, False)


async def test_a_receipt_of_a_message_that_is_not_ours_is_closed(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.tells("user_seen_message", recipient={"id": DAN}, message={"msg_id": "of the console"})
        await house.until_closed()


async def test_a_busy_database_costs_no_receipt_and_holds_up_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_house(tmp_path) as house:
        row = await house.sent("m1")
        note, failures = house.reception._note_many, [Busy("locked")] * 2

        async def noting(receipts: Any) -> list[bool]:
            if failures:
                raise failures.pop()
            return await note(receipts)

        monkeypatch.setattr(house.reception._receipts, "_work", noting)
        await house.tells("user_received_message", recipient={"id": DAN}, message={"msg_id": "m1"})
        text = {"sender": {"id": DAN}, "recipient": {"id": "999"}, "message": {"msg_id": "t1", "text": "chào"}}
        await house.tells("user_send_text", **text)
        await house.until_closed()
        assert house.moments(row) == (True, False) and not failures
        async with house.storage.reading() as records:
            assert (await records.outbox.counts())["pending"] == 1


async def test_who_calls_the_account_may_be_written_to_again(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        async with house.storage.writing() as records:
            await records.contacts.close(ZALO_OA, DAN, NOW - timedelta(days=1), NOW - timedelta(days=1))
            queued: Any = {"channel": ZALO_OA, "chat_id": DAN, "now": NOW, "cause": "told"}
            await records.outbox.queue(reply=Reply("đã sửa"), key="told:x:0", **queued)
            (row,) = await records.outbox.claim(NOW, 1, (), (ZALO_OA,), sender="d")
            await records.held.close(row, "-230", NOW, NOW, sender="d")
            assert (await records.outbox.counts())["held"] == 1
        await house.tells("user_call_oa", sender={"id": DAN}, recipient={"id": "999"})
        await house.until_closed()
        async with house.storage.reading() as records:
            counts = await records.outbox.counts()
            windows = {ZALO_OA: LAST_WINDOW}
            assert (counts["held"], counts["pending"]) == (0, 1)
            assert await records.contacts.open_many([(ZALO_OA, DAN)], windows, NOW) == {(ZALO_OA, DAN)}
