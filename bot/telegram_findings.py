"""What `kehoach doctor` finds of Telegram: its token, where its updates go, and who else asks for them."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot import app_notes
from bot.findings import Finding, finding
from bot.outlook import Outlook
from bot.settings import Settings
from domain.channels import TELEGRAM
from domain.clock import local
from domain.ports import SendFailed

if TYPE_CHECKING:
    from bot.channels.telegram import Telegram

RECENTLY = timedelta(hours=1)
LATELY = timedelta(days=1)
WATCHED = 4
"""Seconds for which updates are asked for where no server runs: another poller tries again within that time."""
CERTIFICATE = ("ssl", "certificate")


async def telegram_findings(settings: Settings, outlook: Outlook) -> AsyncIterator[Finding]:
    """The bot asked who it is, and whether its updates come the way the settings want."""
    token = settings.telegram_token.get_secret_value()
    if not token:
        yield finding("ok", TELEGRAM, "telegram_off")
        return
    is_pushed = settings.telegram_mode == "webhook"
    if is_pushed and not settings.public_url.startswith("https://"):
        yield finding("fault", TELEGRAM, "public_url_missing")
    from bot.channels.telegram import NOT_ACCEPTED, Telegram

    telegram = Telegram(token, settings.telegram_api_base or None)
    try:
        account = await telegram.me()
        hook = await telegram.webhook_info()
        yield finding("ok", TELEGRAM, "telegram_ok", name=account.get("username", ""))
        for each in _pushing(hook, settings, outlook) if is_pushed else await _polling(telegram, hook, outlook):
            yield each
    except SendFailed as failure:
        key = "telegram_token_refused" if failure.reason.startswith(NOT_ACCEPTED) else "telegram_refused"
        yield finding("fault", TELEGRAM, key, reason=failure.reason)
    finally:
        await telegram.close()


async def _polling(telegram: "Telegram", hook: Mapping[str, Any], outlook: Outlook) -> list[Finding]:
    """Whether something else takes the updates for which this server asks. Raises SendFailed."""
    if hook.get("url"):
        level = "fault" if outlook.serves else "warning"
        return [finding(level, TELEGRAM, "webhook_while_polling", url=hook["url"])]
    if await _is_contested(telegram, outlook):
        return [finding("fault", TELEGRAM, "two_pollers")]
    return []


async def _is_contested(telegram: "Telegram", outlook: Outlook) -> bool:
    """Whether somebody else polls: the server noted it, or it is tried where no server runs. Raises SendFailed.

    Beside a server that runs here it is never tried: that would take the server's own updates away from it.
    """
    if outlook.serves:
        note = outlook.notes.get(app_notes.CONTESTED)
        return note is not None and outlook.now - note.at < RECENTLY
    from bot.channels.telegram import CONTESTED

    try:
        # Without an offset nothing is acknowledged: what waits goes on waiting.
        await telegram.get_updates(None, WATCHED, 1)
    except SendFailed as failure:
        if failure.reason.startswith(CONTESTED):
            return True
        raise
    return False


def _pushing(hook: Mapping[str, Any], settings: Settings, outlook: Outlook) -> list[Finding]:
    """Whether Telegram pushes here, and what became of it."""
    found: list[Finding] = []
    wanted = settings.public_url.rstrip("/") + "/webhooks/telegram"
    url = str(hook.get("url") or "")
    if url != wanted:
        level = "fault" if outlook.serves else "warning"
        found.append(finding(level, TELEGRAM, "webhook_elsewhere", wanted=wanted, url=url or "-"))
    waiting = int(hook.get("pending_update_count") or 0)
    reason = str(hook.get("last_error_message") or "")
    at = datetime.fromtimestamp(int(hook.get("last_error_date") or 0), tz=UTC)
    if reason and outlook.now - at < LATELY:
        # Telegram goes on telling of the last error long after it is over.
        level = "fault" if waiting and outlook.now - at < RECENTLY else "warning"
        is_certificate = any(sign in reason.lower() for sign in CERTIFICATE)
        key = "webhook_certificate" if is_certificate else "webhook_error"
        blanks = {"reason": reason[:200], "at": f"{local(at):%H:%M %d/%m/%Y}", "waiting": waiting}
        found.append(finding(level, TELEGRAM, key, **blanks))
    return found
