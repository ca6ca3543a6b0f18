"""Whether the clocks agree: this machine's, the database server's and a channel's, and the office's time zone."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime

from bot.asking import NoAnswer, ask
from bot.findings import Finding, finding
from domain.clock import VIETNAM
from storage import Storage

Clock = Callable[[], datetime]

SLIGHT = timedelta(seconds=30)
GRAVE = timedelta(minutes=5)
OFFSET = timedelta(hours=7)


async def clock_findings(storage: Storage, clock: Clock) -> AsyncIterator[Finding]:
    """The time zone, then the database server's clock beside ours."""
    yield zone_finding(VIETNAM, clock())
    if (at := await storage.server_time()) is not None:
        yield compared("database_clock", at, clock())


async def server_clock_findings(servers: Mapping[str, str], clock: Clock) -> AsyncIterator[Finding]:
    """The clocks of web servers beside ours; `servers` are their addresses by name, asked at one time.

    A server that says no time is passed over: that it cannot be reached is found elsewhere.
    """
    for name, at, now in await asyncio.gather(*(_beside(name, address, clock) for name, address in servers.items())):
        if at is not None:
            yield compared("channel_clock", at, now, name=name)


async def _beside(name: str, address: str, clock: Clock) -> tuple[str, datetime | None, datetime]:
    at = await date_of(address)
    return name, at, clock()


def zone_finding(zone: tzinfo, now: datetime) -> Finding:
    """Whether the data of the office's time zone are what they should be."""
    offset = now.astimezone(zone).utcoffset()
    if offset != OFFSET:
        return finding("fault", "time_zone", "zone_wrong", offset=offset)
    return finding("ok", "time_zone", "zone_ok", time=f"{now.astimezone(zone):%H:%M %d/%m/%Y}")


def compared(check: str, at: datetime, now: datetime, **blanks: str) -> Finding:
    """How far another clock is from ours."""
    apart = abs(at - now)
    if apart <= SLIGHT:
        return finding("ok", check, f"{check}_ok", **blanks)
    level = "fault" if apart > GRAVE else "warning"
    return finding(level, check, f"{check}_apart", seconds=round(apart.total_seconds()), **blanks)


async def date_of(address: str) -> datetime | None:
    """What time a web server says it is; None where it says nothing that can be read."""
    try:
        said = (await ask(address, "HEAD")).headers.get("date", "")
        return parsedate_to_datetime(said)
    except (NoAnswer, ValueError):
        return None
