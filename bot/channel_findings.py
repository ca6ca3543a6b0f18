"""What `kehoach doctor` finds of apps that carry nothing, of chats that are closed, and of templates that fail."""

from collections.abc import AsyncIterator
from datetime import datetime

from bot.findings import Finding, finding
from bot.hold_words import hold_words
from domain.channels import ZALO_OA
from domain.clock import local
from handlers.apps import app_words
from storage import Repositories

WARN_AT = 80


async def channel_findings(records: Repositories, now: datetime) -> AsyncIterator[Finding]:
    """Each held app, the messages that wait for people to write, the quota and the templates of the account."""
    for hold in await records.channel_holds.all():
        since = f"{local(hold.since):%H:%M %d/%m/%Y}"
        why = hold_words(hold.reason)
        yield finding("fault", "channels", "channel_held", app=app_words(hold.channel), since=since, reason=why)
    if held := (await records.outbox.counts())["held"]:
        yield finding("warning", "outbox", "messages_held", count=held)
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
