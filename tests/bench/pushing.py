"""Pushes to webhooks as the apps do, over connections that are kept, and how long each was waited for."""

import asyncio
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

import aiohttp

NO_ANSWER = 0
"""The status of a push whose connection broke or that was not answered in time."""
PATIENCE = aiohttp.ClientTimeout(total=60)


@dataclass(frozen=True, slots=True)
class Push:
    """One call: in which chat (`lane`), and how many seconds after the beginning it is due."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    lane: str = ""
    due: float = 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a push was answered, and after how many seconds."""

    status: int
    seconds: float


async def push_in_turn(pushes: Iterator[Push], at_once: int) -> list[Outcome]:
    """Push them as fast as they are answered, over so many connections."""
    found: list[Outcome] = []

    async def connection(session: aiohttp.ClientSession) -> None:
        for push in pushes:
            began = time.perf_counter()
            found.append(Outcome(await _post(session, push), time.perf_counter() - began))

    async with _session(at_once) as session, asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(connection(session))
    return found


async def push_on_time(pushes: Iterable[Push], most_at_once: int) -> list[Outcome]:
    """Push each when it is due, those of one chat one after another.

    The seconds count from when a push was due, so that nothing is hidden by a late beginning, ours or that before.
    """
    by_lane = sorted(pushes, key=attrgetter("lane", "due"))
    began = time.perf_counter()
    found: list[Outcome] = []

    async def chat(session: aiohttp.ClientSession, waiting: list[Push]) -> None:
        for push in waiting:
            await asyncio.sleep(max(0.0, began + push.due - time.perf_counter()))
            status = await _post(session, push)
            found.append(Outcome(status, time.perf_counter() - began - push.due))

    async with _session(most_at_once) as session, asyncio.TaskGroup() as group:
        for _, waiting in groupby(by_lane, key=attrgetter("lane")):
            group.create_task(chat(session, list(waiting)))
    return found


def _session(connections: int) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=connections), timeout=PATIENCE)


async def _post(session: aiohttp.ClientSession, push: Push) -> int:
    try:
        async with session.post(push.url, data=push.body, headers=push.headers) as answer:
            await answer.read()
            return answer.status
    except (aiohttp.ClientError, TimeoutError, OSError):
        return NO_ANSWER
