"""Pushes events to the webhook: signed, within two seconds, and again by a ladder that the stand-in's clock climbs."""

import asyncio
import hashlib
import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.platforms.watch import Watch
from tests.platforms.zalo_oa.world import Json, World

LADDER = (30.0, 300.0, 900.0, 1_800.0, 3_600.0)
"""Seconds from one failed attempt to the next; after the last one the event is lost."""

DEADLINE = 2.0


@dataclass(slots=True)
class Signing:
    """How an event is signed: which of the variants that are told of the platform it uses.

    `timestamp` is "body" or "header", `first` "app_id" or "oa_id", `secret` "oa" or "app"; with `has_prefix` the mac
    is written `mac=…`. `is_on` off sends no signature, `is_wrong` one that does not fit.
    """

    has_prefix: bool = True
    timestamp: str = "body"
    first: str = "app_id"
    secret: str = "oa"
    is_on: bool = True
    is_wrong: bool = False


@dataclass(slots=True)
class Attempt:
    """One push: what it was answered, and after how many seconds. `outcome` is "taken", "refused", "late", "broken"."""

    at: float
    outcome: str
    status: int
    seconds: float


@dataclass(slots=True)
class Event:
    """An event on its way. `lane` is the chat whose first attempts keep their order; `due` the next attempt's time."""

    id: int
    body: bytes
    lane: str
    timestamp: str
    is_zns: bool
    due: float
    state: str = "waiting"
    attempts: list[Attempt] = field(default_factory=list)

    def as_json(self) -> Json:
        """The event as a test reads it."""
        attempts = [{"at": a.at, "outcome": a.outcome, "status": a.status, "seconds": a.seconds} for a in self.attempts]
        try:
            body: Any = json.loads(self.body)
        except ValueError:
            body = self.body.decode(errors="replace")
        return {"id": self.id, "body": body, "state": self.state, "attempts": attempts}


class Pusher:
    """Keeps every event, and pushes those that are due while a webhook is set and works."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.events: dict[int, Event] = {}
        self.signing = Signing()
        self.url = ""
        self.is_disabled = False
        self.disables_itself = True
        self.deadline = DEADLINE
        self.escapes = False
        self.pending = 0
        self._lanes: dict[str, deque[Event]] = {}
        self._serving: dict[str, asyncio.Task[None]] = {}
        self._ladder: list[Event] = []
        self._steps = Watch()
        self._retries: set[asyncio.Task[None]] = set()
        self._held: list[Event] | None = None
        self._climber: asyncio.Task[None] | None = None
        self._session: aiohttp.ClientSession | None = None

    def add(self, body: Json, lane: str, *, is_zns: bool = False) -> int:
        """Queue an event; its id."""
        encoded = json.dumps(body, ensure_ascii=self.escapes, separators=(",", ":")).encode()
        return self.add_raw(encoded, lane, str(body.get("timestamp", "")), is_zns=is_zns)

    def add_raw(self, body: bytes, lane: str, timestamp: str, *, is_zns: bool = False) -> int:
        """Queue any body at all; its id."""
        event = Event(self._world.number(), body, lane, timestamp, is_zns, self._world.clock.now())
        self.events[event.id] = event
        if self.is_disabled:
            event.state = "lost"
            return event.id
        self.pending += 1
        if self._held is not None:
            self._held.append(event)
        else:
            self._queue(event)
        return event.id

    def _queue(self, event: Event) -> None:
        self._lanes.setdefault(event.lane, deque()).append(event)
        self._wake(event.lane)

    def _wake(self, lane: str) -> None:
        if self._is_open() and lane not in self._serving:
            self._serving[lane] = asyncio.get_running_loop().create_task(self._serve(lane))

    def redeliver(self, event_id: int, lane: str | None = None) -> None:
        """Push an event once more, although it was taken; beside its chat's events in another lane."""
        old = self.events[event_id]
        self.add_raw(old.body, old.lane if lane is None else lane, old.timestamp, is_zns=old.is_zns)

    def hold(self) -> None:
        """Keep back what happens from now on."""
        self._held = self._held if self._held is not None else []

    def let_go(self, order: list[int]) -> None:
        """Push what was kept back: by these positions, or backwards when none are given."""
        held, self._held = self._held or [], None
        for position in order or range(len(held) - 1, -1, -1):
            self._queue(held[position])

    async def set_webhook(self, url: str) -> int:
        """What the console does: probe the address with an unsigned `{}`; the status, and 200 sets the webhook."""
        call = self._world.note("(probe)", {"url": url})
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.post(
                    url, data=b"{}", headers={"Content-Type": "application/json"},
                    timeout=aiohttp.ClientTimeout(total=self.deadline),
                ) as answer,
            ):  # fmt: skip
                call.status = answer.status
        except (aiohttp.ClientError, TimeoutError) as error:
            call.fault = type(error).__name__
        if call.status == 200:
            self.take_webhook(url)
        return call.status

    def take_webhook(self, url: str) -> None:
        """Push to this address from now on; an empty one stops pushing."""
        self.url, self.is_disabled = url, False
        self.resume()

    def resume(self) -> None:
        """Look again whether there is something to push and a way to push it."""
        if self._climber is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
            self._climber = asyncio.get_running_loop().create_task(self._climb())
        for lane in list(self._lanes):
            self._wake(lane)
        self._steps.changed()
        self._world.changes.changed()

    def clock_moved(self) -> None:
        """The stand-in's clock was put elsewhere: steps of the ladder may be due."""
        self._steps.changed()
        self._world.changes.changed()

    async def close(self) -> None:
        """Stop."""
        tasks = [*self._serving.values(), *self._retries, *([self._climber] if self._climber else [])]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        if self._session is not None:
            await self._session.close()

    def _is_open(self) -> bool:
        return self._session is not None and bool(self.url) and not self.is_disabled and not self._world.is_down

    async def _serve(self, lane: str) -> None:
        """One chat's events, one after another; one that fails goes to the ladder and holds nobody up."""
        queue = self._lanes[lane]
        try:
            while queue and self._is_open():
                await self._try(queue.popleft())
        finally:
            del self._serving[lane]
            if not queue:
                del self._lanes[lane]

    async def _climb(self) -> None:
        """Try again what is due on the ladder."""
        while True:
            for event in self._due():
                self._ladder.remove(event)
                task = asyncio.get_running_loop().create_task(self._try(event))
                self._retries.add(task)
                task.add_done_callback(self._retries.discard)
            await self._steps.until(lambda: bool(self._due()), self._pause())

    def _due(self) -> list[Event]:
        now = self._world.clock.now()
        return [event for event in self._ladder if event.due <= now] if self._is_open() else []

    def _pause(self) -> float:
        """Real seconds until the ladder's next step is due."""
        if not self._ladder or not self._is_open():
            return 60.0
        return min(60.0, max(0.0, min(event.due for event in self._ladder) - self._world.clock.now()))

    async def _try(self, event: Event) -> None:
        attempt = await self._push(event)
        event.attempts.append(attempt)
        if attempt.outcome == "taken":
            self._finish(event, "taken")
        elif len(event.attempts) <= len(LADDER):
            event.due = self._world.clock.now() + LADDER[len(event.attempts) - 1]
            self._ladder.append(event)
            self._steps.changed()
        else:
            self._finish(event, "lost")
            self.is_disabled = self.is_disabled or self.disables_itself
        self._world.changes.changed()

    def _finish(self, event: Event, state: str) -> None:
        event.state = state
        self.pending -= 1

    async def _push(self, event: Event) -> Attempt:
        assert self._session is not None
        call = self._world.note("(webhook)", {"event": event.id, "num_retry": len(event.attempts)})
        loop = asyncio.get_running_loop()
        began = loop.time()
        outcome = "broken"
        try:
            async with self._session.post(
                self.url, data=event.body, headers=self.headers(event),
                timeout=aiohttp.ClientTimeout(total=self.deadline),
            ) as answer:  # fmt: skip
                await answer.read()
                call.status = answer.status
            outcome = "taken" if call.status == 200 else "refused"
        except TimeoutError:
            outcome, call.fault = "late", "deadline"
        except aiohttp.ClientError as error:
            call.fault = type(error).__name__
        return Attempt(self._world.clock.now(), outcome, call.status, loop.time() - began)

    def headers(self, event: Event) -> dict[str, str]:
        """The headers of an event's next attempt: its signature, and how often it was tried before."""
        headers = {"Content-Type": "application/json"}
        if event.attempts:
            headers["num_retry"] = str(len(event.attempts))
        if event.is_zns:
            headers["X-ZEvent-Server"] = "ZNS"
        if self.signing.is_on:
            timestamp = event.timestamp
            if self.signing.timestamp == "header":
                timestamp = headers["X-ZEvent-Timestamp"] = self._world.stamp()
            headers["X-ZEvent-Signature"] = self.sign(event.body, timestamp)
        return headers

    def sign(self, body: bytes, timestamp: str) -> str:
        """The signature header for a body, by the variant that is switched on."""
        world, how = self._world, self.signing
        first = world.names.app_id if how.first == "app_id" else world.names.oa_id
        secret = world.secret_key if how.secret == "oa" else world.app_secret
        if how.is_wrong:
            secret += "?"
        mac = hashlib.sha256(first.encode() + body + timestamp.encode() + secret.encode()).hexdigest()
        return f"mac={mac}" if how.has_prefix else mac


def lane_of(body: Any) -> str:
    """The chat an event belongs to: a group's id, else the person's."""
    if not isinstance(body, dict):
        return ""
    name = str(body.get("event_name", ""))
    party = "recipient" if "_group_" in name or name.startswith(("oa_send", "user_received", "user_seen")) else "sender"
    held = body.get(party) or body.get("follower")
    return str(held.get("id", "")) if isinstance(held, dict) else ""
