"""One turn: an incoming message becomes replies, and all it changed is committed at once."""

import asyncio
import copy
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from weakref import WeakValueDictionary

import structlog

import handlers
import texts
from bot.door import Door, Standing
from bot.fitting import fit
from bot.gate import Arrival
from bot.hearing import note_heard
from bot.keeping import Folder
from bot.nursery import Nursery
from bot.settled_cards import queue_edits
from bot.talks import Parted, brought_together, of_chat, parted
from bot.telling import queue_told
from bot.together import Together
from domain.charts import Draw, draw_nothing
from domain.contacts import Heard
from domain.exports import WriteReport, WriteSheet, write_no_report, write_nothing
from domain.feedback import FeedbackRules
from domain.keeping_times import KeepingTimes
from domain.messages import Incoming, Kind, Reply
from domain.people import Office, Person
from domain.ports import Answerer, Channel
from domain.privacy import NOTICE_VERSION, CopyData, copy_nothing
from handlers.memory import BUTTONS
from handlers.turn import Turn
from storage import FAREWELL, Busy, Moved, Queued, Remembered, Repositories, Storage, Talk, of_person

log = structlog.get_logger()

Clock = Callable[[], datetime]
ATTEMPTS = 4
"""How often a turn is tried when the database was busy, before the person is told to try again."""
UNHEARD = (Kind.LEFT, Kind.DELIVERED, Kind.SEEN, Kind.DATA_RIGHTS)
"""What an app tells of itself, or by which a person leaves: it opens no chat."""
LOST_RACES = 20
"""How often a turn is taken anew because another process wrote the talk first; each time that one got on with it."""
BUSY_AFTER, BUSY_EVERY = 1.0, 4.0
"""Seconds until a chat is shown that an answer is being written, and from one such sign to the next."""
NOWHERE = Office(id=0, name="")
"""The office of an installation that has none yet."""
NOTHING = Remembered({})
"""What a talk remembers that is new."""


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
        door: Door | None = None,
        copy_data: CopyData = copy_nothing,
        on_erasures: Callable[[], None] = lambda: None,
        keeping: KeepingTimes | None = None,
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
        self._door = door
        self._copy_data = copy_data
        self._on_erasures = on_erasures
        self._keeping = keeping or KeepingTimes()
        self._orders: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._nursery = nursery
        self._seats = Together("take seats", self._take_seats, nursery)
        self._endings = Together("end turns", self._end_many, nursery)

    async def take(self, incoming: Incoming, inbox_id: int) -> None:
        """Answer one message and close its inbox row; every message that deserves a reply has one queued after this.

        A failing errand is undone, its row becomes a dead letter and the person is told in a sentence that helps.
        """
        if self._door is None:
            await self._take(incoming, inbox_id, None)
            return
        arrival = self._door.gate.arrive(incoming)
        try:
            if not await self._door.is_shut(arrival, inbox_id, self.now()):
                await self._take(incoming, inbox_id, arrival)
        except Exception:
            self._door.gate.take_back(arrival)
            raise

    async def _take(self, incoming: Incoming, inbox_id: int, arrival: Arrival | None) -> None:
        channel = self._channels[incoming.channel]
        attempt = lost = 0
        while True:
            try:
                await self._in_order(incoming, inbox_id, channel, arrival)
                break
            except Moved as moved:
                lost += 1
                log.info("a talk went on elsewhere; its turn is taken again", inbox=inbox_id, times=lost)
                if lost == LOST_RACES:
                    await self._apologise(incoming, inbox_id, channel, "errors.busy", f"busy: {moved}")
                    break
            except Busy as busy:
                attempt += 1
                log.warning("database busy", inbox=inbox_id, attempt=attempt, reason=str(busy))
                if attempt == ATTEMPTS:
                    await self._apologise(incoming, inbox_id, channel, "errors.busy", f"busy: {busy}")
                    break
                await asyncio.sleep(0.05 * 4**attempt)
            except Exception as error:
                log.exception("a turn failed", channel=incoming.channel, inbox=inbox_id)
                await self._apologise(
                    incoming, inbox_id, channel, "errors.unexpected", f"{type(error).__name__}: {error}"
                )
                break
        self._on_queued()
        await channel.acknowledge(incoming)

    def ring(self) -> None:
        """Something was queued, or may go out again, without a turn."""
        self._on_queued()

    async def _in_order(
        self, incoming: Incoming, inbox_id: int, channel: Channel, arrival: Arrival | None = None
    ) -> None:
        """Take the turn when no other of the same person is under way, whichever app that one came from."""
        seat = await self._seats.do(incoming)
        if seat.person is None:
            await self._once(seat, incoming, inbox_id, channel, arrival)
            return
        order = self._orders.setdefault(seat.person.id, asyncio.Lock())
        had_to_wait = order.locked()
        async with order:
            # What was read while another turn was under way may be out of date.
            seat = await self._seats.do(incoming) if had_to_wait else seat
            await self._once(seat, incoming, inbox_id, channel, arrival)

    async def _once(
        self, seat: "_Seat", incoming: Incoming, inbox_id: int, channel: Channel, arrival: Arrival | None = None
    ) -> None:
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
                copy_data=self._copy_data,
                keeping=self._keeping,
            )
            if (
                self._door
                and arrival
                and not await self._door.lets_in(arrival, inbox_id, turn, seat.standing, was_lost=seat.was_lost)
            ):
                return
            typing = self._nursery.start("typing", _show_busy(channel, incoming.chat_id))
            try:
                replies = await self._respond(turn)
            finally:
                typing.cancel()
            if turn.told:
                unreached = await queue_told(await open_records(), self._channels, turn.told, now, seat.office.id)
                for told in unreached:
                    log.warning("nobody could be told", person=told.person_id, key=told.key)
            tells = False
            if self._door:
                replies, tells = self._door.with_notice(turn, seat.standing, replies)
            if turn.settled and channel.limits.can_edit:
                key = f"edit:{inbox_id}"
                await queue_edits(await open_records(), incoming, turn.settled, key, now, seat.office.id or None)
            parts = _quoting(incoming, [part for reply in replies for part in fit(reply, channel.limits)])
            ending = _Ending(
                incoming,
                inbox_id,
                seat,
                memory,
                parts,
                now,
                lets_go=turn.lets_go,
                tells_privacy=tells,
                erases=turn.erases,
            )
            if opened:
                await self._write_endings(opened[0], [ending])
        if incoming.files or turn.brings_files:
            self._on_files()
        if turn.erases:
            self._on_erasures()
        if not opened:
            # It changed nothing but the talk itself, so it may share a transaction with others like it.
            await self._endings.do(ending)
        for event, facts in turn.warnings:
            log.warning(event, channel=incoming.channel, inbox=inbox_id, **facts)

    async def _read_kept(self, name: str) -> bytes | None:
        return await asyncio.to_thread(self._kept.get, name) if self._kept else None

    async def _take_seats(self, incomings: Sequence[Incoming]) -> list["_Seat"]:
        async with self._storage.reading() as seen:
            people = await seen.people.by_accounts({(i.channel, i.user_id) for i in incomings})
            chats = {(i.channel, i.chat_id) for i in incomings}
            talks = await seen.conversations.get_many(chats | {of_person(p.id) for p in people.values()})
            lost = await seen.people.unreachable_among({(i.channel, i.chat_id) for i in incomings})
            offices = await seen.offices.all()
            users = {(i.channel, i.user_id) for i in incomings}
            standing = await self._door.standing(seen, users, self.now()) if self._door else Standing()
        by_id = {office.id: office for office in offices}
        named = (office for office in offices if office.name == self._office_name)
        own = next(named, offices[0] if offices else NOWHERE)
        seats = []
        for incoming in incomings:
            person = people.get((incoming.channel, incoming.user_id))
            office = by_id.get(person.office_id, own) if person else own
            chat = (incoming.channel, incoming.chat_id)
            kept = talks.get(chat, NOTHING)
            shared = talks.get(of_person(person.id), NOTHING) if person and not incoming.in_group else None
            seat = _seat(incoming, person, office, kept, shared, was_lost=chat in lost)
            seats.append(replace(seat, standing=standing))
        return seats

    async def _end_many(self, endings: Sequence["_Ending"]) -> list[None]:
        async with self._storage.writing() as records:
            await self._write_endings(records, endings)
        return [None] * len(endings)

    async def _write_endings(self, records: Repositories, endings: Sequence["_Ending"]) -> None:
        await _note_heard(records, endings)
        await records.conversations.put_many([talk for ending in endings for talk in ending.talks()])
        await records.outbox.queue_many([row for ending in endings for row in ending.replies()])
        for ending in endings:
            # Who blocked the bot is not written to; who speaks again can be reached again.
            left = ending.incoming.kind is Kind.LEFT
            if left or ending.seat.was_lost:
                await records.people.mark_reachable(ending.incoming.channel, ending.incoming.chat_id, not left)
        told = {(e.incoming.channel, e.incoming.user_id): e.now for e in endings if e.tells_privacy}
        for account, moment in told.items():
            await records.privacy.show_many([account], NOTICE_VERSION, moment)
        for now, ids in _by_moment(endings).items():
            await records.inbox.done_many(ids, now)

    async def _apologise(self, incoming: Incoming, inbox_id: int, channel: Channel, sentence: str, reason: str) -> None:
        now = self.now()
        parts = fit(Reply(texts.say(sentence)), channel.limits)
        ending = _Ending(incoming, inbox_id, _Seat(None, NOWHERE, {}, NOTHING), {}, parts, now)
        async with self._storage.writing() as records:
            await _note_heard(records, [ending])
            await records.outbox.queue_many(ending.replies())
            await records.inbox.dead(inbox_id, reason, now)


@dataclass(frozen=True, slots=True)
class _Seat:
    """Who speaks, to which office, what the talk remembers, and whether the chat could not be written to before.

    `own` is the chat's row as it was read; `shared` that of the person, where the talk is the person's.
    """

    person: Person | None
    office: Office
    memory: dict[str, Any]
    own: Remembered
    shared: Remembered | None = None
    was_lost: bool = False
    standing: Standing = field(default_factory=Standing)


def _seat(
    incoming: Incoming,
    person: Person | None,
    office: Office,
    own: Remembered,
    shared: Remembered | None,
    *,
    was_lost: bool,
) -> _Seat:
    """The seat with what this chat may know: in a group the group's, in private nothing of who used it before."""
    if incoming.in_group:
        return _Seat(person, office, own.memory, own, was_lost=was_lost)
    mine = of_chat(person.id if person else None, own.memory, own.person_id)
    if shared is None:
        return _Seat(person, office, mine, own, was_lost=was_lost)
    chat, has_joined = (incoming.channel, incoming.chat_id), not own.is_new and own.person_id is None
    together = brought_together(shared.memory, mine, chat, is_new=has_joined)
    return _Seat(person, office, together, own, shared, was_lost)


@dataclass(frozen=True, slots=True)
class _Ending:
    """What a turn leaves behind."""

    incoming: Incoming
    inbox_id: int
    seat: _Seat
    memory: dict[str, Any]
    parts: list[Reply]
    now: datetime
    lets_go: bool = False
    tells_privacy: bool = False
    erases: bool = False

    def talks(self) -> list[Talk]:
        """The talks that this turn changed, as they are to be remembered."""
        seat, chat = self.seat, (self.incoming.channel, self.incoming.chat_id)
        # A group's talk is nobody's own: it is neither copied nor erased with the data of who spoke there last.
        person_id = seat.person.id if seat.person and not self.incoming.in_group else None
        if seat.shared is None:
            return self._changed(chat, seat.own, self.memory, person_id)
        before = Parted(seat.shared.memory, seat.own.memory)
        after = parted(self.memory, before, chat, has_shown=bool(self.parts))
        kept = self._changed(of_person(seat.person.id), seat.shared, after.shared, person_id) if seat.person else []
        if self.lets_go:
            # The chat is a stranger's from here on: of all that was said it keeps what it just offered.
            offered = {BUTTONS: after.own[BUTTONS]} if BUTTONS in after.own else {}
            return [*kept, *self._changed(chat, seat.own, offered, None)]
        return [*kept, *self._changed(chat, seat.own, after.own, person_id)]

    def _changed(
        self, key: tuple[str, str], before: Remembered, memory: dict[str, Any], person_id: int | None
    ) -> list[Talk]:
        is_of_another = not before.is_new and before.person_id != person_id and not self.incoming.in_group
        if memory == before.memory and not is_of_another:
            return []
        office_id = self.seat.office.id or None
        return [Talk(*key, office_id, person_id, memory, self.now, seen=before.version)]

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
                cause=FAREWELL if self.erases else "reply",
                office_id=self.seat.office.id or None,
            )
            for number, part in enumerate(self.parts)
        ]


async def _note_heard(records: Repositories, endings: Sequence[_Ending]) -> None:
    await note_heard(records, [ending.heard() for ending in endings if ending.incoming.kind not in UNHEARD])


async def _show_busy(channel: Channel, chat_id: str) -> None:
    """Show that an answer is being written, once it takes its time, until it is there."""
    await asyncio.sleep(BUSY_AFTER)
    while True:
        await channel.busy(chat_id)
        await asyncio.sleep(BUSY_EVERY)


def _quoting(incoming: Incoming, parts: list[Reply]) -> list[Reply]:
    """In a group the first part shows which message is answered: others may have spoken meanwhile."""
    if not (incoming.in_group and incoming.message_id and parts) or incoming.kind in (Kind.JOINED, Kind.GROUP):
        return parts
    return [replace(parts[0], quotes=incoming.message_id), *parts[1:]]


def _by_moment(endings: Sequence[_Ending]) -> dict[datetime, list[int]]:
    found: dict[datetime, list[int]] = {}
    for ending in endings:
        found.setdefault(ending.now, []).append(ending.inbox_id)
    return found
