"""The running server with all its apps in trouble: no secret comes to light in whatever it writes, keeps or answers."""

import contextlib
import os
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.platforms import telegram, zalo_bot, zalo_oa
from tests.running import KEHOACH, Process, answers, free_port, serve, settings_for, wait_until, zalo_oa_settings

PUSHED_SECRETS = {
    "TELEGRAM_WEBHOOK_SECRET": "chuoi-bi-mat-webhook-telegram-71",
    "ZALO_BOT_WEBHOOK_SECRET": "chuoi-bi-mat-webhook-zalo-bot-72",
    "LLM_API_KEY": "sk-khoa-mo-hinh-khong-mo-duoc-gi-73",
}
MODES = [("polling", "webhook"), ("webhook", "polling")]
"""How Telegram's updates come, and Zalo Bot's."""
TELEGRAM_FAULTS = ("server_error", "bad_gateway", "reset_before", "reset_after", "hang", "rejected", "unauthorized")
ZALO_BOT_FAULTS = ("server_error", "bad_gateway", "page", "ok_false", "reset_before", "hang", "unauthorized")
ZALO_OA_FAULTS = ("server_error", "bad_gateway", "garbled", "reset_before", "reset_after", "hang", "rate_app")


class Trouble:
    """One server over three apps in which everything goes wrong, and all that it lets be seen."""

    def __init__(self, folder: Path, modes: tuple[str, str], apps: contextlib.ExitStack) -> None:
        self.home = folder / "data"
        self.shown: dict[str, str] = {}
        self.telegram = apps.enter_context(telegram.StandIn())
        self.zalo_bot = apps.enter_context(zalo_bot.StandIn())
        self.zalo_oa = apps.enter_context(zalo_oa.StandIn())
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        more = zalo_oa_settings(self.zalo_oa) | PUSHED_SECRETS
        more |= {"ZALO_BOT_TOKEN": self.zalo_bot.token, "ZALO_BOT_API_BASE": self.zalo_bot.url}
        more |= {"TELEGRAM_MODE": modes[0], "ZALO_BOT_MODE": modes[1], "PUBLIC_URL": self.url, "LOG_LEVEL": "DEBUG"}
        self.settings = settings_for(self.home, self.telegram, port, **more)
        self.log = folder / "serve.log"

    @property
    def secrets(self) -> set[str]:
        """Whatever nobody may read, the bots' tokens also without their number."""
        tokens = [self.settings["TELEGRAM_TOKEN"], self.settings["ZALO_BOT_TOKEN"]]
        parts = [token.partition(":")[2] for token in tokens]
        oa = [self.zalo_oa.app_secret, self.zalo_oa.secret_key, *self.zalo_oa.issued()]
        return {*tokens, *parts, *oa, *PUSHED_SECRETS.values()}

    def start(self) -> Process:
        process = serve(self.settings, self.log)
        wait_until(partial(answers, f"{self.url}/healthz"), 60, "the server is ready")
        self.zalo_oa.enter_webhook(f"{self.url}/webhooks/zalo-oa", probe=False)
        return process

    def talk(self) -> None:
        """People write to every app, whose answers to the bot go wrong in every way, one after another."""
        for kind in TELEGRAM_FAULTS:
            self.telegram.fault(kind, "sendMessage", seconds=0.5)
        for kind in ZALO_BOT_FAULTS:
            self.zalo_bot.fault(kind, "sendMessage", seconds=0.5)
        for kind in ZALO_OA_FAULTS:
            self.zalo_oa.fault(kind, "message/cs", seconds=0.5)
        self.zalo_oa.expire_access()
        for kind in ("server_error", "garbled"):
            self.zalo_oa.fault(kind, "oauth/access_token")
        self.telegram.fault("server_error", "getUpdates")
        self.zalo_bot.fault("bad_gateway", "getUpdates")
        self.telegram.fault("server_error", "getFile")
        for _ in TELEGRAM_FAULTS:
            self.telegram.user().says("xin chào")
            self.zalo_bot.user().says("xin chào")
            self.zalo_oa.user("Lan").says("xin chào")
        self.telegram.user().sends_photo("đường hỏng")
        self.zalo_bot.user().sends_photo("đường hỏng")
        self.zalo_oa.user("Lan").sends_image(text="đường hỏng")
        for bot in (self.telegram, self.zalo_bot):
            wait_until(partial(self._is_hit, bot, "sendMessage"), 40, "messages are in trouble")
        wait_until(partial(self._is_hit, self.zalo_oa, "oauth/access_token"), 40, "tokens are in trouble")

    @staticmethod
    def _is_hit(stand_in: telegram.Telegram | zalo_bot.ZaloBot | zalo_oa.ZaloOa, method: str) -> bool:
        return sum(bool(call["fault"]) for call in stand_in.journal(method)) >= 2

    def knock(self) -> None:
        """Strangers call the webhooks with what is nearly right."""
        for app, header in (
            ("telegram", "X-Telegram-Bot-Api-Secret-Token"),
            ("zalo-bot", "X-Bot-Api-Secret-Token"),
            ("zalo-oa", "X-ZEvent-Signature"),
        ):
            for value in ("sai", next(iter(PUSHED_SECRETS.values()))[:-1]):
                request = urllib.request.Request(f"{self.url}/webhooks/{app}", b'{"x": [', {header: value})
                with contextlib.suppress(urllib.error.HTTPError):
                    urllib.request.urlopen(request, timeout=10).close()

    def look(self) -> None:
        """What the server answers to whoever watches it."""
        for page in ("metrics", "healthz"):
            with urllib.request.urlopen(f"{self.url}/{page}", timeout=10) as response:
                self.shown[page] = response.read().decode()

    def ask_the_doctor(self, when: str) -> None:
        for arguments in (("doctor",), ("doctor", "--json"), ("zalo", "status", "--json")):
            ended = subprocess.run(
                [KEHOACH, *arguments], env=self.environment, capture_output=True, text=True, timeout=120, check=False
            )
            self.shown[f"{' '.join(arguments)} {when}"] = ended.stdout + ended.stderr

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, **self.settings}

    def leaks(self) -> list[tuple[str, str]]:
        """Where a secret is found, and which begins how."""
        seen = {name: text.encode() for name, text in self.shown.items()} | {"log": self.log.read_bytes()}
        seen |= {str(file): file.read_bytes() for file in self.home.rglob("*") if file.is_file()}
        return [
            (place, secret[:6])
            for place, content in seen.items()
            for secret in self.secrets
            if secret.encode() in content
        ]


@pytest.fixture(params=MODES, ids=["-".join(modes) for modes in MODES])
def trouble(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Trouble]:
    with contextlib.ExitStack() as apps:
        yield Trouble(tmp_path, request.param, apps)


def test_no_secret_comes_to_light_when_every_app_is_in_trouble(trouble: Trouble) -> None:
    process = trouble.start()
    try:
        trouble.talk()
        trouble.knock()
        trouble.look()
        trouble.telegram.fault("hang", "getMe")
        trouble.zalo_bot.fault("unauthorized", "getMe")
        trouble.zalo_oa.fault("garbled", "oa/getoa", times=-1)
        trouble.ask_the_doctor("while it serves")
        trouble.telegram.clear_faults()
        process.stop(30)
        again = trouble.start()
        trouble.zalo_oa.down()
        trouble.zalo_oa.expire_access()
        trouble.telegram.user().says("còn ai không")
        trouble.look()
        again.kill()
        trouble.ask_the_doctor("after it was killed")
    finally:
        process.kill()
    output = trouble.log.read_text(encoding="utf-8")
    assert "polling failed" in output and "webhook refused" in output
    assert "kehoach_inbox" in trouble.shown["metrics"] and all(trouble.shown.values())
    assert "Tổng cộng" in trouble.shown["doctor while it serves"]
    assert trouble.leaks() == []
    # The search itself finds what it is for.
    token = trouble.zalo_oa.issued()[-1]
    (trouble.home / "planted").write_text(f"x{token}x", encoding="utf-8")
    assert trouble.leaks() == [(str(trouble.home / "planted"), token[:6])]
