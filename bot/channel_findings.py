"""What `kehoach doctor` finds of apps that carry nothing, of chats that are closed, and of templates that fail."""

from collections.abc import AsyncIterator
from datetime import datetime

from bot.findings import Finding, finding, listed
from bot.hold_words import hold_words
from domain.channels import LAST_WINDOW, ZALO_OA
from domain.clock import local
from handlers.apps import app_words
from storage import Repositories

WARN_AT = 80
WINDOWS = {ZALO_OA: LAST_WINDOW}
"""For how long after a person's last word an app may write to them, whether or not its channel is set up here."""


async def channel_findings(records: Repositories, now: datetime) -> AsyncIterator[Finding]:
    """Each held app, the messages that wait for people to write, the quota and the templates of the account."""
    for hold in await records.channel_holds.all():
        since = f"{local(hold.since):%H:%M %d/%m/%Y}"
        why = hold_words(hold.reason)
        yield finding("fault", "channels", "channel_held", app=app_words(hold.channel), since=since, reason=why)
    if held := (await records.outbox.counts())["held"]:
        yield finding("warning", "outbox", "messages_held", count=held)
    async for each in _closed_findings(records, now):
        yield each
    for quota in await records.quotas.all():
        used = quota.used_percent
        if quota.channel == ZALO_OA and used is not None:
            level = "warning" if used >= WARN_AT else "ok"
            yield finding(level, "channels", "templates_left", left=quota.remaining, total=quota.total)
    for office in await records.offices.all():
        for template in await records.message_templates.of_office(office.id):
            if not template.is_enabled or template.problems():
                blanks = {"number": template.template_id, "status": template.status}
                yield finding("warning", "channels", "template_unusable", **blanks)


async def _closed_findings(records: Repositories, now: datetime) -> AsyncIterator[Finding]:
    """The people of each office whom every app that would reach them may not write to now."""
    for office in await records.offices.all():
        accounts = [one for one in await records.people.accounts_of_office(office.id) if one.reachable]
        chats = [(one.channel, one.chat_id) for one in accounts]
        open_chats = await records.contacts.open_many(chats, WINDOWS, now)
        reached = {one.person_id for one in accounts if (one.channel, one.chat_id) in open_chats}
        closed = {one.person_id for one in accounts} - reached
        names = [person.name for person in await records.people.of_office(office.id) if person.id in closed]
        if names:
            templates = await records.message_templates.of_office(office.id)
            key = "people_by_template" if any(one.is_enabled for one in templates) else "people_closed"
            yield finding("warning", "people", key, count=len(names), names=listed(names))
