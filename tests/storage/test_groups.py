"""The groups the bot is in, whose they are and when they are sent the summary, on both databases."""

from datetime import date, time, timedelta

from domain.groups import Group, SummaryTime
from domain.messages import Reply
from storage import Storage
from tests.storage.conftest import NOW, Ward

HERE = ("telegram", "-501")
MONDAYS = SummaryTime(0, time(8))
DAY = date(2026, 6, 1)


async def _joined(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        assert await records.groups.join(*HERE, ward.office.id, "Tổ công tác", NOW)


async def _group(storage: Storage) -> Group:
    async with storage.reading() as records:
        found = await records.groups.get(*HERE)
    assert found is not None
    return found


async def test_a_group_is_joined_once(storage: Storage, ward: Ward) -> None:
    await _joined(storage, ward)
    async with storage.writing() as records:
        assert not await records.groups.join(*HERE, ward.office.id, "Tên khác", NOW)
    assert await _group(storage) == Group(*HERE, ward.office.id, "Tổ công tác", NOW)


async def test_a_group_that_was_left_is_a_strangers_when_the_bot_comes_back(storage: Storage, ward: Ward) -> None:
    await _joined(storage, ward)
    async with storage.writing() as records:
        assert await records.groups.make_staff(*HERE, ward.office.id, True, ward.person.id)
        assert await records.groups.set_summary(*HERE, MONDAYS, DAY)
        assert await records.groups.leave(*HERE, NOW)
        assert not await records.groups.leave(*HERE, NOW)
        assert await records.groups.of_office(ward.office.id) == []
        assert await records.groups.join(*HERE, ward.office.id, "Tổ công tác", NOW + timedelta(days=1))
    found = await _group(storage)
    assert (found.is_staff, found.summary, found.left_at) == (False, None, None)


async def test_a_staff_group_is_made_and_unmade_once(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        assert not await records.groups.make_staff(*HERE, ward.office.id, True, ward.person.id)
    await _joined(storage, ward)
    async with storage.writing() as records:
        assert await records.groups.make_staff(*HERE, ward.office.id, True, ward.person.id)
        assert not await records.groups.make_staff(*HERE, ward.office.id, True, ward.person.id)
        assert await records.groups.set_summary(*HERE, MONDAYS, DAY)
        assert await records.groups.make_staff(*HERE, ward.office.id, False, None)
    assert (await _group(storage)).summary is None


async def test_only_a_staff_group_is_sent_a_summary(storage: Storage, ward: Ward) -> None:
    await _joined(storage, ward)
    async with storage.writing() as records:
        assert not await records.groups.set_summary(*HERE, MONDAYS, DAY)
        await records.groups.make_staff(*HERE, ward.office.id, True, ward.person.id)
        assert await records.groups.set_summary(*HERE, SummaryTime(None, time(7, 30)), DAY)
    found = await _group(storage)
    assert (found.summary, found.summed_on) == (SummaryTime(None, time(7, 30)), DAY)
    async with storage.writing() as records:
        assert await records.groups.set_summary(*HERE, None, DAY)
    assert (await _group(storage)).summary is None


async def test_the_summary_of_a_day_is_queued_once(storage: Storage, other_process: Storage, ward: Ward) -> None:
    await _joined(storage, ward)
    async with storage.writing() as records:
        await records.groups.make_staff(*HERE, ward.office.id, True, ward.person.id)
        assert not await records.groups.summed(*HERE, DAY)
        await records.groups.set_summary(*HERE, MONDAYS, DAY - timedelta(days=1))
    async with storage.writing() as records:
        assert await records.groups.summed(*HERE, DAY)
    async with other_process.writing() as records:
        assert not await records.groups.summed(*HERE, DAY)
        assert not await records.groups.summed(*HERE, DAY - timedelta(days=7))
        assert await records.groups.summed(*HERE, DAY + timedelta(days=7))


async def test_a_group_goes_on_under_another_id(storage: Storage, ward: Ward) -> None:
    await _joined(storage, ward)
    moved = ("telegram", "-1009")
    async with storage.writing() as records:
        await records.groups.make_staff(*HERE, ward.office.id, True, ward.person.id)
        await records.outbox.queue(
            channel=HERE[0], chat_id=HERE[1], reply=Reply("Chào"), key="k", now=NOW, cause="reply", office_id=None
        )
        # The app may tell of the new one before it tells what became of the old one.
        await records.groups.join(*moved, ward.office.id, "Tổ công tác", NOW)
        await records.groups.move(*HERE, moved[1])
    async with storage.writing() as records:
        assert await records.groups.get(*HERE) is None
        found = await records.groups.get(*moved)
        assert found is not None and found.is_staff
        [row] = await records.outbox.claim(NOW, 5, set(), ("telegram",), sender="s")
    assert row.chat_id == moved[1]


async def test_a_group_that_is_told_of_twice_stays_as_it_is(storage: Storage, ward: Ward) -> None:
    await _joined(storage, ward)
    async with storage.writing() as records:
        await records.groups.move("telegram", "-77", "-501")
        await records.groups.move(*HERE, HERE[1])
        await records.groups.rename(*HERE, "Tổ chuyển đổi số")
    assert (await _group(storage)).title == "Tổ chuyển đổi số"
    async with storage.reading() as records:
        assert [group.chat_id for group in await records.groups.of_office(ward.office.id)] == ["-501"]
