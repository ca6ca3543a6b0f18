"""The stand-in and the channel against it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.channels.telegram import Telegram as TelegramChannel
from bot.channels.zalo_bot import ZaloBot as ZaloBotChannel
from bot.channels.zalo_oa import ZaloOa as ZaloOaChannel
from tests.platforms import zalo_bot as zalo_bot_platform
from tests.platforms import zalo_oa as zalo_oa_platform
from tests.platforms.telegram import StandIn, Telegram
from tests.platforms.zalo_oa_tokens import StandInTokens


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    with StandIn() as stand_in:
        yield stand_in


@pytest.fixture
async def channel(telegram: Telegram) -> AsyncIterator[TelegramChannel]:
    made = TelegramChannel(telegram.token, telegram.url)
    yield made
    await made.close()


@pytest.fixture
def zalo_bot() -> Iterator[zalo_bot_platform.ZaloBot]:
    with zalo_bot_platform.StandIn() as stand_in:
        yield stand_in


@pytest.fixture
async def zalo_bot_channel(zalo_bot: zalo_bot_platform.ZaloBot) -> AsyncIterator[ZaloBotChannel]:
    made = ZaloBotChannel(zalo_bot.token, zalo_bot.url)
    yield made
    await made.close()


@pytest.fixture
def zalo() -> Iterator[zalo_oa_platform.ZaloOa]:
    with zalo_oa_platform.StandIn() as stand_in:
        yield stand_in


@pytest.fixture
def tokens(zalo: zalo_oa_platform.ZaloOa) -> StandInTokens:
    return StandInTokens(zalo)


@pytest.fixture
async def account(zalo: zalo_oa_platform.ZaloOa, tokens: StandInTokens) -> AsyncIterator[ZaloOaChannel]:
    made = ZaloOaChannel(tokens, zalo.app_id, zalo.url, business_url=zalo.business_url, cdn_url=zalo.root)
    yield made
    await made.close()
