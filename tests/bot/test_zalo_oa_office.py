"""An office over the Official Account: what its events say is heard, and what becomes of its messages is noted."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

from bot.channels.zalo_oa import ZaloOa as Account
from bot.delivery import Delivery
from bot.nursery import Nursery
from bot.reception import Reception
from bot.turns import Turns
from domain.channels import ZALO_OA
from domain.messages import Reply
from domain.ports import Channel
from handlers.turn import Turn
from storage import Storage
from tests.bot.desk import Nothing
from tests.platforms.zalo_oa import StandIn, ZaloOa
from tests.platforms.zalo_oa_tokens import StandInTokens

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


async def two_lines(turn: Turn) -> list[Reply]:
    """An errand that answers twice."""
    return [Reply(f"Một: {turn.text}"), Reply(f"Hai: {turn.text}")]


class Office:
    """Everything between the stand-in's events and its chats, over one database."""

    def __init__(self, zalo: ZaloOa, storage: Storage, account: Account, nursery: Nursery) -> None:
        channels: dict[str, Channel] = {ZALO_OA: account}
        self.zalo, self.storage, self.account = zalo, storage, account
        self.delivery = Delivery(storage, channels, lambda: NOW, nursery)
        turns = Turns(
            storage, channels, Nothing(), lambda: NOW, nursery, respond=two_lines, on_queued=self.delivery.ring
        )
        self.reception = Reception(storage, channels, turns, nursery)
        nursery.keep("reception", self.reception.run)
        nursery.keep("delivery", self.delivery.run, ends_when_told=True)

    async def hear(self) -> None:
        """Take in every event so far; what was taken in before is known again."""
        for event in self.zalo.events():
            raw = event["body"]
            await self.reception.accept(ZALO_OA, [(self.account.update_id(raw), raw)])


@contextlib.asynccontextmanager
async def an_office(folder: Path) -> AsyncIterator[Office]:
    storage = Storage.open(f"sqlite:///{folder / 'kehoach.db'}")
    await storage.migrate()
    nursery = Nursery()
    async with storage.writing() as records:
        await records.offices.ensure("Ủy ban nhân dân phường Thử", "Thử", ())
    with StandIn() as zalo:
        zalo.set_time(NOW)
        account = Account(StandInTokens(zalo), zalo.app_id, zalo.url)
        office = Office(zalo, storage, account, nursery)
        try:
            yield office
        finally:
            office.delivery.stop()
            await nursery.stop(grace=5)
            await office.delivery.settle()
            await account.close()
            await storage.close()


def _seen(folder: Path) -> int:
    with contextlib.closing(sqlite3.connect(folder / "kehoach.db")) as rows:
        return int(rows.execute("SELECT count(*) FROM outbox WHERE seen_at IS NOT NULL").fetchone()[0])


async def test_every_message_that_a_receipt_names_is_noted_as_seen(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        office.zalo.receipts(seen=True)
        lan = office.zalo.user()
        lan.says("xin chào")
        await office.hear()
        seen = await lan.wait_for_messages(2)
        assert [message.text for message in seen] == ["Một: xin chào", "Hai: xin chào"]
        lan.unread()
        await office.hear()
        async with asyncio.timeout(20):
            while _seen(tmp_path) < 2:
                await asyncio.sleep(0.01)


async def test_an_event_that_comes_five_times_has_one_effect(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        lan = office.zalo.user()
        lan.says("xin chào")
        for _ in range(5):
            await office.hear()
        await lan.wait_for_messages(2)
        lan.says("tạm biệt")
        await office.hear()
        assert [m.text for m in await lan.wait_for_messages(4)][2:] == ["Một: tạm biệt", "Hai: tạm biệt"]
