"""Serves the inbox: stores what came in, then takes it up in order within a chat and side by side across chats."""

import asyncio
import contextlib
import hashlib
import json
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

import structlog

from bot.hearing import note_heard
from bot.nursery import Nursery
from bot.together import Together
from bot.turns import Turns
from domain.contacts import Heard
from domain.groups import is_overheard
from domain.messages import Ignored, Incoming, Kind, Unreadable
from domain.ports import Channel
from storage import InboxRow, Storage

log = structlog.get_logger()

Raw = Mapping[str, Any]
_Batch = tuple[str, Sequence[tuple[str, Raw | str]]]
"""What one call wants stored: a channel and its updates."""

RECEIPT_PAUSES = (0.5, 3.0)
"""Seconds after which a message that an app tells of is looked for again."""


class _Numbered(Protocol):
    def update_id(self, raw: Raw) -> str: ...


def id_of(channel: _Numbered, raw: Raw | str) -> str:
    """The update's own id; one that has none gets an id from its content, so that it too is stored once.

    What cannot be read must be stored all the same: it ends among the dead letters and not in a loop.
    """
    if not isinstance(raw, str):
        with contextlib.suppress(Unreadable):
            return channel.update_id(raw)
    text = raw if isinstance(raw, str) else json.dumps(raw, sort_keys=True)
    return f"unreadable:{hashlib.sha256(text.encode(errors='replace')).hexdigest()[:32]}"


class Reception:
    """Accepts raw updates durably and turns each into one turn.

    An update is acknowledged to its app only after `accept` returned, that is, once it is committed.
    What was accepted and not finished when the process died is taken up again by the next `run`.
    """

    def __init__(
        self, storage: Storage, channels: Mapping[str, Channel], turns: Turns, nursery: Nursery, *, at_once: int = 16
    ) -> None:
        self._storage = storage
        self._channels = channels
        self._turns = turns
        self._nursery = nursery
        self._bell = asyncio.Event()
        self._storings = Together("store updates", self._store_many, nursery)
        self._places = asyncio.Semaphore(at_once)
        self._waiting: dict[tuple[str, str], deque[tuple[InboxRow, Incoming]]] = {}
        self._in_hand = 0
        self._drained = asyncio.Event()
        self._drained.set()
        self._last = 0
        self._receipts = Together("note receipts", self._note_many, nursery)

    async def accept(self, channel: str, updates: Sequence[tuple[str, Raw | str]]) -> int:
        """Store updates as (update id, raw JSON) and return how many were new. Raises storage.Busy when it cannot.

        Calls that come while others are being stored share the next transaction: so a rush is acknowledged in time.
        """
        return await self._storings.do((channel, updates))

    async def _store_many(self, batches: Sequence[_Batch]) -> list[int]:
        # One round at a time, so that rows are committed in the order of their ids: `run` never looks back.
        async with self._storage.writing() as records:
            now = self._turns.now()
            new = [await records.inbox.store(channel, updates, now) for channel, updates in batches]
        if any(new):
            self._bell.set()
        return new

    async def run(self) -> None:
        """Serve until cancelled; begun again after a failure, it goes on behind what is in hand already."""
        while True:
            self._bell.clear()
            async with self._storage.reading() as records:
                rows = await records.inbox.waiting(self._last, 200, tuple(self._channels))
            for row in rows:
                self._last = row.id
                self._route(row)
            if not rows:
                await self._bell.wait()
            elif self._in_hand > 1000:
                await self._drained.wait()

    def _route(self, row: InboxRow) -> None:
        channel = self._channels[row.channel]
        try:
            incoming = channel.read(row.raw)
        except Ignored:
            self._close(row, self._forget, row)
            return
        except Unreadable as unreadable:
            self._close(row, self._set_aside, row, f"unreadable: {unreadable}")
            return
        except Exception as error:
            log.exception("a channel failed to read an update", channel=row.channel, inbox=row.id)
            self._close(row, self._set_aside, row, f"unreadable: {type(error).__name__}")
            return
        if is_overheard(incoming):
            self._close(row, self._forget, row)
            return
        if incoming.kind in (Kind.DELIVERED, Kind.SEEN):
            self._close(row, self._note_receipt, row, incoming)
            return
        if incoming.kind is Kind.CALLED:
            self._close(row, self._note_call, row, incoming)
            return
        self._in_hand += 1
        self._drained.clear()
        chat = (row.channel, incoming.chat_id)
        if chat in self._waiting:
            self._waiting[chat].append((row, incoming))
            return
        self._waiting[chat] = deque([(row, incoming)])
        self._nursery.start(f"chat {row.channel}", self._serve_chat(chat))

    def _close(self, row: InboxRow, work: Callable[..., Awaitable[None]], *given: Any) -> None:
        """Have an update closed that no turn answers; nobody behind it waits for that."""
        self._nursery.start(f"close {row.channel}", self._until_closed(row, work, given))

    async def _until_closed(self, row: InboxRow, work: Callable[..., Awaitable[None]], given: tuple[Any, ...]) -> None:
        """Close it; while the database cannot take that it is tried again."""
        pause = 0.5
        while True:
            try:
                await work(*given)
                return
            except Exception as error:
                log.error("an update could not be closed; trying again", inbox=row.id, error=type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 30.0)

    async def _note_receipt(self, row: InboxRow, incoming: Incoming) -> None:
        """Keep that a message of ours was delivered or seen: no turn, and no word of the person's.

        The app may tell of it before we have recorded under which id it took the message.
        """
        for pause in RECEIPT_PAUSES:
            if await self._receipts.do((row, incoming, False)):
                return
            await asyncio.sleep(pause)
        await self._receipts.do((row, incoming, True))

    async def _note_many(self, receipts: Sequence[tuple[InboxRow, Incoming, bool]]) -> list[bool]:
        """Which of these could be noted; one that is looked for the last time is closed all the same."""
        now, found = self._turns.now(), []
        async with self._storage.writing() as records:
            for row, incoming, is_last in receipts:
                at = incoming.sent_at or now
                note = records.receipts.seen if incoming.kind is Kind.SEEN else records.receipts.delivered
                for earlier in incoming.also_read:
                    await note(incoming.channel, incoming.chat_id, earlier, at)
                found.append(await note(incoming.channel, incoming.chat_id, incoming.message_id, at))
                if found[-1] or is_last:
                    await records.inbox.done(row.id, now)
        return found

    async def _note_call(self, row: InboxRow, incoming: Incoming) -> None:
        """Whoever calls may be written to again: what waits for them goes out."""
        now = self._turns.now()
        async with self._storage.writing() as records:
            await note_heard(records, [Heard(incoming.channel, incoming.chat_id, incoming.user_id, now)])
            await records.inbox.done(row.id, now)
        self._turns.ring()

    async def _forget(self, row: InboxRow) -> None:
        """Close an update that asks nothing of the bot; what people said to each other is not kept."""
        async with self._storage.writing() as records:
            await records.inbox.forget(row.id, self._turns.now())

    async def _set_aside(self, row: InboxRow, fault: str) -> None:
        log.warning("dead letter", channel=row.channel, inbox=row.id, reason=fault)
        async with self._storage.writing() as records:
            await records.inbox.dead(row.id, fault, self._turns.now())

    async def _serve_chat(self, chat: tuple[str, str]) -> None:
        queue = self._waiting[chat]
        try:
            while queue:
                row, incoming = queue[0]
                async with self._places:
                    await self._until_taken(incoming, row.id)
                queue.popleft()
                self._one_less(1)
        finally:
            # Whatever is left when the work is cancelled stays in the inbox and is taken up at the next start.
            del self._waiting[chat]
            self._one_less(len(queue))

    async def _until_taken(self, incoming: Incoming, inbox_id: int) -> None:
        """Take the turn; while the database cannot even take an apology, the message waits and the chat with it."""
        pause = 0.5
        while True:
            try:
                await self._turns.take(incoming, inbox_id)
                return
            except Exception as error:
                log.error("a turn could not be kept; trying again", inbox=inbox_id, error=type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 30.0)

    def _one_less(self, count: int) -> None:
        self._in_hand -= count
        if self._in_hand == 0:
            self._drained.set()
