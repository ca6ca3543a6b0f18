"""Keeps Telegram's menus of commands as they should be: everybody's, that of groups, and one by role for staff.

A menu is a help and nothing depends on it. Once in a while who has joined is compared with what Telegram was told, and
only differences are sent; what fails is tried again. What was told is a file, so that a restart sends nothing twice and
who left meanwhile loses their menu all the same.
"""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import structlog

from domain.channels import TELEGRAM
from domain.ports import SendFailed
from handlers import greet
from storage import Storage

log = structlog.get_logger()

FILE_NAME = "telegram-menus.json"
EVERY = 20.0
"""Seconds from one comparison to the next: so long a new colleague may wait for the menu."""

Menu = list[tuple[str, str]]
PRIVATE, GROUPS = "private", "groups"


class ShowsMenus(Protocol):
    """What is asked of the channel."""

    async def set_commands(self, commands: Sequence[tuple[str, str]], chat_id: str = "") -> None:
        """The general menu, or that of one chat; without commands that chat is shown the general one."""

    async def set_group_commands(self, commands: Sequence[tuple[str, str]]) -> None:
        """The menu shown in groups."""


class Menus:
    """The menus of one bot. `told` maps whom a menu is for to its mark."""

    def __init__(self, channel: ShowsMenus, storage: Storage, home: Path, *, every: float = EVERY) -> None:
        self._channel = channel
        self._storage = storage
        self._path = home / FILE_NAME
        self._every = every
        self._general_told = False

    async def keep(self) -> None:
        """Compare and send until cancelled."""
        while True:
            pause = await self.bring_up_to_date()
            await asyncio.sleep(max(pause, self._every))

    async def bring_up_to_date(self) -> float:
        """Send what differs; returns how many seconds Telegram asked to wait, else 0. Never raises SendFailed."""
        wanted, told = await self._wanted(), self._told()
        if not self._general_told:
            # Somebody may have changed them by hand; two calls at each start set them right.
            told = {whom: mark for whom, mark in told.items() if whom not in (PRIVATE, GROUPS)}
        pause = 0.0
        for whom in dict.fromkeys([*wanted, *told]):
            menu = wanted.get(whom, [])
            if told.get(whom, "") == _mark(menu):
                continue
            try:
                await self._send(whom, menu)
            except SendFailed as failure:
                log.info("a menu of commands was not taken", channel=TELEGRAM, kind=failure.kind, reason=failure.reason)
                if failure.kind not in ("unreachable", "rejected"):
                    pause = failure.after or 0.0
                    break
            # A chat that is gone is not asked about again until its menu is another one.
            told = {**told, whom: _mark(menu)} if menu else {each: m for each, m in told.items() if each != whom}
            self._keep_told(told)
        self._general_told = self._general_told or {PRIVATE, GROUPS} <= told.keys()
        return pause

    async def _wanted(self) -> dict[str, Menu]:
        found = {PRIVATE: greet.menu(), GROUPS: greet.group_menu()}
        async with self._storage.reading() as records:
            for office in await records.offices.all():
                roles = {person.id: person.role for person in await records.people.of_office(office.id)}
                for account in await records.people.accounts_of_office(office.id):
                    if account.channel == TELEGRAM and account.person_id in roles:
                        found[account.chat_id] = greet.menu(roles[account.person_id])
        return found

    async def _send(self, whom: str, menu: Menu) -> None:
        if whom == GROUPS:
            await self._channel.set_group_commands(menu)
        elif whom == PRIVATE:
            await self._channel.set_commands(menu)
        else:
            await self._channel.set_commands(menu, whom)

    def _told(self) -> dict[str, str]:
        try:
            kept = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(whom): str(mark) for whom, mark in kept.items()} if isinstance(kept, dict) else {}

    def _keep_told(self, told: dict[str, str]) -> None:
        try:
            self._path.write_text(json.dumps(told), "utf-8")
        except OSError as error:
            log.warning("the menus that were set could not be noted", reason=error.strerror)


def _mark(menu: Menu) -> str:
    return hashlib.sha256(json.dumps(menu).encode()).hexdigest()[:16] if menu else ""
