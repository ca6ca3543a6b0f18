"""The stand-in pushes to the real web server: probe, every form of the signature, and the ladder of retries."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest

from bot.channels.zalo_signature import Signatures
from tests.platforms.zalo_oa import StandIn, ZaloOa
from tests.web.conftest import Site, open_site
from tests.web.front_desk import SmallDesk

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PATH = "/webhooks/zalo-oa"


@pytest.fixture
def zalo() -> Iterator[ZaloOa]:
    with StandIn() as stand_in:
        stand_in.set_time(NOW)
        yield stand_in


@pytest.fixture
def desk(zalo: ZaloOa) -> SmallDesk:
    made = SmallDesk()
    made.time = NOW
    made.signatures = Signatures(zalo.app_id, zalo.secret_key, zalo.app_secret)
    return made


@pytest.fixture
async def site(desk: SmallDesk, zalo: ZaloOa) -> AsyncIterator[Site]:
    async with open_site(desk) as running:
        assert await zalo.set_webhook(running.url + PATH) == 200
        yield running


@pytest.mark.parametrize("first", ["app_id", "oa_id"])
@pytest.mark.parametrize("timestamp", ["body", "header"])
@pytest.mark.parametrize("secret", ["oa", "app"])
@pytest.mark.parametrize("has_prefix", [True, False])
async def test_however_zalo_signs_its_events_are_taken_and_the_form_is_counted(
    zalo: ZaloOa, site: Site, desk: SmallDesk, first: str, timestamp: str, secret: str, has_prefix: bool
) -> None:
    zalo.signing(first=first, timestamp=timestamp, secret=secret, has_prefix=has_prefix)
    zalo.user().says("Tiến độ thế nào?")
    await zalo.wait_until_taken()
    [stored] = desk.of("zalo-oa")
    assert not isinstance(stored, str) and stored["message"]["text"] == "Tiến độ thế nào?"
    assert desk.signatures is not None
    name = f"{first}-{timestamp}-{'oa_key' if secret == 'oa' else 'app_secret'}"
    assert desk.signatures.metrics()[f'kehoach_zalo_oa_signature_total{{variant="{name}"}}'] == 1.0


@pytest.mark.parametrize("how", [{"is_on": False}, {"is_wrong": True}])
async def test_what_is_not_signed_well_is_refused(
    zalo: ZaloOa, site: Site, desk: SmallDesk, how: dict[str, bool]
) -> None:
    zalo.signing(**how)
    event = zalo.user().says("xin chào")
    tried = await zalo.wait_for_attempts(event, 1)
    assert [attempt["status"] for attempt in tried["attempts"]] == [401]
    assert desk.stored == {}


async def test_while_nothing_can_be_stored_zalo_keeps_trying_and_nothing_is_lost_or_doubled(
    zalo: ZaloOa, site: Site, desk: SmallDesk
) -> None:
    desk.breaks = OSError("disk full")
    lan = zalo.user()
    event = lan.says("xin chào")
    await zalo.wait_for_attempts(event, 1)
    for count, pause in enumerate((31, 301, 901), 2):
        zalo.advance(pause)
        await zalo.wait_for_attempts(event, count)
    desk.breaks = None
    zalo.advance(1801)
    await zalo.wait_until_taken()
    zalo.redeliver(event, times=3)
    await zalo.wait_until_taken()
    assert [raw["message"]["text"] for raw in desk.of("zalo-oa") if not isinstance(raw, str)] == ["xin chào"]
