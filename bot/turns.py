"""One turn: an incoming message becomes replies, and all it changed is committed at once."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any

import structlog

import handlers
import texts
from bot.delivery import fit
from domain.messages import Incoming, Reply
from domain.people import Office, Person
from domain.ports import Answerer, Channel, Records
from handlers.turn import Turn
from storage import Busy, Repositories, Storage

log = structlog.get_logger()

Clock = Callable[[], datetime]
ATTEMPTS = 4
"""How often a turn is tried when the database was busy, before the person is told to try again."""


class Turns:
    """Takes turns. What a turn decides (talk, register, audit, replies, the inbox row's end) is one transaction."""

    def __init__(
        self,
        storage: Storage,
        channels: Mapping[str, Channel],
        answerer: Answerer,
        clock: Clock,
        *,
        respond: Callable[[Turn], Awaitable[list[Reply]]] = handlers.respond,
        is_demo: bool = False,
        on_queued: Callable[[], None] = lambda: None,
    ) -> None:
        self.now = clock
        self._storage = storage
        self._channels = channels
        self._answerer = answerer
        self._respond = respond
        self._is_demo = is_demo
        self._on_queued = on_queued

    async def take(self, incoming: Incoming, inbox_id: int) -> None:
        """Answer one message and close its inbox row; every message that deserves a reply has one queued after this.

        A failing errand is undone, its row becomes a dead letter and the person is told in a sentence that helps.
        """
        channel = self._channels[incoming.channel]
        for attempt in range(1, ATTEMPTS + 1):
            try:
                await self._once(incoming, inbox_id, channel)
                break
            except Busy as busy:
                log.warning("database busy", inbox=inbox_id, attempt=attempt, reason=str(busy))
                if attempt == ATTEMPTS:
                    await self._apologise(incoming, inbox_id, channel, "errors.busy", f"busy: {busy}")
                else:
                    await asyncio.sleep(0.05 * 4**attempt)
            except Exception as error:
                log.exception("a turn failed", channel=incoming.channel, inbox=inbox_id)
                await self._apologise(
                    incoming, inbox_id, channel, "errors.unexpected", f"{type(error).__name__}: {error}"
                )
                break
        self._on_queued()
        await channel.acknowledge(incoming)

    async def _once(self, incoming: Incoming, inbox_id: int, channel: Channel) -> None:
        async with self._storage.reading() as seen:
            person = await seen.people.by_account(incoming.channel, incoming.user_id)
            memory = await seen.conversations.get(incoming.channel, incoming.chat_id)
            office = await self._office(seen, person)
        before = dict(memory)
        now = self.now()
        async with AsyncExitStack() as stack:
            opened: list[Repositories] = []

            async def open_records() -> Repositories:
                if not opened:
                    opened.append(await stack.enter_async_context(self._storage.writing()))
                return opened[0]

            turn = Turn(
                incoming=incoming,
                office=office,
                person=person,
                memory=memory,
                now=now,
                answerer=self._answerer,
                open_records=open_records,
                is_demo=self._is_demo,
            )
            replies = await self._respond(turn)
            records = await open_records()
            if memory != before:
                person_id = person.id if person else None
                await records.conversations.put(
                    incoming.channel, incoming.chat_id, office.id, person_id, _kept(memory), now
                )
            await self._queue(records, incoming, inbox_id, channel, replies, now)
            await records.inbox.done(inbox_id, now)

    async def _queue(
        self, records: Records, incoming: Incoming, inbox_id: int, channel: Channel, replies: list[Reply], now: datetime
    ) -> None:
        parts = [part for reply in replies for part in fit(reply, channel.limits)]
        for number, part in enumerate(parts):
            await records.outbox.queue(
                channel=incoming.channel,
                chat_id=incoming.chat_id,
                reply=part,
                key=f"in:{inbox_id}:{number}",
                now=now,
                cause="reply",
            )

    async def _office(self, records: Repositories, person: Person | None) -> Office:
        if person is not None:
            own = await records.offices.get(person.office_id)
            if own is not None:
                return own
        offices = await records.offices.all()
        return offices[0] if offices else Office(id=0, name="")

    async def _apologise(self, incoming: Incoming, inbox_id: int, channel: Channel, sentence: str, reason: str) -> None:
        now = self.now()
        async with self._storage.writing() as records:
            await self._queue(records, incoming, inbox_id, channel, [Reply(texts.say(sentence))], now)
            await records.inbox.dead(inbox_id, reason, now)


def _kept(memory: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in memory.items() if value is not None}
