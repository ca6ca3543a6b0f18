"""Malformed calls on every webhook of the real front office: none breaks it, and what is refused leaves nothing.

`MALFORMED_CALLS=10000` makes as many calls on each webhook; `MALFORMED_SEED=n` draws others, or those of a failure.
"""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from bot.channels.telegram import Telegram as TelegramChannel
from bot.channels.zalo_bot import ZaloBot as ZaloBotChannel
from bot.channels.zalo_oa import ZaloOa as ZaloOaChannel
from bot.desk import WebDesk
from bot.office import FrontOffice, open_front_office
from bot.settings import Settings
from domain.ports import Channel
from tests.platforms import zalo_bot, zalo_oa
from tests.platforms.telegram import StandIn as TelegramStandIn
from tests.platforms.zalo_oa_tokens import StandInTokens
from tests.web.conftest import serving
from tests.web.malformed import NOW_MS, TELEGRAM, ZALO_BOT, ZALO_OA, Call, Secrets, calls, proved, said

SEED = int(os.environ.get("MALFORMED_SEED", "20260302"))
COUNT = int(os.environ.get("MALFORMED_CALLS", "300"))
NOW = datetime.fromtimestamp(NOW_MS / 1000, UTC)
NAME = "Ủy ban nhân dân phường Thử"
TAKEN, REFUSED = {200}, {401, 413}
GREETING = "xin chào"


class _Sealed(Settings):
    model_config = SettingsConfigDict(env_file=None)


@dataclass(frozen=True)
class Office:
    """The product over the three apps: where it is reached, and how an answer of each app's chat is waited for."""

    url: str
    front: FrontOffice
    secrets: Secrets
    newcomer: dict[str, Callable[[], tuple[str, Callable[[], Awaitable[Any]]]]]

    async def stored(self) -> dict[str, int]:
        """The rows of the inbox by their state."""
        async with self.front.storage.reading() as records:
            return await records.inbox.counts()

    async def settled(self) -> dict[str, int]:
        """The same, once none waits."""
        async with asyncio.timeout(60 + COUNT / 20):
            while (found := await self.stored())["new"]:
                await asyncio.sleep(0.02)
        return found


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(tmp_path) as found:
        yield found


@asynccontextmanager
async def opened(home: Path) -> AsyncIterator[Office]:
    """The whole front office over the stand-ins of the three apps, by webhook."""
    async with AsyncExitStack() as stack:
        telegram = stack.enter_context(TelegramStandIn())
        oa = stack.enter_context(zalo_oa.StandIn())
        bot = stack.enter_context(zalo_bot.StandIn())
        for app in (telegram, oa, bot):
            app.set_time(NOW)
        secrets = Secrets("mot-bi-mat-cho-telegram", "mot-bi-mat-cho-zalo-bot", oa.app_id, oa.secret_key)
        settings = _Sealed(
            kehoach_home=home,
            office_name=NAME,
            privacy_notice=False,
            limit_person_minute=0,
            limit_person_hour=0,
            limit_person_files_hour=0,
            limit_office_minute=0,
            telegram_webhook_secret=SecretStr(secrets.telegram),
            zalo_bot_webhook_secret=SecretStr(secrets.zalo_bot),
            zalo_oa_app_id=oa.app_id,
            zalo_oa_app_secret=SecretStr(oa.app_secret),
            zalo_oa_secret_key=SecretStr(oa.secret_key),
        )
        channels: list[Channel] = [
            TelegramChannel(telegram.token, telegram.url),
            ZaloBotChannel(bot.token, bot.url),
            ZaloOaChannel(StandInTokens(oa), oa.app_id, oa.url, business_url=oa.business_url, cdn_url=oa.root),
        ]
        front = await open_front_office(settings, channels, clock=lambda: NOW)
        try:
            async with front.storage.writing() as records:
                await records.offices.ensure(NAME, "Thử", ())
            await front.start()
            async with serving(WebDesk(front, NAME)) as url:
                newcomers = {
                    TELEGRAM: lambda: _of(telegram.user("Lan")),
                    ZALO_OA: lambda: _of(oa.user("Lan")),
                    ZALO_BOT: lambda: _of(bot.user("Lan")),
                }
                yield Office(url, front, secrets, newcomers)
        finally:
            await front.close()


def _of(user: Any) -> tuple[str, Callable[[], Awaitable[Any]]]:
    return str(user.id), lambda: user.wait_for_messages(1, timeout=30)


@pytest.mark.parametrize("channel", [TELEGRAM, ZALO_OA, ZALO_BOT])
async def test_malformed_calls_break_nothing_and_what_is_refused_leaves_nothing(office: Office, channel: str) -> None:
    print(f"seed {SEED}, {COUNT} calls on {channel}; MALFORMED_SEED and MALFORMED_CALLS change them")
    found: Counter[int] = Counter()
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
        for number, call in enumerate(calls(channel, COUNT, SEED, office.secrets)):
            before = sum((await office.stored()).values())
            status = await _push(client, office.url, call)
            told = f"call {number}, {call.how}, {len(call.body)} bytes: {status}"
            assert status in TAKEN | REFUSED, told
            if status in REFUSED:
                assert sum((await office.stored()).values()) == before, told
            found[status] += 1
        rows = await office.settled()
        assert (await client.get(f"{office.url}/healthz")).status_code == 200
        assert found[200] >= rows["done"] + rows["dead"] > 0 and rows["dead"] > 0 and found[401] > 0
        user, answer = office.newcomer[channel]()
        body = said(channel, user, GREETING)
        good = Call(channel, "a good one", body, proved(channel, body, office.secrets))
        assert await _push(client, office.url, good) == 200
        assert await answer()


async def _push(client: httpx.AsyncClient, url: str, call: Call) -> int:
    answer = await client.post(f"{url}/webhooks/{call.channel}", content=call.body, headers=call.headers)
    return answer.status_code
