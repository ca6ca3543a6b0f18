"""Whether the clocks agree: this machine's, the database server's and a channel's, and the office's time zone."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from bot.findings import Finding, finding
from domain.clock import VIETNAM
from storage import Storage

Clock = Callable[[], datetime]

SLIGHT = timedelta(seconds=30)
GRAVE = timedelta(minutes=5)
TIMEOUT = 5.0
OFFSET = timedelta(hours=7)


async def clock_findings(storage: Storage, channels: dict[str, str], clock: Clock) -> AsyncIterator[Finding]:
    """The time zone, then each clock beside ours; `channels` are addresses of servers by name.

    A server that says no time is passed over: that it cannot be reached is found elsewhere.
    """
    yield zone_finding(VIETNAM, clock())
    if (at := await storage.server_time()) is not None:
        yield compared("database_clock", at, clock())
    for name, address in channels.items():
        if (at := await date_of(address)) is not None:
            yield compared("channel_clock", at, clock(), name=name)


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
    return await asyncio.to_thread(_date_of, address)


def _date_of(address: str) -> datetime | None:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    try:
        connection = kind(parts.hostname, parts.port, timeout=TIMEOUT)
        try:
            connection.request("HEAD", "/")
            said = connection.getresponse().headers.get("Date", "")
        finally:
            connection.close()
        return parsedate_to_datetime(said)
    except (OSError, HTTPException, ValueError):
        return None
