"""One turn: an incoming message becomes replies, and all it changed is committed at once."""

import asyncio
import copy
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

import handlers
import texts
from bot.fitting import fit
from bot.keeping import Folder
from bot.nursery import Nursery
from bot.telling import queue_told
from bot.together import Together
from domain.charts import Draw, draw_nothing
from domain.contacts import Heard
from domain.exports import WriteReport, WriteSheet, write_no_report, write_nothing
from domain.feedback import FeedbackRules
from domain.messages import Incoming, Kind, Reply
from domain.people import Office, Person
from domain.ports import Answerer, Channel
from handlers.turn import Turn
from storage import Busy, Queued, Repositories, Storage, Talk

log = structlog.get_logger()

Clock = Callable[[], datetime]
ATTEMPTS = 4
"""How often a turn is tried when the database was busy, before the person is told to try again."""
UNHEARD = (Kind.LEFT, Kind.DELIVERED, Kind.SEEN, Kind.DATA_RIGHTS)
"""What an app tells of itself, or by which a person leaves: it opens no chat."""
NOWHERE = Office(id=0, name="")
"""The office of an installation that has none yet."""


class Turns:
    """Takes turns. What a turn decides (talk, register, audit, replies, the inbox row's end) is one transaction."""

    def __init__(
        self,
        storage: Storage,
        channels: Mapping[str, Channel],
        answerer: Answerer,
        clock: Clock,
        nursery: Nursery,
        *,
        respond: Callable[[Turn], Awaitable[list[Reply]]] = handlers.respond,
        draw: Draw = draw_nothing,
        write_sheet: WriteSheet = write_nothing,
        write_report: WriteReport = write_no_report,
        office_name: str = "",
        on_queued: Callable[[], None] = lambda: None,
        on_files: Callable[[], None] = lambda: None,
        kept: Folder | None = None,
        feedback: FeedbackRules | None = None,
    ) -> None:
        self.now = clock
        self._storage = storage
        self._channels = channels
        self._answerer = answerer
        self._respond = respond
        self._draw = draw
        self._write_sheet = write_sheet
        self._write_report = write_report
        self._office_name = office_name
        self._on_queued = on_queued
        self._on_files = on_files
        self._kept = kept
        self._feedback = feedback or FeedbackRules()
        self._seats = Together("take seats", self._take_seats, nursery)
        self._endings = Together("end turns", self._end_many, nursery)

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
        seat = await self._seats.do(incoming)
        memory = copy.deepcopy(seat.memory)
        now = self.now()
        async with AsyncExitStack() as stack:
            opened: list[Repositories] = []

            async def open_records() -> Repositories:
                if not opened:
                    opened.append(await stack.enter_async_context(self._storage.writing()))
                return opened[0]

            turn = Turn(
                incoming=incoming,
                office=seat.office,
                person=seat.person,
                memory=memory,
                now=now,
                answerer=self._answerer,
                open_records=open_records,
                open_reading=self._storage.reading,
                draw=self._draw,
                write_sheet=self._write_sheet,
                write_report=self._write_report,
                read_kept=self._read_kept,
                feedback=self._feedback,
            )
            replies = await self._respond(turn)
            if turn.told:
                unreached = await queue_told(await open_records(), self._channels, turn.told, now, seat.office.id)
                for told in unreached:
                    log.warning("nobody could be told", person=told.person_id, key=told.key)
            parts = [part for reply in replies for part in fit(reply, channel.limits)]
            ending = _Ending(incoming, inbox_id, seat, memory, parts, now)
            if opened:
                await self._write_endings(opened[0], [ending])
        if incoming.files or turn.brings_files:
            self._on_files()
        for event, facts in turn.warnings:
            log.warning(event, channel=incoming.channel, inbox=inbox_id, **facts)
        if not opened:
            # It changed nothing but the talk itself, so it may share a transaction with others like it.
            await self._endings.do(ending)

    async def _read_kept(self, name: str) -> bytes | None:
        return await asyncio.to_thread(self._kept.get, name) if self._kept else None

    async def _take_seats(self, incomings: Sequence[Incoming]) -> list["_Seat"]:
        async with self._storage.reading() as seen:
            people = await seen.people.by_accounts({(i.channel, i.user_id) for i in incomings})
            memories = await seen.conversations.get_many({(i.channel, i.chat_id) for i in incomings})
            lost = await seen.people.unreachable_among({(i.channel, i.chat_id) for i in incomings})
            offices = await seen.offices.all()
        by_id = {office.id: office for office in offices}
        named = (office for office in offices if office.name == self._office_name)
        own = next(named, offices[0] if offices else NOWHERE)
        seats = []
        for incoming in incomings:
            person = people.get((incoming.channel, incoming.user_id))
            office = by_id.get(person.office_id, own) if person else own
            chat = (incoming.channel, incoming.chat_id)
            seats.append(_Seat(person, office, memories.get(chat, {}), was_lost=chat in lost))
        return seats

    async def _end_many(self, endings: Sequence["_Ending"]) -> list[None]:
        async with self._storage.writing() as records:
            await self._write_endings(records, endings)
        return [None] * len(endings)

    async def _write_endings(self, records: Repositories, endings: Sequence["_Ending"]) -> None:
        await _note_heard(records, endings)
        changed = [ending for ending in endings if ending.memory != ending.seat.memory]
        await records.conversations.put_many([ending.talk() for ending in changed])
        await records.outbox.queue_many([row for ending in endings for row in ending.replies()])
        for ending in endings:
            # Who blocked the bot is not written to; who speaks again can be reached again.
            left = ending.incoming.kind is Kind.LEFT
            if left or ending.seat.was_lost:
                await records.people.mark_reachable(ending.incoming.channel, ending.incoming.chat_id, not left)
        for now, ids in _by_moment(endings).items():
            await records.inbox.done_many(ids, now)

    async def _apologise(self, incoming: Incoming, inbox_id: int, channel: Channel, sentence: str, reason: str) -> None:
        now = self.now()
        parts = fit(Reply(texts.say(sentence)), channel.limits)
        ending = _Ending(incoming, inbox_id, _Seat(None, NOWHERE, {}), {}, parts, now)
        async with self._storage.writing() as records:
            await _note_heard(records, [ending])
            await records.outbox.queue_many(ending.replies())
            await records.inbox.dead(inbox_id, reason, now)


@dataclass(frozen=True, slots=True)
class _Seat:
    """Who speaks, to which office, what the talk remembers, and whether the chat could not be written to before."""

    person: Person | None
    office: Office
    memory: dict[str, Any]
    was_lost: bool = False


@dataclass(frozen=True, slots=True)
class _Ending:
    """What a turn leaves behind."""

    incoming: Incoming
    inbox_id: int
    seat: _Seat
    memory: dict[str, Any]
    parts: list[Reply]
    now: datetime

    def talk(self) -> Talk:
        """The talk as it is to be remembered."""
        person, office = self.seat.person, self.seat.office
        return Talk(
            channel=self.incoming.channel,
            chat_id=self.incoming.chat_id,
            office_id=office.id or None,
            person_id=person.id if person else None,
            memory=self.memory,
            updated_at=self.now,
        )

    def heard(self) -> Heard:
        """That the chat was heard."""
        return Heard(self.incoming.channel, self.incoming.chat_id, self.incoming.user_id, self.now)

    def replies(self) -> list[Queued]:
        """The replies as they are to be queued."""
        return [
            Queued(
                channel=self.incoming.channel,
                chat_id=self.incoming.chat_id,
                reply=part,
                key=f"in:{self.inbox_id}:{number}",
                now=self.now,
                cause="reply",
                office_id=self.seat.office.id or None,
            )
            for number, part in enumerate(self.parts)
        ]


async def _note_heard(records: Repositories, endings: Sequence[_Ending]) -> None:
    """Who does anything in a chat may be written to again: what was held for it goes out before the replies."""
    heard = [ending.heard() for ending in endings if ending.incoming.kind not in UNHEARD]
    await records.contacts.heard_many(heard)
    for moment in {each.at for each in heard}:
        await records.held.release({(each.channel, each.chat_id) for each in heard if each.at == moment}, moment)


def _by_moment(endings: Sequence[_Ending]) -> dict[datetime, list[int]]:
    found: dict[datetime, list[int]] = {}
    for ending in endings:
        found.setdefault(ending.now, []).append(ending.inbox_id)
    return found
