"""The apps that the settings turn on: their channels, and how each one's updates come in."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog

from bot import app_notes
from bot.app_notes import AppNotes
from bot.channels.web import Web
from bot.failures import OperatorError
from bot.handing_out import HandingOut
from bot.keeping import Uploads
from bot.menus import Menus
from bot.office import FrontOffice
from bot.polling import BETWEEN_POLLS, AskingInTurn, poll
from bot.reception import Reception
from bot.settings import Settings
from bot.zalo_templates import QuotaReader
from bot.zalo_tokens import ZaloTokens, sealer_of
from bot.zalo_watch import ZaloWatch
from domain.channels import TELEGRAM, ZALO_BOT, ZALO_OA
from domain.ports import Channel, SendFailed

if TYPE_CHECKING:
    from bot.channels.telegram import Telegram
    from bot.channels.zalo_bot import ZaloBot
    from bot.channels.zalo_oa import ZaloOa

log = structlog.get_logger()

FORM_PICTURE = "so-dien-thoai.png"
"""The picture above Zalo's form for one's own number, among the page's own files."""
SHORTEST_SECRET, LONGEST_SECRET = 8, 256
"""How long the secret of a Zalo bot's webhook may be (setWebhook, `secret_token`)."""


def channels_of(
    settings: Settings, tokens: ZaloTokens | None = None, handing_out: HandingOut | None = None
) -> list[Channel]:
    """The channels that the settings turn on; the web chat always, Zalo OA with its tokens.

    `handing_out` gives links to what a channel cannot carry; without it such files are named only.
    """
    channels: list[Channel] = [Web(Uploads(settings.kehoach_home))]
    if (telegram := telegram_of(settings)) is not None:
        channels.append(telegram)
    if settings.zalo_bot_token.get_secret_value():
        channels.append(_zalo_bot(settings, handing_out))
    if tokens is not None:
        channels.append(official_account(settings, tokens, handing_out))
    return channels


def telegram_of(settings: Settings) -> "Telegram | None":
    """The Telegram bot of the settings, where they have one."""
    if not settings.telegram_token.get_secret_value():
        return None
    from bot.channels.telegram import Telegram

    return Telegram(
        settings.telegram_token.get_secret_value(),
        base_url=settings.telegram_api_base or None,
        per_second=settings.telegram_messages_per_second,
    )


def _zalo_bot(settings: Settings, handing_out: HandingOut | None) -> Channel:
    from bot.channels.zalo_bot import ZaloBot

    return ZaloBot(
        settings.zalo_bot_token.get_secret_value(),
        settings.zalo_bot_api_base or None,
        settings.zalo_bot_messages_per_second,
        hand_out=handing_out,
    )


def official_account(settings: Settings, tokens: ZaloTokens, handing_out: HandingOut | None) -> "ZaloOa":
    """The Official Account of the settings."""
    from bot.channels.zalo_oa import ZaloOa

    return ZaloOa(
        tokens,
        settings.zalo_oa_app_id,
        settings.zalo_oa_api_base,
        business_url=settings.zalo_oa_business_base,
        cdn_url=settings.zalo_oa_cdn_base,
        buttons=settings.zalo_oa_buttons,
        per_second=settings.zalo_oa_messages_per_second,
        hand_out=handing_out,
        form_picture=f"{settings.public_url.rstrip('/')}/static/{FORM_PICTURE}" if settings.public_url else "",
    )


def check_apps(settings: Settings) -> None:
    """Raises OperatorError where an app is wanted and what it needs is not set."""
    uses_webhook = settings.telegram_token.get_secret_value() and settings.telegram_mode == "webhook"
    if uses_webhook and not (settings.public_url and settings.telegram_webhook_secret.get_secret_value()):
        raise OperatorError("cli.serve.webhook_needs")
    if settings.zalo_bot_token.get_secret_value() and settings.zalo_bot_mode == "webhook":
        secret = settings.zalo_bot_webhook_secret.get_secret_value()
        if not settings.public_url or not SHORTEST_SECRET <= len(secret) <= LONGEST_SECRET:
            raise OperatorError("cli.serve.zalo_bot_webhook_needs")
    if settings.zalo_oa_app_id and not settings.zalo_oa_app_secret.get_secret_value():
        raise OperatorError("cli.serve.zalo_oa_needs")


def receive_from_apps(front: FrontOffice, tokens: ZaloTokens | None) -> None:
    """Poll, or have updates pushed, as the settings want; keep the tokens of the Official Account."""
    _from_telegram(front)
    _from_zalo_bot(front)
    if tokens is not None:
        _keep_tokens(front, tokens)


def _from_telegram(front: FrontOffice) -> None:
    settings = front.settings
    if TELEGRAM not in front.channels:
        return
    from bot.channels.telegram import Telegram

    telegram = front.channels[TELEGRAM]
    assert isinstance(telegram, Telegram)
    front.nursery.keep("telegram menus", Menus(telegram, front.storage, settings.kehoach_home).keep)
    notes = AppNotes(settings.kehoach_home)
    if settings.telegram_mode == "polling":
        front.nursery.keep("telegram polling", lambda: _poll_telegram(telegram, front, notes))
        return
    url = settings.public_url.rstrip("/") + "/webhooks/telegram"
    secret = settings.telegram_webhook_secret.get_secret_value()
    front.nursery.keep("telegram webhook", lambda: telegram.set_webhook(url, secret))


async def _poll_telegram(telegram: Any, front: FrontOffice, notes: AppNotes) -> None:
    from bot.channels.telegram import CONTESTED

    def note(failure: SendFailed) -> None:
        if failure.reason.startswith(CONTESTED):
            notes.put(app_notes.CONTESTED, "", front.clock())

    await telegram.delete_webhook()
    await poll(telegram, front.reception, on_failure=note)


def _from_zalo_bot(front: FrontOffice) -> None:
    settings = front.settings
    if ZALO_BOT not in front.channels:
        return
    from bot.channels.zalo_bot import ZaloBot

    zalo_bot = front.channels[ZALO_BOT]
    assert isinstance(zalo_bot, ZaloBot)
    notes = AppNotes(settings.kehoach_home)
    if settings.zalo_bot_mode == "polling":

        def note(hook: str) -> None:
            if hook:
                notes.put(app_notes.HOOKED, hook, front.clock())
            else:
                notes.drop(app_notes.HOOKED)

        polling = partial(poll_zalo_bot, zalo_bot, front.reception, on_hook=note)
        front.nursery.keep("zalo bot polling", polling)
        return
    url = settings.public_url.rstrip("/") + "/webhooks/zalo-bot"
    secret = settings.zalo_bot_webhook_secret.get_secret_value()
    front.nursery.keep("zalo bot webhook", lambda: _register(zalo_bot, url, secret, notes, front))


async def _register(zalo_bot: "ZaloBot", url: str, secret: str, notes: AppNotes, front: FrontOffice) -> None:
    trial = await register_zalo_bot(zalo_bot, url, secret)
    if trial:
        notes.put(app_notes.UNVERIFIED, trial, front.clock())
    else:
        notes.drop(app_notes.UNVERIFIED)


async def poll_zalo_bot(
    zalo_bot: "ZaloBot",
    reception: Reception,
    *,
    between: float = BETWEEN_POLLS,
    on_hook: Callable[[str], None] = lambda _: None,
) -> None:
    """Ask for updates until cancelled. A webhook that is set when this begins is taken away, as these settings want."""
    hook = str((await zalo_bot.webhook_info()).get("url") or "")
    if hook:
        log.warning("a webhook was set for this bot; it is removed, since the settings say polling", webhook=hook)
        await zalo_bot.delete_webhook()
    on_hook("")
    await AskingInTurn(zalo_bot, reception, between=between, on_hook=on_hook).run()


async def register_zalo_bot(zalo_bot: "ZaloBot", url: str, secret: str) -> str:
    """Have updates pushed here, and log how Zalo's own trial of the address ended; what it found wrong, or nothing."""
    verification = (await zalo_bot.set_webhook(url, secret)).get("verification")
    if not isinstance(verification, dict):
        log.info("the webhook is set", channel=zalo_bot.name, webhook=url)
        return ""
    said = {name: str(verification.get(name, ""))[:200] for name in ("outcome", "status_code", "hint")}
    if verification.get("ok") is True:
        log.info("the webhook is set and answers Zalo", channel=zalo_bot.name, webhook=url, **said)
        return ""
    # Zalo keeps the address all the same and pushes to it.
    log.error("the webhook is set, but Zalo could not reach it", channel=zalo_bot.name, webhook=url, **said)
    return ", ".join(word for word in said.values() if word) or "-"


def _keep_tokens(front: FrontOffice, tokens: ZaloTokens) -> None:
    """Have the Official Account's tokens renewed in time, and somebody told when they cannot be."""
    front.nursery.keep("zalo tokens", tokens.keep)
    app_id, sealer = front.settings.zalo_oa_app_id, sealer_of(front.settings)
    watch = ZaloWatch(
        *(front.storage, front.channels, sealer, app_id, front.clock, front.delivery.ring),
        on_mended=lambda: front.delivery.try_held(ZALO_OA),
    )
    front.nursery.keep("zalo consent", watch.keep)
    account: Any = front.channels[ZALO_OA]
    front.nursery.keep("zalo quota", QuotaReader(account, front.storage, front.clock).keep)
