"""`kehoach serve`: the web server, the channels, the clock, and a clean stop."""

import asyncio
import contextlib
import errno
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import structlog
import uvicorn
from filelock import FileLock, Timeout

import texts
from bot.apps import channels_of, check_apps, receive_from_apps
from bot.desk import WebDesk
from bot.failures import OperatorError
from bot.handing_out import HandingOut
from bot.installation import ensure_office
from bot.office import FrontOffice, open_front_office
from bot.presence import SENDER_NOTE, sender_of
from bot.samples import load_samples, personas
from bot.settings import Settings
from bot.web.app import create_app
from bot.zalo_tokens import ZaloTokens
from scheduler.clock import Ticker

log = structlog.get_logger()

TICK_SECONDS = 30.0
THREAD_SECONDS = 0.001
"""For how long a thread that reckons may hold up the event loop each time; Python's own five milliseconds add up."""


async def serve(settings: Settings, *, samples: Path | None = None) -> None:
    """Serve until SIGTERM or SIGINT. Raises OperatorError when it cannot: settings, data folder or port."""
    check_apps(settings)
    sys.setswitchinterval(THREAD_SECONDS)
    _make_home(settings.kehoach_home)
    with _only_server(settings.kehoach_home), open_listener(settings) as listener:
        tokens = ZaloTokens.of(settings)
        handing_out = HandingOut(settings.kehoach_home, settings.public_url)
        channels = channels_of(settings, tokens, handing_out)
        front = await open_front_office(settings, channels, is_demo=samples is not None, handing_out=handing_out)
        if tokens is not None:
            # Before anything is sent: the channel asks them for access with its first call.
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
            receive_from_apps(front, tokens)
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


def open_listener(settings: Settings) -> socket.socket:
    """The socket people will come to, opened before anything is set in motion."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=2048)
        # Every connection inherits it. asyncio sees to it only for sockets that name their protocol, and without it an
        # answer of two pieces waits for the caller's delayed acknowledgement: 40 milliseconds each.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
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
