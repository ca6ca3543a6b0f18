"""Pushes updates to the webhook, one after another, again and again until it answers 2xx."""

import asyncio
import json
from typing import Any

import aiohttp

from tests.platforms.zalo_bot.world import Hook, World

ANSWER_TIMEOUT = 10.0
TRIES = 12


class Pusher:
    """Works through what waits while a webhook is set. How often the platform repeats is not known; this is a guess."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._runner: asyncio.Task[None] | None = None

    def webhook_changed(self) -> None:
        """A webhook was set, replaced or deleted: stop the old pushing, begin the new."""
        if self._runner is not None:
            self._runner.cancel()
            self._runner = None
        if self._world.hook is not None:
            self._runner = asyncio.get_running_loop().create_task(self._run(self._world.hook))

    async def close(self) -> None:
        """Stop."""
        if self._runner is not None:
            self._runner.cancel()
            await asyncio.wait([self._runner])

    async def probe(self, hook: Hook) -> int:
        """Try the address as the platform does: with an empty body, then with an event of nobody; the last status."""
        date = int(self._world.clock.now() * 1000)
        message = {"date": date, "message_id": "webhook-test", "text": "webhook test"}
        async with aiohttp.ClientSession() as session:
            await self._push(session, hook, b"")
            body = json.dumps({"event_name": "webhook.test", "message": message}).encode()
            return await self._push(session, hook, body)

    async def _run(self, hook: Hook) -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                await self._world.arrived.until(lambda: bool(self._world.waiting), 60)
                while self._world.waiting:
                    await self._deliver(session, hook, self._world.waiting[0])
                    self._world.waiting.popleft()
                    self._world.changes.changed()

    async def _deliver(self, session: aiohttp.ClientSession, hook: Hook, update: dict[str, Any]) -> None:
        body = {"ok": True, "result": update} if self._world.manner.enveloped else update
        for attempt in range(TRIES):
            if 200 <= await self._push(session, hook, json.dumps(body).encode()) < 300:
                return
            await asyncio.sleep(min(2.0**attempt, 60.0) * self._world.manner.scale)

    async def _push(self, session: aiohttp.ClientSession, hook: Hook, body: bytes) -> int:
        """The status of the answer; 0 when there was none."""
        headers = {"Content-Type": "application/json", "X-Bot-Api-Secret-Token": hook.secret}
        call = self._world.note("(webhook)", {"body": body.decode()})
        try:
            timeout = aiohttp.ClientTimeout(total=ANSWER_TIMEOUT)
            async with session.post(hook.url, data=body, headers=headers, timeout=timeout) as answer:
                await answer.read()
                call.status = answer.status
        except (aiohttp.ClientError, TimeoutError) as error:
            call.fault = type(error).__name__
        finally:
            self._world.changes.changed()
        return call.status
