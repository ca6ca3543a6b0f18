"""What `kehoach doctor` finds of offices that are off, blocked accounts, and wishes to be forgotten."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from bot.findings import Finding, finding
from bot.settings import Settings
from domain.clock import day_text, local, local_day
from domain.people import Office
from storage import Repositories

OVERDUE = timedelta(days=1)


async def safety_findings(
    records: Repositories, settings: Settings, offices: list[Office], now: datetime
) -> AsyncIterator[Finding]:
    """What somebody should know: the bot is off, accounts are blocked, somebody waits to be forgotten."""
    off = await records.switches.off(now)
    for office in offices:
        if (switch := off.get(office.id)) is not None:
            since = f"{local(switch.at):%H:%M} {day_text(local_day(switch.at))}"
            yield finding("warning", "switch", "bot_off", since=since, reason=switch.reason)
    blocked = len(await records.blocks.holding(now))
    if blocked:
        yield finding("ok", "blocks", "blocked_accounts", count=blocked)
    overdue = sum(now - wish.asked_at > OVERDUE for wish in await records.erasures.open())
    if overdue:
        yield finding("fault", "privacy", "erasures_overdue", count=overdue)
    if not settings.privacy_notice:
        yield finding("warning", "privacy", "privacy_notice_off")
    elif not overdue:
        yield finding("ok", "privacy", "privacy_ok", days=settings.keep_messages_days)
