"""Hands out files by links, for the apps that cannot carry them."""

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import structlog

import texts
from bot.keeping import Folder
from domain.messages import Attachment, Reply
from domain.ports import SendFailed
from storage import Storage
from storage.handouts import Handout

log = structlog.get_logger()

LASTS = timedelta(days=7)
TOKEN_BYTES = 32
"""256 random bits: nobody finds a link by trying."""
LONGEST_TOKEN = 100
SWEPT_EVERY = 6 * 3600.0
ADDRESS = "/tep/"
"""Where links lead, under PUBLIC_URL."""


class GivesLinks(Protocol):
    """What a channel asks of `HandingOut`."""

    async def link(self, attachment: Attachment) -> str | None:
        """An address at which the file can be fetched, or None where this installation has no public address.

        Raises SendFailed where the file cannot be kept just now.
        """
        ...


@dataclass(frozen=True, slots=True)
class Handed:
    """A file as it is handed out."""

    name: str
    media_type: str
    content: bytes


class Over(Exception):
    """There was such a link, and its time is over."""


class HandingOut:
    """Keeps files for seven days and gives links to them.

    It is made before the database is open, so that channels can be given it; until `over` was called no link is made.
    """

    def __init__(self, home: Path, public_url: str) -> None:
        # Apart from what people sent: what no link opens any more can be dropped without asking whose else it is.
        self._folder = Folder(home / "handouts")
        self._public_url = public_url.rstrip("/")
        self._opened: tuple[Storage, Callable[[], datetime]] | None = None
        self._alone = asyncio.Lock()

    def over(self, storage: Storage, clock: Callable[[], datetime]) -> None:
        """Keep what is handed out in this database from now on."""
        self._opened = (storage, clock)

    async def link(self, attachment: Attachment) -> str | None:
        """An address at which the file can be fetched for seven days, by whoever has the address.

        None where this installation has no public address. Raises SendFailed where the file cannot be kept just now.
        """
        if not self._public_url or self._opened is None:
            return None
        token = secrets.token_urlsafe(TOKEN_BYTES)
        try:
            await self._keep(token, attachment, *self._opened)
        except Exception as error:
            # A full disk or a busy database; of the error only its kind, since a database names the row.
            log.error("a file could not be kept for handing out", error=type(error).__name__)
            failure = SendFailed("retry", f"a file could not be handed out: {type(error).__name__}")
        else:
            return f"{self._public_url}{ADDRESS}{token}"
        raise failure

    async def _keep(self, token: str, attachment: Attachment, storage: Storage, clock: Callable[[], datetime]) -> None:
        async with self._alone:
            # Nothing is swept between the bytes and the row that names them.
            sha256 = await asyncio.to_thread(self._folder.put, attachment.content)
            now = clock()
            handout = Handout(attachment.name, attachment.media_type, sha256, now + LASTS)
            async with storage.writing() as records:
                await records.handouts.add(_hash(token), handout, now)

    async def fetch(self, token: str) -> Handed | None:
        """What a link opens, as often as it is asked for; None for a link there never was. Raises Over."""
        if self._opened is None or len(token) > LONGEST_TOKEN:
            return None
        storage, clock = self._opened
        async with storage.reading() as records:
            # By its hash: how long the database looks tells nothing about a token.
            found = await records.handouts.get(_hash(token))
        if found is None:
            return None
        content = None if found.expires_at <= clock() else await asyncio.to_thread(self._folder.get, found.sha256)
        if content is None:
            raise Over
        return Handed(found.name, found.media_type, content)

    async def keep_swept(self) -> None:
        """Sweep until cancelled."""
        while True:
            await self.sweep()
            await asyncio.sleep(SWEPT_EVERY)

    async def sweep(self) -> int:
        """Forget the links whose time was over a while ago, and the bytes that no link opens; how many files."""
        if self._opened is None:
            return 0
        storage, clock = self._opened
        async with self._alone:
            async with storage.writing() as records:
                # For a while they are remembered, so that who comes late reads that the time is over.
                names = await records.handouts.drop_expired(clock() - LASTS)
            for name in names:
                await asyncio.to_thread(self._folder.drop, name)
        if names:
            log.info("files that were handed out are over", files=len(names))
        return len(names)


async def with_links(reply: Reply, attachments: Sequence[Attachment], giver: GivesLinks | None) -> Reply:
    """The reply's words with a line for each of these files: its link, or that it is to be had on another channel.

    The reply no longer carries the files.
    """
    lines = []
    for attachment in attachments:
        link = await giver.link(attachment) if giver is not None else None
        named = attachment.name.replace("\n", " ")
        if link is None:
            lines.append(texts.say("handout.no_link", name=named))
        else:
            lines.append(texts.say("handout.link", name=named, link=link, days=LASTS.days))
    kept = [one for one in reply.files if one not in attachments]
    shown = [one for one in reply.pictures if one not in attachments]
    words = "\n\n".join(filter(None, (reply.text.strip(), "\n".join(lines))))
    return Reply(words, reply.buttons, tuple(kept), tuple(shown), reply.asks_phone, reply.template)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
