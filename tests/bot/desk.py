"""A front desk small enough for one test: real storage and the real loops, an errand and a clock of the test's own."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.channels.web import Web
from bot.delivery import Delivery
from bot.nursery import Nursery
from bot.reception import Reception
from bot.turns import Turns
from domain.answers import Answer, AnswerStatus, Asker
from domain.messages import Reply
from domain.ports import Channel, Limits, SendFailed
from handlers.turn import Turn
from storage import Storage

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

Errand = Callable[[Turn], Awaitable[list[Reply]]]


class Nothing:
    """An answerer without a library."""

    async def answer(self, question: str, asker: Asker, previous: str = "") -> Answer:
        return Answer(AnswerStatus.NOT_FOUND, "Tôi chưa có tài liệu nào.", question)


class Postbox(Web):
    """The web channel with a send that the test can make fail: each entry of `faults` is raised once, in order."""

    limits = Limits(text_units=4000, per_second=1000.0, per_chat_second=1000.0)

    def __init__(self) -> None:
        super().__init__()
        self.delivered: list[tuple[str, str]] = []
        self.faults: list[SendFailed] = []
        self.delivers_all_the_same = False
        self.edit_fault: SendFailed | None = None

    async def edit(self, chat_id: str, message_id: str, reply: Reply) -> None:
        if self.edit_fault is not None:
            raise self.edit_fault

    async def send(self, chat_id: str, reply: Reply) -> str:
        if self.faults:
            failure = self.faults.pop(0)
            if self.delivers_all_the_same:
                self.delivered.append((chat_id, reply.text))
            raise failure
        self.delivered.append((chat_id, reply.text))
        return str(len(self.delivered))


class Desk:
    """Everything between the inbox and the outbox, over one database."""

    def __init__(self, storage: Storage, errand: Errand, clock: Callable[[], datetime]) -> None:
        self.storage = storage
        self.postbox = Postbox()
        channels: dict[str, Channel] = {"web": self.postbox}
        self.nursery = Nursery()
        self.delivery = Delivery(storage, channels, clock, self.nursery)
        turns = Turns(storage, channels, Nothing(), clock, self.nursery, respond=errand, on_queued=self.delivery.ring)
        self.reception = Reception(storage, channels, turns, self.nursery)

    async def receive(self, *updates: dict[str, Any]) -> int:
        return await self.reception.accept("web", [(self.postbox.update_id(raw), raw) for raw in updates])

    async def settled(self) -> None:
        """Once nothing waits in the inbox and nothing that is due waits in the outbox."""
        async with asyncio.timeout(20):
            while True:
                async with self.storage.reading() as records:
                    inbox, outbox = await records.inbox.counts(), await records.outbox.counts()
                if not inbox["new"] and not any(outbox[state] for state in ("pending", "sending", "unknown")):
                    return
                await asyncio.sleep(0.01)

    async def rows(self) -> tuple[dict[str, int], dict[str, int]]:
        async with self.storage.reading() as records:
            return await records.inbox.counts(), await records.outbox.counts()


@contextlib.asynccontextmanager
async def open_desk(
    folder: Path, errand: Errand, *, serving: bool = True, clock: Callable[[], datetime] = lambda: NOW
) -> AsyncIterator[Desk]:
    """A desk over the database in `folder`; opening it again is the next process."""
    storage = Storage.open(f"sqlite:///{folder / 'kehoach.db'}")
    await storage.migrate()
    async with storage.writing() as records:
        await records.offices.ensure("Ủy ban nhân dân phường Thử", "Thử", ())
        await records.outbox.take_up(clock(), ("web",))
    desk = Desk(storage, errand, clock)
    if serving:
        desk.nursery.keep("reception", desk.reception.run)
        desk.nursery.keep("delivery", desk.delivery.run, ends_when_told=True)
    try:
        yield desk
    finally:
        desk.delivery.stop()
        await desk.nursery.stop(grace=5)
        await desk.delivery.settle()
        await storage.close()


def said(number: int, text: str, visitor: str = "dan-so-mot") -> dict[str, Any]:
    """A line typed in the web chat."""
    return {"id": f"line-{number:05d}", "visitor": visitor, "persona": None, "kind": "text", "text": text}


async def echo(turn: Turn) -> list[Reply]:
    """Say it again."""
    return [Reply(turn.text)]
