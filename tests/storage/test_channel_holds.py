"""Which apps are held and how much they let us send, on both databases."""

from datetime import timedelta

from domain.channel_holds import ChannelHold, Quota
from storage import Storage
from tests.storage.conftest import NOW

HOUR = timedelta(hours=1)


async def test_a_channel_held_twice_is_held_since_the_first_time(storage: Storage) -> None:
    async with storage.writing() as records:
        await records.channel_holds.put("zalo-oa", "quota", NOW, until=NOW + HOUR)
        await records.channel_holds.told("zalo-oa", NOW)
        again = await records.channel_holds.put("zalo-oa", "disabled", NOW + HOUR, detail="-204")
    wanted = ChannelHold("zalo-oa", "disabled", "-204", NOW, None, NOW)
    assert again == wanted
    async with storage.reading() as records:
        assert list(await records.channel_holds.all()) == [wanted]


async def test_a_lifted_hold_is_told_to_whoever_lifted_it_and_to_nobody_else(storage: Storage) -> None:
    async with storage.writing() as records:
        await records.channel_holds.put("zalo-oa", "quota", NOW)
        await records.channel_holds.put("zalo-bot", "quota", NOW)
        lifted = await records.channel_holds.lift(["zalo-oa", "telegram"])
        assert [hold.channel for hold in lifted] == ["zalo-oa"]
        assert await records.channel_holds.lift(["zalo-oa"]) == []
        assert [hold.channel for hold in await records.channel_holds.all()] == ["zalo-bot"]


async def test_a_hold_after_a_lifted_one_is_new(storage: Storage) -> None:
    async with storage.writing() as records:
        await records.channel_holds.put("zalo-oa", "quota", NOW)
        await records.channel_holds.told("zalo-oa", NOW)
        await records.channel_holds.lift(["zalo-oa"])
        anew = await records.channel_holds.put("zalo-oa", "quota", NOW + HOUR)
    assert anew.since == NOW + HOUR and anew.told_at is None


async def test_who_was_told_first_counts(storage: Storage) -> None:
    async with storage.writing() as records:
        await records.channel_holds.put("zalo-oa", "quota", NOW)
        await records.channel_holds.told("zalo-oa", NOW)
        await records.channel_holds.told("zalo-oa", NOW + HOUR)
        assert [hold.told_at for hold in await records.channel_holds.all()] == [NOW]


async def test_the_newest_reading_of_a_quota_counts(storage: Storage) -> None:
    newer = Quota("zalo-oa", "template", 40, 500, NOW + HOUR)
    async with storage.writing() as records:
        await records.quotas.put(Quota("zalo-oa", "template", 400, 500, NOW))
        await records.quotas.put(newer)
        await records.quotas.put(Quota("zalo-oa", "template", 0, 500, NOW - HOUR))
        await records.quotas.put(Quota("zalo-oa", "reply", None, None, NOW, NOW + HOUR))
    async with storage.reading() as records:
        assert await records.quotas.get("zalo-oa", "template") == newer
        assert await records.quotas.get("zalo-oa", "promotion") is None
        assert [quota.kind for quota in await records.quotas.all()] == ["reply", "template"]
        assert await records.quotas.last_read("zalo-oa") == NOW + HOUR
        assert await records.quotas.last_read("zalo-bot") is None


def test_how_much_of_a_quota_is_used() -> None:
    def used(remaining: int | None, total: int | None) -> int | None:
        return Quota("zalo-oa", "template", remaining, total, NOW).used_percent

    assert used(25, 500) == 95 and used(500, 500) == 0 and used(0, 500) == 100
    assert used(600, 500) == 0 and used(None, 500) is None and used(5, None) is None and used(0, 0) is None
