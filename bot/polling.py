"""Fetches updates from an app that is asked rather than calls, and confirms only what is stored."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import structlog

from bot.reception import Reception, id_of
from domain.ports import SendFailed

log = structlog.get_logger()

LONGEST_PAUSE = 60.0


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


async def poll(channel: Polled, reception: Reception, *, timeout: int = 25) -> None:
    """Fetch and store until cancelled. The offset moves on only after the updates are committed to the inbox."""
    offset: int | None = None
    pause = 1.0
    while True:
        try:
            fetched = await channel.get_updates(offset, timeout)
            pause = 1.0
        except SendFailed as failure:
            log.warning("polling failed", channel=channel.name, kind=failure.kind, reason=failure.reason)
            await asyncio.sleep(failure.after or pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            continue
        if fetched:
            await reception.accept(channel.name, [(id_of(channel, raw), raw) for raw in fetched])
            offset = max(_number(raw) for raw in fetched) + 1


def _number(raw: Mapping[str, Any]) -> int:
    number = raw.get("update_id")
    return number if isinstance(number, int) else 0
