"""A small webhook, for the tests of pushing: keeps each request's bytes and headers."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.platforms.server import Server, reset
from tests.platforms.watch import Watch

SILENT = 0
"""Given as a status: the request is never answered."""
CUT = -1
"""Given as a status: the connection is reset."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A request as it came."""

    body: bytes
    headers: dict[str, str]

    @property
    def event(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


class Receiver:
    """Answers with the statuses it was given, then with 200."""

    def __init__(self, *statuses: int) -> None:
        self.taken: list[Taken] = []
        self._statuses = list(statuses)
        self._watch = Watch()
        self._closed = asyncio.Event()
        self._server = Server(self._handle)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self.taken.append(Taken(await request.read(), dict(request.headers)))
        self._watch.changed()
        status = self._statuses.pop(0) if self._statuses else 200
        if status == SILENT:
            await self._closed.wait()
        if status == CUT:
            reset(request)
        return web.Response(status=max(status, 200))

    def answers(self, *statuses: int) -> None:
        """Answer with these next."""
        self._statuses = list(statuses)

    @property
    def url(self) -> str:
        """The webhook's address."""
        return self._server.url + "/webhooks/zalo-oa"

    @property
    def events(self) -> list[Any]:
        """What came, read."""
        return [taken.event for taken in self.taken]

    async def until_taken(self, count: int) -> None:
        """Wait for so many requests."""
        assert await self._watch.until(lambda: len(self.taken) >= count, 5), self.taken

    async def __aenter__(self) -> "Receiver":
        """Open it."""
        await self._server.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close it."""
        self._closed.set()
        await self._server.close()
