"""Counts what a bot's plan limits, keeps the figures, and warns the administrators before the end is reached."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

import structlog

import texts
from bot.telling import queue_told
from domain.channel_holds import Quota
from domain.clock import at_local, local
from domain.messages import Reply
from domain.ports import Channel
from domain.rights import keeps_the_installation
from handlers.turn import Told
from storage import Repositories, Storage

log = structlog.get_logger()

COUNTED_EVERY = 120.0
WARNED_AT = (80, 95, 100)
"""At so many of a hundred administrators are told, once a month each."""
MESSAGES, PEOPLE, GROUPS = "messages", "people", "groups"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a plan allows: messages in a calendar month, people, groups; 0 where it sets no limit."""

    channel: str
    messages: int
    people: int
    groups: int

    @property
    def limits(self) -> Mapping[str, int]:
        """Each limit by its name."""
        return {MESSAGES: self.messages, PEOPLE: self.people, GROUPS: self.groups}


class PlanLimits:
    """Keeps `quotas` true to what was sent and heard: such an app names no figures of its own."""

    def __init__(
        self,
        plan: Plan,
        storage: Storage,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        on_queued: Callable[[], None] = lambda: None,
    ) -> None:
        self._plan = plan
        self._storage = storage
        self._channels = channels
        self._clock = clock
        self._on_queued = on_queued
        self._told: set[str] = set()

    async def keep(self) -> None:
        """Count until cancelled."""
        while True:
            await self.count()
            await asyncio.sleep(COUNTED_EVERY)

    async def count(self) -> Sequence[Quota]:
        """Count now, keep the figures, and queue the warnings that are due; the figures."""
        now = self._clock()
        async with self._storage.writing() as records:
            figures = [await self._figure(records, kind, total, now) for kind, total in self._plan.limits.items()]
            told = 0
            for quota in figures:
                await records.quotas.put(quota)
                told += await self._warn(records, quota, now)
        if told:
            self._on_queued()
        return figures

    async def _figure(self, records: Repositories, kind: str, total: int, now: datetime) -> Quota:
        channel = self._plan.channel
        until = month_end(now) if kind == MESSAGES else None
        if not total:
            return Quota(channel, kind, None, None, now, until)
        if kind == MESSAGES:
            used = await records.channel_use.messages(channel, month_start(now))
        elif kind == PEOPLE:
            used = await records.channel_use.people(channel)
        else:
            used = await records.channel_use.groups(channel)
        before = await records.quotas.get(channel, kind)
        if kind == MESSAGES and before is not None and before.until == until and before.total == total:
            # What somebody had erased was sent all the same.
            used = max(used, total - (before.remaining if before.remaining is not None else total))
        return Quota(channel, kind, max(0, total - used), total, now, until)

    async def _warn(self, records: Repositories, quota: Quota, now: datetime) -> int:
        """Queue the warning for the highest mark that is passed, for each administrator once a month."""
        passed = [mark for mark in WARNED_AT if (quota.used_percent or 0) >= mark]
        mark = f"{quota.kind}:{local(now):%Y-%m}:{passed[-1]}" if passed else ""
        if not mark or mark in self._told:
            return 0
        self._told.add(mark)
        log.warning("a limit of the bot's plan is near", channel=quota.channel, kind=quota.kind, left=quota.remaining)
        told = 0
        for office in await records.offices.all():
            for person in await records.people.of_office(office.id):
                if keeps_the_installation(person):
                    # A process that begins anew finds the key taken.
                    key = f"plan:{quota.channel}:{mark}:{person.id}"
                    words = [Told(Reply(words_of(quota, now)), key, person_id=person.id)]
                    told += not await queue_told(records, self._channels, words, now, office.id)
        return told


def words_of(quota: Quota, now: datetime) -> str:
    """Where a limit stands, as administrators read it."""
    total, left = quota.total or 0, quota.remaining or 0
    facts = {"bot": texts.say("plan.bot"), "total": total}
    month = f"{local(now):%m/%Y}"
    if quota.kind == MESSAGES:
        if not left:
            return texts.say("plan.messages.over", month=month, **facts)
        return texts.say("plan.messages.near", used=total - left, percent=quota.used_percent, month=month, **facts)
    if quota.kind == PEOPLE:
        if not left:
            return texts.say("plan.people.over", **facts)
        return texts.say("plan.people.near", used=total - left, percent=quota.used_percent, **facts)
    if not left:
        return texts.say("plan.groups.over", **facts)
    return texts.say("plan.groups.near", used=total - left, percent=quota.used_percent, **facts)


def month_start(now: datetime) -> datetime:
    """The moment at which the calendar month began in Vietnam."""
    return at_local(local(now).date().replace(day=1), time())


def month_end(now: datetime) -> datetime:
    """The moment at which the next month begins in Vietnam."""
    day = local(now).date()
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return at_local(date(year, month, 1), time())
