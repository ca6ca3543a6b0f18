"""Fetches the photos and files that messages brought, after the turn and outside of it, and keeps their bytes."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

import texts
from bot.accepting import MEGABYTE, media_type_of
from bot.keeping import Folder
from domain.files import KeptFile
from domain.messages import Reply
from domain.ports import Channel, FetchFailed
from storage import Repositories, Storage

log = structlog.get_logger()

AT_ONCE = 4
"""Files on their way at one moment: each may be held in memory whole."""
LONGEST_WAIT = 15.0
LONGEST_PAUSE = 3600.0
GIVE_UP_AFTER = 20
"""Tries before a file that never came is given up; with the pauses between them this is about half a day."""
UNWANTED = ("video/", "audio/")
"""Kinds that are refused by what the app says they are, without fetching them."""


@dataclass(frozen=True, slots=True)
class _Kept:
    sha256: str
    media_type: str
    size: int


class _Refused(Exception):
    """The bytes are not taken in; `why` is the end of a key in texts/files.yaml."""

    def __init__(self, why: str, reason: str) -> None:
        super().__init__(reason)
        self.why = why
        self.reason = reason


class Fetching:
    """Empties the list of awaited files. Rows are the truth: killed at any moment, it goes on from them.

    The bytes are on the disk before the row says so. A file fetched twice is kept once, under the same name.
    """

    def __init__(
        self,
        storage: Storage,
        channels: Mapping[str, Channel],
        folder: Folder,
        clock: Callable[[], datetime],
        *,
        most_bytes: int,
        on_queued: Callable[[], None] = lambda: None,
    ) -> None:
        self._storage = storage
        self._channels = channels
        self._folder = folder
        self._clock = clock
        self._most_bytes = most_bytes
        self._on_queued = on_queued
        self._bell = asyncio.Event()

    def ring(self) -> None:
        """A message brought files."""
        self._bell.set()

    async def run(self) -> None:
        """Fetch until cancelled."""
        while True:
            self._bell.clear()
            if not await self.fetch_due():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._bell.wait(), LONGEST_WAIT)

    async def fetch_due(self) -> int:
        """Fetch what is awaited now, a few at once; returns how many were tried."""
        async with self._storage.reading() as records:
            due = await records.files.due(self._clock(), tuple(self._channels), AT_ONCE)
        await asyncio.gather(*(self._settle(file) for file in due))
        return len(due)

    async def _settle(self, file: KeptFile) -> None:
        try:
            kept = await self._take_in(file)
        except _Refused as refused:
            await self._refuse(file, refused)
        except FetchFailed as failure:
            await self._put_off(file, failure)
        else:
            async with self._storage.writing() as records:
                await records.files.keep(file.id, sha256=kept.sha256, media_type=kept.media_type, size=kept.size)

    async def _take_in(self, file: KeptFile) -> _Kept:
        """The file with its bytes on the disk. Raises _Refused, or FetchFailed for another try."""
        if file.media_type.startswith(UNWANTED):
            raise _Refused("kind", file.media_type)
        if file.size > self._most_bytes:
            raise _Refused("too_large", f"{file.size} bytes")
        try:
            content = await self._channels[file.channel].fetch(file.remote_id, self._most_bytes)
        except FetchFailed as failure:
            if failure.kind in ("gone", "too_large"):
                raise _Refused(failure.kind, failure.reason) from None
            raise
        except Exception as error:
            log.exception("a channel broke while fetching", channel=file.channel, file=file.id)
            raise FetchFailed("retry", type(error).__name__) from None
        media_type = await asyncio.to_thread(media_type_of, content)
        if media_type is None:
            raise _Refused("kind", "none of the kinds that are taken in")
        try:
            sha256 = await asyncio.to_thread(self._folder.put, content)
        except OSError as error:
            # A full disk is for the operator to mend; the file waits.
            log.error("a file could not be written", file=file.id, reason=error.strerror)
            raise FetchFailed("retry", f"not written: {error.strerror}") from None
        return _Kept(sha256, media_type, len(content))

    async def _put_off(self, file: KeptFile, failure: FetchFailed) -> None:
        if file.attempts + 1 >= GIVE_UP_AFTER:
            await self._refuse(file, _Refused("gone", failure.reason))
            return
        pause = failure.after if failure.after is not None else min(2.0 ** (file.attempts + 1), LONGEST_PAUSE)
        log.info("a file was not fetched yet", channel=file.channel, file=file.id, reason=failure.reason)
        async with self._storage.writing() as records:
            await records.files.try_again(file.id, failure.reason, self._clock() + timedelta(seconds=pause))

    async def _refuse(self, file: KeptFile, refused: _Refused) -> None:
        """Give the file up and tell the person in the same transaction."""
        log.warning("a file is not taken in", channel=file.channel, file=file.id, reason=refused.reason)
        async with self._storage.writing() as records:
            await records.files.refuse(file.id, f"{refused.why}: {refused.reason}")
            await self._tell(records, file, refused.why)
        self._on_queued()

    async def _tell(self, records: Repositories, file: KeptFile, why: str) -> None:
        named = texts.say("files.named", name=file.own_name) if file.own_name else texts.say("files.unnamed")
        sentence = {
            "too_large": lambda: texts.say("files.too_large", file=named, megabytes=self._most_bytes // MEGABYTE),
            "kind": lambda: texts.say("files.kind", file=named),
            "gone": lambda: texts.say("files.gone", file=named),
        }[why]()
        await records.outbox.queue(
            channel=file.channel,
            chat_id=file.chat_id,
            reply=Reply(sentence),
            key=f"file:{file.id}",
            now=self._clock(),
            cause="file",
            office_id=file.office_id,
        )
