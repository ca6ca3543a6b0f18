"""What `kehoach doctor` finds of an office's own choices: its reports' letterhead and days, its rules, its calendar."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import texts
from bot.findings import Finding, finding
from bot.presence import DEAD_AFTER
from domain.letterhead import Letterhead
from domain.notice_rules import NoticeRules
from domain.people import Office
from domain.report_facts import letterhead_for
from domain.schedule_words import proposed
from handlers.period_wording import days_words
from storage import Repositories

WAITS_LONG = timedelta(days=30)


async def setting_findings(records: Repositories, office: Office, now: datetime) -> AsyncIterator[Finding]:
    """What an office has not arranged yet, and reminders that wait for somebody without end."""
    yield _letterhead(letterhead_for(office))
    tasks = await records.register.tasks(office.id)
    for _, number, days in proposed(tasks, await records.periods.schedules(office.id)):
        yield finding("warning", "periods", "report_days_unset", document=number, days=days_words(days))
    if await records.notice_rules.of_office(office.id) == NoticeRules():
        yield finding("ok", "rules", "rules_default")
    if not (await records.calendar.of_office(office.id)).exceptions:
        yield finding("ok", "calendar", "calendar_default")
    old = sum(row.opened_at < now - WAITS_LONG for row in await records.notices.pending(office.id))
    if old:
        yield finding("warning", "notices", "notices_old", count=old, days=WAITS_LONG.days)


async def server_findings(records: Repositories, own: str, now: datetime) -> AsyncIterator[Finding]:
    """Servers on this database that do not serve this data folder; `own` is the sender's id of the one that does."""
    others = set(await records.senders.alive(now - DEAD_AFTER)) - {own}
    if others:
        yield finding("warning", "servers", "other_servers", count=len(others))


def _letterhead(letterhead: Letterhead) -> Finding:
    if not letterhead.missing:
        return finding("ok", "letterhead", "letterhead_ok")
    names = ", ".join(texts.say(f"cli.report.line.{name}") for name in letterhead.missing)
    return finding("warning", "letterhead", "letterhead_missing", names=names, first=letterhead.missing[0])
