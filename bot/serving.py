"""`kehoach serve`: the web server, the channels, the clock, and a clean stop."""

import asyncio
import contextlib
import errno
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
import uvicorn
from filelock import FileLock, Timeout

import texts
from bot.channels.web import Web
from bot.desk import WebDesk
from bot.failures import OperatorError
from bot.handing_out import HandingOut
from bot.installation import ensure_office
from bot.keeping import Uploads
from bot.office import FrontOffice, open_front_office
from bot.polling import BETWEEN_POLLS, AskingInTurn, poll
from bot.presence import SENDER_NOTE, sender_of
from bot.reception import Reception
from bot.samples import load_samples, personas
from bot.settings import Settings
from bot.web.app import create_app
from bot.zalo_tokens import ZaloTokens, sealer_of
from bot.zalo_watch import ZaloWatch
from domain.channels import ZALO_BOT
from domain.ports import Channel
from handlers import greet
from scheduler.clock import Ticker

if TYPE_CHECKING:
    from bot.channels.zalo_bot import ZaloBot

log = structlog.get_logger()

FORM_PICTURE = "so-dien-thoai.png"
"""The picture above Zalo's form for one's own number, among the page's own files."""
TICK_SECONDS = 30.0
SHORTEST_SECRET, LONGEST_SECRET = 8, 256
"""How long the secret of a Zalo bot's webhook may be (setWebhook, `secret_token`)."""


def channels_of(
    settings: Settings, handing_out: HandingOut | None = None, tokens: ZaloTokens | None = None
) -> list[Channel]:
    """The channels that the settings turn on; the web chat always, Zalo OA with its tokens.

    `handing_out` gives links to what a channel cannot carry; without it such files are named only.
    """
    channels: list[Channel] = [Web(Uploads(settings.kehoach_home))]
    if settings.telegram_token.get_secret_value():
        from bot.channels.telegram import Telegram

        channels.append(
            Telegram(
                settings.telegram_token.get_secret_value(),
                base_url=settings.telegram_api_base or None,
                per_second=settings.telegram_messages_per_second,
            )
        )
    if settings.zalo_bot_token.get_secret_value():
        from bot.channels.zalo_bot import ZaloBot

        channels.append(
            ZaloBot(
                settings.zalo_bot_token.get_secret_value(),
                settings.zalo_bot_api_base or None,
                settings.zalo_bot_messages_per_second,
                hand_out=handing_out,
            )
        )
    if tokens is not None:
        channels.append(_official_account(settings, tokens, handing_out))
    return channels


def _official_account(settings: Settings, tokens: ZaloTokens, handing_out: HandingOut | None) -> Channel:
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


async def serve(settings: Settings, *, samples: Path | None = None) -> None:
    """Serve until SIGTERM or SIGINT. Raises OperatorError when it cannot: settings, data folder or port."""
    _check_webhook(settings)
    _make_home(settings.kehoach_home)
    with _only_server(settings.kehoach_home), _listener(settings) as listener:
        handing_out = HandingOut(settings.kehoach_home, settings.public_url)
        tokens = ZaloTokens.of(settings)
        channels = channels_of(settings, handing_out, tokens)
        front = await open_front_office(settings, channels, is_demo=samples is not None, handing_out=handing_out)
        if tokens is not None:
            # Before anything is sent: the channel asks for a token at its first call.
            tokens.open(front.storage)
        if samples is not None:
            await load_samples(front.storage, samples, front.clock())
        office = await ensure_office(front.storage, settings)
        people = await personas(front.storage, samples) if samples is not None else []
        desk = WebDesk(front, office.name, people)
        server = _Server(
            front,
            uvicorn.Config(
                create_app(desk),
                host=settings.host,
                port=settings.port,
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=3,
                server_header=False,
            ),
        )
        await front.start(_succeed(settings.kehoach_home, front.delivery.sender_id))
        front.nursery.keep("index", lambda: _keep_indexed(front))
        ticker = Ticker(front.remind, TICK_SECONDS)
        try:
            await _open_to_telegram(front)
            _open_to_zalo_bot(front)
            if tokens is not None:
                _keep_tokens(front, tokens)
            ticker.start()
            front.nursery.start("first reminders", front.remind())
            await server.serve(sockets=[listener])
        finally:
            ticker.stop()
            if tokens is not None:
                # Before the database: a renewal under way has spent its token and must keep the next one.
                await tokens.close()
            await front.close()
            log.info("stopped")


async def _keep_indexed(front: FrontOffice) -> None:
    """Index what was ingested, now and whenever `kehoach ingest` has written rows beside the server."""
    while True:
        await front.bring_up_to_date()
        await asyncio.sleep(5.0)


async def _open_to_telegram(front: FrontOffice) -> None:
    settings = front.settings
    if "telegram" not in front.channels:
        return
    from bot.channels.telegram import Telegram

    telegram = front.channels["telegram"]
    assert isinstance(telegram, Telegram)
    front.nursery.keep("telegram menu", lambda: telegram.set_commands(greet.menu()))
    if settings.telegram_mode == "polling":
        front.nursery.keep("telegram polling", lambda: _poll_telegram(telegram, front))
        return
    url = settings.public_url.rstrip("/") + "/webhooks/telegram"
    secret = settings.telegram_webhook_secret.get_secret_value()
    front.nursery.keep("telegram webhook", lambda: telegram.set_webhook(url, secret))


def _keep_tokens(front: FrontOffice, tokens: ZaloTokens) -> None:
    """Have the Official Account's tokens renewed in time, and somebody told when they cannot be."""
    front.nursery.keep("zalo tokens", tokens.keep)
    app_id, sealer = front.settings.zalo_oa_app_id, sealer_of(front.settings)
    watch = ZaloWatch(front.storage, front.channels, sealer, app_id, front.clock, front.delivery.ring)
    front.nursery.keep("zalo consent", watch.keep)


def _open_to_zalo_bot(front: FrontOffice) -> None:
    settings = front.settings
    if ZALO_BOT not in front.channels:
        return
    from bot.channels.zalo_bot import ZaloBot

    zalo_bot = front.channels[ZALO_BOT]
    assert isinstance(zalo_bot, ZaloBot)
    if settings.zalo_bot_mode == "polling":
        front.nursery.keep("zalo bot polling", lambda: poll_zalo_bot(zalo_bot, front.reception))
        return
    url = settings.public_url.rstrip("/") + "/webhooks/zalo-bot"
    secret = settings.zalo_bot_webhook_secret.get_secret_value()
    front.nursery.keep("zalo bot webhook", lambda: register_zalo_bot(zalo_bot, url, secret))


async def poll_zalo_bot(zalo_bot: "ZaloBot", reception: Reception, *, between: float = BETWEEN_POLLS) -> None:
    """Ask for updates until cancelled. A webhook that is set when this begins is taken away, as these settings want."""
    hook = str((await zalo_bot.webhook_info()).get("url") or "")
    if hook:
        log.warning("a webhook was set for this bot; it is removed, since the settings say polling", webhook=hook)
        await zalo_bot.delete_webhook()
    await AskingInTurn(zalo_bot, reception, between=between).run()


async def register_zalo_bot(zalo_bot: "ZaloBot", url: str, secret: str) -> None:
    """Have updates pushed here, and say how Zalo's own trial of the address ended."""
    verification = (await zalo_bot.set_webhook(url, secret)).get("verification")
    if not isinstance(verification, dict):
        log.info("the webhook is set", channel=zalo_bot.name, webhook=url)
        return
    said = {name: str(verification.get(name, ""))[:200] for name in ("outcome", "status_code", "hint")}
    if verification.get("ok") is True:
        log.info("the webhook is set and answers Zalo", channel=zalo_bot.name, webhook=url, **said)
    else:
        # Zalo keeps the address all the same and pushes to it.
        log.error("the webhook is set, but Zalo could not reach it", channel=zalo_bot.name, webhook=url, **said)


def _check_webhook(settings: Settings) -> None:
    uses_webhook = settings.telegram_token.get_secret_value() and settings.telegram_mode == "webhook"
    if uses_webhook and not (settings.public_url and settings.telegram_webhook_secret.get_secret_value()):
        raise OperatorError("cli.serve.webhook_needs")
    if settings.zalo_oa_app_id and not settings.zalo_oa_app_secret.get_secret_value():
        raise OperatorError("cli.serve.zalo_oa_needs")
    if settings.zalo_bot_token.get_secret_value() and settings.zalo_bot_mode == "webhook":
        secret = settings.zalo_bot_webhook_secret.get_secret_value()
        if not settings.public_url or not SHORTEST_SECRET <= len(secret) <= LONGEST_SECRET:
            raise OperatorError("cli.serve.zalo_bot_webhook_needs")


async def _poll_telegram(telegram: Any, front: FrontOffice) -> None:
    await telegram.delete_webhook()
    await poll(telegram, front.reception)


def _make_home(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OperatorError("cli.cannot_write", file=home, reason=error.strerror or type(error).__name__) from None


@contextlib.contextmanager
def _only_server(home: Path) -> Iterator[None]:
    lock = FileLock(home / "serve.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise OperatorError("cli.serve.already", home=home) from None
    try:
        yield
    finally:
        lock.release()


def _succeed(home: Path, sender_id: str) -> str:
    """The sender's id of the process that served here before, which is over since we hold its lock; ours is kept."""
    before = sender_of(home)
    (home / SENDER_NOTE).write_text(sender_id, encoding="utf-8")
    return before


def _listener(settings: Settings) -> socket.socket:
    """The socket people will come to, opened before anything is set in motion."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        key = "cli.serve.port_taken" if error.errno == errno.EADDRINUSE else "cli.serve.cannot_listen"
        reason = error.strerror or type(error).__name__
        raise OperatorError(key, host=settings.host, port=settings.port, reason=reason) from None


class _Server(uvicorn.Server):
    """Uvicorn that says where it can be reached once it listens, and stops without waiting for idle pages."""

    def __init__(self, front: FrontOffice, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._front = front

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGTERM and SIGINT. Uvicorn's own way raises the signal again, which would end us unclosed."""
        loop = asyncio.get_running_loop()
        stopping = (signal.SIGTERM, signal.SIGINT)
        for number in stopping:
            loop.add_signal_handler(number, self._stop)
        try:
            yield
        finally:
            for number in stopping:
                loop.remove_signal_handler(number)

    def _stop(self) -> None:
        self.should_exit = True

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        if self.started:
            port = self.servers[0].sockets[0].getsockname()[1]
            host = self.config.host if self.config.host not in ("0.0.0.0", "::") else "127.0.0.1"  # noqa: S104
            print(texts.say("cli.serve.address", address=f"http://{host}:{port}"), flush=True)  # noqa: T201

    async def shutdown(self, sockets: Any = None) -> None:
        self._front.stop_waiting()
        await super().shutdown(sockets)
