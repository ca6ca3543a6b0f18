"""A stand-in for each test, and each of the two clients against it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.platforms.clients import CLIENTS, Client
from tests.platforms.telegram import StandIn, Telegram
from tests.platforms.zalo_oa import StandIn as ZaloStandIn
from tests.platforms.zalo_oa import ZaloOa
from tests.platforms.zalo_oa.client import Client as ZaloClient


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    with StandIn() as stand_in:
        yield stand_in


@pytest.fixture(params=sorted(CLIENTS))
async def client(request: pytest.FixtureRequest, telegram: Telegram) -> AsyncIterator[Client]:
    made = CLIENTS[request.param](telegram.url, telegram.token)
    yield made
    await made.close()


@pytest.fixture
def zalo() -> Iterator[ZaloOa]:
    with ZaloStandIn() as stand_in:
        yield stand_in


@pytest.fixture
async def oa(zalo: ZaloOa) -> AsyncIterator[ZaloClient]:
    made = ZaloClient(zalo.url, zalo.business_url, zalo.tokens()["access_token"])
    yield made
    await made.close()
