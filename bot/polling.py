"""Fetches updates from an app that is asked rather than calls, and confirms only what is stored."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

import structlog

from bot.reception import Reception, id_of
from domain.ports import SendFailed

log = structlog.get_logger()

LONGEST_PAUSE = 60.0
BETWEEN_POLLS = 1.0
"""Seconds from one poll to the next of an app that gives again at once what it gave before."""
LOOK_AFTER_EMPTY = 40
"""Polls in a row that brought nothing, about a quarter of an hour, after which a webhook is looked for."""


class Polled(Protocol):
    """A channel that is asked for updates."""

    @property
    def name(self) -> str:
        """The channel's name."""
        ...

    def update_id(self, raw: Mapping[str, Any]) -> str:
        """The update's own id. Raises Unreadable."""
        ...

    async def get_updates(self, offset: int | None, timeout: int, limit: int = 100) -> Sequence[dict[str, Any]]:
        """Undecoded updates from `offset` on, waiting up to `timeout` seconds. Raises SendFailed."""
        ...


async def poll(
    channel: Polled,
    reception: Reception,
    *,
    timeout: int = 25,
    on_failure: Callable[[SendFailed], None] = lambda _: None,
) -> None:
    """Fetch and store until cancelled. The offset moves on only after the updates are committed to the inbox.

    `on_failure` hears of every poll that was refused or lost.
    """
    offset: int | None = None
    pause = 1.0
    while True:
        try:
            fetched = await channel.get_updates(offset, timeout)
            pause = 1.0
        except SendFailed as failure:
            log.warning("polling failed", channel=channel.name, kind=failure.kind, reason=failure.reason)
            on_failure(failure)
            await asyncio.sleep(failure.after or pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            continue
        if fetched:
            await reception.accept(channel.name, [(id_of(channel, raw), raw) for raw in fetched])
            offset = max(_number(raw) for raw in fetched) + 1


def _number(raw: Mapping[str, Any]) -> int:
    number = raw.get("update_id")
    return number if isinstance(number, int) else 0


class Asked(Protocol):
    """A channel that is asked for updates and takes no acknowledgement: what it gave it may give again."""

    @property
    def name(self) -> str:
        """The channel's name."""
        ...

    def update_id(self, raw: Mapping[str, Any]) -> str:
        """The update's own id. Raises Unreadable."""
        ...

    async def get_updates(self, timeout: int) -> Sequence[dict[str, Any]]:
        """Undecoded updates, waiting up to `timeout` seconds; none when none came. Raises SendFailed."""
        ...

    async def webhook_info(self) -> Mapping[str, Any]:
        """The webhook that is set, empty where none is. Raises SendFailed."""
        ...


class AskingInTurn:
    """Polls an app that knows neither offsets nor acknowledgements.

    What comes again meets its row in the inbox and changes nothing: rows are kept for KEEP_MESSAGES_DAYS, at least 90.
    While a webhook is set such an app gives nothing to those who ask, and may not even say so: it is looked for when a
    poll is refused and when nothing came for long; `hook` names where the updates go instead, and `on_hook` hears of
    it.
    """

    def __init__(
        self,
        channel: Asked,
        reception: Reception,
        *,
        timeout: int = 25,
        between: float = BETWEEN_POLLS,
        on_hook: Callable[[str], None] = lambda _: None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.hook = ""
        self._channel = channel
        self._reception = reception
        self._timeout = timeout
        self._between = between
        self._on_hook = on_hook
        self._sleep = sleep
        self._monotonic = monotonic
        self._empty = 0
        self._pause = 1.0

    async def run(self) -> None:
        """Fetch and store until cancelled, at most one poll in each `between` seconds."""
        while True:
            began = self._monotonic()
            pause = await self.ask()
            left = max(pause, self._between - (self._monotonic() - began))
            await self._sleep(max(0.0, left))

    async def ask(self) -> float:
        """Ask once and store what came; seconds to wait because of what went wrong."""
        try:
            fetched = await self._channel.get_updates(self._timeout)
        except SendFailed as failure:
            log.warning("polling failed", channel=self._channel.name, kind=failure.kind, reason=failure.reason)
            if failure.kind == "rejected":
                await self._look_for_a_hook()
            pause = failure.after or self._pause
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
            return pause
        self._pause = 1.0
        if fetched:
            self._empty, self.hook = 0, ""
            await self._store([(id_of(self._channel, raw), raw) for raw in fetched])
            return 0.0
        self._empty += 1
        if self._empty % LOOK_AFTER_EMPTY == 0:
            await self._look_for_a_hook()
        return 0.0

    async def _store(self, updates: Sequence[tuple[str, dict[str, Any]]]) -> None:
        """Store what came, trying until it works: the app may never give it again."""
        pause = 1.0
        while True:
            try:
                await self._reception.accept(self._channel.name, updates)
                return
            except Exception as error:
                log.error(
                    "an update could not be stored; trying again",
                    channel=self._channel.name,
                    error=type(error).__name__,
                )
            await self._sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _look_for_a_hook(self) -> None:
        try:
            found = await self._channel.webhook_info()
        except SendFailed as failure:
            log.warning("the webhook could not be looked up", channel=self._channel.name, reason=failure.reason)
            return
        self.hook = str(found.get("url") or "")
        self._on_hook(self.hook)
        if self.hook:
            log.error(
                "polling gets nothing: a webhook is set for this bot and takes its updates",
                channel=self._channel.name,
                webhook=self.hook,
            )
