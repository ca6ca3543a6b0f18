"""What the account may still send: read when it says that it is used up, and what `kehoach doctor` makes of it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.channel_findings import channel_findings
from bot.channels.zalo_oa import ZaloOa as Channel
from bot.nursery import Nursery
from bot.zalo_templates import QuotaReader, read_template
from domain.channels import ZALO_OA
from domain.message_templates import REMINDER
from domain.messages import Reply, Template
from domain.ports import SendFailed
from storage import Storage
from tests.bot.desk import NOW, echo, open_desk
from tests.platforms.zalo_oa import StandIn, ZaloOa
from tests.platforms.zalo_oa_tokens import StandInTokens


@pytest.fixture
def zalo() -> Iterator[ZaloOa]:
    with StandIn() as stand_in:
        yield stand_in


async def _left(storage: Storage) -> list[tuple[int | None, int | None]]:
    async with storage.reading() as records:
        return [(quota.remaining, quota.total) for quota in await records.quotas.all()]


async def _until_left(storage: Storage, *wanted: tuple[int, int]) -> None:
    async with asyncio.timeout(20):
        while await _left(storage) != list(wanted):
            await asyncio.sleep(0.01)


async def test_a_quota_is_read_again_when_the_app_says_that_it_is_used_up(zalo: ZaloOa, tmp_path: Path) -> None:
    template_id = zalo.template("Nhắc việc", "Kính gửi <ten>.", kinds={"ten": "name"})
    zalo.user("Dân", "84912345678")
    zalo.quotas(daily=10, remaining=5)
    account = Channel(StandInTokens(zalo), zalo.app_id, zalo.url, business_url=zalo.business_url)
    async with open_desk(tmp_path, echo, serving=False) as desk:
        reader = QuotaReader(account, desk.storage, lambda: NOW, rest=0.01)
        nursery = Nursery()
        nursery.keep("quota", reader.keep)
        await _until_left(desk.storage, (5, 10))
        zalo.quotas(daily=10, remaining=0)
        filled = Template(REMINDER, (("ten", "Vân"),), "84912345678", template_id, "t-1")
        with pytest.raises(SendFailed):
            await account.send("84912345678", Reply("x", template=filled))
        await _until_left(desk.storage, (0, 10))
        await nursery.stop()
        async with desk.storage.writing() as records:
            (office,) = await records.offices.all()
            await records.channel_holds.put(ZALO_OA, "message error -211: Out of quota", NOW)
            # It names no fact for its only parameter.
            await records.message_templates.put(await read_template(account, office.id, REMINDER, template_id, {}, NOW))
            found = [finding async for finding in channel_findings(records, NOW)]
    await account.close()
    assert [finding.level for finding in found] == ["fault", "warning", "warning"]
    assert "hết số tin" in found[0].text and "Out of quota" not in found[0].text
    assert template_id in found[2].text
