"""Pushes updates to the webhook: at least once, in order within a chat, again and again until it answers 2xx."""

import asyncio
import contextlib
import json
import random
from collections import deque
from typing import Any

import aiohttp

from tests.platforms.telegram.faults import ApiError
from tests.platforms.telegram.methods import Methods, Parameters
from tests.platforms.telegram.updates import KEPT_SECONDS, Queued
from tests.platforms.telegram.world import Hook, World

LONGEST_RETRY_AFTER = 3600.0
ANSWER_TIMEOUT = 60.0


class Pusher:
    """Works through the queue while a webhook is set."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._methods: Methods | None = None
        self._runner: asyncio.Task[None] | None = None

    def answers_with(self, methods: Methods) -> None:
        """Where a method call in a webhook's answer is performed."""
        self._methods = methods

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

    async def _run(self, hook: Hook) -> None:
        lanes = hook.lanes
        running: dict[int, asyncio.Task[None]] = {}
        seats = asyncio.Semaphore(hook.max_connections)
        try:
            async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
                while True:
                    for queued in self._world.updates.drain():
                        lanes.setdefault(queued.lane, deque()).append(queued)
                    for lane, queue in lanes.items():
                        if queue and (lane not in running or running[lane].done()):
                            work = self._serve(session, hook, queue, seats)
                            running[lane] = asyncio.get_running_loop().create_task(work)
                    await self._world.updates.arrived.until(lambda: len(self._world.updates) > 0, 60)
        finally:
            for task in running.values():
                task.cancel()
            self._world.updates.give_back([queued for queue in lanes.values() for queued in queue])
            lanes.clear()

    async def _serve(
        self, session: aiohttp.ClientSession, hook: Hook, queue: deque[Queued], seats: asyncio.Semaphore
    ) -> None:
        """One chat's updates: the head is tried until it is taken, or 24 hours old; the others wait behind it."""
        while queue:
            attempt = 0
            while self._world.clock.now() - queue[0].at < KEPT_SECONDS:
                async with seats:
                    wait = await self._push(session, hook, queue[0])
                if wait is None:
                    break
                pause = wait or (0.0 if attempt == 0 else min(2.0 ** (attempt - 1), random.uniform(60, 120)))
                attempt += 1
                await asyncio.sleep(pause * self._world.retry_scale)
            queue.popleft()

    async def _push(self, session: aiohttp.ClientSession, hook: Hook, queued: Queued) -> float | None:
        """None when it was taken, else the seconds the receiver asked to wait (nought when it did not ask)."""
        headers = {"Content-Type": "application/json"}
        if hook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = hook.secret
        call = self._world.note("(webhook)", {"update_id": queued.update_id})
        try:
            async with session.post(
                hook.url, data=queued.encoded, headers=headers, timeout=aiohttp.ClientTimeout(total=ANSWER_TIMEOUT)
            ) as answer:
                body = await answer.read()
                call.status = answer.status
                retry_after = answer.headers.get("Retry-After", "")
        except (aiohttp.ClientError, TimeoutError) as error:
            call.fault = type(error).__name__
            self._complain(hook, "Connection failed")
            return 0.0
        finally:
            self._world.changes.changed()
        if 200 <= call.status < 300:
            self._perform(body)
            return None
        self._complain(hook, f"Wrong response from the webhook: {call.status}")
        return min(float(retry_after), LONGEST_RETRY_AFTER) if retry_after.isdigit() else 0.0

    def _complain(self, hook: Hook, complaint: str) -> None:
        hook.last_error, hook.last_error_date = complaint, int(self._world.clock.now())

    def _perform(self, body: bytes) -> None:
        """A 2xx answer may carry one method call; its result is told to nobody."""
        answer: Any = None
        with contextlib.suppress(ValueError):
            answer = json.loads(body) if body else None
        if not isinstance(answer, dict) or not isinstance(answer.get("method"), str) or self._methods is None:
            return
        values = {k: v for k, v in answer.items() if k != "method"}
        call = self._world.note(answer["method"], values)
        try:
            call.answer = {"ok": True, "result": self._methods.call(answer["method"], Parameters(values))}
            call.status = 200
        except ApiError as refused:
            call.status, call.answer = refused.status, {"ok": False, "description": refused.description}
