"""What `kehoach doctor` finds of what goes in and out: a server that stands still, messages stuck or given up."""

from collections.abc import AsyncIterator
from datetime import timedelta

from bot.findings import Finding, finding
from bot.outlook import Outlook
from domain.channels import TELEGRAM, ZALO_BOT
from domain.clock import local
from handlers.apps import app_words
from storage import Repositories

STUCK = timedelta(minutes=10)
DAY = timedelta(days=1)


async def traffic_findings(records: Repositories, outlook: Outlook) -> AsyncIterator[Finding]:
    """Whether the server runs, and what of the last day did not get through, by app."""
    now = outlook.now
    yield finding("ok", "server", "server_runs") if outlook.serves else finding("warning", "server", "server_stands")
    for channel in (TELEGRAM, ZALO_BOT):
        if (at := outlook.came.get(channel)) is not None:
            yield finding("ok", channel, "last_came", app=app_words(channel), at=f"{local(at):%H:%M %d/%m/%Y}")
    since = await records.inbox.oldest_waiting()
    if since is not None and now - since > STUCK:
        waiting, minutes = (await records.inbox.counts())["new"], int((now - since).total_seconds() // 60)
        yield finding("fault", "inbox", "inbox_stuck", count=waiting, minutes=minutes)
    for channel, count in sorted((await records.inbox.dead_since(now - DAY)).items()):
        yield finding("warning", "inbox", "dead_letters", app=app_words(channel), count=count)
    for channel, count in sorted((await records.outbox.failed_since(now - DAY)).items()):
        yield finding("warning", "outbox", "not_delivered", app=app_words(channel), count=count)
    dead, failed = (await records.inbox.counts())["dead"], (await records.outbox.counts())["failed"]
    if dead or failed:
        yield finding("ok", "inbox", "given_up_in_all", dead=dead, failed=failed)
