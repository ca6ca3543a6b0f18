"""The stand-in and the channel against it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.channels.telegram import Telegram as TelegramChannel
from tests.platforms.telegram import StandIn, Telegram


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    with StandIn() as stand_in:
        yield stand_in


@pytest.fixture
async def channel(telegram: Telegram) -> AsyncIterator[TelegramChannel]:
    made = TelegramChannel(telegram.token, telegram.url)
    yield made
    await made.close()
