"""The product and the stand-in as processes of their own, for tests that kill and measure them."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.platforms import zalo_bot, zalo_oa
from tests.platforms.telegram.stand_in import TOKEN, Telegram, remote

ROOT = Path(__file__).resolve().parents[1]
KEHOACH = Path(sys.executable).with_name("kehoach")


class Process:
    """A child process whose output is kept for the failure report."""

    def __init__(self, command: list[str], log: Path, env: dict[str, str] | None = None) -> None:
        self.log = log
        with log.open("ab") as out:
            self._child = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )

    @property
    def pid(self) -> int:
        """The process id."""
        return self._child.pid

    @property
    def is_running(self) -> bool:
        """True until it ended."""
        return self._child.poll() is None

    def kill(self) -> None:
        """End it as a power cut would."""
        self._child.send_signal(signal.SIGKILL)
        self._child.wait(10)

    def stop(self, timeout: float = 15.0) -> int:
        """Ask it to end and return its code."""
        if self.is_running:
            self._child.send_signal(signal.SIGTERM)
        return self._child.wait(timeout)

    def output(self) -> str:
        """All it wrote."""
        return self.log.read_text(encoding="utf-8", errors="replace")


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until(is_so: Callable[[], bool], timeout: float, what: str, pause: float = 0.02) -> None:
    """Return as soon as something is so. Raises AssertionError after `timeout` seconds."""
    end = time.monotonic() + timeout
    while not is_so():
        if time.monotonic() > end:
            raise AssertionError(f"not within {timeout} s: {what}")
        time.sleep(pause)


def answers(url: str) -> bool:
    """True when a GET is answered with 200."""
    with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2) as response:
        return bool(response.status == 200)
    return False


@contextlib.contextmanager
def stand_in_process(folder: Path) -> Iterator[Telegram]:
    """Telegram's stand-in in a process of its own."""
    with _module_process("tests.platforms.telegram", folder / "stand-in.log") as url:
        yield remote(url)


@contextlib.contextmanager
def zalo_oa_process(folder: Path) -> Iterator[zalo_oa.ZaloOa]:
    """Zalo OA's stand-in in a process of its own."""
    with _module_process("tests.platforms.zalo_oa", folder / "zalo-oa.log") as url:
        yield zalo_oa.remote(url)


@contextlib.contextmanager
def zalo_bot_process(folder: Path) -> Iterator[zalo_bot.ZaloBot]:
    """Zalo Bot's stand-in in a process of its own."""
    with _module_process("tests.platforms.zalo_bot", folder / "zalo-bot.log") as url:
        yield zalo_bot.remote(url)


@contextlib.contextmanager
def _module_process(module: str, log: Path) -> Iterator[str]:
    """A stand-in's address, which it prints once it is open."""
    log.unlink(missing_ok=True)
    process = Process([sys.executable, "-m", module], log)
    try:
        wait_until(lambda: log.stat().st_size > 0 or not process.is_running, 30, "the stand-in opens")
        yield str(json.loads(process.output().splitlines()[0])["url"])
    finally:
        process.kill()


def zalo_oa_settings(zalo: zalo_oa.ZaloOa) -> dict[str, str]:
    """What a `kehoach` is told of the Official Account of a stand-in, with a fresh refresh token."""
    return {
        "ZALO_OA_APP_ID": zalo.app_id,
        "ZALO_OA_APP_SECRET": zalo.app_secret,
        "ZALO_OA_SECRET_KEY": zalo.secret_key,
        "ZALO_OA_REFRESH_TOKEN": zalo.tokens()["refresh_token"],
        "ZALO_OA_API_BASE": zalo.url,
        "ZALO_OA_BUSINESS_BASE": zalo.business_url,
        "ZALO_OA_CDN_BASE": zalo.cdn_url,
        "ZALO_OAUTH_BASE": zalo.oauth_url,
        "ZALO_OA_MESSAGES_PER_SECOND": "1000",
    }


def zalo_bot_settings(bot: zalo_bot.ZaloBot) -> dict[str, str]:
    """What a `kehoach` is told of the Zalo bot of a stand-in, without the free plan's limits."""
    return {
        "ZALO_BOT_TOKEN": bot.token,
        "ZALO_BOT_API_BASE": bot.url,
        "ZALO_BOT_MESSAGES_PER_SECOND": "1000",
        "ZALO_BOT_MONTHLY_LIMIT": "0",
        "ZALO_BOT_PEOPLE_LIMIT": "0",
    }


def settings_for(home: Path, telegram: Telegram | None, port: int, **more: str) -> dict[str, str]:
    """The environment of a `kehoach` that lives in `home` and talks to the stand-in."""
    settings = {"KEHOACH_HOME": str(home), "HOST": "127.0.0.1", "PORT": str(port), "LOG_LEVEL": "WARNING"}
    # A test says in an instant what people say in an hour; what is said at a first message has tests of its own.
    settings |= {"LIMIT_PERSON_MINUTE": "0", "LIMIT_PERSON_HOUR": "0", "LIMIT_OFFICE_MINUTE": "0"}
    settings |= {"LIMIT_PERSON_FILES_HOUR": "0", "PRIVACY_NOTICE": "false"}
    if telegram is not None:
        settings |= {
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_BASE": telegram.url,
            "TELEGRAM_MESSAGES_PER_SECOND": "100000",
        }
    return settings | more


def serve(env: dict[str, str], log: Path, *arguments: str) -> Process:
    """`kehoach serve` with these settings."""
    return Process([str(KEHOACH), "serve", *arguments], log, env)
