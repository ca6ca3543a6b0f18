"""Tells the administrators when the Official Account's consent is in danger, once and then each day."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

import structlog

import texts
from bot.sealing import Sealer
from bot.telling import queue_told
from bot.zalo_token_state import TokenState, is_usable, states_of
from bot.zalo_tokens import HELD_FOR
from domain.channels import ZALO_OA
from domain.messages import Reply
from domain.ports import Channel
from domain.rights import keeps_the_installation
from handlers.turn import Told
from storage import Repositories, Storage

log = structlog.get_logger()

LOOK_SECONDS = 60.0
AGAIN_AFTER = timedelta(days=1)


class ZaloWatch:
    """Looks at the tokens of one app, has those told who can mend them, and ends the hold once they did."""

    def __init__(
        self,
        storage: Storage,
        channels: Mapping[str, Channel],
        sealer: Sealer,
        app_id: str,
        clock: Callable[[], datetime],
        on_queued: Callable[[], None] = lambda: None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._storage = storage
        self._channels = channels
        self._sealer = sealer
        self._app_id = app_id
        self._clock = clock
        self._on_queued = on_queued
        self._pause = pause

    async def keep(self) -> None:
        """Look each minute; never returns."""
        while True:
            await self._pause(LOOK_SECONDS)
            await self.look()

    async def look(self) -> int:
        """Queue what is to be told now; returns to how many administrators."""
        now = self._clock()
        async with self._storage.reading() as records:
            row = await records.zalo_tokens.get(self._app_id)
        if row is None:
            return 0
        if row.trouble is None and is_usable(row, self._sealer, now):
            await self._lift()
        worst = states_of(row, self._sealer, now)[0]
        if worst.level == "ok":
            return 0
        async with self._storage.writing() as records:
            if not await records.zalo_tokens.tell(self._app_id, now, AGAIN_AFTER):
                return 0
            told = await self._tell(records, worst, now, through_itself=is_usable(row, self._sealer, now))
        log.error("the tokens of the official account need somebody", state=worst.name, told=told)
        self._on_queued()
        return told

    async def _lift(self) -> None:
        """Let go again what was held because of the tokens."""
        async with self._storage.reading() as records:
            holds = await records.channel_holds.all()
        if not any(hold.channel == ZALO_OA and HELD_FOR in (hold.reason + hold.detail) for hold in holds):
            return
        async with self._storage.writing() as records:
            await records.channel_holds.lift([ZALO_OA])
        log.info("the channel is held no more: its tokens are well again", channel=ZALO_OA)
        self._on_queued()

    async def _tell(self, records: Repositories, worst: TokenState, now: datetime, *, through_itself: bool) -> int:
        """Queue the words for every administrator: by their other accounts, by this one only while it still works."""
        others = {name: channel for name, channel in self._channels.items() if name != ZALO_OA}
        count = 0
        for office in await records.offices.all():
            for person in await records.people.of_office(office.id):
                if not keeps_the_installation(person):
                    continue
                key = f"zalo-tokens:{worst.name}:{now:%Y%m%dT%H%M%S}:{person.id}"
                words = texts.say("consent.told", person=person.name, state=worst.words)
                told = [Told(Reply(words), key, person_id=person.id)]
                missed = await queue_told(records, others, told, now, office.id)
                if missed and through_itself:
                    missed = await queue_told(records, self._channels, told, now, office.id)
                count += not missed
        return count
