"""What `kehoach doctor` finds of Zalo Bot: its token, where its updates go, and what its plan still allows."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot import app_notes
from bot.apps import LONGEST_SECRET, SHORTEST_SECRET
from bot.findings import Finding, finding
from bot.outlook import Outlook
from bot.plan_limits import words_of
from bot.settings import Settings
from domain.channels import ZALO_BOT
from domain.clock import local
from domain.ports import SendFailed
from storage import Repositories

RECENTLY = timedelta(days=1)
WARN_AT = 80
"""From so many of a hundred on a limit is a warning."""


async def zalo_bot_findings(settings: Settings, outlook: Outlook) -> AsyncIterator[Finding]:
    """The bot asked who it is, and whether its updates come the way the settings want."""
    token = settings.zalo_bot_token.get_secret_value()
    if not token:
        yield finding("ok", ZALO_BOT, "zalo_bot_off")
        return
    is_pushed = settings.zalo_bot_mode == "webhook"
    if is_pushed:
        if not SHORTEST_SECRET <= len(settings.zalo_bot_webhook_secret.get_secret_value()) <= LONGEST_SECRET:
            yield finding("fault", ZALO_BOT, "zalo_bot_secret")
        if urlsplit(settings.public_url).scheme != "https":
            yield finding("fault", ZALO_BOT, "zalo_bot_public_url")
    from bot.channels.zalo_bot import ZaloBot

    zalo_bot = ZaloBot(token, settings.zalo_bot_api_base or None)
    try:
        account = await zalo_bot.me()
        hook = str((await zalo_bot.webhook_info()).get("url") or "")
    except SendFailed as failure:
        key = "zalo_bot_token_refused" if failure.kind == "held" else "zalo_bot_refused"
        yield finding("fault", ZALO_BOT, key, reason=failure.reason)
        return
    finally:
        await zalo_bot.close()
    yield finding("ok", ZALO_BOT, "zalo_bot_ok", name=account.get("display_name") or account.get("account_name", ""))
    for each in _pushing(hook, settings, outlook) if is_pushed else _polling(hook, outlook):
        yield each


def _pushing(hook: str, settings: Settings, outlook: Outlook) -> Iterator[Finding]:
    """Whether Zalo pushes here, and how its own trial of the address ended when the server told it."""
    wanted = settings.public_url.rstrip("/") + "/webhooks/zalo-bot"
    if hook != wanted:
        level = "fault" if outlook.serves else "warning"
        yield finding(level, ZALO_BOT, "zalo_bot_webhook_elsewhere", wanted=wanted, url=hook or "-")
    trial = outlook.notes.get(app_notes.UNVERIFIED)
    if trial is not None and outlook.came.get(ZALO_BOT, trial.at) <= trial.at:
        # What came since then shows that the address is reached after all.
        yield finding(
            "fault", ZALO_BOT, "zalo_bot_unverified", reason=trial.text, at=f"{local(trial.at):%H:%M %d/%m/%Y}"
        )


def _polling(hook: str, outlook: Outlook) -> Iterator[Finding]:
    """Whether something else takes the updates for which this server asks; of a second poller Zalo says nothing."""
    if hook:
        # Polling gives nothing then, and may not even say so.
        yield finding("fault", ZALO_BOT, "zalo_bot_webhook_while_polling", url=hook)
        return
    yield finding("warning", ZALO_BOT, "zalo_bot_polling")
    before = outlook.notes.get(app_notes.HOOKED)
    if before is not None and outlook.now - before.at < RECENTLY:
        yield finding(
            "warning", ZALO_BOT, "zalo_bot_hooked_lately", url=before.text, at=f"{local(before.at):%H:%M %d/%m/%Y}"
        )


async def plan_findings(records: Repositories, now: datetime) -> AsyncIterator[Finding]:
    """How much of the plan is used, as the server counted it last."""
    for quota in await records.quotas.all():
        used = quota.used_percent
        if quota.channel != ZALO_BOT or used is None or quota.total is None or quota.remaining is None:
            continue
        if quota.until is not None and quota.until <= now:
            continue
        if used >= WARN_AT:
            yield Finding("warning", ZALO_BOT, words_of(quota, now))
        else:
            yield finding(
                "ok", ZALO_BOT, f"zalo_bot_{quota.kind}", used=quota.total - quota.remaining, total=quota.total
            )
