"""What `kehoach doctor` finds of Zalo Bot: its token, where its updates go, and what its plan still allows."""

from collections.abc import AsyncIterator
from datetime import datetime
from urllib.parse import urlsplit

from bot.apps import LONGEST_SECRET, SHORTEST_SECRET
from bot.findings import Finding, finding
from bot.plan_limits import words_of
from bot.settings import Settings
from domain.channels import ZALO_BOT
from domain.ports import SendFailed
from storage import Repositories

WARN_AT = 80
"""From so many of a hundred on a limit is a warning."""


async def zalo_bot_findings(settings: Settings) -> AsyncIterator[Finding]:
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
    own = settings.public_url.rstrip("/")
    if is_pushed and not (own and hook.startswith(own)):
        yield finding("warning", ZALO_BOT, "zalo_bot_webhook_elsewhere")
    if not is_pushed:
        # Polling gives nothing then, and may not even say so.
        yield (
            finding("fault", ZALO_BOT, "zalo_bot_webhook_while_polling", url=hook)
            if hook
            else finding("warning", ZALO_BOT, "zalo_bot_polling")
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
