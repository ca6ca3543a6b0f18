"""Who comes to a turn: what is known of an account beforehand, and the end of an update that is not answered."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

import handlers
import texts
from bot.fitting import fit
from bot.gate import Arrival, Gate, Refusal
from bot.hearing import note_heard
from bot.nursery import Nursery
from bot.telling import queue_told
from bot.together import Together
from domain.blocking import ABUSE, Block, short_mark
from domain.contacts import Heard
from domain.messages import Incoming, Kind, Reply
from domain.people import Office
from domain.ports import Channel
from domain.privacy import NOTICE_VERSION
from domain.rights import keeps_the_installation
from domain.switching import Switch
from handlers.turn import Told, Turn
from handlers.wording import office_words
from storage import Queued, Repositories, Storage

log = structlog.get_logger()

Account = tuple[str, str]

_OWES_NO_NOTICE = frozenset({Kind.JOINED, Kind.LEFT, Kind.DELIVERED, Kind.SEEN, Kind.DATA_RIGHTS})


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known before a turn: who is blocked, which offices are off, who was told what is kept of them."""

    blocked: frozenset[Account] = frozenset()
    off: Mapping[int, Switch] | None = None
    told: frozenset[Account] | None = None

    def off_of(self, office_id: int) -> Switch | None:
        """The switch by which the office is off, or None."""
        return (self.off or {}).get(office_id)


@dataclass(frozen=True, slots=True)
class _Closing:
    """An update that is kept and not answered, but perhaps by one sentence."""

    incoming: Incoming
    inbox_id: int
    office: Office
    refusal: Refusal
    now: datetime
    was_lost: bool = False

    def heard(self) -> Heard:
        """That the chat was heard."""
        return Heard(self.incoming.channel, self.incoming.chat_id, self.incoming.user_id, self.now)


class Door:
    """Lets messages in to their turns, and closes the others' inbox rows with the reason."""

    def __init__(
        self,
        storage: Storage,
        channels: Mapping[str, Channel],
        gate: Gate,
        nursery: Nursery,
        *,
        tells_privacy: bool = True,
        keep_days: int = 400,
    ) -> None:
        self.gate = gate
        self._storage = storage
        self._channels = channels
        self._tells_privacy = tells_privacy
        self._keep_days = keep_days
        self._closings = Together("close unanswered", self._close_many, nursery)

    async def standing(self, seen: Repositories, users: Collection[Account], now: datetime) -> Standing:
        """What is known of these accounts, read with their seats."""
        told = await seen.privacy.known(users, NOTICE_VERSION) if self._tells_privacy else None
        return Standing(await seen.blocks.among(users, now), await seen.switches.off(now), told)

    async def is_shut(self, arrival: Arrival, inbox_id: int, now: datetime) -> bool:
        """True for the many messages of a flood: closed before anything is read for them."""
        refusal = self.gate.hopeless(arrival)
        if refusal is not None:
            await self._closings.do(_Closing(arrival.incoming, inbox_id, Office(id=0, name=""), refusal, now))
        return refusal is not None

    async def lets_in(
        self, arrival: Arrival, inbox_id: int, turn: Turn, standing: Standing, *, was_lost: bool = False
    ) -> bool:
        """True for a message that has its turn; the others are closed, with their sentence if one is due."""
        incoming = turn.incoming
        turn.off = standing.off_of(turn.office.id)
        refusal = self.gate.look(
            arrival,
            turn.office,
            turn.person,
            is_blocked=(incoming.channel, incoming.user_id) in standing.blocked and turn.person is None,
            off=None if handlers.serves_while_off(turn) else turn.off,
        )
        if refusal is not None:
            await self._closings.do(_Closing(incoming, inbox_id, turn.office, refusal, turn.now, was_lost))
        return refusal is None

    def with_notice(self, turn: Turn, standing: Standing, replies: list[Reply]) -> tuple[list[Reply], bool]:
        """The replies, at a person's first message with what is kept of them below; and whether it is there."""
        incoming = turn.incoming
        account = (incoming.channel, incoming.user_id)
        is_owed = standing.told is not None and account not in standing.told and not turn.erases
        if not is_owed or incoming.in_group or incoming.kind in _OWES_NO_NOTICE:
            return replies, False
        last = next((at for at in reversed(range(len(replies))) if replies[at].text.strip()), None)
        if last is None:
            return replies, False
        notice = texts.say("mydata.notice", office=office_words(turn.office), days=self._keep_days)
        told = [*replies]
        told[last] = replace(replies[last], text=f"{replies[last].text}\n\n{notice}")
        return told, True

    async def _close_many(self, closings: Sequence[_Closing]) -> list[None]:
        async with self._storage.writing() as records:
            # Whoever writes may be written to, also where they are not answered.
            await note_heard(records, [closing.heard() for closing in closings])
            for chat in {(one.incoming.channel, one.incoming.chat_id) for one in closings if one.was_lost}:
                await records.people.mark_reachable(*chat, True)
            for closing in closings:
                if closing.refusal.sentence:
                    await records.outbox.queue_many(self._rows(closing))
                if closing.refusal.blocks:
                    await self._block(records, closing)
            by_moment: dict[datetime, list[tuple[int, str]]] = {}
            for closing in closings:
                by_moment.setdefault(closing.now, []).append((closing.inbox_id, closing.refusal.reason))
            for now, rows in by_moment.items():
                await records.inbox.close_many(rows, now)
        return [None] * len(closings)

    def _rows(self, closing: _Closing) -> list[Queued]:
        incoming = closing.incoming
        return [
            Queued(
                channel=incoming.channel,
                chat_id=incoming.chat_id,
                reply=part,
                key=f"in:{closing.inbox_id}:{number}",
                now=closing.now,
                cause="reply",
                office_id=closing.office.id or None,
            )
            for number, part in enumerate(fit(Reply(closing.refusal.sentence), self._channels[incoming.channel].limits))
        ]

    async def _block(self, records: Repositories, closing: _Closing) -> None:
        """Block an account that went on and on; the log, the audit and the administrators are told."""
        incoming, now, office = closing.incoming, closing.now, closing.office
        mark = short_mark(incoming.channel, incoming.user_id)
        until = now + self.gate.allowances.block
        await records.blocks.put(Block(incoming.channel, incoming.user_id, ABUSE, now, until, office.id or None))
        log.warning("an account was blocked for writing too much", channel=incoming.channel, account=mark)
        details = {"channel": incoming.channel, "until": until.isoformat(), "why": ABUSE}
        await records.audit.note(office.id or None, None, "account.blocked", f"account:{mark}", now, details)
        reply = Reply(
            texts.say(
                "limits.told_administrator", mark=mark, hours=round(self.gate.allowances.block.total_seconds() / 3600)
            )
        )
        told = [
            Told(reply, f"blocked:{mark}:{closing.inbox_id}:{person.id}", person_id=person.id)
            for person in await records.people.of_office(office.id)
            if keeps_the_installation(person)
        ]
        await queue_told(records, self._channels, told, now, office.id)
