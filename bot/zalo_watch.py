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
from domain.clock import local_day
from domain.messages import Reply
from domain.ports import Channel
from domain.rights import keeps_the_installation
from handlers.turn import Told
from storage import Repositories, Storage

log = structlog.get_logger()

LOOK_SECONDS = 60.0
AGAIN_AFTER = timedelta(days=1)


class ZaloWatch:
    """Looks at the tokens of one app, has those told who can mend them, and has the channel tried once they did."""

    def __init__(
        self,
        storage: Storage,
        channels: Mapping[str, Channel],
        sealer: Sealer,
        app_id: str,
        clock: Callable[[], datetime],
        on_queued: Callable[[], None] = lambda: None,
        on_mended: Callable[[], None] = lambda: None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._storage = storage
        self._channels = channels
        self._sealer = sealer
        self._app_id = app_id
        self._clock = clock
        self._on_queued = on_queued
        self._on_mended = on_mended
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
            return await self._tell_of_no_consent(now)
        if row.trouble is None and is_usable(row, self._sealer, now):
            await self._try_what_is_held()
        worst = states_of(row, self._sealer, now)[0]
        if worst.level == "ok" or worst.name == "seed_waits":
            return 0
        async with self._storage.writing() as records:
            if not await records.zalo_tokens.tell(self._app_id, now, AGAIN_AFTER):
                return 0
            through_itself = is_usable(row, self._sealer, now)
            told = await self._tell(records, worst, now, f"{now:%Y%m%dT%H%M%S}", through_itself=through_itself)
        log.error("the tokens of the official account need somebody", state=worst.name, told=told)
        self._on_queued()
        return told

    async def _tell_of_no_consent(self, now: datetime) -> int:
        """Once a day while a message waits for an account that nobody has given its consent yet."""
        async with self._storage.writing() as records:
            if not await _is_held_for_tokens(records):
                return 0
            (worst,) = states_of(None, self._sealer, now)
            told = await self._tell(records, worst, now, str(local_day(now)), through_itself=False)
        self._on_queued()
        return told

    async def _try_what_is_held(self) -> None:
        """Where the channel is held for its tokens, let it be tried at once: whoever consented anew waits for it."""
        async with self._storage.reading() as records:
            is_held = await _is_held_for_tokens(records)
        if is_held:
            log.info("the tokens are well again; the channel is tried", channel=ZALO_OA)
            self._on_mended()

    async def _tell(
        self, records: Repositories, worst: TokenState, now: datetime, when: str, *, through_itself: bool
    ) -> int:
        """Queue the words for every administrator: by their other accounts, by this one only while it still works."""
        others = {name: channel for name, channel in self._channels.items() if name != ZALO_OA}
        count = 0
        for office in await records.offices.all():
            for person in await records.people.of_office(office.id):
                if not keeps_the_installation(person):
                    continue
                key = f"zalo-tokens:{worst.name}:{when}:{person.id}"
                words = texts.say("consent.told", person=person.name, state=worst.words)
                told = [Told(Reply(words), key, person_id=person.id)]
                missed = await queue_told(records, others, told, now, office.id)
                if missed and through_itself:
                    missed = await queue_told(records, self._channels, told, now, office.id)
                count += not missed
        return count


async def _is_held_for_tokens(records: Repositories) -> bool:
    holds = await records.channel_holds.all()
    return any(hold.channel == ZALO_OA and hold.reason.startswith(HELD_FOR) for hold in holds)
