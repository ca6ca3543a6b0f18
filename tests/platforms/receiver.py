"""A small webhook receiver, for the tests of pushing."""

import asyncio
import json
from typing import Any

from aiohttp import web

from tests.platforms.server import Server
from tests.platforms.watch import Watch


class Receiver:
    """Takes what is pushed; answers with the statuses it was given, then with 200."""

    def __init__(self, statuses: list[int] | None = None, answer: dict[str, Any] | None = None) -> None:
        self.taken: list[tuple[dict[str, Any], str]] = []
        self._statuses = statuses or []
        self._answer = answer
        self._watch = Watch()
        self._server = Server(self._handle)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        update = json.loads(await request.read())
        self.taken.append((update, request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")))
        self._watch.changed()
        if self._statuses:
            return web.Response(status=self._statuses.pop(0))
        return web.json_response(self._answer) if self._answer else web.Response()

    @property
    def url(self) -> str:
        return self._server.url + "/webhooks/telegram"

    @property
    def ids(self) -> list[int]:
        return [update["update_id"] for update, _ in self.taken]

    async def until_taken(self, count: int) -> None:
        assert await self._watch.until(lambda: len(self.taken) >= count, 5), self.taken

    async def __aenter__(self) -> "Receiver":
        await self._server.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()
        await asyncio.sleep(0)
